"""The keys of this kiosk: made once when it is enrolled, loaded at every start.

A directory holds four files. The first and the third may come as systemd credentials instead (see ``key_files``), and
the directory may then be read-only; docs/keys.md says how.

- ``signing.jwk``: the private Ed25519 key with which requests and transactions are signed (mode 0600)
- ``kiosk.jwk``: its public half, with the kiosk's name as ``kid``; this is what the gateway is given
- ``subject.key``: 32 bytes for the pseudonyms in the queue's order column (mode 0600)
- ``gateway.jwks``: the gateway's public keys, see ``gateway_keys``
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from joserfc.jwk import OKPKey

from config.files import replace_text
from kiosk.certificate_token import CertificateKeys
from kiosk.gateway_keys import (
    GatewayKeys,
    gateway_keys_file,
    keep_gateway_keys,
    load_gateway_keys,
    okp_key,
    read_gateway_keys,
    read_set,
)
from kiosk.key_files import NotEnrolled, place_of, read_secret
from kiosk.request_signature import RequestSigner
from offline_queue.envelope import Sealer
from offline_queue.suite import INTERNATIONAL, Suite

__all__ = [
    "KioskKeys",
    "NotEnrolled",
    "create",
    "gateway_keys_file",
    "load",
    "name_in",
    "public_key_file",
    "read_gateway_keys",
    "signing_key",
    "signing_key_file",
    "subject_key_file",
    "trust_gateway",
]

_SIGNING = "signing.jwk"
_PUBLIC = "kiosk.jwk"
_SUBJECT = "subject.key"

_SUBJECT_KEY_BYTES = 32


@dataclass(frozen=True)
class KioskKeys:
    """Everything secret that this kiosk has."""

    kiosk: str
    signing_key: OKPKey = field(repr=False)
    gateway: GatewayKeys = field(repr=False)
    subject_key: bytes = field(repr=False)
    suite: Suite = field(default=INTERNATIONAL, repr=False)

    @property
    def gateway_key(self) -> OKPKey:
        """To which transactions are sealed."""
        return self.gateway.sealing

    @property
    def certificate_keys(self) -> CertificateKeys:
        """Whose signature on a certificate is believed."""
        return self.gateway.certificates

    def sealer(self) -> Sealer:
        """What the queue needs to seal."""
        return self.sealer_to(self.gateway_key)

    def sealer_to(self, gateway_key: OKPKey) -> Sealer:
        """The same for another key of the gateway."""
        return Sealer(self.kiosk, self.signing_key, gateway_key, self.suite)

    def signer(self, now: Callable[[], datetime]) -> RequestSigner:
        """What signs this kiosk's requests; ``now``: its clock."""
        return RequestSigner(self.kiosk, self.signing_key, now, self.suite)


def create(directory: Path, kiosk: str, suite: Suite = INTERNATIONAL) -> Path:
    """Make the keys of ``kiosk`` and return the file that is given to the gateway. Refuses to replace a key."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (made := place_of(directory, _SIGNING)).exists():
        raise NotEnrolled(f"{made}: this kiosk is enrolled already")
    key = suite.new_signing_key(kiosk)
    if not place_of(directory, _SUBJECT).exists():  # the list of the staff hangs on it
        replace_text(directory / _SUBJECT, secrets.token_hex(_SUBJECT_KEY_BYTES), 0o600)
    replace_text(directory / _PUBLIC, json.dumps(key.as_dict(private=False)), 0o644)
    replace_text(directory / _SIGNING, json.dumps(key.as_dict(private=True)), 0o600)  # the last one: now it is enrolled
    return directory / _PUBLIC


def trust_gateway(directory: Path, public_keys: str) -> None:
    """Take the gateway's public keys, a JWK Set, by hand; replaces those before, whatever their version."""
    keep_gateway_keys(directory, read_set("the gateway's keys", public_keys))


def signing_key_file(directory: Path) -> Path:
    """Where the kiosk's private key is."""
    return place_of(directory, _SIGNING)


def public_key_file(directory: Path) -> Path:
    """Where the public half of the kiosk's key is."""
    return directory / _PUBLIC


def subject_key_file(directory: Path) -> Path:
    """Where the key of the pseudonyms is."""
    return place_of(directory, _SUBJECT)


def name_in(directory: Path) -> str | None:
    """Whose keys are in ``directory``: the name of the kiosk that they were made for; None if there are none.

    Raises:
        NotEnrolled: there is a file that is none of ours, or that others may read.
    """
    if not signing_key_file(directory).exists():
        return None
    return str(signing_key(directory).kid)


def signing_key(directory: Path, suite: Suite = INTERNATIONAL) -> OKPKey:
    """The kiosk's private key. Raises ``NotEnrolled``."""
    return _signing_key(signing_key_file(directory), suite)


def load(directory: Path, suite: Suite = INTERNATIONAL) -> KioskKeys:
    """The keys in ``directory``, or of systemd's credentials, for that suite. Raises ``NotEnrolled``."""
    signing = signing_key(directory, suite)
    return KioskKeys(
        kiosk=str(signing.kid),
        signing_key=signing,
        gateway=load_gateway_keys(directory),
        subject_key=_subject_key(subject_key_file(directory)),
        suite=suite,
    )


def _signing_key(path: Path, suite: Suite) -> OKPKey:
    text = read_secret(path)
    try:
        content = json.loads(text)
    except ValueError:
        raise NotEnrolled(f"{path}: not a key") from None
    key = okp_key(path, content, suite.signing_curve)
    if not key.is_private or key.kid is None:
        raise NotEnrolled(f"{path}: not a private key with the kiosk's name")
    return key


def _subject_key(path: Path) -> bytes:
    text = read_secret(path)
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _SUBJECT_KEY_BYTES:
        raise NotEnrolled(f"{path}: not {_SUBJECT_KEY_BYTES} bytes in hexadecimal")
    return key
