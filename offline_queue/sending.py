"""One attempt to send one transaction: what is written before, and what each answer means for the row."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import ParamSpec, Protocol, TypeVar, assert_never

from config.clock import Clock
from config.faults import FaultCode
from offline_queue.model import (
    NUMBER_TAKEN,
    Accepted,
    Deliver,
    Delivery,
    NotReceived,
    OutcomeUnknown,
    QueuedTransaction,
    Refused,
    Superseded,
    TransactionState,
    TryLater,
)
from offline_queue.pace import Pace
from offline_queue.store import Store

P = ParamSpec("P")
T = TypeVar("T")
A = TypeVar("A")

log = logging.getLogger(__name__)


class OnStore(Protocol):
    """Runs a call on the thread that owns the store."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Run ``function`` there and wait for it."""


class Sending:
    """Attempts, one transaction at a time per call; calls may overlap."""

    def __init__(self, store: Store, on_store: OnStore, deliver: Deliver, pace: Pace, clock: Clock) -> None:
        self._store = store
        self._on_store = on_store
        self._deliver = deliver
        self._pace = pace
        self._clock = clock

    async def attempt(self, row: QueuedTransaction) -> None:
        """Send ``row``; if it may have arrived before, ask first. Raises ``QueueError``."""
        if row.state is TransactionState.EXPIRING:
            await self._settle_withdrawn(row, await self._call(self._deliver.withdraw, row))
            return
        if row.state is TransactionState.SENDING and not await self._may_send_again(row):
            return
        if await self._on_store(self._store.mark_sending, row.id):
            await self._settle(row, await self._call(self._deliver.send, row))

    async def _may_send_again(self, row: QueuedTransaction) -> bool:
        answer = await self._call(self._deliver.outcome, row)
        if isinstance(answer, NotReceived):
            # Nothing arrived: it may expire, and if it has not, it is due again at once.
            await self._postpone(row, TransactionState.PENDING, None, 0)
            return False
        if isinstance(answer, TryLater):  # the question was not answered: what was unknown still is
            answer = OutcomeUnknown(answer.problem, answer.retry_after, answer.alarm)
        await self._settle(row, answer)
        return False

    async def _call(
        self, ask: Callable[[QueuedTransaction], Awaitable[A]], row: QueuedTransaction
    ) -> A | OutcomeUnknown:
        try:
            return await ask(row)
        except Exception:
            log.exception("delivery_bug", extra={"id": str(row.id)})
            return OutcomeUnknown(FaultCode.SW_BUG, alarm=True)

    async def _settle_withdrawn(self, row: QueuedTransaction, delivery: Delivery) -> None:
        """Write down what the gateway said about a transaction that is not sent any more."""
        match delivery:
            case TryLater(problem, retry_after, alarm) | OutcomeUnknown(problem, retry_after, alarm):
                await self._wait(row, TransactionState.EXPIRING, problem, retry_after, alarm=alarm)
            case Refused(answer, alarm):
                await self._finish(row, TransactionState.EXPIRED, dict(answer), alarm)
            case Accepted(answer):  # the citizen was told something else: a person must know
                await self._finish(row, TransactionState.ACCEPTED, dict(answer), FaultCode.GW_UNEXPECTED)
            case Superseded(answer):
                await self._finish(row, TransactionState.SUPERSEDED, dict(answer), FaultCode.GW_UNEXPECTED)
            case _:
                assert_never(delivery)

    async def _settle(self, row: QueuedTransaction, delivery: Delivery) -> None:
        """Write down what ``delivery`` means."""
        match delivery:
            case Accepted(answer):
                await self._finish(row, TransactionState.ACCEPTED, dict(answer))
            case Superseded(answer):
                await self._finish(row, TransactionState.SUPERSEDED, dict(answer))
            case Refused(answer, alarm):
                await self._finish(row, TransactionState.REFUSED, dict(answer), alarm)
                if answer.get("problem") == NUMBER_TAKEN:
                    await self._on_store(self._store.close_as_restored)
                    log.critical("queue_restored", extra={"fault": FaultCode.Q_RESTORED, "sequence": row.sequence})
            case TryLater(problem, retry_after, alarm):
                await self._wait(row, TransactionState.PENDING, problem, retry_after, alarm=alarm)
            case OutcomeUnknown(problem, retry_after, alarm):
                await self._wait(row, TransactionState.SENDING, problem, retry_after, alarm=alarm)
            case _:
                assert_never(delivery)

    async def _finish(
        self, row: QueuedTransaction, state: TransactionState, answer: dict[str, str], alarm: FaultCode | None = None
    ) -> None:
        await self._on_store(self._store.finish, row.id, state, answer, alarm)
        level = logging.ERROR if alarm else logging.INFO
        log.log(
            level,
            "transaction_settled",
            extra={"id": str(row.id), "state": state, "fault": alarm, "reason": answer.get("reason")},
        )

    async def _wait(
        self,
        row: QueuedTransaction,
        state: TransactionState,
        problem: FaultCode,
        retry_after: float | None,
        *,
        alarm: bool,
    ) -> None:
        seconds = self._pace.wait_after(row.attempts + 1, retry_after)
        await self._postpone(row, state, problem, seconds)
        level = logging.ERROR if alarm else logging.WARNING
        log.log(
            level, "transaction_waits", extra={"id": str(row.id), "state": state, "fault": problem, "wait": seconds}
        )

    async def _postpone(
        self, row: QueuedTransaction, state: TransactionState, problem: FaultCode | None, seconds: float
    ) -> None:
        at = self._clock().time + timedelta(seconds=seconds)
        await self._on_store(self._store.postpone, row.id, state, problem, at)
