"""Error rates of a comparison at a threshold. Pure; what the words mean stands in docs/face.md.

A comparison is a match from the threshold on. FMR: strangers taken for the person. FNMR: the person refused.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_STEPS = 10_000  # a threshold in kiosk.toml lies in 0..1; four digits are more than any number of pairs can tell apart
_GRID: Numbers = np.arange(_STEPS + 1) / _STEPS


@dataclass(frozen=True, eq=False)
class Trials:
    """Comparisons of known truth: the score of each (greater is more alike), and whose pictures were compared."""

    scores: Numbers
    first: Indices  # the person on the reference
    second: Indices  # the person compared with it

    @property
    def same(self) -> Numbers:
        """Scores of one person with himself."""
        return np.asarray(self.scores[self.first == self.second])

    @property
    def different(self) -> Numbers:
        """Scores of strangers."""
        return np.asarray(self.scores[self.first != self.second])

    @property
    def people(self) -> int:
        """How many people took part."""
        return len(np.union1d(self.first, self.second))


@dataclass(frozen=True)
class Rate:
    """Errors among trials; there is at least one trial."""

    errors: int
    trials: int

    @property
    def value(self) -> float:
        """The share of errors, 0..1."""
        return self.errors / self.trials


@dataclass(frozen=True, eq=False)
class Curve:
    """Both rates at every threshold where one of them changes, and above the greatest score; thresholds ascend."""

    thresholds: Numbers
    fmr: Numbers
    fnmr: Numbers


@dataclass(frozen=True)
class EqualError:
    """Where both rates meet: the mean of the two at the threshold where they are nearest."""

    threshold: float
    rate: float


def false_matches(trials: Trials, threshold: float) -> Rate:
    """Strangers whose score reaches the threshold."""
    different = trials.different
    return Rate(int((different >= threshold).sum()), len(different))


def false_non_matches(trials: Trials, threshold: float) -> Rate:
    """People whose score with themselves lies below the threshold."""
    same = trials.same
    return Rate(int((same < threshold).sum()), len(same))


def curve(trials: Trials) -> Curve:
    """FMR and FNMR at every threshold that makes a difference."""
    found = np.unique(trials.scores)
    thresholds = np.append(found, np.nextafter(found[-1], np.inf))
    return Curve(thresholds, _matched(trials.different, thresholds), 1 - _matched(trials.same, thresholds))


def equal_error(rates: Curve) -> EqualError:
    """The equal error rate: one number by which models are compared; no kiosk works at that threshold."""
    nearest = int(np.abs(rates.fmr - rates.fnmr).argmin())
    return EqualError(float(rates.thresholds[nearest]), float(rates.fmr[nearest] + rates.fnmr[nearest]) / 2)


def threshold_for(trials: Trials, wanted: float) -> float | None:
    """The lowest threshold of four digits, 0..1, whose FMR on these trials is not above ``wanted``.

    None if no threshold does: strangers that are as alike as one picture with itself.
    """
    kept = _matched(trials.different, _GRID) <= wanted
    return float(_GRID[kept.argmax()]) if kept[-1] else None


def _matched(scores: Numbers, thresholds: Numbers) -> Numbers:
    """The share of the scores that reaches each threshold."""
    below = np.searchsorted(np.sort(scores), thresholds, side="left")
    return (len(scores) - below) / len(scores)
