"""The queue as it is measured: its payloads, a seal that only serialises, and gateways that answer at once."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from offline_queue.envelope import Sealer
from offline_queue.limits import Limits
from offline_queue.model import Accepted, Draft, QueuedTransaction
from offline_queue.queue import OfflineQueue
from simulator.people import BY_KEY

PENSIONER = BY_KEY["li_xiuying"]
KIND = "entitlement_review"
PAYLOAD: dict[str, Any] = {
    "person": {"number": PENSIONER.number, "name": PENSIONER.name, "document": "resident_id"},
    "card_number": None,
    "card_status_seen": None,
    "proof": {"method": "face", "detail": "sface same"},
    "details": {},
}
_NO_LIMITS = Limits(waiting=1 << 40, bytes=1 << 50)


def new_sealer(kiosk: str = "JN03") -> Sealer:
    """One with keys of its own."""
    return Sealer(kiosk, OKPKey.generate_key("Ed25519"), OKPKey.generate_key("X25519"))


@dataclass(frozen=True)
class Serialiser:
    """In the sealer's place: the same content as JSON, neither signed nor sealed, as long as an envelope."""

    length: int
    kiosk: str = "JN03"

    def seal(self, draft: Draft, sequence: int) -> str:
        content = {**draft.payload, "id": str(draft.id), "sequence": sequence, "kiosk": self.kiosk, "kind": draft.kind}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).ljust(self.length)


class Taking:
    """A gateway without a network: takes everything at once."""

    async def send(self, transaction: QueuedTransaction) -> Accepted:
        return Accepted({})

    withdraw = outcome = send


async def open_queue(directory: Path, sealer: Any, deliver: Any = None, **options: Any) -> OfflineQueue:
    """The queue in ``directory``, which is never full."""
    deliver = deliver or Taking()
    return await OfflineQueue.open(
        directory, sealer=sealer, subject_key=bytes(32), deliver=deliver, limits=_NO_LIMITS, **options
    )


def submit(queue: OfflineQueue, subject: int = 0) -> Coroutine[Any, Any, QueuedTransaction]:
    """One transaction, as a flow submits it; ``subject``: whose."""
    now = datetime.now(UTC)
    return queue.submit(
        PAYLOAD, kind=KIND, subject_of=f"person-{subject}", occurred_at=now, expires_at=now + timedelta(hours=72)
    )


async def submit_many(queue: OfflineQueue, n: int, at_once: int = 1) -> None:
    """``n`` transactions of as many people, ``at_once`` of them under way together."""
    for begin in range(0, n, at_once):
        await asyncio.gather(*(submit(queue, begin + each) for each in range(min(at_once, n - begin))))


async def empty(queue: OfflineQueue, down_to: int = 0) -> None:
    """Let the queue send until no more than ``down_to`` wait."""
    sending = asyncio.create_task(queue.run())
    while queue.pending() > down_to:
        await asyncio.sleep(0.005)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
