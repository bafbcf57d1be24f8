"""The queue under clocks that jump, begin in 1970 or 2040, and are set right by the gateway."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import Timekeeper
from config.faults import FaultCode
from offline_queue.housekeeping import Housekeeping
from offline_queue.inspection import Inspection
from offline_queue.model import NotReceived, QueuedTransaction, TransactionState
from offline_queue.opening import latest_time
from offline_queue.queue import OfflineQueue
from tests.offline_queue.script import LATER, UNKNOWN, Script, final, opened, until

TODAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WRONG = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)]
WAITS = [LATER] * 100_000


class Machine:
    """A kiosk's machine: its wall clock, its boot clock, and what they really show is the test's business."""

    def __init__(self, wall: datetime = TODAY) -> None:
        self.wall = wall
        self.uptime = 0.0
        self.boot = 1

    def timekeeper(self, directory: Path) -> Timekeeper:
        """As the kiosk's program makes it at its start."""
        return Timekeeper(
            latest_time(directory), wall=lambda: self.wall, uptime=lambda: self.uptime, boot=f"boot-{self.boot}"
        )

    def passes(self, time: timedelta) -> None:
        """Time goes by."""
        self.uptime += time.total_seconds()
        self.wall += time

    def is_started_again(self, wall: datetime) -> None:
        """Switched off and on; the wall clock says whatever it says."""
        self.boot += 1
        self.uptime = 3.0
        self.wall = wall


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def machine() -> Machine:
    return Machine()


async def submit(queue: OfflineQueue, clock: Timekeeper, subject: str = "a") -> QueuedTransaction:
    """A transaction that lasts three hours."""
    now = clock.now()
    return await queue.submit({}, kind="activation", subject_of=subject, occurred_at=now, expires_at=now + 3 * HOUR)


async def ticks(queue: OfflineQueue, machine: Machine, times: int = 3) -> None:
    """Let the queue look several times."""
    for _ in range(times):
        machine.passes(timedelta(seconds=1))
        before = queue.ticks
        await until(lambda before=before: queue.ticks > before)  # type: ignore[misc]


async def ended(queue: OfflineQueue, machine: Machine, row: QueuedTransaction) -> QueuedTransaction:
    """``row`` at its end. The seconds pass meanwhile: what is just on its way expires at a later look."""
    waiting = asyncio.create_task(final(queue, row))
    while not waiting.done():
        machine.passes(timedelta(seconds=0.1))
        await asyncio.sleep(0.01)
    return await waiting


def sends(script: Script) -> list[int]:
    return [sequence for what, sequence in script.calls if what == "send"]


@pytest.mark.parametrize("jump", [timedelta(days=-20_000), -HOUR, HOUR, timedelta(days=20_000)])
async def test_a_wall_clock_that_is_set_while_it_runs_changes_nothing(
    tmp_path: Path, script: Script, machine: Machine, jump: timedelta
) -> None:
    script.answers["activation"] = WAITS.copy()
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock) as queue:
        first = await submit(queue, clock)
        machine.passes(HOUR)
        machine.wall += jump
        second = await submit(queue, clock, "b")
        await ticks(queue, machine)
        assert second.occurred_at - first.occurred_at == HOUR
        assert queue.occupancy.oldest is not None
        assert HOUR <= queue.occupancy.oldest < HOUR + timedelta(minutes=1)
        assert not (await queue.get(first.id)).state.final
        machine.passes(2 * HOUR)
        assert (await ended(queue, machine, first)).state is TransactionState.EXPIRED
        assert not (await queue.get(second.id)).state.final


@pytest.mark.parametrize("wrong", WRONG)
async def test_set_right_by_the_gateway_in_the_middle(
    tmp_path: Path, script: Script, machine: Machine, wrong: datetime
) -> None:
    machine.wall = wrong
    script.answers["activation"] = WAITS.copy()
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock) as queue:
        first = await submit(queue, clock)
        machine.passes(HOUR)
        await ticks(queue, machine)
        clock.hear(TODAY + HOUR)
        await ticks(queue, machine)
        assert not (await queue.get(first.id)).state.final
        assert queue.occupancy.oldest is not None
        assert HOUR <= queue.occupancy.oldest < HOUR + timedelta(minutes=1)
        second = await submit(queue, clock, "b")
        assert (second.sequence, second.stored.sure) == (2, True)
        script.answers.clear()
        machine.passes(timedelta(seconds=1))
        assert (await final(queue, first)).state is TransactionState.ACCEPTED  # a wait planned in 2040 is none
        assert (await final(queue, second)).state is TransactionState.ACCEPTED


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_must_not_be_sent_any_more_is_not_whatever_the_gateway_says_about_the_time(
    tmp_path: Path, script: Script, machine: Machine, wrong: datetime
) -> None:
    machine.wall = wrong
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock, sending=False) as queue:
        row = await submit(queue, clock)
        machine.passes(3 * HOUR)
        clock.hear(TODAY)
        assert await queue._on_store(queue._store.due, clock(), HOUR, 9, ()) == []
        assert await queue._on_store(queue._store.expire, clock()) == [row.id]
    async with opened(tmp_path, script, clock) as queue:
        assert (await ended(queue, machine, row)).state is TransactionState.EXPIRED
    assert sends(script) == []


@pytest.mark.parametrize("wall", [*WRONG, TODAY + HOUR])
async def test_after_a_restart_what_waits_is_judged_only_when_the_time_is_sure(
    tmp_path: Path, script: Script, machine: Machine, wall: datetime
) -> None:
    """Too old or not: nobody can know before the gateway was heard, so it is neither sent nor expired."""
    clock = machine.timekeeper(tmp_path)
    clock.hear(TODAY)
    async with opened(tmp_path, script, clock, sending=False) as queue:
        old = await submit(queue, clock)
        machine.passes(2 * HOUR)
        young = await submit(queue, clock, "b")
    machine.is_started_again(wall)
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock) as queue:
        new = await submit(queue, clock, "c")
        await final(queue, new)
        await ticks(queue, machine)
        assert sends(script) == [3]
        assert {(await queue.get(row.id)).state for row in (old, young)} == {TransactionState.PENDING}
        assert queue.occupancy.oldest is None  # nobody can know
        clock.hear(TODAY + 4 * HOUR)
        machine.passes(timedelta(seconds=1))
        assert (await ended(queue, machine, old)).state is TransactionState.EXPIRED
        assert (await final(queue, young)).state is TransactionState.ACCEPTED
    assert sends(script) == [3, 2]


async def test_the_same_persons_later_transaction_waits_with_the_one_of_before_the_restart(
    tmp_path: Path, script: Script, machine: Machine
) -> None:
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock, sending=False) as queue:
        await submit(queue, clock)
    machine.is_started_again(WRONG[0])
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock) as queue:
        later = await submit(queue, clock)
        await ticks(queue, machine)
        assert script.calls == []
        clock.hear(TODAY)
        assert (await final(queue, later)).state is TransactionState.ACCEPTED
    assert sends(script) == [1, 2]


@pytest.mark.parametrize("wall", WRONG)
async def test_an_unknown_outcome_of_before_the_restart_is_asked_for_at_once(
    tmp_path: Path, script: Script, machine: Machine, wall: datetime
) -> None:
    script.answers["activation"] = [UNKNOWN]
    script.outcomes = [LATER] * 10
    clock = machine.timekeeper(tmp_path)
    clock.hear(TODAY)
    async with opened(tmp_path, script, clock) as queue:
        row = await submit(queue, clock)
        await until(lambda: ("send", 1) in script.calls)
    machine.is_started_again(wall)
    clock = machine.timekeeper(tmp_path)
    script.outcomes = [NotReceived()]
    async with opened(tmp_path, script, clock) as queue:
        machine.passes(timedelta(minutes=1))
        await until(lambda: Inspection(tmp_path).find(1).state is TransactionState.PENDING)
        await ticks(queue, machine)
        assert sends(script) == [1]  # known to have never arrived; whether it is too old is not known
        clock.hear(TODAY + 4 * HOUR)
        machine.passes(timedelta(seconds=1))
        assert (await ended(queue, machine, row)).state is TransactionState.EXPIRED
    assert sends(script) == [1]


async def test_a_transaction_of_an_unsure_clock_is_sent_after_a_restart_and_left_to_the_gateway(
    tmp_path: Path, script: Script, machine: Machine
) -> None:
    machine.wall = WRONG[0]
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock, sending=False) as queue:
        row = await submit(queue, clock)
        assert not row.stored.sure
    machine.is_started_again(WRONG[0])
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock) as queue:
        clock.hear(TODAY)
        assert (await final(queue, row)).state is TransactionState.ACCEPTED


async def test_a_start_without_battery_goes_on_from_the_latest_time(
    tmp_path: Path, script: Script, machine: Machine
) -> None:
    clock = machine.timekeeper(tmp_path)
    clock.hear(TODAY)
    async with opened(tmp_path, script, clock, sending=False) as queue:
        machine.passes(HOUR)
        row = await submit(queue, clock)
    machine.is_started_again(WRONG[0])
    assert latest_time(tmp_path) == row.stored.time == TODAY + HOUR
    assert machine.timekeeper(tmp_path).now() == TODAY + HOUR


async def test_a_time_in_2040_does_not_stay_once_the_gateway_was_heard(
    tmp_path: Path, script: Script, machine: Machine
) -> None:
    machine.wall = WRONG[1]
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock, sending=False) as queue:
        await submit(queue, clock)
        assert latest_time(tmp_path) == WRONG[1]
        clock.hear(TODAY)
        await queue._on_store(Housekeeping(queue._store, 24 * HOUR).step, clock())
    assert latest_time(tmp_path) == TODAY


async def test_heard_between_the_citizens_touch_and_the_queue_the_time_is_not_called_sure(
    tmp_path: Path, script: Script, machine: Machine
) -> None:
    """Else the gateway would take a time in 1970 for the truth, and the queue expire it at once."""
    machine.wall = WRONG[0]
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock) as queue:
        occurred_at = clock.now()
        clock.hear(TODAY)
        row = await queue.submit(
            {}, kind="activation", subject_of="a", occurred_at=occurred_at, expires_at=occurred_at + 3 * HOUR
        )
        assert not row.stored.sure
        assert (await final(queue, row)).state is TransactionState.ACCEPTED


async def test_order_is_that_of_the_numbers_whatever_the_times(
    tmp_path: Path, script: Script, machine: Machine
) -> None:
    clock = machine.timekeeper(tmp_path)
    rows = []
    async with opened(tmp_path, script, clock, sending=False) as queue:
        for told in (TODAY, TODAY - 500 * HOUR, TODAY + 500 * HOUR, TODAY):
            clock.hear(told)
            rows.append(await submit(queue, clock))
    async with opened(tmp_path, script, clock) as queue:
        for row in rows:
            await final(queue, row)
    assert sends(script) == [1, 2, 3, 4]


async def test_network_problems_of_before_a_restart_are_hastened(
    tmp_path: Path, script: Script, machine: Machine
) -> None:
    script.answers["activation"] = [LATER]
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock) as queue:
        row = await queue.settled((await submit(queue, clock)).id, 20)
        assert row.problem is FaultCode.NET_UNREACHABLE
    machine.is_started_again(WRONG[0])
    clock = machine.timekeeper(tmp_path)
    async with opened(tmp_path, script, clock) as queue:
        clock.hear(TODAY)
        await queue.network_is_back()
        machine.passes(timedelta(seconds=2))
        assert (await final(queue, row)).state is TransactionState.ACCEPTED
