"""A check: one look at one part of the machine. One that fails, or never ends, hides no other."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from config.faults import FaultCode
from drivers.device import DeviceError
from flows.prompts import Text

log = logging.getLogger(__name__)

Figure = str | int | float | bool | None


class Level(StrEnum):
    """How it looks. ``ABSENT``: there is no such part, and none is needed."""

    OK = "ok"
    ABSENT = "absent"
    WARNING = "warning"
    ERROR = "error"

    @property
    def exit_code(self) -> int:
        """0 well, 1 somebody should look at it, 2 something does not work."""
        return {Level.WARNING: 1, Level.ERROR: 2}.get(self, 0)


class Group(StrEnum):
    """Under which heading a check stands."""

    PROGRAM = "program"
    STORAGE = "storage"
    NETWORK = "network"
    DEVICES = "devices"
    COMPUTER = "computer"


@dataclass(frozen=True)
class Finding:
    """What was found. ``line``: one sentence for technicians; ``figures``: by name, without personal data.

    What to do about it is the technician's sentence of ``code``, else the sentence ``<key of line>.remedy``.
    """

    level: Level
    line: Text
    code: FaultCode | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @classmethod
    def of_fault(cls, level: Level, code: FaultCode, detail: str = "", **figures: Figure) -> "Finding":
        """A fault of the catalogue."""
        return cls(level, Text("found.fault", {"code": code, "detail": detail or "-"}), code, figures)


@dataclass(frozen=True)
class Check:
    """``name`` is its name for people who type, and in the text catalogue: ``check.<name>`` and ``check.<name>.what``.

    ``severity``: what it means if it fails; ``seconds``: after which it counts as failed; ``needs_hand``: somebody has
    to put something in or look at something meanwhile.
    """

    name: str
    group: Group
    run: Callable[[], Awaitable[Finding]]
    severity: Level = Level.ERROR
    seconds: float = 15.0
    needs_hand: bool = False


@dataclass(frozen=True)
class Outcome:
    """A check that was carried out."""

    check: Check
    finding: Finding
    seconds: float
    at: datetime


async def carry_out(check: Check, now: Callable[[], datetime]) -> Outcome:
    """Run one check to its end, whatever happens in it. Never raises, except when it is cancelled."""
    begun = time.monotonic()
    try:
        async with asyncio.timeout(check.seconds):
            finding = await check.run()
    except DeviceError as error:
        finding = Finding.of_fault(check.severity, error.code, error.detail)
    except TimeoutError:
        finding = Finding(check.severity, Text("found.timed_out", {"seconds": round(check.seconds)}))
    except Exception as error:
        log.exception("check_broke", extra={"kind": check.name})
        finding = Finding(check.severity, Text("found.broke", {"error": type(error).__name__}), FaultCode.SW_BUG)
    return Outcome(check, finding, round(time.monotonic() - begun, 3), now())


async def carry_out_all(checks: Iterable[Check], now: Callable[[], datetime]) -> list[Outcome]:
    """Run all of them beside one another; the outcomes come in their order."""
    return list(await asyncio.gather(*(carry_out(check, now) for check in checks)))


def worst(outcomes: Iterable[Outcome]) -> Level:
    """The level of the worst of them."""
    order = list(Level)
    return max((outcome.finding.level for outcome in outcomes), key=order.index, default=Level.OK)


def blocking(look: Callable[[], Finding]) -> Callable[[], Awaitable[Finding]]:
    """A check that waits by itself, on a thread of its own."""
    return lambda: asyncio.to_thread(look)
