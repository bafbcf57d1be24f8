"""Small files that are replaced in one step: after a power cut there is the old one or the new one."""

import os
from contextlib import suppress
from pathlib import Path


def sync_directory(directory: Path) -> None:
    """Make new and renamed files of ``directory`` survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, content: bytes, mode: int = 0o600, *, lasting: bool = True) -> None:
    """Write ``content`` in place of what ``path`` held; ``lasting`` False: it need not survive a power cut.

    Raises:
        OSError: it could not be written; the old one is there still.
    """
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        new.rename(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    if lasting:
        sync_directory(path.parent)


def replace_text(path: Path, text: str, mode: int) -> None:
    """The same for a text of ASCII, which gets a line end. Raises as ``replace``."""
    replace(path, f"{text}\n".encode("ascii"), mode)
