"""The keys of this kiosk: made once when it is enrolled, loaded at every start.

A directory holds four files, of which systemd credentials can carry each:

- ``signing.jwk``: the private Ed25519 key with which requests and transactions are signed (mode 0600)
- ``kiosk.jwk``: its public half, with the kiosk's name as ``kid``; this is what the gateway is given
- ``subject.key``: 32 bytes for the pseudonyms in the queue's order column (mode 0600)
- ``gateway.jwk``: the gateway's public X25519 key, to which transactions are sealed
"""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from offline_queue.envelope import Sealer
from offline_queue.files import sync_directory

_SIGNING = "signing.jwk"
_PUBLIC = "kiosk.jwk"
_SUBJECT = "subject.key"
_GATEWAY = "gateway.jwk"

_SUBJECT_KEY_BYTES = 32
_READABLE_BY_OTHERS = 0o007  # systemd opens credentials to the service's group with an access list


class NotEnrolled(Exception):  # noqa: N818 - says what is the matter
    """A key is missing, unreadable, of the wrong kind, or open to others. The text names the file, not its content."""


@dataclass(frozen=True)
class KioskKeys:
    """Everything secret that this kiosk has."""

    kiosk: str
    signing_key: OKPKey = field(repr=False)
    gateway_key: OKPKey = field(repr=False)
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


def trust_gateway(directory: Path, public_jwk: str) -> None:
    """Take the gateway's public sealing key; replaces the one before."""
    key = _okp(directory / _GATEWAY, public_jwk, "X25519")
    _write(directory / _GATEWAY, json.dumps(key.as_dict(private=False)), 0o644)


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
    return KioskKeys(
        kiosk=signing.kid,
        signing_key=signing,
        gateway_key=_okp(directory / _GATEWAY, _read(directory / _GATEWAY), "X25519"),
        subject_key=subject_key,
    )


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
