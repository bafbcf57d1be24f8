"""The two files about members of staff: the list, and the wrong PINs. Private, whole after a power cut, locked."""

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from config.files import replace_text
from config.room import replace_in_room

T = TypeVar("T", bound=BaseModel)

_OTHERS = 0o077


class StaffFilesError(Exception):
    """A file about the staff cannot be used. The text names the file and the remedy, never its content."""


def directory_of(data_directory: Path) -> Path:
    """Where the files of a kiosk are."""
    return data_directory / "staff"


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """One writer at a time: the kiosk counts wrong PINs while a command changes the list."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(directory / "staff.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(directory, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read(path: Path, kind: type[T]) -> T:
    """What the file says; an empty ``kind`` if there is none. Raises ``StaffFilesError``."""
    try:
        with path.open(encoding="ascii") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & _OTHERS:
                raise StaffFilesError(f"{path}: open to other users; do: chmod 0600 {path}")
            return kind.model_validate(json.load(file))
    except FileNotFoundError:
        return kind()
    except OSError as error:
        raise _unusable(path, error) from None
    except (ValidationError, ValueError):
        raise StaffFilesError(f"{path}: damaged; put back a copy, or remove it and enrol the staff anew") from None


def replace(path: Path, content: BaseModel) -> None:
    """Replace the file in one step. Raises ``StaffFilesError``."""
    try:
        replace_text(path, content.model_dump_json(indent=1), 0o600)
    except OSError as error:
        raise _unusable(path, error) from None


def replace_in_room_of_its_own(path: Path, content: BaseModel) -> None:
    """The same for what must go on a full disk too. Raises ``StaffFilesError``."""
    try:
        replace_in_room(path, content.model_dump_json(indent=1).encode() + b"\n")
    except OSError as error:
        raise _unusable(path, error) from None


def _unusable(path: Path, error: OSError) -> StaffFilesError:
    return StaffFilesError(f"{path}: {error.strerror}; run this as the user of the kiosk's service")
