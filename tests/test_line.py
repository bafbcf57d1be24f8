"""Off line and on line, with hysteresis, and the pauses between two looks."""

import pytest

from config.faults import FaultCode
from kiosk.line import LineState

GOOD, BAD = "good", "bad"


def after(*events: str) -> tuple[LineState, list[bool]]:
    line, changes = LineState(), []
    line.listen(changes.append)
    for event in events:
        if event == GOOD:
            line.good()
        else:
            line.bad(FaultCode.NET_TIMEOUT)
    return line, changes


@pytest.mark.parametrize(
    ("events", "changes"),
    [
        ([], []),
        ([GOOD], [True]),  # the first answer after the start counts at once
        ([BAD, BAD, GOOD], [True]),
        ([GOOD, BAD], [True]),  # one slow answer is no outage
        ([GOOD, BAD, GOOD, BAD, GOOD], [True]),
        ([GOOD, BAD, BAD], [True, False]),
        ([GOOD, BAD, BAD, GOOD], [True, False]),  # one answer is no return
        ([GOOD, BAD, BAD, GOOD, BAD, GOOD, BAD, GOOD], [True, False]),  # a line that flaps stays off
        ([GOOD, BAD, BAD, GOOD, GOOD], [True, False, True]),
        ([GOOD, BAD, BAD, GOOD, GOOD, GOOD, BAD], [True, False, True]),
    ],
)
def test_changes_with_hysteresis(events: list[str], changes: list[bool]) -> None:
    line, told = after(*events)
    assert told == changes
    assert line.online is (bool(changes) and changes[-1])


def test_the_fault_stays_known_until_the_line_is_back() -> None:
    line, _ = after(GOOD, BAD, BAD, GOOD)
    assert line.fault is FaultCode.NET_TIMEOUT
    line.good()
    assert line.fault is None


def test_pauses_grow_while_the_line_is_gone_and_differ_between_kiosks() -> None:
    line, _ = after(GOOD, BAD, BAD)
    longest = [max(line.pause(5, missed) for _ in range(300)) for missed in (1, 2, 3, 5, 100)]
    assert [round(each) for each in longest] == pytest.approx([7, 11, 17, 30, 30], abs=1)
    many = [line.pause(5, 100) for _ in range(300)]
    assert 15 <= min(many) <= max(many) <= 30
    assert len(set(many)) > 290


def test_a_line_that_answers_is_looked_at_again_soon_and_then_as_usual() -> None:
    line, _ = after(GOOD, BAD, BAD, GOOD)
    assert line.pause(5, 0) == 1.0
    line.good()
    assert line.pause(5, 0) == 5
