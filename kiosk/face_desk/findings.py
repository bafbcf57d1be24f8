"""From comparisons to findings: both rates at chosen thresholds with their bounds, and the zones that rates ask for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kiosk.face_desk.bounds import Bounds, exact, over_people, shown_by, trials_needed
from kiosk.face_desk.rates import (
    Curve,
    EqualError,
    Rate,
    Trials,
    curve,
    equal_error,
    false_matches,
    false_non_matches,
    threshold_for,
)

_STEPS = (0.02, 0.05, 0.1)
_MOST_ROWS = 24
_LOOSEST, _STRICTEST = 0.05, 0.25  # FMR at the first and FNMR at the last row that is of interest


@dataclass(frozen=True)
class Measured:
    """A rate and how far it can be trusted; ``people`` is None where drawing people anew tells nothing."""

    rate: Rate
    exact: Bounds
    people: Bounds | None


@dataclass(frozen=True)
class Row:
    """Both rates at one threshold."""

    threshold: float
    fmr: Measured
    fnmr: Measured


@dataclass(frozen=True)
class Zone:
    """What a wanted false match rate asks for. ``row`` is None if no threshold keeps the rate on these pictures."""

    wanted: float
    row: Row | None
    needed: int  # comparisons of strangers, by the rule of three

    @property
    def enough(self) -> bool:
        """Whether there are as many comparisons as a claim of this rate needs."""
        return self.row is not None and self.row.fmr.rate.trials >= self.needed

    @property
    def shown(self) -> bool:
        """Whether even the upper bounds keep the rate."""
        if self.row is None or not self.enough:
            return False
        if self.row.fmr.rate.errors == 0:
            return shown_by(self.row.fmr.rate.trials) <= self.wanted
        people = self.row.fmr.people
        return max(self.row.fmr.exact.high, people.high if people else 0.0) <= self.wanted


@dataclass(frozen=True, eq=False)
class Findings:
    """All that is told about one set of comparisons; ``zones`` begin with the loosest."""

    trials: Trials
    curve: Curve
    equal: EqualError
    rows: tuple[Row, ...]
    zones: tuple[Zone, ...]


def find(trials: Trials, wanted: Iterable[float], in_force: Sequence[float]) -> Findings:
    """Measure. ``wanted``: false match rates between 0 and 1. ``in_force``: thresholds now in the settings."""
    rates = curve(trials)
    asked = {rate: threshold_for(trials, rate) for rate in sorted(set(wanted), reverse=True)}
    found = [threshold for threshold in asked.values() if threshold is not None]
    thresholds = sorted({*_of_interest(rates), *in_force, *found})
    drawn = over_people(trials, thresholds)
    rows = {
        threshold: Row(
            threshold,
            _measured(false_matches(trials, threshold), people.fmr),
            _measured(false_non_matches(trials, threshold), people.fnmr),
        )
        for threshold, people in zip(thresholds, drawn, strict=True)
    }
    zones = (
        Zone(rate, None if threshold is None else rows[threshold], trials_needed(rate))
        for rate, threshold in asked.items()
    )
    return Findings(trials, rates, equal_error(rates), tuple(rows.values()), tuple(zones))


def _measured(rate: Rate, people: Bounds | None) -> Measured:
    return Measured(rate, exact(rate), people)


def _of_interest(rates: Curve) -> list[float]:
    """Round thresholds from where few strangers pass to where many of the right people do not."""
    ends = (rates.thresholds[(rates.fmr <= _LOOSEST).argmax()], rates.thresholds[(rates.fnmr >= _STRICTEST).argmax()])
    low, high = min(ends), max(ends)
    step = next((step for step in _STEPS if (high - low) / step < _MOST_ROWS - 1), _STEPS[-1])
    numbers = np.arange(np.floor(low / step), np.ceil(high / step) + 1)
    return [round(float(number * step), 4) for number in numbers]
