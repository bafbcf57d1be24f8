"""The queue in action: takes transactions in, and a background task that sends them in order, each exactly once."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

from config.clock import Clock, certain
from config.faults import FaultCode
from offline_queue.envelope import Sealer
from offline_queue.housekeeping import Housekeeping
from offline_queue.intake import Intake
from offline_queue.limits import Limits, Occupancy
from offline_queue.model import Deliver, QueuedTransaction, QueueError, TransactionState
from offline_queue.pace import Pace
from offline_queue.sending import Sending
from offline_queue.store import Store
from offline_queue.throttle import Considerate, Throttle

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_NETWORK = tuple(code for code in FaultCode if code.of_line)


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def _tells_something(row: QueuedTransaction) -> bool:
    """It is decided, or waits for a reason; one that the gateway has certainly not seen is only about to be sent."""
    return row.state.final or (row.state is TransactionState.PENDING and row.problem is not None)


class OfflineQueue:
    """The one way in which anything is written at the gateway, online too.

    Make it with ``open``, keep ``run`` running, end with ``close``. All methods belong to one event loop.
    """

    def __init__(
        self,
        store: Store,
        executor: ThreadPoolExecutor,
        intake: Intake,
        housekeeping: Housekeeping,
        *,
        deliver: Deliver,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._store = store
        self._executor = executor
        self._intake = intake
        self._housekeeping = housekeeping
        self._pace = pace
        self._clock = clock
        self._throttle = Throttle(pace)
        self._sending = Sending(store, self._on_store, Considerate(deliver, self._throttle), pace, clock)
        self._attempts: dict[UUID, asyncio.Task[None]] = {}
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._wake = asyncio.Event()
        self._looked = float("-inf")
        self.fault: FaultCode | None = None  # while there is one, nothing new should be promised
        self.ticks = 0

    @classmethod
    async def open(
        cls,
        directory: Path,
        *,
        sealer: Sealer,
        subject_key: bytes,
        deliver: Deliver,
        pace: Pace | None = None,
        clock: Clock | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> "OfflineQueue":
        """Open the queue in ``directory``. Raises ``QueueError`` as ``Store`` does."""
        clock = clock or certain(utc_now)
        pace = pace or Pace()
        executor = ThreadPoolExecutor(1, thread_name_prefix="queue-store")
        loop = asyncio.get_running_loop()
        try:
            store = await loop.run_in_executor(executor, Store, directory, sealer.kiosk, clock().time)
        except BaseException:
            executor.shutdown()
            raise
        intake = Intake(
            store, sealer=sealer, subject_key=subject_key, priorities=pace.priorities, limits=limits, clock=clock
        )
        queue = cls(store, executor, intake, Housekeeping(store, limits.keep), deliver=deliver, pace=pace, clock=clock)
        try:
            await queue._on_store(intake.measure, clock())
        except BaseException:
            await queue.close()
            raise
        return queue

    async def _on_store(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._executor.submit(function, *args, **kwargs))

    async def submit(
        self, payload: Mapping[str, object], *, kind: str, subject_of: str, occurred_at: datetime, expires_at: datetime
    ) -> QueuedTransaction:
        """Seal and store a transaction; returns only when it is on disk.

        ``payload`` is what the gateway reads; ``subject_of`` is the number of the person or card whose transactions
        must stay in order. The times must be aware.

        Raises:
            QueueError: it could not be stored, and nothing must be promised. ``Q_FULL`` and ``Q_RESTORED`` say that
                nothing new is taken at present.
        """
        draft = self._intake.draw_up(
            payload, kind=kind, subject_of=subject_of, occurred_at=occurred_at, expires_at=expires_at
        )
        if self.fault is FaultCode.Q_DAMAGED:
            raise QueueError(self.fault, "it is checked at the next start")
        try:
            row = await self._on_store(self._intake.take, draft)
        except QueueError as error:
            self._report(error)
            raise
        log.info("transaction_stored", extra={"id": str(row.id), "sequence": row.sequence, "kind": kind})
        self._wake.set()
        return row

    async def settled(self, transaction_id: UUID, within: float) -> QueuedTransaction:
        """The transaction as soon as there is something to tell, at the latest after ``within`` seconds.

        That is when it is final, or when an attempt has shown that it must wait (``PENDING`` again). While its outcome
        is unknown (``SENDING``) the gateway is asked again until the time is over.

        Raises:
            KeyError: there is no such transaction.
            QueueError: the queue cannot be read.
        """
        attempted = asyncio.Event()
        self._waiting[transaction_id].add(attempted)
        self._wake.set()
        try:
            async with asyncio.timeout(within):
                while not _tells_something(row := await self.get(transaction_id)):
                    await attempted.wait()
                    attempted.clear()
                return row
        except TimeoutError:
            return await self.get(transaction_id)
        finally:
            self._waiting[transaction_id].discard(attempted)
            if not self._waiting[transaction_id]:
                del self._waiting[transaction_id]

    async def get(self, transaction_id: UUID) -> QueuedTransaction:
        """The transaction as it is now. Raises KeyError, ``QueueError``."""
        return await self._on_store(self._store.get, transaction_id)

    async def rows(self, after: int = 0, limit: int = 100) -> list[QueuedTransaction]:
        """Transactions with a sequence beyond ``after``, in order. Raises ``QueueError``."""
        return await self._on_store(self._store.rows, after, limit)

    def pending(self) -> int:
        """How many transactions wait, or have an unknown outcome."""
        return self._store.open_rows

    @property
    def occupancy(self) -> Occupancy:
        """How much there is, as of the last tick."""
        return self._intake.gauge.occupancy

    @property
    def nearly_full(self) -> bool:
        """True from the warning line on: the staff should look."""
        return self._intake.gauge.nearly_full

    @property
    def closed(self) -> FaultCode | None:
        """Why nothing new is taken: what is wrong with the disk, a restore, or too much that waits; else None."""
        return self.fault or self._intake.closed

    async def compare(self, highest: int) -> None:
        """Compare with the highest sequence number that the gateway has had of this kiosk.

        Above ours: the database was put back from an older state, and the queue closes with ``Q_RESTORED`` until
        ``copies.resume`` says where the sequence goes on. Else a copy that was put in place is confirmed.
        """
        try:
            await self._on_store(self._intake.compare, highest)
        except QueueError as error:
            self._report(error)

    async def renew(self, sealer: Sealer) -> None:
        """Seal with ``sealer`` from the next transaction on; what is stored already stays as it is."""
        if sealer.kiosk != self._intake.sealer.kiosk:
            raise ValueError("a queue belongs to one kiosk")
        self._intake.sealer = sealer

    async def network_is_back(self) -> None:
        """Send soon what waits only because the network was gone."""
        self._throttle.begin_anew()
        at = self._clock().time + timedelta(seconds=self._pace.spread_out())
        try:
            moved = await self._on_store(self._store.hasten, _NETWORK, at)
        except QueueError as error:
            self._report(error)
            return
        log.info("queue_hastened", extra={"transactions": moved})
        self._wake.set()

    async def run(self) -> None:
        """Send for ever, until cancelled. What is then on its way is asked for at the next start."""
        try:
            while True:
                self._wake.clear()
                try:
                    await self._start_due()
                except QueueError as error:
                    self._report(error)
                self.ticks += 1
                await self._sleep()
        finally:
            running = list(self._attempts.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(min(self._throttle.quiet or self._pace.tick, self._pace.tick)):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _start_due(self) -> None:
        if probed := self.fault is not None:
            await self._on_store(self._store.probe)
        expired, due = await self._on_store(self._look, tuple(self._attempts), tuple(self._waiting))
        if probed:  # a fault that came up meanwhile is looked for at the next tick
            self._recovered()
        for transaction_id in expired:
            log.warning("transaction_expired", extra={"id": str(transaction_id)})
            self._tell(transaction_id)
        if not (due or expired or self._attempts):
            await self._on_store(self._housekeeping.step, self._clock())
        for row in due:
            task = asyncio.create_task(self._attempt(row), name=f"send-{row.sequence}")
            self._attempts[row.id] = task

    def _look(self, running: Collection[UUID], awaited: Collection[UUID]) -> tuple[list[UUID], list[QueuedTransaction]]:
        """What has expired, and what may begin now: first what somebody at the screen waits for."""
        instant = self._clock()
        expired: list[UUID] = []
        if abs(instant.uptime - self._looked) >= self._pace.tick:  # not after each row of a long queue
            self._looked = instant.uptime
            expired = self._store.expire(instant, excluding=running)
            self._intake.measure(instant)
        longest = timedelta(seconds=self._pace.longest)
        due: list[QueuedTransaction] = []
        if awaited and (free := self._pace.in_flight - len(running)) > 0:
            due = self._store.due(instant, longest, free, excluding=running, only=awaited)
        running = (*running, *(row.id for row in due))
        if (free := self._throttle.free(len(running))) > 0:
            due += self._store.due(instant, longest, free, excluding=running)
        return expired, due

    async def _attempt(self, row: QueuedTransaction) -> None:
        try:
            await self._sending.attempt(row)
        except QueueError as error:
            self._report(error)
            await asyncio.sleep(self._pace.tick)  # the row is still due: do not spin on a full disk
        except Exception:
            log.exception("attempt_bug", extra={"id": str(row.id)})
            await asyncio.sleep(self._pace.tick)  # nor on a bug
        finally:
            del self._attempts[row.id]
            self._tell(row.id)
            self._wake.set()

    def _tell(self, transaction_id: UUID) -> None:
        for attempted in self._waiting.get(transaction_id, ()):
            attempted.set()

    def _recovered(self) -> None:
        """A full disk may have room again; damage is only ever believed to be gone after a new start's check."""
        if self.fault is not None and self.fault is not FaultCode.Q_DAMAGED:
            log.info("queue_recovered", extra={"fault": self.fault})
            self.fault = None

    def _report(self, error: QueueError) -> None:
        """A fault is told once; that nothing new is taken is none: what waits goes on."""
        if error.code in {FaultCode.Q_FULL, FaultCode.Q_RESTORED} or self.fault in {error.code, FaultCode.Q_DAMAGED}:
            return
        log.error("queue_fault", extra={"fault": error.code, "detail": error.detail})
        self.fault = error.code

    async def close(self) -> None:
        """Close the database. ``run`` must have ended before."""
        await self._on_store(self._store.close)
        self._executor.shutdown()
