"""``python -m simulator.gateway.open_bundle``: open, with the gateway's keys, what a kiosk has sealed into a file.

That is a support bundle, or the log that a technician took away on a stick.
"""

import argparse
import io
import json
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from simulator.gateway.crypto import CryptoRefused, named_in
from simulator.gateway.keys import KeyDirectory

MOST = 20_000_000  # bytes of a sealed file
_MOST_OPENED = 500_000_000  # bytes of what is in it: text packs well, but not a thousand times
_BUNDLE, _LOG = "kiosk-support-bundle+jws", "kiosk-log+jws"


class _Sealing(jwe.JWERegistry):
    """As for transactions, but for files."""

    max_ciphertext_length = MOST


class _Signing(jws.JWSRegistry):
    """As for transactions, but for files."""

    max_payload_length = MOST


def open_bundle(text: str, sealing_keys: Mapping[str, OKPKey], kiosk_jwk: Mapping[str, Any]) -> bytes:
    """The archive (tar.gz) in a sealed bundle, if this kiosk has signed it. Raises ``CryptoRefused``."""
    return _content(text, sealing_keys, kiosk_jwk, _BUNDLE)


def open_log(text: str, sealing_keys: Mapping[str, OKPKey], kiosk_jwk: Mapping[str, Any]) -> bytes:
    """The entries (a line of JSON each) in a sealed log, if this kiosk has signed it. Raises ``CryptoRefused``."""
    return _content(text, sealing_keys, kiosk_jwk, _LOG)


def _content(text: str, sealing_keys: Mapping[str, OKPKey], kiosk_jwk: Mapping[str, Any], wanted: str) -> bytes:
    kind, content = _opened(text, sealing_keys, kiosk_jwk)
    if kind != wanted:
        raise CryptoRefused("signed for something else")
    return content


def _opened(text: str, sealing_keys: Mapping[str, OKPKey], kiosk_jwk: Mapping[str, Any]) -> tuple[str, bytes]:
    """What the kiosk has signed it for, and what is in it."""
    if len(text) > MOST:
        raise CryptoRefused("too large")
    try:
        registry = _Sealing(algorithms=["ECDH-ES", "A256GCM"])
        signed = jwe.decrypt_compact(text, named_in(sealing_keys), registry=registry).plaintext or b""
        key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": str(kiosk_jwk["x"])})
        found = jws.deserialize_compact(signed, key, registry=_Signing(algorithms=["Ed25519"]))
    except (JoseError, ValueError, KeyError) as error:
        raise CryptoRefused(type(error).__name__) from None
    if found.headers().get("kid") != kiosk_jwk["kid"]:
        raise CryptoRefused("signed for something else")
    return str(found.headers().get("typ")), found.payload


def files_in(archive: bytes) -> dict[str, bytes]:
    """The files of an archive by their names. Raises ``CryptoRefused`` for one that holds anything else."""
    found, left = {}, _MOST_OPENED
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for member in tar:
            left -= member.size
            content = tar.extractfile(member)
            if content is None or left < 0 or Path(member.name).name != member.name:
                raise CryptoRefused("not a bundle's archive")
            found[member.name] = content.read()
    return found


def _files(kind: str, content: bytes) -> dict[str, bytes]:
    """What is written into the directory, by its name. Raises ``CryptoRefused``."""
    if kind == _LOG:
        return {"log.jsonl": content}
    if kind != _BUNDLE:
        raise CryptoRefused("signed for something else")
    return files_in(content)


def main() -> None:
    """Open a bundle or a log into a new directory."""
    parser = argparse.ArgumentParser(prog="python -m simulator.gateway.open_bundle", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--directory", type=Path, required=True, help="where the gateway keeps its keys")
    parser.add_argument("--kiosk", type=Path, required=True, help="the public key (kiosk.jwk) of the kiosk it is from")
    parser.add_argument("--out", type=Path, required=True, help="a new directory for what is in it")
    options = parser.parse_args()
    keys = KeyDirectory(options.directory).current.sealing_keys
    try:
        kiosk = json.loads(options.kiosk.read_text("ascii"))
        files = _files(*_opened(options.bundle.read_text("ascii"), keys, kiosk))
    except (CryptoRefused, UnicodeDecodeError) as refused:
        sys.exit(f"not a bundle of this kiosk for this gateway: {refused}")
    options.out.mkdir(mode=0o700)
    for name, content in files.items():
        (options.out / name).write_bytes(content)
        print(f"{len(content):10} {name}")


if __name__ == "__main__":
    main()
