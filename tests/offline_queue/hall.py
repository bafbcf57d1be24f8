"""A small hall for tests: the reference gateway on a real port, an enrolled kiosk, and the queue between them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from config.clock import certain
from kiosk import enrolment
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.request_signature import RequestSigner
from offline_queue.model import Deliver, QueuedTransaction
from offline_queue.pace import Pace
from offline_queue.queue import OfflineQueue, utc_now
from simulator.gateway.models import CardEvent, SequenceGap, Sms, Transaction
from simulator.gateway.server import GatewayServer
from simulator.people import BY_KEY, Person
from tests.offline_queue.script import until

__all__ = ["until"]

_kiosks = count(1)
JPEG = b"\xff\xd8\xff\xe0 a portrait \xff\xd9"
QUICK = Pace(first_wait=0.05, longest_wait=0.2, tick=0.05, spread=0.05)


def activation_of(holder: Person, **changes: Any) -> dict[str, Any]:
    """The payload of an activation as the kiosk makes it."""
    return {
        "person": {"number": holder.number, "name": holder.name, "document": "resident_id"},
        "card_number": holder.card.number if holder.card else None,
        "card_status_seen": "not_activated",
        "proof": {"method": "face", "detail": "sface same"},
        **changes,
    }


@dataclass
class TestHall:
    """Gateway, keys and client."""

    __test__ = False

    server: GatewayServer
    keys: enrolment.KioskKeys
    gateway: Gateway
    directory: Path

    def stored(self, table: type[Any]) -> list[Any]:
        """The gateway's rows."""
        with self.server.state.sessions() as session:
            return list(session.query(table))

    @property
    def transactions(self) -> list[Transaction]:
        return self.stored(Transaction)

    @property
    def events(self) -> list[CardEvent]:
        return self.stored(CardEvent)

    @property
    def gaps(self) -> list[SequenceGap]:
        return self.stored(SequenceGap)

    @property
    def messages(self) -> list[Sms]:
        return self.stored(Sms)


def enrol(directory: Path, server: GatewayServer, kiosk: str) -> enrolment.KioskKeys:
    """Make a kiosk's keys and let both sides know each other."""
    server.register(enrolment.create(directory, kiosk))
    enrolment.trust_gateway(directory, server.public_keys_file.read_text("ascii"))
    return enrolment.load(directory)


def client(server: GatewayServer, keys: enrolment.KioskKeys, **settings: Any) -> Gateway:
    """The kiosk's client."""
    return Gateway(
        GatewaySettings(server.url, **settings), RequestSigner(keys.kiosk, keys.signing_key), keys.certificate_keys
    )


def portrait(person: Person) -> bytes | None:
    """A photo of everybody but one."""
    return None if person.key == "berg" else JPEG


def new_server(directory: Path) -> GatewayServer:
    """A gateway, not yet started. One serves all tests of a module: starting and stopping is what takes the time."""
    return GatewayServer(directory, portrait=portrait)


@asynccontextmanager
async def running_hall(directory: Path, server: GatewayServer, **settings: Any) -> AsyncIterator[TestHall]:
    """A hall with people as they were invented and a newly enrolled kiosk."""
    server.state.reset()
    keys = enrol(directory / "keys", server, f"kiosk-{next(_kiosks)}")
    gateway = client(server, keys, **settings)
    try:
        yield TestHall(server, keys, gateway, directory)
    finally:
        await gateway.close()


@asynccontextmanager
async def running_queue(
    hall: TestHall,
    *,
    deliver: Deliver | None = None,
    pace: Pace = QUICK,
    clock: Callable[[], datetime] = utc_now,
    sending: bool = True,
) -> AsyncIterator[OfflineQueue]:
    """The queue of ``hall``'s kiosk with its background task."""
    queue = await OfflineQueue.open(
        hall.directory / "queue",
        sealer=hall.keys.sealer(),
        subject_key=hall.keys.subject_key,
        deliver=deliver or GatewayDelivery(hall.gateway),
        pace=pace,
        clock=certain(clock),
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
    queue: OfflineQueue, key: str = "zhang_ling", *, kind: str = "activation", lasts: float = 3600, **changes: Any
) -> QueuedTransaction:
    """Submit the activation of one of the invented people."""
    holder = BY_KEY[key]
    now = utc_now()
    return await queue.submit(
        activation_of(holder, **changes),
        kind=kind,
        subject_of=holder.number,
        occurred_at=now,
        expires_at=now + timedelta(seconds=lasts),
    )


async def final(queue: OfflineQueue, row: QueuedTransaction, within: float = 20) -> QueuedTransaction:
    """Wait until nothing more will happen to ``row``."""
    async with asyncio.timeout(within):
        while True:
            now = await queue.settled(row.id, within)
            if not now.state.open:
                return now
            await asyncio.sleep(0.02)
