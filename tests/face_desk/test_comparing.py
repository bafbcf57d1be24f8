"""Pairs become comparisons as the kiosk makes them: one reference, and one template or the mean of several."""

import io
from pathlib import Path

import numpy as np
import pytest

from drivers.camera.settings import Descriptor
from kiosk.face_desk.comparing import Compared, compare
from kiosk.face_desk.pair_list import Pair, PairList
from kiosk.face_desk.progress import Progress
from kiosk.face_desk.templates import Templates

# Pictures 0, 1, 2, 3 are of person 0, pictures 4, 5, 6 of person 1; the last shows no usable face.
PAIRS = [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (4, 5), (4, 6)]
PEOPLE = (0, 0, 0, 0, 1, 1, 1)
VECTORS = {0: (1, 0), 1: (1, 0), 2: (0, 2), 3: (0, 1), 4: (-1, 0), 5: (0, -3)}


def comparisons(mean: int, descriptor: Descriptor = Descriptor.SFACE) -> Compared:
    pairs = tuple(
        Pair(line, first, second, PEOPLE[first] == PEOPLE[second]) for line, (first, second) in enumerate(PAIRS, 2)
    )
    listed = PairList(Path("pairs.csv"), tuple(map(Path, "abcdefg")), tuple(range(2, 9)), pairs, PEOPLE)
    vectors = {number: np.array(vector, np.float32) for number, vector in VECTORS.items()}
    return compare(listed, Templates("made up", vectors, {}), descriptor, mean, Progress(io.StringIO()))


def test_each_usable_pair_is_one_comparison() -> None:
    made = comparisons(1)
    assert made.trials.scores == pytest.approx([1, 0, 0, -1, 0, 0])
    assert made.trials.same == pytest.approx([1, 0, 0, 0])
    assert made.trials.different == pytest.approx([-1, 0])
    assert (made.trials.people, made.unusable, made.odd) == (2, 1, 0)


def test_the_mean_is_taken_of_pictures_of_one_person_only() -> None:
    """0 with the mean of 1 and 2, and with that of 4 and 5; 3 and the pair of 4 and 5 are left over."""
    made = comparisons(2)
    assert made.trials.scores == pytest.approx([0.5**0.5, -(0.5**0.5)])
    assert (made.trials.first.tolist(), made.trials.second.tolist()) == ([0, 0], [0, 1])
    assert (made.unusable, made.odd) == (1, 2)


def test_distances_are_scores_too() -> None:
    assert comparisons(1, Descriptor.DLIB).trials.scores[:2] == pytest.approx([1, 1 - 5**0.5])


def test_templates_are_not_in_a_repr() -> None:
    assert "0.25" not in repr(Templates("made up", {0: np.array([0.25], np.float32)}, {}))
