"""The queue with a gateway whose every answer the test has laid ready, and a clock that the test moves."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from joserfc.jwk import OKPKey

from config.clock import Timekeeper, certain
from config.faults import FaultCode
from offline_queue.envelope import Sealer
from offline_queue.limits import Limits
from offline_queue.model import (
    Accepted,
    Delivery,
    Enquiry,
    NotReceived,
    OutcomeUnknown,
    QueuedTransaction,
    Refused,
    TryLater,
)
from offline_queue.pace import Pace
from offline_queue.queue import OfflineQueue, utc_now

PACE = Pace(first_wait=0.02, longest_wait=0.1, tick=0.02, spread=0.01, priorities={"loss": 10})
AMPLE = Limits()
SEALER = Sealer("k1", OKPKey.generate_key("Ed25519"), OKPKey.generate_key("X25519"))
LATER = TryLater(FaultCode.NET_UNREACHABLE)
UNKNOWN = OutcomeUnknown(FaultCode.NET_TIMEOUT)
DONE = Accepted({"effective_at": "2026-03-02T10:00:00+00:00"})


class Script:
    """A ``Deliver`` with answers per kind, used up from the left; then everything is accepted."""

    def __init__(self) -> None:
        self.answers: defaultdict[str, list[Delivery | Exception]] = defaultdict(list)
        self.outcomes: list[Enquiry | Exception] = []
        self.withdrawals: list[Delivery] = []
        self.calls: list[tuple[str, int]] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.running = self.most_running = 0

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        self.calls.append(("send", transaction.sequence))
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            await self.hold.wait()
        finally:
            self.running -= 1
        waiting = self.answers[transaction.kind]
        return _or_raise(waiting.pop(0)) if waiting else DONE

    async def outcome(self, transaction: QueuedTransaction) -> Enquiry:
        self.calls.append(("outcome", transaction.sequence))
        answer = self.outcomes.pop(0) if self.outcomes else NotReceived()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def withdraw(self, transaction: QueuedTransaction) -> Delivery:
        self.calls.append(("withdraw", transaction.sequence))
        return self.withdrawals.pop(0) if self.withdrawals else Refused({"reason": "expired"})


def _or_raise(answer: Delivery | Exception) -> Delivery:
    if isinstance(answer, Exception):
        raise answer
    return answer


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.shift


@asynccontextmanager
async def opened(
    directory: Path,
    script: Script,
    clock: Callable[[], datetime] | Timekeeper | None = None,
    *,
    limits: Limits = AMPLE,
    pace: Pace = PACE,
    sending: bool = True,
) -> AsyncIterator[OfflineQueue]:
    """The queue with its background task; without ``sending`` nobody ticks."""
    queue = await OfflineQueue.open(
        directory,
        sealer=SEALER,
        subject_key=b"s" * 32,
        deliver=script,
        pace=pace,
        clock=clock if isinstance(clock, Timekeeper) else certain(clock or Clock()),
        limits=limits,
    )
    task = asyncio.create_task(queue.run()) if sending else None
    try:
        yield queue
    finally:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await queue.close()


async def submit(
    queue: OfflineQueue, subject: str = "a", kind: str = "activation", lasts: float = 60
) -> QueuedTransaction:
    now = utc_now()
    expires_at = now + timedelta(seconds=lasts)
    return await queue.submit({}, kind=kind, subject_of=subject, occurred_at=now, expires_at=expires_at)


async def final(queue: OfflineQueue, row: QueuedTransaction) -> QueuedTransaction:
    async with asyncio.timeout(20):
        while True:
            now = await queue.settled(row.id, 20)
            if not now.state.open:
                return now
            await asyncio.sleep(0.01)


async def until(condition: Callable[[], bool], within: float = 20) -> None:
    """Wait for something that nothing announces."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.01)
