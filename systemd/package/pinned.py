"""The part of requirements.lock that a kiosk needs: neither the simulated hall, nor the tests, nor the measurements.

Reads the requirements of what is installed in the running environment, from the kiosk's own downwards, and prints the
lock's entries for these, with their hashes::

    python systemd/package/pinned.py requirements.lock > kiosk.lock
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==", re.MULTILINE)
# Asked for by other packages under one name, and installed under another (pyproject.toml, tool.uv).
_REPLACED = {"dlib": "dlib-bin", "opencv-python-headless": "opencv-python"}


def entries(lock: str) -> dict[str, str]:
    """Each entry of a lock file, with its hashes, by the package's canonical name."""
    starts = [match.start() for match in _ENTRY.finditer(lock)]
    pieces = [lock[start:end] for start, end in zip(starts, [*starts[1:], len(lock)], strict=True)]
    return {canonicalize_name(piece.split("==", 1)[0]): piece for piece in pieces}


def needed(package: str) -> set[str]:
    """Canonical names of all that ``package`` needs to run here, without its extras, from what is installed.

    Raises:
        importlib.metadata.PackageNotFoundError: one of them is not installed.
    """
    found: set[str] = set()
    waiting = list(_asked_by(package, ()))
    while waiting:
        name, extras = waiting.pop()
        if name not in found or extras:
            found.add(name)
            waiting += [(each, more) for each, more in _asked_by(name, extras) if each not in found]
    return found


def _asked_by(package: str, extras: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in requires(package) or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            name = canonicalize_name(requirement.name)
            yield _REPLACED.get(name, name), tuple(requirement.extras)


def pinned(lock: str, package: str = "hall-kiosk") -> str:
    """The lock file of ``package`` alone.

    Raises:
        KeyError: something that it needs is not in the lock.
    """
    every = entries(lock)
    return "".join(every[name] for name in sorted(needed(package)))


if __name__ == "__main__":
    print(pinned(Path(sys.argv[1]).read_text("ascii")), end="")
