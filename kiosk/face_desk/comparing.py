"""Compares the pairs as the kiosk does: a reference with one template, or with the mean of several."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from drivers.camera.settings import Descriptor
from kiosk.face_desk.pair_list import PairList
from kiosk.face_desk.progress import Progress
from kiosk.face_desk.rates import Trials
from kiosk.face_desk.templates import Templates


@dataclass(frozen=True)
class Compared:
    """The comparisons, and how many pairs of the list did not go into one.

    ``unusable``: a picture of the pair shows no usable face. ``odd``: what was left over when ``mean`` pictures of a
    person were taken together at a time.
    """

    trials: Trials
    unusable: int
    odd: int


def compare(pairs: PairList, templates: Templates, descriptor: Descriptor, mean: int, progress: Progress) -> Compared:
    """Score all pairs; with ``mean`` above 1, pairs of one first picture with one person so many at a time."""
    usable = [pair for pair in pairs.pairs if pair.first in templates.vectors and pair.second in templates.vectors]
    groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for pair in usable:
        groups[pair.first, pairs.people[pair.second]].append(pair.second)
    taken = list(_taken(groups, mean))
    scores = [
        descriptor.score(templates.vectors[first], [templates.vectors[second] for second in seconds])
        for first, seconds in progress.over(taken, len(taken), "comparisons")
    ]
    trials = Trials(
        np.array(scores, dtype=np.float64),
        np.array([pairs.people[first] for first, _ in taken], dtype=np.intp),
        np.array([pairs.people[seconds[0]] for _, seconds in taken], dtype=np.intp),
    )
    return Compared(trials, len(pairs.pairs) - len(usable), len(usable) - mean * len(taken))


def _taken(groups: dict[tuple[int, int], list[int]], mean: int) -> Iterator[tuple[int, list[int]]]:
    for (first, _), seconds in groups.items():
        for start in range(0, len(seconds) - mean + 1, mean):
            yield first, seconds[start : start + mean]
