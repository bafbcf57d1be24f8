"""The technician's way in, from another process beside the running kiosk."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from config.faults import FaultCode
from offline_queue.inspection import Inspection, NotPossibleError
from offline_queue.model import SET_ASIDE, NotReceived, QueueError, Refused, TransactionState, TryLater
from tests.offline_queue.script import DONE, LATER, UNKNOWN, Clock, Script, final, opened, submit, until

ROOT = Path(__file__).parents[2]
CHANGE = """
import sys
from pathlib import Path
from uuid import UUID
from offline_queue.inspection import Inspection
getattr(Inspection(Path(sys.argv[1])), sys.argv[2])(UUID(sys.argv[3]))
"""


@pytest.fixture
def script() -> Script:
    return Script()


async def in_another_process(directory: Path, what: str, transaction_id: object) -> None:
    command = [sys.executable, "-c", CHANGE, str(directory), what, str(transaction_id)]
    await asyncio.to_thread(subprocess.run, command, cwd=ROOT, check=True, timeout=30)


async def test_held_stops_its_subject_others_pass_and_released_goes_on(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [TryLater(FaultCode.NET_UNREACHABLE, retry_after=3000)]
    async with opened(tmp_path, script) as queue:
        first = await submit(queue, "a")
        await queue.settled(first.id, 20)
        await in_another_process(tmp_path, "hold", first.id)
        stopped = len(script.calls)
        behind, other = await submit(queue, "a"), await submit(queue, "b")
        assert (await final(queue, other)).state is TransactionState.ACCEPTED
        ticks = queue.ticks
        await until(lambda: queue.ticks > ticks + 3)
        assert {sequence for _, sequence in script.calls[stopped:]} <= {first.sequence, other.sequence}
        assert ("send", behind.sequence) not in script.calls
        assert (await queue.get(first.id)).held
        await in_another_process(tmp_path, "release", first.id)
        assert (await final(queue, behind)).state is TransactionState.ACCEPTED
        assert (await queue.get(first.id)).state is TransactionState.ACCEPTED


async def test_held_between_the_look_and_the_first_byte_is_not_sent(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script, sending=False) as queue:
        row = await submit(queue)
        Inspection(tmp_path).hold(row.id)
        await queue._sending.attempt(row)  # as if it had been read just before
        assert script.calls == []
        assert (await queue.get(row.id)).state is TransactionState.PENDING


async def test_retry_makes_it_due_now(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [TryLater(FaultCode.NET_UNREACHABLE, retry_after=3000)]
    async with opened(tmp_path, script) as queue:
        row = await queue.settled((await submit(queue)).id, 20)
        assert row.state is TransactionState.PENDING
        await in_another_process(tmp_path, "retry", row.id)
        assert (await final(queue, row)).state is TransactionState.ACCEPTED


async def test_what_the_gateway_could_not_read_is_asked_for_before_it_is_sent_again(
    tmp_path: Path, script: Script
) -> None:
    script.answers["activation"] = [Refused({"reason": SET_ASIDE}, FaultCode.GW_REJECTED)]
    script.outcomes = [NotReceived()]
    async with opened(tmp_path, script) as queue:
        row = await final(queue, await submit(queue))
        assert (row.state, queue.pending()) == (TransactionState.REFUSED, 0)
        opened_again = Inspection(tmp_path).retry(row.id)
        assert (opened_again.state, opened_again.problem, opened_again.envelope) == ("sending", None, row.envelope)
        await until(lambda: ("outcome", 1) in script.calls)
        settled = await final(queue, row)
        assert (settled.state, settled.answer) == (TransactionState.ACCEPTED, DONE.answer)
        await until(lambda: queue.pending() == 0)
    assert script.calls == [("send", 1), ("outcome", 1), ("send", 1)]


async def test_what_is_decided_is_left_alone(tmp_path: Path, script: Script) -> None:
    script.answers["no"] = [Refused({"reason": "card_already_active"})]
    async with opened(tmp_path, script) as queue:
        rows = [await final(queue, await submit(queue, kind=kind)) for kind in ("activation", "no")]
    inspection = Inspection(tmp_path)
    for row in rows:
        for change in (inspection.hold, inspection.retry, inspection.release):
            with pytest.raises(NotPossibleError, match=str(row.id)):
                change(row.id)
    assert inspection.rows() == rows


async def test_held_is_released_before_it_is_tried_again(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script, sending=False) as queue:
        row = await submit(queue)
    inspection = Inspection(tmp_path)
    assert inspection.hold(row.id).held
    with pytest.raises(NotPossibleError, match="release"):
        inspection.retry(row.id)
    assert not inspection.release(row.id).held
    with pytest.raises(NotPossibleError, match="not held"):
        inspection.release(row.id)


async def test_looking(tmp_path: Path, script: Script) -> None:
    script.answers["unknown"] = [UNKNOWN]
    async with opened(tmp_path, script, sending=False) as queue:
        rows = [await submit(queue, subject) for subject in "abc"]
        inspection = Inspection(tmp_path)
        inspection.hold(rows[1].id)
        assert [row.sequence for row in inspection.rows()] == [1, 2, 3]
        assert [row.sequence for row in inspection.rows(after=1, limit=1)] == [2]
        assert inspection.rows([TransactionState.ACCEPTED, TransactionState.REFUSED]) == []
        assert inspection.rows([TransactionState.PENDING], after=2) == [rows[2]]
        assert inspection.find(3) == inspection.find(rows[2].id) == rows[2]
        with pytest.raises(KeyError):
            inspection.find(4)
        told = inspection.summary()
    assert (told.kiosk, told.last_sequence, told.closed, told.held) == ("k1", 3, None, 1)
    assert (told.states, told.oldest_open) == ({TransactionState.PENDING: 3}, rows[0].stored)
    assert abs(told.latest - rows[2].stored.time) < timedelta(seconds=1)
    assert told.bytes > 0


def test_no_queue_and_a_queue_of_another_version(tmp_path: Path) -> None:
    with pytest.raises(QueueError, match="no queue here"):
        Inspection(tmp_path).rows()
    (tmp_path / "queue.db").touch()
    with pytest.raises(QueueError, match="schema 0"):
        Inspection(tmp_path).rows()


async def test_a_held_transaction_expires_but_is_not_withdrawn_before_it_is_released(
    tmp_path: Path, script: Script
) -> None:
    clock = Clock()
    script.answers["activation"] = [LATER] * 1000
    async with opened(tmp_path, script, clock) as queue:
        row = await queue.settled((await submit(queue)).id, 20)
        Inspection(tmp_path).hold(row.id)
        clock.shift = timedelta(seconds=61)
        await until(lambda: Inspection(tmp_path).find(1).state is TransactionState.EXPIRING)
        ticks = queue.ticks
        await until(lambda: queue.ticks > ticks + 3)
        assert ("withdraw", 1) not in script.calls
        Inspection(tmp_path).release(row.id)
        assert (await final(queue, row)).state is TransactionState.EXPIRED
