"""The sixteen failures that every such queue meets, each as a whole story: told, in the gateway's book, on disk, after.

This file: what happens to sending (1 to 9). The others are in test_sixteen_failures_of_time.py.
"""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from flows.transactions import Receipt, ReceiptState
from offline_queue.inspection import Inspection
from offline_queue.model import TransactionState
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from simulator.people import BY_KEY
from tests.faults.counter import Counter, Site
from tests.offline_queue.hall import TestHall, new_server, running_hall

SENDING = "/v1/transactions"  # the way of every transaction; the gateway's health is another
DONE, STORED, PROCESSING, REFUSED = (
    ReceiptState.DONE,
    ReceiptState.STORED,
    ReceiptState.PROCESSING,
    ReceiptState.REFUSED,
)
ONCE = {"accepted": 1}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running
        if not server.running:
            server.start()


@pytest.fixture
def site(hall: TestHall) -> Site:
    return Site(hall.keys, hall.server.url, hall.directory / "queue")


@asynccontextmanager
async def line_cut(hall: TestHall) -> AsyncIterator[None]:
    hall.server.stop()
    yield
    hall.server.start()


def ledger(hall: TestHall) -> list[tuple[int, str, str | None]]:
    """The gateway's book: number, result, reason."""
    return sorted((entry.sequence, entry.result, entry.reason) for entry in hall.transactions)


def effects(hall: TestHall) -> list[tuple[str, str, str]]:
    """Whose card became what, by which key, in the order in which it happened."""
    whose = {person.card.number: key for key, person in BY_KEY.items() if person.card is not None}
    events = sorted(hall.events, key=lambda event: event.id)
    return [(whose[event.card_number], event.after, event.transaction_id) for event in events]


async def kept(counter: Counter, receipt: Receipt, hall: TestHall) -> Receipt:
    """The receipt in the end, when it says the same as the gateway's book."""
    told, row = await counter.told_in_the_end(receipt), await counter.row(receipt)
    (entry,) = [entry for entry in hall.transactions if entry.id == str(row.id)]
    assert (entry.sequence, entry.effective_at) == (row.sequence, told.effective_at)
    assert entry.result == row.state
    return told


async def test_01_answer_lost_after_the_server_committed(hall: TestHall, site: Site) -> None:
    """And the citizen, who has read that it is being processed, tries again at once."""
    async with site.opened(patience=1.5) as counter:
        hall.server.switches.set(Fault.ANSWER_LOST, path=SENDING)
        told = await counter.serve("zhang_ling")
        assert (told.state, told.effective_at) == (PROCESSING, None)
        assert ledger(hall) == [(1, "accepted", None)]
        row = await counter.row(told)
        assert row.state is TransactionState.SENDING
        again = await counter.serve("zhang_ling")  # waits behind the first: whether that is in effect must be known
        assert again.state is STORED
        assert len(hall.transactions) == 1
        hall.server.switches.off()
        assert (await kept(counter, told, hall)).state is DONE
        second = await kept(counter, again, hall)
    assert (second.state, second.reason) == (REFUSED, "card_already_active")
    assert effects(hall) == [("zhang_ling", "normal", str(row.id))]
    assert [entry.times_received for entry in hall.transactions] == [1, 1]  # asked for, not sent again


@pytest.mark.parametrize(("mode", "received"), [("dies_before_the_first_byte", 0), ("dies_with_the_answer", 1)])
async def test_02_crash_between_send_and_mark(hall: TestHall, site: Site, mode: str, received: int) -> None:
    assert await site.said_by_child(mode) == ("open\n", -signal.SIGKILL)
    assert len(hall.transactions) == received
    async with site.opened(sending=False) as counter:
        (row,) = await counter.queue.rows()
        assert row.state is TransactionState.SENDING
        assert counter.submission.receipt(row).state is PROCESSING  # that is all that can be said of either
    async with site.opened() as counter:
        told = await kept(counter, counter.submission.receipt(row), hall)
    assert told.state is DONE
    assert effects(hall) == [("zhang_ling", "normal", str(row.id))]
    assert [entry.times_received for entry in hall.transactions] == [1]


@pytest.mark.parametrize(
    ("mode", "state", "received"),
    [("dies_when_stored", TransactionState.PENDING, 0), ("dies_when_decided", TransactionState.ACCEPTED, 1)],
)
async def test_03_crash_between_commit_and_receipt(
    hall: TestHall, site: Site, mode: str, state: TransactionState, received: int
) -> None:
    """The citizen was told nothing, and does it again at the same kiosk: what was committed stands, once."""
    assert await site.said_by_child(mode) == ("open\n", -signal.SIGKILL)
    assert len(hall.transactions) == received
    first = Inspection(site.directory).find(1)  # nothing is printed, but who asks the staff is answered
    assert first.state is state
    async with site.opened() as counter:
        again = await counter.serve("zhang_ling")
        assert (again.number, again.state, again.reason) == ("JN09-000002", REFUSED, "card_already_active")
        assert (await kept(counter, counter.submission.receipt(first), hall)).state is DONE
    assert ledger(hall) == [(1, "accepted", None), (2, "refused", "card_already_active")]
    assert effects(hall) == [("zhang_ling", "normal", str(first.id))]
    assert hall.gaps == []
