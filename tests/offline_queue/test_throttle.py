"""A queue makes room for others when the gateway is slow, and goes on at full width when it is not."""

import asyncio

import pytest

from config.faults import FaultCode
from offline_queue.model import Accepted, NotReceived, OutcomeUnknown, Refused, TryLater
from offline_queue.pace import Pace
from offline_queue.throttle import Considerate, Throttle

QUICK = 0.05
SLOW = 4.0


class Uptime:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def uptime() -> Uptime:
    return Uptime()


@pytest.fixture
def throttle(uptime: Uptime) -> Throttle:
    return Throttle(Pace(in_flight=4), uptime)


def widen(throttle: Throttle) -> None:
    for _ in range(10):
        throttle.note(QUICK, Accepted())


def test_it_begins_with_one_and_widens_with_each_quick_answer_up_to_the_limit(throttle: Throttle) -> None:
    widths = [throttle.free(0)]
    for answer in (Accepted(), Refused({"reason": "expired"}), NotReceived(), Accepted(), Accepted()):
        throttle.note(QUICK, answer)
        widths.append(throttle.free(0))
    assert widths == [1, 2, 3, 3, 3, 3]  # the fourth place is for whoever stands at the screen
    assert throttle.free(2) == 1


def test_after_a_slow_answer_it_keeps_quiet_as_long_as_the_answer_took_then_sends_one(
    throttle: Throttle, uptime: Uptime
) -> None:
    widen(throttle)
    throttle.note(SLOW, Accepted())
    uptime.seconds += SLOW - 0.01
    assert throttle.free(0) == 0
    uptime.seconds += 2 * SLOW + 0.02
    assert throttle.free(0) == 1


def test_what_the_gateway_asks_for_holds_for_the_whole_queue(throttle: Throttle, uptime: Uptime) -> None:
    widen(throttle)
    throttle.note(QUICK, TryLater(FaultCode.GW_ERROR, retry_after=30))
    uptime.seconds += 29.9
    assert throttle.free(0) == 0
    uptime.seconds += 3 * 31
    assert throttle.free(0) == 1


def test_a_line_that_is_back_ends_the_quiet_after_a_time_out_but_not_what_the_gateway_asked_for(
    throttle: Throttle,
) -> None:
    throttle.note(10, OutcomeUnknown(FaultCode.NET_TIMEOUT))
    throttle.begin_anew()
    assert throttle.free(0) == 1
    throttle.note(QUICK, TryLater(FaultCode.GW_ERROR, retry_after=30))
    throttle.begin_anew()
    assert throttle.free(0) == 0


def test_a_time_out_makes_it_narrow(throttle: Throttle, uptime: Uptime) -> None:
    widen(throttle)
    throttle.note(10, OutcomeUnknown(FaultCode.NET_TIMEOUT))
    assert throttle.free(0) == 0
    uptime.seconds += 31
    assert throttle.free(0) == 1


@pytest.mark.parametrize(
    "answer",
    [
        TryLater(FaultCode.NET_UNREACHABLE),
        OutcomeUnknown(FaultCode.GW_REJECTED, retry_after=1),
        OutcomeUnknown(FaultCode.GW_ERROR),
    ],
    ids=["no network", "another request with the key", "an error of one transaction"],
)
def test_what_says_nothing_about_load_changes_nothing(throttle: Throttle, answer: TryLater | OutcomeUnknown) -> None:
    widen(throttle)
    throttle.note(QUICK, answer)
    assert throttle.free(0) == 3


def test_when_the_network_is_back_it_begins_with_one(throttle: Throttle) -> None:
    widen(throttle)
    throttle.begin_anew()
    assert throttle.free(0) == 1


async def test_the_time_of_each_answer_is_taken(throttle: Throttle, uptime: Uptime) -> None:
    class Slowly:
        async def send(self, transaction: object) -> Accepted:
            await asyncio.sleep(0)
            uptime.seconds += SLOW
            return Accepted({"said": "yes"})

        withdraw = outcome = send

    considerate = Considerate(Slowly(), throttle, uptime)
    for call in (considerate.send, considerate.outcome, considerate.withdraw):
        assert await call(None) == Accepted({"said": "yes"})
        assert throttle.free(0) == 0
        uptime.seconds += 3 * SLOW + 1
        assert throttle.free(0) == 1
