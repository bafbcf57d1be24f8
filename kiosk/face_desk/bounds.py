"""How far a measured rate can be trusted: 95 % bounds, and how many comparisons a claim needs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest  # type: ignore[import-untyped]  # scipy has no types of its own

from kiosk.face_desk.rates import Indices, Numbers, Rate, Trials

CONFIDENCE = 0.95
_DRAWS = 1000
_SEED = 5  # the same pairs give the same figures


@dataclass(frozen=True)
class Bounds:
    """Between these the true rate lies with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True)
class PeopleBounds:
    """Bounds of both rates at one threshold, by drawing people anew; None where there is nothing to draw from."""

    fmr: Bounds | None
    fnmr: Bounds | None


def exact(rate: Rate) -> Bounds:
    """Clopper and Pearson's bounds; they hold for independent trials only, which pairs of few people are not."""
    found = binomtest(rate.errors, rate.trials).proportion_ci(CONFIDENCE, method="exact")
    return Bounds(float(found.low), float(found.high))


def trials_needed(wanted: float) -> int:
    """The rule of three: so many trials without one error show, with 95 % confidence, a rate below ``wanted``."""
    return math.ceil(3 / wanted - 1e-9)


def shown_by(trials: int) -> float:
    """The rate below which so many trials without one error show that the true rate lies (rule of three)."""
    return min(1.0, 3 / trials)


def over_people(trials: Trials, thresholds: Sequence[float], draws: int = _DRAWS) -> list[PeopleBounds]:
    """Percentiles of the rates when the people are drawn anew, with replacement.

    All pictures of a person come or stay away together, so that these bounds know that pairs of the same few people
    are not independent. A rate of which no error was seen has none: drawing cannot show what did not happen.
    """
    steps = np.array(thresholds, dtype=np.float64)
    different, same = _Drawn.of(trials, steps, alike=False), _Drawn.of(trials, steps, alike=True)
    generator = np.random.default_rng(_SEED)
    count = 1 + int(max(trials.first.max(), trials.second.max()))
    present = np.union1d(trials.first, trials.second)
    strangers, selves = [], []
    for _ in range(draws):
        times = np.bincount(generator.choice(present, len(present)), minlength=count).astype(np.float64)
        strangers.append(different.matched(times[different.first] * times[different.second]))
        selves.append(1 - same.matched(times[same.first]))
    return [PeopleBounds(*bounds) for bounds in zip(_percentiles(strangers), _percentiles(selves), strict=True)]


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Trials counted by the two people and by how many of the thresholds the score reaches."""

    first: Indices
    second: Indices
    reached: Indices
    counts: Indices
    steps: int

    @classmethod
    def of(cls, trials: Trials, thresholds: Numbers, *, alike: bool) -> "_Drawn":
        order = np.sort(thresholds)
        if not np.array_equal(order, thresholds):
            raise ValueError("thresholds must ascend")
        chosen = (trials.first == trials.second) == alike
        reached = np.searchsorted(thresholds, trials.scores[chosen], side="right")
        table = np.stack([trials.first[chosen], trials.second[chosen], reached])
        (first, second, told), counts = np.unique(table, axis=1, return_counts=True)
        return cls(first, second, told, counts, len(thresholds))

    def matched(self, weights: Numbers) -> Numbers:
        """The weighted share that reaches each threshold; not a number where nobody was drawn."""
        sums = np.bincount(self.reached, weights=self.counts * weights, minlength=self.steps + 1)
        total = sums.sum()
        return sums[::-1].cumsum()[::-1][1:] / total if total else np.full(self.steps, np.nan)


def _percentiles(drawn: list[Numbers]) -> list[Bounds | None]:
    rates = np.array(drawn)
    rates = rates[~np.isnan(rates).any(axis=1)]
    edge = (1 - CONFIDENCE) / 2 * 100
    low, high = np.percentile(rates, [edge, 100 - edge], axis=0) if len(rates) else np.zeros((2, len(drawn[0])))
    return [Bounds(float(a), float(b)) if b > a else None for a, b in zip(low, high, strict=True)]
