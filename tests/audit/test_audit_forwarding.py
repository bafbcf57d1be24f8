"""The log arrives at the gateway: whole, in order, through the queue, and never in a citizen's way."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from config.faults import FaultCode
from kiosk.audit.chain import HeadKey, Link
from kiosk.audit.files import months
from kiosk.audit.forwarding import KIND, PRIORITY, AuditForwarding, Batches, Position, read_position
from kiosk.audit.log import AuditLog, Ending, Event
from kiosk.audit.verifying import Snapshot, compare, verify
from kiosk.delivery import GatewayDelivery
from offline_queue.limits import Limits
from offline_queue.model import Delivery, QueuedTransaction, TryLater
from offline_queue.queue import OfflineQueue, utc_now
from simulator.gateway.models_audit import AuditEntry
from simulator.gateway.server import GatewayServer
from tests.audit.trail import HandClock, entries, told
from tests.offline_queue.hall import QUICK, TestHall, new_server, running_hall, running_queue, submit

BATCHES = Batches(enough=5, longest_wait=600, most=7, tick=0.02)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as hall:
        yield hall


@dataclass
class Kiosk:
    """A log, a queue, and what goes from the one to the other."""

    hall: TestHall
    audit: AuditLog
    queue: OfflineQueue
    clock: HandClock
    online: bool = True

    @property
    def directory(self) -> Path:
        return self.hall.directory / "audit"

    @property
    def at_gateway(self) -> list[AuditEntry]:
        return sorted(self.hall.stored(AuditEntry), key=lambda entry: entry.number)

    async def has(self, count: int) -> None:
        await until(lambda: len(self.at_gateway) >= count)

    async def idle(self) -> None:
        """Long enough for many looks of the forwarding."""
        await asyncio.sleep(10 * BATCHES.tick)

    def visit(self) -> None:
        trail = self.audit.begin("activation")
        trail.ends(Ending.DONE)
        trail.end()

    async def rows(self) -> list[QueuedTransaction]:
        return [row for row in await self.queue.rows() if row.kind == "audit"]


async def until(true: Callable[[], bool], within: float = 10) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(hall: TestHall, queue: OfflineQueue, *, online: bool = True) -> AsyncIterator[Kiosk]:
    clock = HandClock(time=utc_now())
    key = HeadKey(hall.keys.kiosk, hall.keys.signing_key)
    audit = AuditLog(hall.directory / "audit", key, clock, lambda _: False)
    kiosk = Kiosk(hall, audit, queue, clock, online)
    forwarding = AuditForwarding(audit, queue, online=lambda: kiosk.online, clock=clock, batches=BATCHES)
    task = asyncio.create_task(forwarding.run())
    try:
        yield kiosk
    finally:
        task.cancel()
        results = await asyncio.gather(task, return_exceptions=True)
        await audit.close()
        assert isinstance(results[0], asyncio.CancelledError), results


async def test_a_visit_is_at_the_gateway_soon_after_its_end(hall: TestHall) -> None:
    async with running_queue(hall) as queue, running(hall, queue) as kiosk:
        kiosk.visit()
        await kiosk.has(2)
        (row,) = await kiosk.rows()
        row = await queue.settled(row.id, within=10)
        assert (row.kind, row.state) == ("audit", "accepted")
        here = entries(kiosk.directory)
        assert [entry.content for entry in kiosk.at_gateway] == [entry.content for entry in here]
        assert [entry.suspect for entry in kiosk.at_gateway] == [None, None]
        head = await hall.gateway.audit_head()
        assert Link(head.number, head.hash) == here[-1].link


async def test_the_gateway_has_nothing_before(hall: TestHall) -> None:
    head = await hall.gateway.audit_head()
    assert (head.kiosk, head.number, head.hash) == (hall.keys.kiosk, 0, "")


async def test_nothing_goes_during_a_visit(hall: TestHall) -> None:
    async with running_queue(hall) as queue, running(hall, queue) as kiosk:
        trail = kiosk.audit.begin("activation")
        for _ in range(20):
            trail.note(Event.WENT_BACK)
        kiosk.clock.pass_by(hours=2)
        await kiosk.idle()
        assert await kiosk.rows() == []
        trail.end()
        await kiosk.has(22)


async def test_what_belongs_to_no_visit_goes_when_it_is_enough_or_has_waited(hall: TestHall) -> None:
    async with running_queue(hall) as queue, running(hall, queue) as kiosk:
        kiosk.audit.note(Event.KIOSK_STARTED)
        await kiosk.idle()
        assert await kiosk.rows() == []
        kiosk.clock.pass_by(seconds=601)
        await kiosk.has(1)
        for _ in range(4):
            kiosk.audit.note(Event.KIOSK_STARTED)
        await kiosk.idle()
        assert len(await kiosk.rows()) == 1
        kiosk.audit.note(Event.KIOSK_STARTED)
        await kiosk.has(6)


async def test_off_line_it_waits_in_its_files_and_catches_up_in_batches(hall: TestHall) -> None:
    async with running_queue(hall) as queue, running(hall, queue, online=False) as kiosk:
        for _ in range(15):
            kiosk.visit()
        kiosk.clock.pass_by(hours=2)
        await kiosk.idle()
        assert await kiosk.rows() == []
        kiosk.online = True
        await kiosk.has(30)
        assert [len(found) for found in _by_transaction(kiosk)] == [7, 7, 7, 7, 2]
        assert not [entry for entry in kiosk.at_gateway if entry.suspect]


def _by_transaction(kiosk: Kiosk) -> list[list[AuditEntry]]:
    found: dict[object, list[AuditEntry]] = {}
    for entry in kiosk.at_gateway:
        found.setdefault(entry.transaction_id, []).append(entry)
    return list(found.values())


async def test_what_was_left_at_the_end_goes_at_the_next_start(hall: TestHall) -> None:
    async with running_queue(hall) as queue:
        async with running(hall, queue, online=False) as kiosk:
            kiosk.visit()
            await kiosk.idle()
        async with running(hall, queue) as kiosk:
            kiosk.visit()
            await kiosk.has(4)
            assert not [entry for entry in kiosk.at_gateway if entry.suspect]


async def test_after_a_crash_the_same_entries_may_go_again(hall: TestHall) -> None:
    """The row is in the queue, and the note of it is lost."""
    async with running_queue(hall) as queue:
        async with running(hall, queue) as kiosk:
            kiosk.visit()
            await kiosk.has(2)
            await until(lambda: read_position(kiosk.directory).number == 2)
        (kiosk.directory / "forwarded.json").unlink()
        async with running(hall, queue) as kiosk:
            kiosk.visit()
            await kiosk.has(4)
            assert [entry.number for entry in kiosk.at_gateway] == [1, 2, 3, 4]
            assert not [entry for entry in kiosk.at_gateway if entry.suspect]


async def test_it_goes_on_when_the_file_of_a_clock_that_was_ahead_gets_its_right_month(hall: TestHall) -> None:
    async with running_queue(hall) as queue, running(hall, queue) as kiosk:
        right = kiosk.clock.time
        ahead = right + timedelta(days=4000)
        kiosk.clock.time, kiosk.clock.sure = ahead, False
        kiosk.visit()
        await kiosk.has(2)
        await until(lambda: read_position(kiosk.directory).file == f"{ahead:%Y-%m}.jsonl")
        kiosk.clock.time, kiosk.clock.sure = right, True
        kiosk.visit()
        await kiosk.has(4)
        await until(lambda: read_position(kiosk.directory).file == f"{right:%Y-%m}.jsonl")
        assert [entry.number for entry in kiosk.at_gateway] == [1, 2, 3, 4]
        assert not [entry for entry in kiosk.at_gateway if entry.suspect]
        assert len(await kiosk.rows()) == 2


@dataclass
class Deaf:
    """A gateway that takes nothing."""

    asked: list[str] = field(default_factory=list)

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        self.asked.append(transaction.kind)
        return TryLater(FaultCode.GW_ERROR)

    withdraw = send
    outcome = send


async def test_a_citizens_transaction_goes_first(hall: TestHall) -> None:
    pace = dataclasses.replace(QUICK, in_flight=1, priorities={KIND: PRIORITY})
    deaf = Deaf()
    async with running_queue(hall, deliver=deaf, pace=pace, sending=False) as queue:
        async with running(hall, queue) as kiosk:
            kiosk.visit()
            await until(lambda: read_position(kiosk.directory).number == 2)
        await submit(queue)
        assert [row.kind for row in await queue.rows()] == ["audit", "activation"]
        sending = asyncio.create_task(queue.run())
        await until(lambda: "audit" in deaf.asked)
        assert deaf.asked[0] == "activation"
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_one_batch_at_a_time(hall: TestHall) -> None:
    """A gateway that answers, but does not take the log, does not fill the queue with it."""
    async with running_queue(hall, deliver=Deaf()) as queue, running(hall, queue) as kiosk:
        for _ in range(10):
            kiosk.visit()
            await kiosk.idle()
        assert len(await kiosk.rows()) == 1


async def test_a_queue_that_is_nearly_full_or_closed_is_left_to_the_citizens(hall: TestHall) -> None:
    queue = await OfflineQueue.open(
        hall.directory / "queue",
        sealer=hall.keys.sealer(),
        subject_key=hall.keys.subject_key,
        deliver=GatewayDelivery(hall.gateway),
        pace=QUICK,
        limits=Limits(waiting=4, warn=0.5, age=timedelta(hours=1)),
    )
    try:
        async with running(hall, queue) as kiosk:
            await submit(queue)
            await submit(queue, "zhao_qi")
            assert queue.nearly_full
            kiosk.visit()
            await kiosk.idle()
            assert await kiosk.rows() == []
            await submit(queue)
            await submit(queue)
            await until(lambda: told(entries(kiosk.directory))[-1] == ("queue_closed", {"code": "Q_FULL"}))
            sending = asyncio.create_task(queue.run())
            await kiosk.has(3)
            assert [entry.content["event"] for entry in kiosk.at_gateway[:3]] == [
                "visit_began",
                "visit_ended",
                "queue_closed",
            ]
            await until(lambda: told(entries(kiosk.directory))[-1] == ("queue_opened", {}))
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    finally:
        await queue.close()


async def test_a_log_that_was_changed_is_suspect_at_the_gateway(hall: TestHall) -> None:
    async with running_queue(hall) as queue, running(hall, queue, online=False) as kiosk:
        kiosk.visit()
        kiosk.visit()
        await kiosk.idle()
        (path,) = months(kiosk.directory)
        path.write_bytes(path.read_bytes().replace(b'"done"', b'"left"', 1))
        kiosk.online = True
        await kiosk.has(4)
        assert [entry.suspect for entry in kiosk.at_gateway] == [None, "hash_wrong", None, None]


async def test_a_log_that_was_begun_anew_is_suspect_at_the_gateway(hall: TestHall) -> None:
    async with running_queue(hall) as queue:
        async with running(hall, queue) as kiosk:
            kiosk.visit()
            await kiosk.has(2)
            await until(lambda: read_position(kiosk.directory).number == 2)
            head = await hall.gateway.audit_head()
        for path in kiosk.directory.iterdir():
            if path.name != "forwarded.json":
                path.unlink()
        async with running(hall, queue) as kiosk:
            kiosk.audit.note(Event.KIOSK_STARTED)
            await kiosk.audit.flush()
            kiosk.clock.pass_by(hours=1)
            await kiosk.idle()
            kiosk.clock.pass_by(hours=1)
            await kiosk.has(3)
            assert [entry.number for entry in kiosk.at_gateway if entry.suspect] == [1]
        key = HeadKey(hall.keys.kiosk, hall.keys.signing_key)
        report = verify(Snapshot.of(kiosk.directory), key, wanted=frozenset({head.number}))
        assert report.genuine
        compare(report, Link(head.number, head.hash))
        assert not report.genuine


@pytest.mark.parametrize("text", ["", "{}x", "[]", '{"number": 1, "colour": "red"}'])
def test_a_position_that_cannot_be_read_is_the_beginning(tmp_path: Path, text: str) -> None:
    (tmp_path / "forwarded.json").write_text(text, "ascii")
    assert read_position(tmp_path) == Position()
