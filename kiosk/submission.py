"""Submitting a transaction: sealed and on disk first, then sent, and told to the citizen as what it is."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from flows.transactions import Receipt, ReceiptState, Transaction
from offline_queue.model import QueuedTransaction, TransactionState
from offline_queue.queue import OfflineQueue

_STATES = {
    TransactionState.PENDING: ReceiptState.STORED,
    TransactionState.SENDING: ReceiptState.PROCESSING,
    TransactionState.ACCEPTED: ReceiptState.DONE,
    TransactionState.REFUSED: ReceiptState.REFUSED,
    TransactionState.SUPERSEDED: ReceiptState.SUPERSEDED,
    TransactionState.EXPIRED: ReceiptState.STORED,
}


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
        occurred_at = self._now()
        stored = await asyncio.shield(
            self._queue.submit(
                payload_of(transaction),
                kind=transaction.KIND,
                subject_of=transaction.card_number or transaction.person_number,
                occurred_at=occurred_at,
                expires_at=occurred_at + self._expires_after,
            )
        )
        return self.receipt(await self._queue.settled(stored.id, within=self._patience))

    def receipt(self, row: QueuedTransaction) -> Receipt:
        """What the citizen is told about a stored transaction."""
        effective = row.answer.get("effective_at")
        return Receipt(
            number=f"{self._prefix}-{row.sequence:06d}",
            state=_STATES[row.state],
            occurred_at=row.occurred_at,
            effective_at=datetime.fromisoformat(effective) if effective else None,
            reason=row.answer.get("reason", ""),
        )


def payload_of(transaction: Transaction) -> dict[str, object]:
    """What is sealed for ``transaction`` (docs/gateway.yaml); the queue adds key, sequence, kiosk, kind and times."""
    return {
        "person": {
            "number": transaction.person_number,
            "name": transaction.person_name,
            "document": transaction.document,
        },
        "card_number": transaction.card_number,
        "card_status_seen": transaction.card_status_seen,
        "proof": {"method": transaction.proof.method, "detail": transaction.proof.detail},
    }
