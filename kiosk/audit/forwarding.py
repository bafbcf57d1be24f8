"""The way of the log to the gateway: through the queue, in batches, when nobody is waiting for the queue.

One batch at a time, and none off line: what waits in the files takes no citizen's place, and makes no queue too old.
How far it got is kept beside the log. After a crash a batch may go a second time; the gateway knows it already.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from config.clock import Clock
from config.faults import FaultCode
from kiosk.audit.chain import Entry
from kiosk.audit.entries import Event
from kiosk.audit.files import months, replace
from kiosk.audit.log import AuditLog
from kiosk.contract import ContractBroken
from offline_queue.model import QueueError
from offline_queue.queue import OfflineQueue

KIND = "audit"  # in the gateway's contract
PRIORITY = -1  # after all that citizens submit

_POSITION = "forwarded.json"
_KEPT = timedelta(days=3650)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batches:
    """When entries go. Times in seconds. ``most``: entries in one transaction."""

    enough: int = 50
    longest_wait: float = 600.0
    most: int = 200
    tick: float = 1.0


@dataclass(frozen=True)
class Position:
    """How far the log is in the queue: the last entry's number, and the place in the files where the next begins."""

    number: int = 0
    file: str = ""
    offset: int = 0


class AuditForwarding:
    """Puts what is new in the log into the queue. Keep ``run`` running."""

    def __init__(
        self,
        audit: AuditLog,
        queue: OfflineQueue,
        *,
        online: Callable[[], bool],
        clock: Clock,
        batches: Batches | None = None,
    ) -> None:
        """``online``: whether the gateway is in reach."""
        self._audit = audit
        self._queue = queue
        self._online = online
        self._clock = clock
        self._batches = batches or Batches()
        self._position = Position()
        self._waiting_since: float | None = None  # uptime when the oldest entry that is not yet sent was seen
        self._visit_over = False  # one has ended, and not all is sent
        self._closed: FaultCode | None = None
        self._under_way: UUID | None = None  # the last batch, until it is decided

    async def run(self) -> None:
        """Forward for ever, until cancelled."""
        directory = self._audit.files.directory
        self._position = await self._audit.on_thread(read_position, directory)
        while True:
            try:
                self._note_closed()
                await self._forward()
            except QueueError as error:
                log.warning("audit_waits", extra={"code": error.code})
            except OSError as error:
                log.error("audit_not_forwarded", extra={"detail": error.strerror})  # noqa: TRY400 - no bug: a disk
            await self._visit_ended()

    async def _visit_ended(self) -> None:
        """Wait for the end of a visit, at most for a tick."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._batches.tick):
                await self._audit.visit_ended.wait()
                self._audit.visit_ended.clear()
                self._visit_over = True

    def _note_closed(self) -> None:
        closed = self._queue.closed
        if closed is self._closed:
            return
        self._closed = closed
        if closed is None:
            self._audit.note(Event.QUEUE_OPENED)
        else:
            self._audit.note(Event.QUEUE_CLOSED, code=closed)

    async def _forward(self) -> None:
        await self._audit.flush()
        while self._may_use_queue() and self._is_due() and not await self._still_under_way():
            await self._forward_batch()

    def _may_use_queue(self) -> bool:
        """Never before a citizen, and never the last places."""
        queue = self._queue
        return self._online() and self._audit.visits == 0 and queue.closed is None and not queue.nearly_full

    async def _still_under_way(self) -> bool:
        if self._under_way is None:
            return False
        with suppress(KeyError):  # decided so long ago that it is not kept any more
            row = await self._queue.settled(self._under_way, within=self._batches.tick)
            if row.state.open:
                return True
        self._under_way = None
        return False

    def _is_due(self) -> bool:
        last = self._audit.last.number
        if 0 < last < self._position.number:  # this is another log: the gateway must see that
            self._position = Position()
        unsent = last - self._position.number
        if unsent <= 0:
            self._waiting_since, self._visit_over = None, False
            return False
        now = self._clock().uptime
        if self._waiting_since is None:
            self._waiting_since = now
        if unsent >= self._batches.enough or now - self._waiting_since >= self._batches.longest_wait:
            return True
        return self._visit_over

    async def _forward_batch(self) -> None:
        directory = self._audit.files.directory
        entries, reached = await self._audit.on_thread(_following, directory, self._position, self._batches.most)
        if entries:
            now = self._clock().time
            content = {"entries": [entry.content for entry in entries]}
            row = await self._queue.submit(content, kind=KIND, subject_of=KIND, occurred_at=now, expires_at=now + _KEPT)
            self._under_way = row.id
        # What cannot be read as an entry is passed over: the gateway sees that something is missing there.
        self._position = reached
        self._waiting_since = None
        await self._audit.on_thread(_keep_position, directory, reached)


def read_position(directory: Path) -> Position:
    """How far the log in ``directory`` has gone; its beginning when that cannot be read."""
    try:
        return Position(**json.loads((directory / _POSITION).read_bytes()))
    except (OSError, ValueError, TypeError):
        return Position()


def _keep_position(directory: Path, position: Position) -> None:
    replace(directory / _POSITION, json.dumps(asdict(position)).encode())


def _following(directory: Path, position: Position, most: int) -> tuple[list[Entry], Position]:
    """At most ``most`` entries behind ``position``, and the position behind them."""
    entries: list[Entry] = []
    for entry, place in _behind(directory, position):
        position = place
        if entry is not None:
            entries.append(entry)
        if len(entries) == most:
            break
    return entries, position


def _behind(directory: Path, position: Position) -> Iterator[tuple[Entry | None, Position]]:
    """Each line behind ``position`` with the position behind it; None for a line that is no entry."""
    number = position.number
    files = months(directory)
    known = any(path.name == position.file for path in files)  # else the very first file has another name by now
    for path in files:
        if known and path.name < position.file:
            continue
        with path.open("rb") as file:
            if path.name == position.file and position.offset <= path.stat().st_size:
                file.seek(position.offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                entry = _entry(line)
                if entry and entry.number <= position.number and not known:
                    continue
                number = max(number, entry.number) if entry else number
                yield entry, Position(number, path.name, file.tell())


def _entry(line: bytes) -> Entry | None:
    with suppress(ContractBroken):
        return Entry.read(line[:-1])
    return None
