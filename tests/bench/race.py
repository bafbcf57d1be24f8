"""Candidates measured in turns, so that the noise of the machine meets all of them alike."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Candidate = Callable[[int], object]


@dataclass
class Race:
    """Each candidate does ``operations`` of its kind per round; who begins changes from round to round."""

    candidates: Mapping[str, Candidate]
    operations: int
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _rounds: int = 0

    def round(self) -> None:
        """One turn of every candidate."""
        names = list(self.candidates)
        first = self._rounds % len(names)
        self._rounds += 1
        for name in names[first:] + names[:first]:
            begun = time.perf_counter()
            self.candidates[name](self.operations)
            self.seconds[name].append((time.perf_counter() - begun) / self.operations)

    def median(self, name: str) -> float:
        """Seconds of one operation."""
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, baseline: str) -> float:
        """How many times as fast as ``baseline``: the median over the rounds, each compared with itself."""
        pairs = zip(self.seconds[baseline], self.seconds[name], strict=True)
        return statistics.median(bare / own for bare, own in pairs)


def percentile(values: list[float], percent: int) -> float:
    """The value that ``percent`` of a hundred do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
