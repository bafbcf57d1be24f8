"""The audit log of the kiosk: an entry for each step of each visit, without personal data (docs/audit.md).

A visit does not wait for the disk: what it notes is put in order at once and written by a thread of its own.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import uuid4

from config.clock import Clock
from config.faults import FaultCode
from flows.transactions import Receipt
from flows.visit import Refused
from kiosk.audit.chain import START, HeadKey
from kiosk.audit.entries import Act, Draft, Ending, Event, Found, Reference, Vocabulary
from kiosk.audit.files import AuditFiles, HeadNotWrittenError

__all__ = ["Act", "AuditLog", "Ending", "Event", "Found", "Reference", "Trail", "directory_of", "note_beside"]

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


def directory_of(data_directory: Path) -> Path:
    """Where the log of a kiosk is."""
    return data_directory / "audit"


class AuditLog:
    """The log of a running kiosk. All methods belong to one event loop; end with ``close``.

    Nothing that goes wrong with the log ever reaches a visit: it is logged as critical, ``failing`` is true as long as
    it lasts, and a later entry says how many are lost.
    """

    def __init__(self, directory: Path, key: HeadKey, clock: Clock, question: Callable[[str], bool]) -> None:
        """``question``: whether a word is the key of a sentence in the text catalogue."""
        self.files = AuditFiles(directory, key)
        self._clock = clock
        self._vocabulary = Vocabulary(question)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="audit")
        self._drafts: deque[Draft] = deque()
        self._scheduled = False
        self._closed = False
        self._lost = 0
        self._listeners: list[Callable[[Draft], None]] = []
        self.last = START  # the last entry that this process has written
        self.failing = False
        self.visits = 0  # how many are under way
        self.visit_ended = asyncio.Event()  # set at the end of each

    def note(self, event: Event, *, visit: str = "", **fields: object) -> None:
        """Write down that something happened. Returns at once; the order is kept."""
        allowed, wrong = self._vocabulary.allowed(event, fields)
        if wrong:
            log.error("audit_field_refused", extra={"kind": event, "reason": ", ".join(sorted(wrong))})
        if self._closed:
            log.error("audit_closed", extra={"kind": event})
            return
        draft = Draft.of(self._clock(), event, allowed, visit)
        self._drafts.append(draft)
        for listener in self._listeners:
            listener(draft)
        if not self._scheduled:
            self._scheduled = True
            self._executor.submit(self._write)

    def listen(self, listener: Callable[[Draft], None]) -> None:
        """Let ``listener`` hear every entry from now on, before it is written. It must not raise."""
        self._listeners.append(listener)

    def begin(self, matter: str) -> "Trail":
        """The trail of a new visit."""
        trail = Trail(self, str(uuid4()))
        self.visits += 1
        trail.note(Event.VISIT_BEGAN, matter=matter)
        return trail

    def clock_set(self, wrong: timedelta) -> None:
        """Note that the clock was wrong by so much, and has been set right."""
        self.note(Event.CLOCK_SET, seconds=round(wrong.total_seconds()))

    async def on_thread(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call on the log's thread, after all that has been noted before is written."""
        return await asyncio.wrap_future(self._executor.submit(function, *args, **kwargs))

    async def flush(self) -> None:
        """Wait until all that was noted is on disk, or lost."""
        await self.on_thread(lambda: None)

    async def close(self) -> None:
        """Write all that was noted, and end."""
        self._closed = True
        await self.flush()
        self._executor.shutdown()

    def _write(self) -> None:
        """On the thread: all that has come meanwhile, with one write."""
        self._scheduled = False  # before the drafts are taken: one that comes now asks for another turn
        drafts = [self._drafts.popleft() for _ in range(len(self._drafts))]
        if not drafts:
            return
        missed = self._lost
        if missed:
            drafts.insert(0, Draft(drafts[0].at, drafts[0].sure, "", Event.ENTRIES_LOST, {"entries": missed}))
        try:
            self.last = self.files.append(drafts)
        except HeadNotWrittenError as error:
            self.last, self._lost = error.last, 0
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the kiosk goes on without its log
            self._lost += len(drafts) - bool(missed)
            self._fail(error)
        else:
            self._lost = 0
            if self.failing:
                log.warning("audit_written_again")
            self.failing = False

    def _fail(self, error: Exception) -> None:
        if not self.failing:
            detail = error.strerror if isinstance(error, OSError) else None
            log.critical("audit_not_written", exc_info=error, extra={"detail": detail})
        self.failing = True


class Trail:
    """The entries of one visit, under a random id that says nothing about the person."""

    def __init__(self, audit: AuditLog, visit: str) -> None:
        self._audit = audit
        self.visit = visit
        self._how = Ending.STOPPED

    def note(self, event: Event, **fields: object) -> None:
        """One step."""
        self._audit.note(event, visit=self.visit, **fields)

    def submitted(self, kind: str, receipt: Receipt) -> None:
        """Something was submitted; its number in the queue is the end of the receipt's."""
        sequence = int(receipt.number.rpartition("-")[2])
        self.note(Event.SUBMITTED, kind=kind, sequence=sequence, state=receipt.state)

    def refused(self, refused: Refused) -> None:
        """The visit ends with a refusal."""
        self.note(Event.REFUSED, reason=refused.refusal)
        self._how = Ending.REFUSED

    def fault(self, code: FaultCode, reference: Reference) -> None:
        """The visit ends with a fault."""
        self.note(Event.FAULT, code=code, reference=reference)
        self._how = Ending.FAULT

    def ends(self, how: Ending) -> None:
        """How the visit will end, when nothing else comes between."""
        self._how = how

    def end(self) -> None:
        """The last step."""
        self.note(Event.VISIT_ENDED, how=self._how)
        self._audit.visits -= 1
        self._audit.visit_ended.set()


def note_beside(directory: Path, key: HeadKey, clock: Clock, event: Event, **fields: object) -> None:
    """Write down that something happened, from a process of its own beside the kiosk. Raises ``OSError``."""
    allowed, _ = Vocabulary(lambda _: False).allowed(event, fields)
    AuditFiles(directory, key).append([Draft.of(clock(), event, allowed)])
