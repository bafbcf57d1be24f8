"""The statistics of a calibration: cases counted by hand, and what must hold of any scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.face_desk.bounds import _Drawn, exact, over_people, shown_by, trials_needed
from kiosk.face_desk.findings import find
from kiosk.face_desk.rates import (
    Rate,
    Trials,
    curve,
    equal_error,
    false_matches,
    false_non_matches,
    threshold_for,
)

Told = list[tuple[float, int, int]]
# Round scores make ties, which is where counting goes wrong.
SCORES = st.floats(-1, 1, width=32) | st.sampled_from([-1.0, 0.0, 0.25, 0.42, 0.47, 0.5, 1.0])
RATES = st.floats(1e-6, 0.5) | st.sampled_from([1e-4, 1e-3, 0.25])


def trials(*told: tuple[float, int, int]) -> Trials:
    scores, first, second = zip(*told, strict=True)
    return Trials(np.array(scores, float), np.array(first, int), np.array(second, int))


@st.composite
def some_trials(draw: st.DrawFn) -> Trials:
    person = st.integers(0, 5)
    told = draw(st.lists(st.tuples(SCORES, person, person), max_size=40))
    return trials(*told, (draw(SCORES), 1, 1), (draw(SCORES), 1, 2))


#                  same: 0.9  0.8  0.4            different: 0.1  0.2  0.3  0.5
BY_HAND = trials((0.9, 0, 0), (0.8, 1, 1), (0.4, 2, 2), (0.1, 0, 1), (0.2, 1, 2), (0.3, 2, 0), (0.5, 1, 0))


@pytest.mark.parametrize(
    ("threshold", "matched", "refused"),
    [(0.0, 4, 0), (0.3, 2, 0), (0.31, 1, 0), (0.4, 1, 0), (0.41, 1, 1), (0.5, 1, 1), (0.51, 0, 1), (0.95, 0, 3)],
)
def test_errors_counted_by_hand(threshold: float, matched: int, refused: int) -> None:
    assert false_matches(BY_HAND, threshold) == Rate(matched, 4)
    assert false_non_matches(BY_HAND, threshold) == Rate(refused, 3)


def test_equal_error_by_hand() -> None:
    """At 0.5 a quarter of the strangers match and a third of the people are refused; nowhere are the two nearer."""
    equal = equal_error(curve(BY_HAND))
    assert equal.threshold == 0.5
    assert equal.rate == pytest.approx((1 / 4 + 1 / 3) / 2)


@pytest.mark.parametrize(
    ("wanted", "threshold"), [(0.5, 0.2001), (0.49, 0.3001), (0.25, 0.3001), (0.24, 0.5001), (1e-4, 0.5001)]
)
def test_thresholds_for_wanted_rates_by_hand(wanted: float, threshold: float) -> None:
    assert threshold_for(BY_HAND, wanted) == threshold


def test_a_threshold_stays_within_the_settings_limits() -> None:
    assert threshold_for(trials((0.5, 0, 0), (-0.3, 0, 1)), 1e-3) == 0.0
    assert threshold_for(trials((0.5, 0, 0), (1.0, 0, 1)), 1e-3) is None


@pytest.mark.parametrize(
    ("errors", "count", "low", "high"),
    [
        (0, 100, 0.0, 1 - 0.025 ** (1 / 100)),  # the formula for no error
        (100, 100, 0.025 ** (1 / 100), 1.0),
        (1, 10, 0.0025286, 0.4450161),  # from tables of Clopper and Pearson's bounds
        (5, 20, 0.0865715, 0.4910459),
    ],
)
def test_exact_bounds_by_tables(errors: int, count: int, low: float, high: float) -> None:
    found = exact(Rate(errors, count))
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)


def test_the_rule_of_three() -> None:
    assert [trials_needed(rate) for rate in (1e-3, 1e-4, 0.5)] == [3000, 30000, 6]
    assert shown_by(30000) == pytest.approx(1e-4)
    # What it is short for: so many trials without an error happen once in twenty where the rate is the one wanted.
    assert (1 - 1e-4) ** trials_needed(1e-4) == pytest.approx(0.05, rel=0.01)


@given(some_trials())
def test_rates_go_one_way_and_end_at_nothing_and_all(found: Trials) -> None:
    rates = curve(found)
    assert (np.diff(rates.thresholds) > 0).all()
    assert (np.diff(rates.fmr) <= 0).all()
    assert (np.diff(rates.fnmr) >= 0).all()
    assert (rates.fmr[0], rates.fnmr[0], rates.fmr[-1], rates.fnmr[-1]) == pytest.approx((1, 0, 0, 1))


@given(some_trials())
def test_the_curve_says_what_counting_says(found: Trials) -> None:
    rates = curve(found)
    for threshold, fmr, fnmr in zip(rates.thresholds, rates.fmr, rates.fnmr, strict=True):
        assert fmr == pytest.approx(false_matches(found, threshold).value)
        assert fnmr == pytest.approx(false_non_matches(found, threshold).value)
    assert 0 <= equal_error(rates).rate <= 1


@given(some_trials(), RATES)
def test_a_threshold_keeps_its_rate_and_none_below_does(found: Trials, wanted: float) -> None:
    threshold = threshold_for(found, wanted)
    if threshold is None:
        assert false_matches(found, 1.0).value > wanted
        return
    assert false_matches(found, threshold).value <= wanted
    if threshold > 0:
        assert false_matches(found, round(threshold - 1e-4, 4)).value > wanted


@given(st.integers(1, 5000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_exact_bounds_hold_the_point(told: tuple[int, int]) -> None:
    rate = Rate(*told)
    found = exact(rate)
    assert 0 <= found.low <= rate.value <= found.high <= 1


@given(some_trials(), st.lists(st.integers(0, 5), min_size=1, max_size=6))
def test_drawing_people_is_the_same_as_copying_their_trials(found: Trials, drawn: list[int]) -> None:
    """A pair of strangers comes as often as both were drawn; a person's own pairs as often as that person."""
    thresholds = np.array([0.0, 0.3, 0.42, 0.47])
    times = np.bincount(drawn, minlength=6).astype(float)
    told = list(zip(found.scores, found.first, found.second, strict=True))
    for alike in (False, True):
        counted = _Drawn.of(found, thresholds, alike=alike)
        weights = times[counted.first] if alike else times[counted.first] * times[counted.second]
        copied = [
            score
            for score, first, second in told
            if (first == second) == alike
            for _ in range(int(times[first] if alike else times[first] * times[second]))
        ]
        expected = [np.mean(np.array(copied) >= step) if copied else np.nan for step in thresholds]
        assert counted.matched(weights) == pytest.approx(expected, nan_ok=True)


@settings(max_examples=25)
@given(some_trials())
def test_bounds_over_people_are_bounds_and_come_again(found: Trials) -> None:
    thresholds = [0.2, 0.42]
    first, again = (over_people(found, thresholds, draws=60) for _ in range(2))
    assert first == again
    for bounds in (one for both in first for one in (both.fmr, both.fnmr) if one is not None):
        assert 0 <= bounds.low < bounds.high <= 1


def test_one_persons_errors_make_the_bounds_over_people_wide() -> None:
    """All the refused pictures are those of one of ten: as many errors, but of one person only."""
    of_one = [(0.1 if person == 0 else 0.9, person, person) for person in range(10) for _ in range(100)]
    spread = [(0.1 if number % 10 == 0 else 0.9, person, person) for person in range(10) for number in range(100)]
    strangers = [(0.0, 0, 1)]
    (told,) = over_people(trials(*of_one, *strangers), [0.5])
    assert told.fnmr is not None
    assert told.fnmr.low == 0
    assert told.fnmr.high > 2 * exact(Rate(100, 1000)).high
    assert over_people(trials(*spread, *strangers), [0.5])[0].fnmr is None  # everybody alike: nothing to draw from
    with pytest.raises(ValueError, match="ascend"):
        over_people(trials(*of_one, *strangers), [0.5, 0.4])


def many(different: int, errors: int) -> Trials:
    """Pairs of strangers, of which some score 0.6, and as many people as it takes."""
    people = 60
    strangers = [
        (0.6 if n < errors else 0.1, n % people, (n + 1 + n // people % 50) % people) for n in range(different)
    ]
    return trials(*strangers, *[(0.8, person, person) for person in range(people)])


@pytest.mark.parametrize(
    ("different", "errors", "enough", "shown"),
    [(2_999, 0, False, False), (3_000, 0, True, True), (3_000, 3, True, False), (20_000, 4, True, True)],
)
def test_what_a_zone_claims(different: int, errors: int, enough: bool, shown: bool) -> None:
    """The threshold at 0.1001 keeps 1 in 1,000 each time; only enough trials show it."""
    (zone,) = find(many(different, errors), [1e-3], ()).zones
    assert zone.row is not None
    assert zone.row.threshold == 0.1001
    assert (zone.row.fmr.rate, zone.needed) == (Rate(errors, different), 3000)
    assert (zone.enough, zone.shown) == (enough, shown)


@settings(max_examples=25, deadline=None)
@given(some_trials(), st.lists(RATES, min_size=1, max_size=3))
def test_findings_hold_what_was_asked_for(found: Trials, wanted: list[float]) -> None:
    findings = find(found, wanted, (0.42, 0.47))
    assert [zone.wanted for zone in findings.zones] == sorted(set(wanted), reverse=True)
    thresholds = [row.threshold for row in findings.rows]
    assert thresholds == sorted(set(thresholds))
    assert {0.42, 0.47} <= set(thresholds)
    assert len(thresholds) <= 40
    kept = [zone.row for zone in findings.zones if zone.row]
    assert [row.threshold for row in kept] == sorted(row.threshold for row in kept)
    for zone in findings.zones:
        assert zone.row is None or zone.row.fmr.rate.value <= zone.wanted
        assert not zone.shown or zone.enough
