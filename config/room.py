"""Room on the disk that a file has before it needs it, so that a full disk stops neither a log nor a count.

Two ways of Linux: blocks behind the end of a file that grows (fallocate(2)), and a second file that changes places with
the first (rename(2)). Where the file system knows neither, or never writes in place (btrfs), nothing is gained.
"""

import ctypes
import os
from contextlib import suppress
from pathlib import Path

from config.files import sync_directory

_KEEP_SIZE = 1  # FALLOC_FL_KEEP_SIZE
_EXCHANGE = 2  # RENAME_EXCHANGE
_PRESENT_DIRECTORY = -100  # AT_FDCWD

_libc = ctypes.CDLL(None, use_errno=True)
_libc.fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)


def has_room(place: Path | int, room: int) -> bool:
    """True if the disk with a file, or an open file, has twice ``room`` bytes left. Raises ``OSError``."""
    disk = os.statvfs(place)
    return disk.f_bavail * disk.f_frsize >= 2 * room


def keep_room(handle: int, room: int) -> None:
    """Give the open file at least ``room`` bytes behind its end, which nothing else can take, if the disk has them."""
    if has_room(handle, room):
        begin = os.fstat(handle).st_size // room * room  # in large steps: most calls find all there
        _libc.fallocate(handle, _KEEP_SIZE, begin, 2 * room)


def give_back_room(path: Path) -> None:
    """Let the file have no more than it holds. Raises ``OSError``."""
    os.truncate(path, path.stat().st_size)


def replace_in_room(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace as ``config.files.replace`` does; but for the first time, it goes on a full disk too.

    A blank file of the same size stays beside it (``.before``), is written anew, and changes places with it. It has a
    block of the disk at least: as much as that fits, however full the disk is.

    Raises:
        OSError: it could not be written; the present one is there still.
    """
    other = path.with_name(f"{path.name}.before")
    if other.exists() and not os.access(other, os.W_OK):
        other.unlink()  # of another user
    _write(other, content, mode, lasting=True)
    _change_places(other, path)
    sync_directory(path.parent)
    with suppress(OSError):  # nobody shall put the past in the place of the present
        _write(other, bytes(len(content)), mode, lasting=False)


def _write(path: Path, content: bytes, mode: int, *, lasting: bool) -> None:
    """Into the blocks that the file has, as far as they reach."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, mode)
    try:
        left = content
        while left:
            left = left[os.write(handle, left) :]
        os.ftruncate(handle, len(content))
        if lasting:
            os.fsync(handle)
    finally:
        os.close(handle)


def _change_places(one: Path, other: Path) -> None:
    paths = _PRESENT_DIRECTORY, os.fsencode(one), _PRESENT_DIRECTORY, os.fsencode(other)
    if _libc.renameat2(*paths, _EXCHANGE) != 0:
        one.rename(other)  # there is no other yet, or the file system cannot
