"""Fits the matrix of a touch panel to crosses that somebody has touched. Pure.

Least squares over all touches. What no real panel can be is refused: a wrong matrix leaves nobody who could touch the
button that takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from drivers.touch_panel.affine import Affine, Place

# The corners of a quadrangle well inside the edges, where panels are least true, and the middle; all of them twice.
CROSSES: tuple[Place, ...] = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.5, 0.5)) * 2

_UNSTEADY = 0.03  # of the diagonal, between the two touches of one cross: 24 mm on a screen of 32 inches
_CROOKED = 0.03  # of the diagonal, at the worst cross after the fit
_CLOSE = 0.02  # of the screen, the narrower spread of all touches: below, they lie on one spot or one line
_SCALES = (0.5, 2.0)
_SKEW = 0.25
_OFF_CENTRE = 0.3  # of the screen


class Misfit(StrEnum):
    """Why no matrix is taken."""

    UNSTEADY = "unsteady"  # the two touches of one cross lie far apart
    ONE_SPOT = "one_spot"  # all touches on one spot or one line: the panel tells no places
    CROOKED = "crooked"  # no matrix brings the touches to their crosses
    NO_SCREEN = "no_screen"  # a matrix that no mounted panel has


class MisfitError(Exception):
    """The touches give no matrix."""

    def __init__(self, misfit: Misfit) -> None:
        super().__init__(misfit)
        self.misfit = misfit


@dataclass(frozen=True)
class Fit:
    """``matrix``: for the panel itself, in place of the one in force. Pixels: mean distance from cross to touch.

    ``now``: with the matrix in force; ``left``: with the new one; ``worst``: the farthest with the new one.
    """

    matrix: Affine
    now: float
    left: float
    worst: float


def fit(crosses: Sequence[Place], touches: Sequence[Place], in_force: Affine, size: tuple[int, int]) -> Fit:
    """The matrix that brings ``touches``, told with ``in_force``, to ``crosses``; ``size`` of the screen in pixels.

    The second half of both repeats the first.

    Raises:
        MisfitError: there is none that a panel can have.
    """
    wanted, told = np.array(crosses, float), np.array(touches, float)
    pixels = np.array(size, float)
    limit = float(np.hypot(*pixels))
    half = len(told) // 2
    if _far(told[:half] - told[half:], pixels).max() > _UNSTEADY * limit:
        raise MisfitError(Misfit.UNSTEADY)
    if np.linalg.svd(told - told.mean(axis=0), compute_uv=False)[-1] / np.sqrt(len(told)) < _CLOSE:
        raise MisfitError(Misfit.ONE_SPOT)
    solved = np.linalg.lstsq(np.c_[told, np.ones(len(told))], wanted, rcond=None)[0]
    correction = Affine(*(float(number) for number in solved.T.ravel()))
    left = _far(np.array([correction.at((x, y)) for x, y in told]) - wanted, pixels)
    if left.max() > _CROOKED * limit:
        raise MisfitError(Misfit.CROOKED)
    matrix = correction.after(in_force)
    if not _of_a_screen(matrix):
        raise MisfitError(Misfit.NO_SCREEN)
    return Fit(matrix, float(_far(told - wanted, pixels).mean()), float(left.mean()), float(left.max()))


def _far(shares: NDArray[np.float64], pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lengths in pixels."""
    lengths: NDArray[np.float64] = np.linalg.norm(shares * pixels, axis=1)
    return lengths


def _of_a_screen(matrix: Affine) -> bool:
    """True for a panel that is turned, mirrored, a little larger or smaller than the picture, or a little aside."""
    rest = matrix.plain_part()
    least, most = _SCALES
    scaled = least < rest.a < most and least < rest.e < most
    return scaled and max(abs(rest.b), abs(rest.d)) < _SKEW and max(abs(rest.c), abs(rest.f)) < _OFF_CENTRE
