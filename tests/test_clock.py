"""The kiosk's clock: what the wall clock does while it runs changes nothing, what the gateway says does."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from config.clock import CHINA, Instant, Timekeeper, boot_id, boot_seconds, certain

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A wall clock and a boot clock that the test moves."""

    def __init__(self, wall: datetime = NOON, uptime: float = 100.0) -> None:
        self.wall_now, self.uptime_now = wall, uptime

    def wall(self) -> datetime:
        return self.wall_now

    def uptime(self) -> float:
        return self.uptime_now

    def passes(self, seconds: float) -> None:
        self.wall_now += timedelta(seconds=seconds)
        self.uptime_now += seconds

    def keeper(self, not_before: datetime | None = None, boot: str = "b1") -> Timekeeper:
        return Timekeeper(not_before, wall=self.wall, uptime=self.uptime, boot=boot)


def test_time_goes_on_with_the_boot_clock() -> None:
    machine = Machine()
    keeper = machine.keeper()
    machine.passes(90)
    assert keeper() == Instant(NOON + timedelta(seconds=90), sure=False, boot="b1", uptime=190.0)
    assert (keeper.now(), keeper.now().tzinfo) == (NOON + timedelta(seconds=90), CHINA)


@pytest.mark.parametrize("jump", [-400 * 24 * HOUR, -HOUR, HOUR, 400 * 24 * HOUR], ids=str)
def test_a_jump_of_the_wall_clock_is_not_noticed(jump: timedelta) -> None:
    machine = Machine()
    keeper = machine.keeper()
    machine.wall_now += jump
    machine.passes(1)
    assert keeper().time == NOON + timedelta(seconds=1)


def test_a_wall_clock_without_battery_is_not_believed_below_what_was_known() -> None:
    machine = Machine(wall=datetime(1970, 1, 1, tzinfo=UTC))
    assert machine.keeper(not_before=NOON)().time == NOON
    assert Machine(wall=NOON + HOUR).keeper(not_before=NOON)().time == NOON + HOUR


@pytest.mark.parametrize("wrong", [-60 * 24 * HOUR, timedelta(seconds=1), 60 * 24 * HOUR], ids=str)
def test_the_gateways_time_is_believed(wrong: timedelta) -> None:
    machine = Machine(wall=NOON + wrong)
    keeper = machine.keeper()
    assert keeper.hear(NOON) == -wrong
    assert keeper() == Instant(NOON, sure=True, boot="b1", uptime=100.0)
    machine.passes(5)
    assert keeper().time == NOON + timedelta(seconds=5)


def test_the_way_of_an_answer_does_not_make_the_clock_tremble() -> None:
    machine = Machine()
    keeper = machine.keeper()
    keeper.hear(NOON)
    keeper.hear(NOON - timedelta(seconds=1.5))
    assert keeper().time == NOON
    keeper.hear(NOON - timedelta(seconds=3))
    assert keeper().time == NOON - timedelta(seconds=3)


def test_an_age_is_exact_within_a_start_and_known_across_starts_only_when_both_ends_are() -> None:
    machine = Machine()
    keeper = machine.keeper()
    unsure = keeper()
    keeper.hear(NOON + 1000 * HOUR)
    machine.passes(7)
    sure = keeper()
    assert sure.seconds_since(unsure) == 7.0
    machine.uptime_now = 3.0
    later = machine.keeper(boot="b2")
    assert later().seconds_since(sure) is None
    later.hear(NOON + 1000 * HOUR + timedelta(seconds=60))
    assert later().seconds_since(sure) == pytest.approx(53.0)
    assert later().seconds_since(unsure) is None


def test_a_declared_clock_is_certain_and_goes_as_declared() -> None:
    machine = Machine()
    clock = certain(machine.wall)
    first = clock()
    machine.wall_now += HOUR
    assert (first.sure, clock().seconds_since(first)) == (True, 3600.0)
    keeper = Timekeeper.like(machine.wall)
    machine.wall_now += HOUR
    assert keeper().time == machine.wall_now


def test_this_machine_has_a_boot_clock_and_a_name_for_its_start() -> None:
    before = boot_seconds()
    assert before >= time.monotonic() - 1  # it counts sleep as well
    assert boot_seconds() >= before
    assert boot_id() == boot_id()
    assert Timekeeper()().boot == boot_id()
