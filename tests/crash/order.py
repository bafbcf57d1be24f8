"""What one life of a kiosk shall be, and what came of it; goes as a line of JSON between the processes."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self


class Task(StrEnum):
    """What the kiosk does in this life."""

    VISITS = "visits"  # random citizens over a random network
    SCENE = "scene"  # always the same few citizens: submit, send, settle, expire, withdraw
    DRAIN = "drain"  # nobody comes; deliver all that waits and read out the rows


class Doom(StrEnum):
    """How the life ends."""

    NONE = "none"  # by itself
    MOMENT = "moment"  # ``after`` milliseconds
    STATEMENT = "statement"  # before SQLite runs its ``after``-th statement
    EXCHANGE = "exchange"  # odd: before an exchange with the gateway; even: after its answer, before anything is done
    CALL = "call"  # when ``call`` is entered the ``after``-th time: it is not done any more


@dataclass(frozen=True)
class Order:
    """One life. ``boot`` names the start of the machine: another name is another start.

    ``cable``: without it nobody listens where the kiosk looks for the gateway. ``record``: a file into which strace
    writes what the kiosk does to its disk and its network.
    """

    directory: str
    url: str
    life: str
    task: Task = Task.VISITS
    seed: int = 0
    boot: str = "first"
    cable: bool = True
    doom: Doom = Doom.NONE
    after: int = 0
    call: str = ""
    record: str = ""

    def line(self) -> str:
        """As it is sent."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, line: str) -> Self:
        """As it is received."""
        said = json.loads(line)
        return cls(**{**said, "task": Task(said["task"]), "doom": Doom(said["doom"])})


@dataclass(frozen=True)
class Life:
    """What came of an order: whole lines that the kiosk wrote, and how it ended."""

    said: list[dict[str, Any]] = field(default_factory=list)
    killed: bool = False
    sound: bool = True  # False: it hung, or ended in another way than it should

    def of(self, what: str) -> list[dict[str, Any]]:
        """The lines of one sort."""
        return [line for line in self.said if line["what"] == what]
