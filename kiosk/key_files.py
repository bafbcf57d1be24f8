"""Files that hold keys: whose they are and who may read them is checked before a word in them is believed.

A secret may come as a systemd credential: a file of the same name in ``$CREDENTIALS_DIRECTORY`` goes before the one in
the kiosk's own directory (systemd.exec(5), LoadCredential= and LoadCredentialEncrypted=).
"""

import os
import stat
from pathlib import Path

_OTHERS = 0o077
_STRANGERS = 0o007  # systemd opens a credential to the service by its group or an access list, which show as group bits
_WRITABLE = 0o022


class NotEnrolled(Exception):
    """A key is missing, unreadable, of the wrong kind, or open to others.

    The text names the file and the remedy, never its content.
    """


def credentials_directory() -> Path | None:
    """Where systemd has put the credentials of this service; None outside of one."""
    place = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(place) if place else None


def place_of(directory: Path, name: str) -> Path:
    """The file that counts: the credential if there is one, else that in ``directory``."""
    credentials = credentials_directory()
    if credentials is not None and (credentials / name).exists():
        return credentials / name
    return directory / name


def read_secret(path: Path) -> str:
    """The text of a private key's file. Raises ``NotEnrolled``."""
    return _read(path, _STRANGERS if path.parent == credentials_directory() else _OTHERS, "0600")


def read_trusted(path: Path) -> str:
    """The text of a file that anybody may read, and only its owner may change. Raises ``NotEnrolled``."""
    return _read(path, _WRITABLE, "0644")


def read_public(path: Path) -> str:
    """The text of a file that somebody has named by hand. Raises ``NotEnrolled``."""
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotEnrolled(f"{path}: {_reason(error)}") from None


def _read(path: Path, forbidden: int, mode: str) -> str:
    """Look at the very file that is then read, not at whatever has its name by then."""
    try:
        with path.open(encoding="ascii") as file:
            _demand(path, os.fstat(file.fileno()), forbidden, mode)
            if path.parent != credentials_directory():
                _demand(path.parent, path.parent.stat(), _WRITABLE, "0700")
            return file.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotEnrolled(f"{path}: {_reason(error)}") from None


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, FileNotFoundError):
        return "No such file; make the keys with: kiosk enroll"
    if isinstance(error, PermissionError):
        return "Permission denied; run this as the user of the kiosk's service"
    return (error.strerror or str(error)) if isinstance(error, OSError) else "not text"


def _demand(path: Path, found: os.stat_result, forbidden: int, mode: str) -> None:
    if found.st_uid not in {os.geteuid(), 0}:
        raise NotEnrolled(f"{path}: belongs to user {found.st_uid}; run this as that user, or: chown {os.geteuid()}")
    if stat.S_IMODE(found.st_mode) & forbidden:
        raise NotEnrolled(f"{path}: open to other users, wanted is mode {mode}; do: chmod {mode} {path}")
