"""A file system of its own, small enough to be filled."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(place: Path, size: str) -> Iterator[Path]:
    """``place`` on a disk of ``size`` (such as 16m)."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "kiosk-test", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small file system needs the rights of root")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take all the room that there is; returns what has taken it."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    with pytest.raises(OSError, match="No space left"):
        (place / "another").write_bytes(b"x")
    (place / "another").unlink()
    return filler
