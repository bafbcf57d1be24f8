"""The gateway's public keys: to which transactions are sealed, by which certificates and the next keys are signed.

They are kept in ``gateway.jwks``, a JWK Set (RFC 7517, section 5) with two members more, ``version`` and
``issued_at``, once the gateway itself has sent them (``GET /v1/keys``). A set by hand may have none: it is version 0.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import Field

from config.files import replace_text
from kiosk.certificate_token import CertificateKeys
from kiosk.contract import Answer, ContractBroken, Moment
from kiosk.key_files import NotEnrolled, place_of, read_public, read_trusted
from offline_queue.suite import INTERNATIONAL, Suite

_FILE = "gateway.jwks"
_TYPE = "gateway-keys+jws"  # so that a signed certificate can never stand in for a set of keys
_LONGEST = 20_000  # characters of a signed set
_MOST = 32  # keys in a set


class Distrusted(Exception):
    """A set of keys that is not to be believed. The text says why, never what is in it."""


@dataclass(frozen=True)
class GatewayKeys:
    """One set. ``signing``: by thumbprint; ``text``: as it is kept in the file."""

    sealing: OKPKey
    signing: Mapping[str, OKPKey]
    version: int
    issued_at: datetime | None
    text: str = field(repr=False)

    @property
    def certificates(self) -> CertificateKeys:
        """Whose signature on a certificate is believed."""
        return CertificateKeys(self.signing.values())

    def same_as(self, other: "GatewayKeys") -> bool:
        """True if both name the same keys, whenever they were issued."""
        mine, theirs = self.sealing.thumbprint(), other.sealing.thumbprint()
        return (mine, self.signing.keys()) == (theirs, other.signing.keys())

    def successor(self, signed: str) -> "GatewayKeys":
        """The set that the gateway has ``signed``, if a key of this set vouches for it and it is not an older one.

        Raises:
            Distrusted: signed by somebody else, malformed, older than this set, or the same version with other keys.
        """
        content = signed_content(signed, self.signing, _TYPE)
        try:
            new = read_set("the gateway's answer", content.decode())
            _Times.read(content)
        except (NotEnrolled, ContractBroken, UnicodeDecodeError) as error:
            raise Distrusted("malformed") from error
        if new.version < self.version:
            raise Distrusted("older than the keys that are known")
        if new.version == self.version and not new.same_as(self):
            raise Distrusted("other keys under the same version")
        return new


class KeysAnswer(Answer):
    """GET /v1/keys: the set, signed."""

    keys: Annotated[str, Field(min_length=1, max_length=_LONGEST)]


class _Times(Answer):
    """What a set of the gateway's own must say beside the keys."""

    version: Annotated[int, Field(ge=1)]
    issued_at: Moment


class _TimesByHand(Answer):
    """The same of a set that was put there by hand."""

    version: Annotated[int, Field(ge=0)] = 0
    issued_at: Moment | None = None


def signed_content(signed: str, trusted: Mapping[str, OKPKey], wanted: str, suite: Suite = INTERNATIONAL) -> bytes:
    """What a key of ``trusted`` has signed as something of the type ``wanted``. Raises ``Distrusted``."""
    try:
        header = suite.header_of(signed)
        if not suite.is_signature(header, wanted):
            raise Distrusted("signed as something else, or not at all")
        key = trusted.get(str(header.get("kid")))
        if key is None:
            raise Distrusted("signed by a key that is not trusted")
        return suite.verified(signed, key)
    except (JoseError, ValueError) as error:
        raise Distrusted("the signature is wrong") from error


def read_set(place: Path | str, text: str) -> GatewayKeys:
    """The keys of a JWK Set by their use; those for other uses are left alone. Raises ``NotEnrolled``."""
    by_use = _by_use(place, text)
    if len(by_use["enc"]) != 1 or not by_use["sig"]:
        raise NotEnrolled(f"{place}: wanted are one key for use enc, and one or more for use sig")
    try:
        times = _TimesByHand.read(text.encode())
    except ContractBroken as broken:
        raise NotEnrolled(f"{place}: not a set of keys ({broken})") from None
    signing = [public_key(place, entry, INTERNATIONAL.signing_curve) for entry in by_use["sig"]]
    return GatewayKeys(
        sealing=_sealing(place, by_use["enc"][0]),
        signing={key.thumbprint(): key for key in signing},
        version=times.version,
        issued_at=times.issued_at,
        text=json.dumps(json.loads(text)),
    )


def _by_use(place: Path | str, text: str) -> dict[str, list[dict[str, Any]]]:
    try:
        entries = json.loads(text)["keys"]
        found = {use: [entry for entry in entries if entry.get("use") == use] for use in ("enc", "sig")}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotEnrolled(f"{place}: not a set of keys ({type(error).__name__})") from None
    if len(entries) > _MOST:
        raise NotEnrolled(f"{place}: not a set of keys (more than {_MOST})")
    return found


def _sealing(place: Path | str, entry: Mapping[str, Any]) -> OKPKey:
    """The key to seal to, once tried: with a point of low order every seal would fail (RFC 7748, section 6.1)."""
    key = public_key(place, entry, INTERNATIONAL.sealing_curve)
    try:
        OKPKey.generate_key(INTERNATIONAL.sealing_curve).exchange_derive_key(key)
    except ValueError:
        raise NotEnrolled(f"{place}: nothing can be sealed to the key for use enc") from None
    return key


def public_key(place: Path | str, entry: object, curve: str) -> OKPKey:
    """A public key. Raises ``NotEnrolled``."""
    key = okp_key(place, entry, curve)
    if key.is_private:
        raise NotEnrolled(f"{place}: holds a private key, which must never leave the gateway")
    return key


def okp_key(place: Path | str, entry: object, curve: str) -> OKPKey:
    """A key of RFC 8037. Raises ``NotEnrolled``."""
    if not isinstance(entry, dict):
        raise NotEnrolled(f"{place}: not a key ({type(entry).__name__})")
    try:
        key = OKPKey.import_key(entry)
    except (ValueError, TypeError, KeyError, AttributeError, JoseError) as error:
        raise NotEnrolled(f"{place}: not a key ({type(error).__name__})") from None
    if key.curve_name != curve:
        raise NotEnrolled(f"{place}: a key on {curve} is wanted")
    return key


def gateway_keys_file(directory: Path) -> Path:
    """Where the gateway's public keys are: renewed ones in ``directory`` go before those of a credential."""
    own = directory / _FILE
    return own if own.exists() else place_of(directory, _FILE)


def read_gateway_keys(path: Path) -> GatewayKeys:
    """The gateway's public keys in a file that somebody has named. Raises ``NotEnrolled``."""
    return read_set(path, read_public(path))


def load_gateway_keys(directory: Path) -> GatewayKeys:
    """The gateway's public keys that this kiosk trusts. Raises ``NotEnrolled``."""
    path = gateway_keys_file(directory)
    return read_set(path, read_trusted(path))


def keep_gateway_keys(directory: Path, keys: GatewayKeys) -> None:
    """Trust ``keys`` from now on, in place of those before. Raises ``OSError`` when they cannot be written."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_text(directory / _FILE, keys.text, 0o644)
