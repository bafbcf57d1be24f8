"""A device that comes and goes counts as away for a growing time; each change is logged once."""

import logging

import pytest

from config.faults import FaultCode
from drivers.damping import Damping, FlapDamper
from drivers.device import DeviceState, Health, HealthRecord
from drivers.facts import Identity, facts_of

RULES = Damping(departures=3, window=60, first=30, growth=2, longest=100, quiet=1000)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def bounce(record: HealthRecord, clock: Clock) -> None:
    record.report(DeviceState.NO_DEVICE, FaultCode.PRN_GONE)
    clock.now += 1
    record.report(DeviceState.ONLINE)
    clock.now += 1


def test_the_third_departure_holds_it_and_each_further_hold_is_longer() -> None:
    damper = FlapDamper(RULES)
    for moment in (0, 1):
        damper.departed(moment)
        assert not damper.holds(moment)
    damper.departed(2)
    assert damper.remaining(2) == 30
    assert not damper.holds(32)
    for length, start in ((60, 40), (100, 100), (100, 160)):
        damper.departed(start)
        damper.departed(start + 1)
        assert damper.remaining(start + 1) == pytest.approx(length)


def test_rare_departures_hold_nothing_and_a_quiet_time_forgets() -> None:
    damper = FlapDamper(RULES)
    for moment in range(0, 1000, 61):
        damper.departed(moment)
        assert not damper.holds(moment)
    for moment in (2000, 2001, 2002):
        damper.departed(moment)
    assert damper.remaining(2002) == 30
    for moment in (4000, 4001, 4002):
        damper.departed(moment)
    assert damper.remaining(4002) == 30


def test_a_record_shows_it_as_unstable_logs_that_once_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    record = HealthRecord("printer", clock, RULES)
    record.report(DeviceState.ONLINE)
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            bounce(record, clock)
        assert (record.current.state, record.current.fault) == (DeviceState.OFFLINE, FaultCode.DEV_UNSTABLE)
        assert record.actual.state is DeviceState.ONLINE
        logged = len(caplog.records)
        bounce(record, clock)
        record.report(DeviceState.ONLINE)
        assert len(caplog.records) == logged
        clock.now += 70
        record.report(DeviceState.ONLINE)
        record.report(DeviceState.ONLINE)
        assert len(caplog.records) == logged + 1
    assert record.current.state is DeviceState.ONLINE
    assert record.returns == 4


def test_a_hold_is_over_though_nobody_looks_at_the_device_any_more() -> None:
    """A camera is off between two checks, and nobody starts it as long as it counts as unstable."""
    clock = Clock()
    record = HealthRecord("camera", clock, RULES)
    record.report(DeviceState.ONLINE)
    for _ in range(3):
        bounce(record, clock)
    record.report(DeviceState.OFFLINE)
    changes: list[FaultCode | None] = []
    record.listen(lambda change: changes.append(change.after.fault))
    assert record.current.fault is FaultCode.DEV_UNSTABLE
    clock.now += 70
    assert record.current == Health(DeviceState.OFFLINE)
    assert changes == [None]


def test_an_open_cover_is_somebodys_hand_and_no_instability() -> None:
    clock = Clock()
    record = HealthRecord("printer", clock, RULES)
    for _ in range(10):
        record.report(DeviceState.ONLINE)
        record.report(DeviceState.OFFLINE, FaultCode.PRN_COVER_OPEN)
        assert record.current.fault is FaultCode.PRN_COVER_OPEN
        clock.now += 1
    assert record.returns == 0


def test_facts_tell_since_when_and_what_went_wrong_last() -> None:
    clock = Clock()
    record = HealthRecord("printer", clock, RULES)
    record.report(DeviceState.OFFLINE, FaultCode.PRN_PAPER_OUT, "paper_out")
    clock.now += 5
    record.report(DeviceState.ONLINE)
    record.report(DeviceState.ONLINE, detail="paper_near_end")
    clock.now += 7
    facts = facts_of(record, Identity(model="X"), counts={"papers": 2})
    assert (facts.unchanged, facts.health.state, facts.counts) == (7, DeviceState.ONLINE, {"papers": 2})
    assert facts.last_fault is not None
    assert (facts.last_fault.code, facts.last_fault.seconds_ago) == (FaultCode.PRN_PAPER_OUT, 12)
