"""One kiosk of the fleet: its own keys and queue, and all that runs in a real one between queue and gateway."""

import asyncio
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from uuid6 import uuid7

from config.clock import Timekeeper
from config.faults import FaultCode
from kiosk import enrolment
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.queue_line import follow_line
from kiosk.request_signature import RequestSigner
from offline_queue.envelope import subject_hash
from offline_queue.model import Draft, TransactionState
from offline_queue.pace import Pace
from offline_queue.queue import OfflineQueue
from offline_queue.store import Store
from tests.fleet.exchanges import Exchange, NotedLine
from tests.fleet.plan import Plan, person_number

_KIND = "entitlement_review"
_LASTS = timedelta(hours=72)


def fill(directory: Path, plan: Plan) -> list[str]:
    """Store a kiosk's rows as an outage leaves them: sealed, tried once in vain, waiting. Returns their keys."""
    keys = enrolment.load(directory / "keys")
    sealer, clock = keys.sealer(), Timekeeper()
    store = Store(directory / "queue", keys.kiosk, clock().time)
    made = []
    for each in range(plan.rows):
        person = person_number(keys.kiosk, each % plan.people_each)
        instant = clock()
        draft = Draft(
            id=uuid7(),
            kind=_KIND,
            priority=0,
            subject=subject_hash(keys.subject_key, person),
            occurred_at=instant.time,
            expires_at=instant.time + _LASTS,
            made=instant,
            payload=_review_of(person),
        )
        row = store.append(draft, sealer.seal)
        wait = timedelta(seconds=random.uniform(0, Pace().longest_wait))
        store.postpone(row.id, TransactionState.PENDING, FaultCode.NET_UNREACHABLE, instant.time + wait)
        made.append(str(row.id))
    store.close()
    return made


def _review_of(person: str) -> dict[str, object]:
    return {
        "person": {"number": person, "name": "", "document": "resident_id"},
        "card_number": None,
        "card_status_seen": None,
        "proof": {"method": "face", "detail": "sface same"},
        "details": {},
    }


@dataclass
class FleetKiosk:
    """A kiosk that is switched on; ``notes``: every request it made."""

    queue: OfflineQueue
    gateway: Gateway
    notes: list[Exchange]
    tasks: list[asyncio.Task[None]]

    @classmethod
    async def start(cls, directory: Path, url: str, plan: Plan) -> "FleetKiosk":
        keys = enrolment.load(directory / "keys")
        timekeeper = Timekeeper()
        signer = RequestSigner(keys.kiosk, keys.signing_key, timekeeper.now)
        settings = GatewaySettings(url, read_seconds=10.0, connections=plan.connections)
        gateway = Gateway(settings, signer, keys.certificate_keys, timekeeper)
        notes: list[Exchange] = []
        gateway._http = NotedLine(settings, signer, notes)
        pace = Pace(in_flight=plan.in_flight, tick=plan.tick)
        queue = await OfflineQueue.open(
            directory / "queue",
            sealer=keys.sealer(),
            subject_key=keys.subject_key,
            deliver=GatewayDelivery(gateway),
            pace=pace,
            clock=timekeeper,
        )
        running = (queue.run(), gateway.watch(), follow_line(gateway, queue, settings.health_seconds))
        return cls(queue, gateway, notes, [asyncio.create_task(each) for each in running])

    async def states(self, plan: Plan) -> list[str]:
        """What became of each row."""
        return [str(row.state) for row in await self.queue.rows(limit=plan.rows)]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.gateway.close()
        await self.queue.close()
