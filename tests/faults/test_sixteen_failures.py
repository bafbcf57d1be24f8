"""The sixteen failures that every such queue meets, each as a whole story: told, in the gateway's book, on disk, after.

This file: what happens to sending (1 to 9). The others are in test_sixteen_failures_of_time.py.
"""

import asyncio
import itertools
import os
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from config.faults import FaultCode
from flows.transactions import Activation, LossReport, ReceiptState, Reinstatement
from kiosk.delivery import GatewayDelivery
from kiosk.submission import payload_of
from offline_queue.copies import backup, resume
from offline_queue.files import DATABASE
from offline_queue.inspection import Inspection, NotPossibleError
from offline_queue.model import SET_ASIDE, Delivery, Draft, QueuedTransaction, QueueError, TransactionState
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from tests.faults.counter import Site, applicant
from tests.faults.story import SENDING, alarms, effects, kept, ledger, line_cut
from tests.offline_queue.hall import TestHall, new_server, running_hall, until

DONE, STORED, REFUSED = ReceiptState.DONE, ReceiptState.STORED, ReceiptState.REFUSED
PROCESSING = ReceiptState.PROCESSING


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
    assert ledger(hall) == [(1, "accepted", None), (2, "refused", "card_already_active")]


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


async def test_04_two_workers(hall: TestHall, site: Site) -> None:
    """On one disk the second is kept out; on a copy of the disk both send the same keys at the same time."""
    copy = replace(site, directory=hall.directory / "copy")
    async with line_cut(hall), site.opened() as counter:
        told = [await counter.serve(key) for key in ("zhang_ling", "zhao_qi", "chan")]
        assert [receipt.state for receipt in told] == [STORED] * 3
        said, _ = await site.said_by_child("deliver")
        assert said == f"refused Q_LOCKED: {site.directory} is in use by process {os.getpid()}\n"
    shutil.copytree(site.directory, copy.directory)
    hall.server.stop()
    async with site.opened() as counter, copy.child("deliver") as second:
        assert second.stdout is not None
        assert await asyncio.wait_for(second.stdout.readline(), 30) == b"open\n"
        hall.server.start()
        assert [(await kept(counter, receipt, hall)).state for receipt in told] == [DONE] * 3
        theirs = (await asyncio.wait_for(second.stdout.read(), 30)).decode().split()
        ours = [await counter.row(receipt) for receipt in told]
    assert theirs == [word for row in ours for word in (str(row.sequence), row.state, row.answer["effective_at"])]
    assert ledger(hall) == [(number, "accepted", None) for number in (1, 2, 3)]
    assert sorted(effects(hall)) == [
        (key, "normal", str(row.id)) for key, row in sorted(zip(("zhang_ling", "zhao_qi", "chan"), ours, strict=True))
    ]


def put_back(copy: Path, directory: Path) -> None:
    """As a technician does with the kiosk's program stopped."""
    for file in directory.iterdir():
        file.unlink()
    shutil.copy(copy, directory / "queue.db")


async def test_05_number_used_again_after_a_restore(hall: TestHall, site: Site, tmp_path: Path) -> None:
    async with site.opened() as counter:
        for number, key in enumerate(("zhang_ling", "zhao_qi", "chan"), 1):
            told = await counter.serve(key)
            assert (told.state, told.number) == (DONE, f"JN09-{number:06d}")
            if number == 1:
                backup(site.directory, tmp_path / "backup.db")
    put_back(tmp_path / "backup.db", site.directory)
    async with line_cut(hall), site.opened() as counter:  # nobody can say which numbers were used
        with pytest.raises(QueueError) as caught:
            await counter.serve("li_xiuying")
        assert caught.value.code is counter.queue.closed is FaultCode.Q_RESTORED
    async with site.opened() as counter:
        await until(lambda: Inspection(site.directory).summary().closed == "restored")  # the gateway has told
        with pytest.raises(QueueError):
            await counter.serve("li_xiuying")
        assert resume(site.directory, hall.keys.kiosk, await counter.gateway.highest_sequence()) == 3
        await until(lambda: counter.queue.closed is None)
        told = await counter.serve("li_xiuying")
        assert (told.state, told.number) == (DONE, "JN09-000004")
        assert (await kept(counter, told, hall)).state is DONE
    assert ledger(hall) == [(number, "accepted", None) for number in (1, 2, 3, 4)]
    assert hall.gaps == []


async def test_05_a_file_put_back_while_off_line_cannot_undo_what_bears_the_number(
    hall: TestHall, site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without our mark and without the gateway nobody can know: the second with a number is set aside, not lost."""
    async with site.opened() as counter:
        await counter.serve("zhang_ling")
    shutil.copy(site.directory / "queue.db", tmp_path / "plain.db")
    async with site.opened() as counter:
        first = await counter.row(await counter.serve("zhao_qi"))
    put_back(tmp_path / "plain.db", site.directory)
    async with line_cut(hall), site.opened() as counter:
        told = await counter.serve("chan")
        assert (told.state, told.number) == (STORED, "JN09-000002")
    async with site.opened() as counter:
        outcome = await counter.told_in_the_end(told)
        row = await counter.row(told)
        await until(lambda: counter.queue.closed is FaultCode.Q_RESTORED)  # which that refusal has shown
    assert (outcome.state, outcome.reason) == (REFUSED, SET_ASIDE)
    assert (row.answer["problem"], row.problem) == ("sequence_reused", FaultCode.GW_REJECTED)
    assert row.envelope  # it is all there for whoever looks after it
    assert alarms(caplog, "transaction_settled") == [FaultCode.GW_REJECTED]
    assert effects(hall)[-1] == ("zhao_qi", "normal", str(first.id))
    assert ledger(hall) == [(1, "accepted", None), (2, "accepted", None)]


@pytest.mark.parametrize("asked_first", [False, True])
async def test_06_same_key_other_payload_is_set_aside(
    hall: TestHall, site: Site, caplog: pytest.LogCaptureFixture, *, asked_first: bool
) -> None:
    """Somebody else's transaction came to the gateway under the key before: nothing of ours may be called done.

    Neither when it is sent, nor when the gateway is asked because a crash left it on its way.
    """
    async with line_cut(hall), site.opened() as counter:
        told = await counter.serve("zhang_ling")
        row = await counter.row(told)
        assert told.state is STORED
    with closing(sqlite3.connect(site.directory / DATABASE)) as connection, connection:
        connection.execute("UPDATE transactions SET state = ?", (("pending", "sending")[asked_first],))
    other = Draft(
        id=row.id,
        kind=row.kind,
        priority=0,
        subject="",
        occurred_at=row.occurred_at,
        expires_at=row.expires_at,
        made=row.stored,
        payload=payload_of(Activation(applicant("chan"))),
    )
    async with site.opened(sending=False) as counter:
        envelope = hall.keys.sealer().seal(other, row.sequence)
        await counter.gateway.send(row.id, sequence=row.sequence, kind=row.kind, envelope=envelope)
    async with site.opened() as counter:
        outcome = await counter.told_in_the_end(told)
        assert (outcome.state, outcome.reason) == (REFUSED, SET_ASIDE)
        row = await counter.row(told)
        assert (row.answer["problem"], bool(row.envelope)) == ("key_reused", True)
        assert alarms(caplog, "transaction_settled") == [FaultCode.GW_REJECTED]
        with pytest.raises(NotPossibleError):  # asked for the key, the gateway would tell of the other
            Inspection(site.directory).retry(row.id)
        assert (await counter.serve("zhao_qi")).state is DONE
        assert (await counter.serve("zhang_ling")).state is DONE  # made anew, under a key of its own
    assert [card for card, _, _ in effects(hall)] == ["chan", "zhao_qi", "zhang_ling"]
    assert ledger(hall) == [(number, "accepted", None) for number in (1, 2, 3)]


async def test_07_in_progress_elsewhere_is_waited_for(
    hall: TestHall, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.opened(patience=1.5) as counter:
        hall.server.switches.set(Fault.IN_PROGRESS_409, path=SENDING)
        told = await counter.serve("zhang_ling")
        row = await counter.row(told)
        assert (told.state, row.state) == (PROCESSING, TransactionState.SENDING)
        assert row.attempts <= 2  # the gateway asked for a second between two
        assert hall.transactions == []
        assert alarms(caplog, "transaction_waits") == []
        hall.server.switches.off()
        assert (await kept(counter, told, hall)).state is DONE
    assert effects(hall) == [("zhang_ling", "normal", str(row.id))]
    assert [entry.times_received for entry in hall.transactions] == [1]


class Stumbles(GatewayDelivery):
    """A program with a bug that one transaction brings out."""

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        if transaction.sequence == 2:
            raise ZeroDivisionError
        return await super().send(transaction)


async def test_08_a_poisonous_row_does_not_block_other_people(
    hall: TestHall, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """One that the gateway can never read, and one that is never sent because of a bug."""
    unknown = OKPKey.generate_key("X25519")
    async with line_cut(hall), site.opened(patience=1) as counter:
        await counter.queue.renew(hall.keys.sealer_to(unknown))
        unreadable = await counter.serve("zhang_ling")
        await counter.queue.renew(hall.keys.sealer())
        stumbling = await counter.serve("chan")
        told = [await counter.serve(key) for key in ("zhang_ling", "zhao_qi", "li_xiuying")]
        assert {receipt.state for receipt in (unreadable, stumbling, *told)} == {STORED}
    async with site.opened(delivery=Stumbles) as counter:
        assert [(await kept(counter, receipt, hall)).state for receipt in told] == [DONE] * 3
        outcome = await counter.told_in_the_end(unreadable)
        assert (outcome.state, outcome.reason) == (REFUSED, SET_ASIDE)
        stuck = await counter.row(stumbling)
        assert stuck.state.open
        Inspection(site.directory).hold(stuck.id)
        assert (await counter.serve("gulimire")).state is DONE
    assert alarms(caplog, "transaction_settled") == [FaultCode.GW_REJECTED]
    assert FaultCode.SW_BUG in alarms(caplog, "transaction_waits")
    async with site.opened() as counter:  # a program without the bug
        Inspection(site.directory).release(stuck.id)
        assert (await kept(counter, stumbling, hall)).state is DONE
    assert {card for card, _, _ in effects(hall)} == {"zhang_ling", "zhao_qi", "li_xiuying", "gulimire", "chan"}
    assert ledger(hall) == [(number, "accepted", None) for number in (2, 3, 4, 5, 6)]
    assert [(gap.sequence, gap.filled_at) for gap in hall.gaps if gap.filled_at is None] == [(1, None)]


TROUBLES = (Fault.ANSWER_LOST, Fault.DOWN, Fault.ERROR_500, Fault.BROKEN_JSON)


async def test_09_one_persons_order_under_retries(hall: TestHall, site: Site) -> None:
    """Lost, found, lost again: in this order or the card ends up wrong. Others need not wait for it."""
    async with line_cut(hall), site.opened(patience=1) as counter:
        wang = [await counter.serve("wang_jianguo", kind) for kind in (LossReport, Reinstatement, LossReport)]
        zhang = await counter.serve("zhang_ling")
        assert [receipt.state for receipt in (*wang, zhang)] == [STORED] * 4
        first = await counter.row(wang[0])
        Inspection(site.directory).hold(first.id)
        hall.server.start()
        assert (await kept(counter, zhang, hall)).state is DONE
        assert ledger(hall) == [(4, "accepted", None)]
        troubles = asyncio.create_task(one_after_the_other(hall))
        Inspection(site.directory).release(first.id)
        ended = [await kept(counter, receipt, hall) for receipt in wang]
        troubles.cancel()
        await asyncio.gather(troubles, return_exceptions=True)
        hall.server.switches.off()
    assert [receipt.state for receipt in ended] == [DONE] * 3
    assert [after for card, after, _ in effects(hall) if card == "wang_jianguo"] == [
        "temporarily_lost",
        "normal",
        "temporarily_lost",
    ]
    moments = [receipt.effective_at for receipt in ended if receipt.effective_at is not None]
    assert moments == sorted(moments)
    assert all(gap.filled_at is not None for gap in hall.gaps)


async def one_after_the_other(hall: TestHall) -> None:
    """Every second request meets a trouble, each time another one."""
    for fault in itertools.cycle(TROUBLES):
        hall.server.switches.set(fault, times=1, path=SENDING)
        while hall.server.switches.current.fault is not Fault.NONE:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
