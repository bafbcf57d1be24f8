"""One place where bytes from outside come in."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """``run`` takes any bytes and raises only when a promise is broken; ``seeds`` are inputs from which others grow."""

    name: str
    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    longest: int = 4096  # bytes of an input; no more than the entry can make something of

    def __str__(self) -> str:
        return self.name
