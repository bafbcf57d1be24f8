"""Off line and on line with hysteresis: what counts, what does not, and when the line is looked at again."""

import pytest

from config.faults import FaultCode
from kiosk.line import LineState

GONE = FaultCode.NET_UNREACHABLE


class Line:
    """A line on a clock that the test moves, and every change that was told."""

    def __init__(self) -> None:
        self.uptime = 1000.0
        self.state = LineState(lambda: self.uptime)
        self.changes: list[bool] = []
        self.state.listen(self.changes.append)

    def meets(self, *answers: bool, seconds: float = 1.0) -> None:
        """One request after the other, each answered or not after a moment."""
        for answered in answers:
            begun = self.uptime
            self.uptime += seconds
            if answered:
                self.state.good(begun)
            else:
                self.state.bad(GONE, begun)


@pytest.fixture
def line() -> Line:
    return Line()


def test_the_first_answer_after_the_start_counts_at_once(line: Line) -> None:
    assert line.state.online is False
    line.meets(False, False, False, True)
    assert line.changes == [True]


def test_two_failures_in_a_row_and_two_answers_in_a_row(line: Line) -> None:
    line.meets(True, False, True, False, True)
    assert line.changes == [True]
    line.meets(False, False)
    assert (line.changes, line.state.fault) == ([True, False], GONE)
    line.meets(False, True, False, True, False)
    assert line.changes == [True, False]
    line.meets(True, True, True)
    assert (line.changes, line.state.fault) == ([True, False, True], None)


def test_requests_that_met_the_same_hiccup_count_once(line: Line) -> None:
    line.meets(True)
    begun = line.uptime
    line.uptime += 1
    for _ in range(4):
        line.state.bad(GONE, begun)
    assert line.state.online
    line.meets(False)
    assert not line.state.online
    begun = line.uptime
    line.uptime += 1
    for _ in range(4):
        line.state.good(begun)
    assert not line.state.online
    line.meets(True)
    assert line.state.online


def test_a_line_that_is_lost_again_and_again_must_be_good_for_longer(line: Line) -> None:
    line.meets(True)
    for wanted in (2, 4, 8, 8):
        line.meets(False, False)
        line.meets(*[True] * (wanted - 1))
        assert not line.state.online
        line.meets(True)
        assert line.state.online


def test_a_loss_is_forgotten_after_some_minutes(line: Line) -> None:
    line.meets(True, False, False, True, True)
    line.uptime += 301
    line.meets(False, False, True, True)
    assert line.changes == [True, False, True, False, True]


def test_an_hour_of_flapping_changes_the_screen_a_few_times_only(line: Line) -> None:
    """Three answers, three failures, for ever: without the memory of losses it would change 1,200 times."""
    line.meets(True)
    for _ in range(600):
        line.meets(True, True, True, False, False, False)
    assert len(line.changes) <= 60


def test_looks_at_a_line_that_is_gone_grow_apart_and_have_a_bound(line: Line) -> None:
    line.meets(True, False, False)
    longest = []
    for _ in range(12):
        pauses = [line.state.pause(5.0) for _ in range(200)]
        assert max(pauses) <= 30
        assert min(pauses) >= max(pauses) / 2 - 1
        assert len(set(pauses)) > 100  # never the same at two kiosks
        longest.append(max(pauses))
        line.meets(False)
    assert longest[0] < 5.1
    assert longest[-1] > 25


def test_after_the_first_answer_the_second_look_is_soon(line: Line) -> None:
    line.meets(True, False, False, False, True)
    assert line.state.pause(5.0) == 1.0
    line.meets(True)
    assert 3.7 < line.state.pause(5.0) < 6.3
