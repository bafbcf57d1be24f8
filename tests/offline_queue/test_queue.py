"""The queue in action, with a gateway whose every answer the test has laid ready."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.faults import FaultCode
from offline_queue.model import (
    Delivery,
    NotReceived,
    QueueError,
    Refused,
    Superseded,
    TransactionState,
    TryLater,
)
from offline_queue.pace import Pace
from tests.offline_queue.script import DONE, LATER, UNKNOWN, Clock, Script, final, opened, submit, until


@pytest.fixture
def script() -> Script:
    return Script()


async def test_accepted_at_once(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script) as queue:
        row = await submit(queue)
        assert (row.sequence, row.state, queue.pending()) == (1, TransactionState.PENDING, 1)
        settled = await queue.settled(row.id, 20)
        assert (settled.state, settled.answer, settled.attempts) == (TransactionState.ACCEPTED, DONE.answer, 1)
        assert queue.pending() == 0
        assert script.calls == [("send", 1)]


@pytest.mark.parametrize(
    ("answer", "state", "kept", "problem"),
    [
        (Refused({"reason": "card_already_active"}), TransactionState.REFUSED, "card_already_active", None),
        (Refused({"reason": "set_aside"}, FaultCode.GW_REJECTED), TransactionState.REFUSED, "set_aside", "GW_REJECTED"),
        (Superseded(), TransactionState.SUPERSEDED, None, None),
    ],
)
async def test_other_ends(
    tmp_path: Path, script: Script, answer: Delivery, state: TransactionState, kept: str | None, problem: str | None
) -> None:
    script.answers["activation"] = [answer]
    async with opened(tmp_path, script) as queue:
        settled = await queue.settled((await submit(queue)).id, 20)
    assert (settled.state, settled.answer.get("reason"), settled.problem) == (state, kept, problem)


async def test_waiting_is_told_at_once_and_goes_on_by_itself(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [LATER, LATER]
    async with opened(tmp_path, script) as queue:
        row = await submit(queue)
        told = await queue.settled(row.id, 20)
        assert (told.state, told.problem) == (TransactionState.PENDING, FaultCode.NET_UNREACHABLE)
        assert (await final(queue, row)).attempts == 3
    assert script.calls == [("send", 1)] * 3


async def test_unknown_outcome_is_asked_for_before_it_is_sent_again(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [UNKNOWN]
    script.outcomes = [LATER, NotReceived()]
    async with opened(tmp_path, script) as queue:
        row = await submit(queue)
        assert (await queue.settled(row.id, 20)).state is TransactionState.ACCEPTED
    assert script.calls == [("send", 1), ("outcome", 1), ("outcome", 1), ("send", 1)]


async def test_unknown_outcome_found_out(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [UNKNOWN]
    script.outcomes = [DONE]
    async with opened(tmp_path, script) as queue:
        assert (await queue.settled((await submit(queue)).id, 20)).state is TransactionState.ACCEPTED
    assert script.calls == [("send", 1), ("outcome", 1)]


async def test_patience_over_while_the_outcome_is_unknown(tmp_path: Path, script: Script) -> None:
    script.hold.clear()
    async with opened(tmp_path, script) as queue:
        told = await queue.settled((await submit(queue)).id, 0.2)
        assert told.state is TransactionState.SENDING


async def test_stopped_while_sending_asks_at_the_next_start(tmp_path: Path, script: Script) -> None:
    script.hold.clear()
    async with opened(tmp_path, script) as queue:
        row = await submit(queue)
        await queue.settled(row.id, 0.2)
    script.hold.set()
    async with opened(tmp_path, script) as queue:
        assert (await final(queue, row)).state is TransactionState.ACCEPTED
    assert script.calls == [("send", 1), ("outcome", 1), ("send", 1)]


async def test_a_bug_in_the_delivery_blocks_nobody(tmp_path: Path, script: Script) -> None:
    script.answers["poison"] = [RuntimeError("bug")] * 50
    script.outcomes = [RuntimeError("bug")] * 50
    async with opened(tmp_path, script) as queue:
        poison = await submit(queue, "a", "poison")
        behind = await submit(queue, "a")
        others = [await submit(queue, subject) for subject in "bcdef"]
        for row in others:
            assert (await final(queue, row)).state is TransactionState.ACCEPTED
        assert (await queue.get(poison.id)).state is TransactionState.SENDING
        assert (await queue.get(behind.id)).attempts == 0
    assert ("send", behind.sequence) not in script.calls


async def test_one_persons_order_under_retries(tmp_path: Path, script: Script) -> None:
    script.answers["first"] = [LATER, UNKNOWN, LATER]
    async with opened(tmp_path, script) as queue:
        rows = [await submit(queue, "a", kind) for kind in ("first", "second", "third")]
        await final(queue, rows[-1])
    sent = [sequence for what, sequence in script.calls if what == "send"]
    assert sent == sorted(sent)
    assert set(sent) == {1, 2, 3}


async def test_at_most_so_many_in_flight_and_loss_first(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script) as queue:
        for subject in range(3):  # with each quick answer the queue dares one more
            await final(queue, await submit(queue, str(subject)))
        script.hold.clear()
        rows = [await submit(queue, str(subject)) for subject in range(7)]
        await until(lambda: script.running == 3)
        loss = await submit(queue, "lost", "loss")
        await asyncio.sleep(0.1)
        assert script.running == 3
        script.hold.set()
        for row in (*rows, loss):
            await final(queue, row)
    assert script.most_running <= 4
    assert ("send", loss.sequence) in script.calls[3 + 3 : 3 + 3 + 2]  # beside the row that is waited for


async def test_whoever_waits_at_the_screen_has_an_attempt_at_once_whatever_else_waits(
    tmp_path: Path, script: Script
) -> None:
    async with opened(tmp_path, script) as queue:
        for subject in range(3):
            await final(queue, await submit(queue, str(subject)))
        script.hold.clear()
        behind = [await submit(queue, str(subject)) for subject in range(20)]
        await until(lambda: script.running == 3)
        row = await submit(queue, "here")
        waiting = asyncio.create_task(queue.settled(row.id, 20))
        await until(lambda: script.running == 4)
        assert script.calls[-1] == ("send", row.sequence)
        script.hold.set()
        assert (await waiting).state is TransactionState.ACCEPTED
        script.answers["slow"] = [TryLater(FaultCode.GW_ERROR, retry_after=30)]
        await queue.settled((await submit(queue, "other", "slow")).id, 20)  # now the queue keeps quiet
        assert (await queue.settled((await submit(queue, "next")).id, 5)).state is TransactionState.ACCEPTED
        assert behind


async def test_expired_while_off_line(tmp_path: Path, script: Script) -> None:
    clock = Clock()
    script.answers["activation"] = [LATER] * 1000
    async with opened(tmp_path, script, clock) as queue:
        row = await submit(queue)
        await queue.settled(row.id, 20)
        clock.shift = timedelta(seconds=61)
        settled = await final(queue, row)
        assert (settled.state, settled.envelope) == (TransactionState.EXPIRED, row.envelope)
        assert queue.pending() == 0


async def test_what_may_have_arrived_expires_only_when_the_gateway_never_saw_it(tmp_path: Path, script: Script) -> None:
    clock = Clock()
    script.answers["activation"] = [UNKNOWN, UNKNOWN]
    script.outcomes = [LATER] * 3
    async with opened(tmp_path, script, clock) as queue:
        row = await submit(queue)
        await until(lambda: ("outcome", 1) in script.calls)
        clock.shift = timedelta(seconds=61)
        assert (await final(queue, row)).state is TransactionState.EXPIRED
    assert script.calls.count(("send", 1)) == 1


@pytest.mark.parametrize("jump", [timedelta(days=-9000), timedelta(seconds=30)])
async def test_clock_jumps(tmp_path: Path, script: Script, jump: timedelta) -> None:
    clock = Clock()
    script.answers["activation"] = [LATER, LATER]
    async with opened(tmp_path, script, clock) as queue:
        row = await submit(queue)
        await queue.settled(row.id, 20)
        clock.shift = jump
        second = await submit(queue)
        assert (await final(queue, row)).state is TransactionState.ACCEPTED
        assert (await final(queue, second)).sequence == 2
        assert queue.occupancy.oldest is None or queue.occupancy.oldest >= timedelta()


async def test_retry_after_is_honoured(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [TryLater(FaultCode.GW_ERROR, retry_after=30)]
    async with opened(tmp_path, script) as queue:
        row = await queue.settled((await submit(queue)).id, 20)
        assert row.next_attempt_at >= row.stored.time + timedelta(seconds=30)
        await queue.network_is_back()  # the gateway asked for patience, and that stands
        assert (await queue.get(row.id)).next_attempt_at == row.next_attempt_at


async def test_network_back_sends_what_waits(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [TryLater(FaultCode.NET_UNREACHABLE, retry_after=3000)]
    async with opened(tmp_path, script) as queue:
        row = await queue.settled((await submit(queue)).id, 20)
        await queue.network_is_back()
        assert (await final(queue, row)).state is TransactionState.ACCEPTED


async def test_locked_queue_leaves_no_thread(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script):
        with pytest.raises(QueueError) as caught:
            async with opened(tmp_path, script):
                pass
    assert caught.value.code is FaultCode.Q_LOCKED


async def test_damage_found_while_running_stays_until_the_next_start(
    tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that goes bad cannot be made on demand: SQLite keeps what it has read."""

    def damaged(*_: object) -> None:
        raise QueueError(FaultCode.Q_DAMAGED, "database disk image is malformed")

    async with opened(tmp_path, script) as queue:
        with monkeypatch.context() as patched:
            patched.setattr(queue._store, "measure", damaged)
            await until(lambda: queue.fault is FaultCode.Q_DAMAGED)
        ticks = queue.ticks
        await until(lambda: queue.ticks >= ticks + 3)
        assert queue.fault is FaultCode.Q_DAMAGED


async def test_a_bug_in_an_attempt_is_told_and_does_not_stop_the_others(
    tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, script) as queue:
        finish = queue._store.finish
        left = [1, 1]

        def finish_or_fail(*arguments: Any) -> None:
            if left:
                left.pop()
                raise TypeError("not JSON")
            finish(*arguments)

        monkeypatch.setattr(queue._store, "finish", finish_or_fail)
        rows = [await submit(queue, key) for key in ("zhang_ling", "berg")]
        assert {(await final(queue, row)).state for row in rows} == {TransactionState.ACCEPTED}
    assert [record.message for record in caplog.records].count("attempt_bug") == 2


async def test_ticks_and_age(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [LATER] * 1000
    async with opened(tmp_path, script) as queue:
        assert queue.occupancy.oldest is None
        await queue.settled((await submit(queue)).id, 20)
        ticks = queue.ticks
        await until(lambda: queue.ticks >= ticks + 2)
        assert queue.occupancy.oldest is not None


def test_waits_grow_with_jitter_and_have_an_end() -> None:
    pace = Pace(first_wait=1, longest_wait=300)
    for attempts in range(1, 60):
        assert 0 <= pace.wait_after(attempts, None) <= min(300, 2 ** (attempts - 1))
    assert len({pace.wait_after(20, None) for _ in range(20)}) > 1
    assert 60 <= pace.wait_after(9, 60) <= 61
    assert pace.wait_after(1, 1e9) <= pace.longest
