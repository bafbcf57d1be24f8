"""Order and poison: one person's transactions strictly in order, everybody else passes by, loss reports first."""

import asyncio
import logging
import random
from datetime import timedelta
from pathlib import Path

import pytest

from config.faults import FaultCode
from offline_queue.inspection import Inspection
from offline_queue.model import (
    Accepted,
    Delivery,
    Enquiry,
    NotReceived,
    OutcomeUnknown,
    QueuedTransaction,
    Refused,
    Superseded,
    TransactionState,
    TryLater,
)
from offline_queue.pace import Pace
from tests.offline_queue.script import DONE, LATER, UNKNOWN, Clock, Script, final, opened, submit, until

ONE_BY_ONE = Pace(in_flight=1, first_wait=0.01, longest_wait=0.05, tick=0.02, spread=0.01, priorities={"loss": 10})


@pytest.fixture
def script() -> Script:
    return Script()


class Moody(Script):
    """Answers as the worst network: lost before, lost after, refused for now; what was done stays done."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.dice = random.Random(seed)
        self.done: list[int] = []

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        assert transaction.sequence not in self.done
        await asyncio.sleep(0)
        mood = self.dice.random()
        if mood < 0.25:
            return LATER
        if mood < 0.4:
            return UNKNOWN
        self.done.append(transaction.sequence)
        return UNKNOWN if mood < 0.6 else DONE

    async def outcome(self, transaction: QueuedTransaction) -> Enquiry:
        if self.dice.random() < 0.3:
            return LATER
        return DONE if transaction.sequence in self.done else NotReceived()


@pytest.mark.parametrize("seed", range(3))
async def test_each_persons_order_under_retries_holds_and_unknown_outcomes(tmp_path: Path, seed: int) -> None:
    script = Moody(seed)
    inspection = Inspection(tmp_path)
    async with opened(tmp_path, script, sending=False) as queue:
        rows = [await submit(queue, script.dice.choice("abcd")) for _ in range(24)]
        held = script.dice.sample(rows, 4)
        for row in held:
            inspection.hold(row.id)
    async with opened(tmp_path, script) as queue:
        first_held = {row.subject: row.sequence for row in reversed(held)}
        first_held = {subject: min(r.sequence for r in held if r.subject == subject) for subject in first_held}
        free = [row for row in rows if row.sequence < first_held.get(row.subject, 1000)]
        for row in free:
            await final(queue, row)
        assert sorted(script.done) == [row.sequence for row in free]
        for row in held:
            inspection.release(row.id)
        for row in rows:
            assert (await final(queue, row)).state is TransactionState.ACCEPTED
    subject_of = {row.sequence: row.subject for row in rows}
    for subject in set(subject_of.values()):
        done = [sequence for sequence in script.done if subject_of[sequence] == subject]
        assert done == sorted(done)
    assert sorted(script.done) == list(range(1, 25))


async def test_among_what_is_due_loss_reports_go_first(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script, pace=ONE_BY_ONE, sending=False) as queue:
        for number, kind in enumerate(("activation", "activation", "loss", "activation", "loss")):
            await submit(queue, str(number), kind)
    async with opened(tmp_path, script, pace=ONE_BY_ONE) as queue:
        await until(lambda: queue.pending() == 0)
    assert [sequence for _, sequence in script.calls] == [3, 5, 1, 2, 4]


async def test_a_loss_report_waits_for_the_same_persons_earlier_transaction(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script, pace=ONE_BY_ONE, sending=False) as queue:
        await submit(queue, "a")
        await submit(queue, "a", "loss")
        await submit(queue, "b")
    async with opened(tmp_path, script, pace=ONE_BY_ONE) as queue:
        await until(lambda: queue.pending() == 0)
    assert [sequence for _, sequence in script.calls] == [1, 2, 3]


async def test_a_poisonous_row_never_blocks_others_even_alone_on_the_line(
    tmp_path: Path, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    script.answers["poison"] = [ValueError("bad")] * 1000
    script.outcomes = [ValueError("bad")] * 1000
    async with opened(tmp_path, script, pace=ONE_BY_ONE) as queue:
        poison = await submit(queue, "a", "poison")
        behind = await submit(queue, "a")
        for number in range(20):
            assert (await final(queue, await submit(queue, str(number)))).state is TransactionState.ACCEPTED
        row = await queue.get(poison.id)
        assert (row.state, row.problem) == (TransactionState.SENDING, FaultCode.SW_BUG)
        assert (await queue.get(behind.id)).attempts == 0
        Inspection(tmp_path).hold(poison.id)  # what a technician does with it
        assert (await queue.get(behind.id)).state is TransactionState.PENDING
    told = {record.levelno for record in caplog.records if record.message == "transaction_waits"}
    assert told == {logging.ERROR}


async def test_expired_is_withdrawn_until_the_gateway_has_heard_it(tmp_path: Path, script: Script) -> None:
    clock = Clock()
    script.answers["activation"] = [LATER] * 1000
    script.withdrawals = [LATER, UNKNOWN, Refused({"reason": "expired"})]
    async with opened(tmp_path, script, clock) as queue:
        row = await queue.settled((await submit(queue)).id, 20)
        clock.shift = timedelta(seconds=61)
        settled = await final(queue, row)
        assert (settled.state, settled.problem) == (TransactionState.EXPIRED, None)
        assert settled.answer == {"reason": "expired"}
        sent = [what for what, _ in script.calls]
        assert sent[-3:] == ["withdraw"] * 3
        assert "withdraw" not in sent[:-3]


async def test_an_expiring_transaction_blocks_nothing_of_the_same_person(tmp_path: Path, script: Script) -> None:
    clock = Clock()
    script.answers["old"] = [LATER] * 1000
    script.withdrawals = [LATER] * 10_000
    async with opened(tmp_path, script, clock) as queue:
        old = await queue.settled((await submit(queue, "a", "old", lasts=60)).id, 20)
        clock.shift = timedelta(seconds=61)
        young = await submit(queue, "a", lasts=3600)
        assert (await final(queue, young)).state is TransactionState.ACCEPTED
        assert (await queue.get(old.id)).state is TransactionState.EXPIRING


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Accepted({"effective_at": "t"}), TransactionState.ACCEPTED),
        (Superseded({"reason": "r"}), TransactionState.SUPERSEDED),
    ],
)
async def test_an_effect_in_answer_to_a_withdrawal_is_kept_and_alarmed(
    tmp_path: Path,
    script: Script,
    caplog: pytest.LogCaptureFixture,
    answer: Accepted | Superseded,
    state: TransactionState,
) -> None:
    clock = Clock()
    script.answers["activation"] = [LATER] * 1000
    script.withdrawals = [answer]
    async with opened(tmp_path, script, clock) as queue:
        row = await queue.settled((await submit(queue)).id, 20)
        clock.shift = timedelta(seconds=61)
        settled = await final(queue, row)
    assert (settled.problem, settled.answer) == (FaultCode.GW_UNEXPECTED, answer.answer)
    assert settled.state is state
    (record,) = [record for record in caplog.records if record.message == "transaction_settled"]
    assert (record.levelno, vars(record)["fault"]) == (logging.ERROR, FaultCode.GW_UNEXPECTED)


async def test_a_wait_that_another_person_causes_is_not_shared(tmp_path: Path, script: Script) -> None:
    script.answers["slow"] = [OutcomeUnknown(FaultCode.NET_UNREACHABLE, retry_after=3000)]
    script.answers["later"] = [TryLater(FaultCode.NET_UNREACHABLE, retry_after=3000)]
    async with opened(tmp_path, script) as queue:
        for kind in ("slow", "later"):
            await queue.settled((await submit(queue, kind, kind)).id, 0.1)
        for subject in "abc":
            assert (await final(queue, await submit(queue, subject))).state is TransactionState.ACCEPTED
