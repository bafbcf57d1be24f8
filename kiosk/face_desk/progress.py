"""How far a long run is, on one line of a terminal; nothing where the output goes into a file."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

_PAUSE = 0.2  # seconds between two changes of the line
T = TypeVar("T")


class Progress:
    """Counts on standard error, so that the report can be sent elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr

    def over(self, items: Iterable[T], count: int, what: str) -> Iterator[T]:
        """The items, with a line such as ``pictures 12 of 317`` while they are taken."""
        if not self._stream.isatty():
            yield from items
            return
        told = 0.0
        try:
            for number, item in enumerate(items, 1):
                if time.monotonic() - told >= _PAUSE:
                    told = time.monotonic()
                    self._write(f"{what} {number:,} of {count:,}")
                yield item
        finally:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()
