"""The keys of this kiosk: made once when it is enrolled, loaded at every start.

A directory holds four files, of which systemd credentials can carry each:

- ``signing.jwk``: the private Ed25519 key with which requests and transactions are signed (mode 0600)
- ``kiosk.jwk``: its public half, with the kiosk's name as ``kid``; this is what the gateway is given
- ``subject.key``: 32 bytes for the pseudonyms in the queue's order column (mode 0600)
- ``gateway.jwks``: the gateway's public keys: X25519 ("use": "enc"), to which transactions are sealed, and Ed25519
  ("use": "sig"), by which certificates are signed
"""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from kiosk.certificate_token import CertificateKeys
from offline_queue.envelope import Sealer
from offline_queue.files import sync_directory

_SIGNING = "signing.jwk"
_PUBLIC = "kiosk.jwk"
_SUBJECT = "subject.key"
_GATEWAY = "gateway.jwks"

_SUBJECT_KEY_BYTES = 32
_READABLE_BY_OTHERS = 0o007  # systemd opens credentials to the service's group with an access list


class NotEnrolled(Exception):  # noqa: N818 - says what is the matter
    """A key is missing, unreadable, of the wrong kind, or open to others. The text names the file, not its content."""


@dataclass(frozen=True)
class GatewayKeys:
    """The gateway's public keys."""

    sealing: OKPKey
    certificates: CertificateKeys


@dataclass(frozen=True)
class KioskKeys:
    """Everything secret that this kiosk has."""

    kiosk: str
    signing_key: OKPKey = field(repr=False)
    gateway_key: OKPKey = field(repr=False)
    certificate_keys: CertificateKeys = field(repr=False)
    subject_key: bytes = field(repr=False)

    def sealer(self) -> Sealer:
        """What the queue needs to seal."""
        return Sealer(self.kiosk, self.signing_key, self.gateway_key)


def create(directory: Path, kiosk: str) -> Path:
    """Make the keys of ``kiosk`` and return the file that is given to the gateway. Refuses to replace a key."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (directory / _SIGNING).exists():
        raise NotEnrolled(f"{directory / _SIGNING}: this kiosk is enrolled already")
    key = OKPKey.generate_key("Ed25519", {"kid": kiosk, "use": "sig"})
    _write(directory / _SUBJECT, secrets.token_hex(_SUBJECT_KEY_BYTES), 0o600)
    _write(directory / _PUBLIC, json.dumps(key.as_dict(private=False)), 0o644)
    _write(directory / _SIGNING, json.dumps(key.as_dict(private=True)), 0o600)
    return directory / _PUBLIC


def trust_gateway(directory: Path, public_keys: str) -> None:
    """Take the gateway's public keys, a JWK Set; replaces those before."""
    _gateway_keys(directory / _GATEWAY, public_keys)
    _write(directory / _GATEWAY, json.dumps(json.loads(public_keys)), 0o644)


def gateway_keys_file(directory: Path) -> Path:
    """Where the gateway's public keys are kept."""
    return directory / _GATEWAY


def read_gateway_keys(path: Path) -> GatewayKeys:
    """The gateway's public keys in a file. Raises ``NotEnrolled``."""
    return _gateway_keys(path, _read(path))


def load(directory: Path) -> KioskKeys:
    """The keys in ``directory``. Raises ``NotEnrolled``."""
    signing = _okp(directory / _SIGNING, _secret(directory / _SIGNING), "Ed25519")
    if not signing.is_private or signing.kid is None:
        raise NotEnrolled(f"{directory / _SIGNING}: not a private key with the kiosk's name")
    try:
        subject_key = bytes.fromhex(_secret(directory / _SUBJECT))
    except ValueError:
        subject_key = b""
    if len(subject_key) != _SUBJECT_KEY_BYTES:
        raise NotEnrolled(f"{directory / _SUBJECT}: not {_SUBJECT_KEY_BYTES} bytes in hexadecimal")
    gateway = read_gateway_keys(directory / _GATEWAY)
    return KioskKeys(
        kiosk=signing.kid,
        signing_key=signing,
        gateway_key=gateway.sealing,
        certificate_keys=gateway.certificates,
        subject_key=subject_key,
    )


def _gateway_keys(path: Path, text: str) -> GatewayKeys:
    """The keys of a JWK Set by their use; those for other uses are left alone."""
    try:
        entries = json.loads(text)["keys"]
        by_use = {use: [entry for entry in entries if entry.get("use") == use] for use in ("enc", "sig")}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotEnrolled(f"{path}: not a set of keys ({type(error).__name__})") from None
    if len(by_use["enc"]) != 1 or not by_use["sig"]:
        raise NotEnrolled(f"{path}: wanted are one key for use enc, and one or more for use sig")
    sealing = _public(path, by_use["enc"][0], "X25519")
    return GatewayKeys(sealing, CertificateKeys(_public(path, entry, "Ed25519") for entry in by_use["sig"]))


def _public(path: Path, entry: object, curve: str) -> OKPKey:
    key = _okp(path, json.dumps(entry), curve)
    if key.is_private:
        raise NotEnrolled(f"{path}: holds a private key, which must never leave the gateway")
    return key


def _okp(path: Path, text: str, curve: str) -> OKPKey:
    try:
        key = OKPKey.import_key(json.loads(text))
    except (ValueError, TypeError, KeyError, JoseError) as error:
        raise NotEnrolled(f"{path}: not a key ({type(error).__name__})") from None
    if key.curve_name != curve:
        raise NotEnrolled(f"{path}: a key on {curve} is wanted")
    return key


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise NotEnrolled(f"{path}: {reason}") from None


def _secret(path: Path) -> str:
    text = _read(path)
    if path.stat().st_mode & _READABLE_BY_OTHERS:
        raise NotEnrolled(f"{path}: open to other users, wanted is mode 0600")
    return text


def _write(path: Path, text: str, mode: int) -> None:
    """Replace a file in one step: after a power cut it is the old one or the new one, never half of one."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
    sync_directory(path.parent)
