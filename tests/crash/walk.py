"""Every boundary of one short scene: the kiosk dies at each in turn, starts again, and the books are compared.

The boundaries are SQLite's statements, both ends of each exchange with the gateway, and the system calls that write,
sync, cut, rename, remove and send. A kiosk that dies at a call has not done it. strace counts the calls of each thread
for itself; what the threads of the gateway's client send is covered by the exchanges as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.crash.harness import Hall, Round, finish
from tests.crash.order import Doom, Order, Task

_CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "openat", "write", "sendto")
_FAR = 1000  # a scene that has not ended by then never does


@dataclass(frozen=True)
class Boundaries:
    """One sort of boundary."""

    doom: Doom
    call: str = ""

    def __str__(self) -> str:
        return self.call or str(self.doom)

    @classmethod
    def named(cls, name: str) -> "Boundaries":
        """The sort of that name."""
        return next(sort for sort in SORTS if str(sort) == name)


SORTS = (Boundaries(Doom.STATEMENT), Boundaries(Doom.EXCHANGE), *(Boundaries(Doom.CALL, call) for call in _CALLS))


def walk(hall: Hall, sort: Boundaries, first: int = 1, step: int = 1) -> Iterator[tuple[str, Round]]:
    """Die at boundary ``first``, and each ``step`` further, until the scene comes to its end alive."""
    for after in range(first, _FAR, step):
        with hall.kiosk() as directory:
            place, url = str(directory), hall.server.url
            order = Order(place, url, "scene", Task.SCENE, doom=sort.doom, after=after, call=sort.call)
            played = finish(hall, directory, [order])
        played.boundaries = played.kills.total()
        yield f"{sort} {after}", played
        if not played.boundaries:
            return
