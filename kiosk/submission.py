"""Submitting a transaction: sealed and on disk first, then sent, and told to the citizen as what it is."""

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable
from datetime import date, datetime, timedelta

from flows.transactions import Applicant, Receipt, ReceiptState, Transaction
from flows.visit import Refusal
from offline_queue.model import QueuedTransaction, TransactionState
from offline_queue.queue import OfflineQueue

_EXPIRES_WITHIN = 5.0  # seconds in which the queue notices that something has expired
_LOOK = 0.1

_STATES = {
    TransactionState.PENDING: ReceiptState.STORED,
    TransactionState.SENDING: ReceiptState.PROCESSING,
    TransactionState.ACCEPTED: ReceiptState.DONE,
    TransactionState.REFUSED: ReceiptState.REFUSED,
    TransactionState.SUPERSEDED: ReceiptState.SUPERSEDED,
    TransactionState.EXPIRING: ReceiptState.REFUSED,
    TransactionState.EXPIRED: ReceiptState.REFUSED,
}
_TOO_OLD = {TransactionState.EXPIRING, TransactionState.EXPIRED}


class Submission:
    """The way of every write: through the queue, online too."""

    def __init__(
        self,
        queue: OfflineQueue,
        *,
        prefix: str,
        patience: float,
        expires_after: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._prefix = prefix
        self._patience = patience
        self._expires_after = expires_after
        self._now = now

    async def submit(self, transaction: Transaction) -> Receipt:
        """Store ``transaction``, and wait for the gateway's answer as long as a citizen's patience lasts.

        Once it is on disk it cannot be taken back, so a visit that ends meanwhile changes nothing.

        Raises:
            QueueError: it could not be stored; nothing was promised.
        """
        stored = await self._stored(transaction, self._expires_after)
        return self.receipt(await self._queue.settled(stored.id, within=self._patience))

    async def submit_at_once(self, transaction: Transaction) -> Receipt:
        """Submit what must not wait: done while the citizen is here, or never.

        It expires with the citizen's patience. Told as refused only once it has expired in the queue, so that nothing
        is sent any more; when an answer was lost, as being processed.

        Raises:
            QueueError: it could not be stored; nothing was promised.
        """
        stored = await self._stored(transaction, timedelta(seconds=self._patience))
        row = await self._queue.settled(stored.id, within=self._patience)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience + _EXPIRES_WITHIN):
                while row.state is TransactionState.PENDING:
                    await asyncio.sleep(_LOOK)
                    row = await self._queue.get(stored.id)
        receipt = self.receipt(row)
        if row.state in _TOO_OLD:
            return dataclasses.replace(receipt, reason=Refusal.NEEDS_GATEWAY)
        # A queue that has not looked for so long cannot say that it will not send it.
        unsure = row.state is TransactionState.PENDING
        return dataclasses.replace(receipt, state=ReceiptState.PROCESSING) if unsure else receipt

    async def _stored(self, transaction: Transaction, expires_after: timedelta) -> QueuedTransaction:
        occurred_at = self._now()
        return await asyncio.shield(
            self._queue.submit(
                payload_of(transaction),
                kind=transaction.KIND,
                subject_of=_subject(transaction.applicant),
                occurred_at=occurred_at,
                expires_at=occurred_at + expires_after,
            )
        )

    def receipt(self, row: QueuedTransaction) -> Receipt:
        """What the citizen is told about a stored transaction."""
        answer = row.answer
        expired = Refusal.EXPIRED if row.state in _TOO_OLD else ""
        return Receipt(
            number=f"{self._prefix}-{row.sequence:06d}",
            state=_STATES[row.state],
            occurred_at=row.occurred_at,
            effective_at=_moment(answer.get("effective_at")),
            reason=answer.get("reason", expired),
            acceptance_number=answer.get("acceptance_number", ""),
            due=date.fromisoformat(answer["due"]) if "due" in answer else None,
            lost_until=_moment(answer.get("lost_until")),
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _subject(applicant: Applicant) -> str:
    """Whose transactions must stay in order: the person's, or the card's where a card tells no more than its number."""
    return applicant.person_number or applicant.card_number or ""


def payload_of(transaction: Transaction) -> dict[str, object]:
    """What is sealed for ``transaction`` (docs/gateway.yaml); the queue adds key, sequence, kiosk, kind and times."""
    applicant = transaction.applicant
    return {
        "person": {
            "number": applicant.person_number,
            "name": applicant.person_name,
            "document": applicant.document,
        },
        "card_number": applicant.card_number,
        "card_status_seen": applicant.card_status_seen,
        "proof": {"method": applicant.proof.method, "detail": applicant.proof.detail},
        "details": transaction.details(),
    }
