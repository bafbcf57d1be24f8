"""Taking transactions in: only while there is room, and while it is known which numbers were used."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from uuid6 import uuid7

from config.clock import Clock, Instant
from config.faults import FaultCode
from offline_queue.envelope import Sealer, subject_hash
from offline_queue.limits import Gauge, Limits
from offline_queue.model import Draft, QueuedTransaction, QueueError
from offline_queue.schema import RESTORED
from offline_queue.store import Store

log = logging.getLogger(__name__)

_SAME_TIME = timedelta(minutes=1)


class Intake:
    """The way into ``store``. Made once the store is open; ``take``, ``measure`` and ``compare`` run on its thread."""

    def __init__(
        self,
        store: Store,
        *,
        sealer: Sealer,
        subject_key: bytes,
        priorities: Mapping[str, int],
        limits: Limits,
        clock: Clock,
    ) -> None:
        self._store = store
        self._subject_key = subject_key
        self._priorities = priorities
        self._clock = clock
        self.sealer = sealer
        self.gauge = Gauge(limits)

    @property
    def closed(self) -> FaultCode | None:
        """Why nothing new is taken, as of the last look."""
        if self._store.closed is not None:
            return FaultCode.Q_RESTORED
        return FaultCode.Q_FULL if self.gauge.full else None

    def draw_up(
        self, payload: Mapping[str, object], *, kind: str, subject_of: str, occurred_at: datetime, expires_at: datetime
    ) -> Draft:
        """The transaction as it will be stored; its key is made here, once."""
        return Draft(
            id=uuid7(),
            kind=kind,
            priority=self._priorities.get(kind, 0),
            subject=subject_hash(self._subject_key, subject_of),
            occurred_at=occurred_at.astimezone(UTC),
            expires_at=expires_at.astimezone(UTC),
            made=_made(self._clock(), occurred_at),
            payload=payload,
        )

    def take(self, draft: Draft) -> QueuedTransaction:
        """Seal and store ``draft``; returns only when it is on disk. Raises ``QueueError``."""
        if (code := self.closed) is not None:
            raise QueueError(code, "nothing new is taken")
        row = self._store.append(draft, self.sealer.seal)
        self.gauge.read(replace(self.gauge.occupancy, waiting=self._store.open_rows))
        return row

    def measure(self, instant: Instant) -> None:
        """Look again how much there is. Raises ``QueueError``."""
        self.gauge.read(self._store.measure(instant))

    def compare(self, highest: int) -> None:
        """Close or open the queue by the gateway's highest number. Raises ``QueueError``."""
        before = self._store.closed
        mark = self._store.compare(highest)
        if mark == RESTORED and before != RESTORED:
            log.critical("queue_restored", extra={"fault": FaultCode.Q_RESTORED, "sequence": highest})
        elif before is not None and mark is None:
            log.info("queue_copy_confirmed", extra={"sequence": highest})


def _made(instant: Instant, occurred_at: datetime) -> Instant:
    """The instant of the draft; not sure when the clock was set right between what it is about and now."""
    return replace(instant, sure=instant.sure and abs(instant.time - occurred_at) < _SAME_TIME)
