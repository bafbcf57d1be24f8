"""The matrix that brings a touch to its place on the screen. Pure.

Places are shares of the screen, 0 to 1, counted from the top left corner, as X and libinput count them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Self

import numpy as np

Place = tuple[float, float]

_LAST_ROW = (0.0, 0.0, 1.0)


class Turn(Enum):
    """How a panel sits against the picture: the linear part of its matrix, in the words of libinput.

    See https://wayland.freedesktop.org/libinput/doc/latest/absolute-coordinate-ranges.html: 90 is "clockwise".
    """

    UPRIGHT = (1, 0, 0, 1)
    QUARTER = (0, -1, 1, 0)
    HALF = (-1, 0, 0, -1)
    THREE_QUARTERS = (0, 1, -1, 0)
    MIRRORED = (-1, 0, 0, 1)
    MIRRORED_QUARTER = (0, -1, -1, 0)
    MIRRORED_HALF = (1, 0, 0, -1)
    MIRRORED_THREE_QUARTERS = (0, 1, 1, 0)

    @property
    def degrees(self) -> int:
        """0, 90, 180 or 270."""
        return 90 * (list(Turn).index(self) % 4)

    @property
    def mirrored(self) -> bool:
        """True where left and right are exchanged too: the panel is mounted with its back to the front."""
        return list(Turn).index(self) >= len(Turn) // 2


@dataclass(frozen=True)
class Affine:
    """``x' = a x + b y + c`` and ``y' = d x + e y + f``."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Self:
        """From the nine numbers of X, row by row.

        Raises:
            ValueError: they are not nine, not finite, or the last row is not 0 0 1.
        """
        if len(numbers) != 9 or not np.isfinite(numbers).all() or tuple(numbers[6:]) != _LAST_ROW:
            raise ValueError("not an affine matrix")
        return cls(*numbers[:6])

    @property
    def numbers(self) -> tuple[float, ...]:
        """The nine numbers of X, row by row."""
        return (self.a, self.b, self.c, self.d, self.e, self.f, *_LAST_ROW)

    def at(self, place: Place) -> Place:
        """Where ``place`` comes to lie."""
        x, y = place
        return self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f

    def after(self, first: "Affine") -> "Affine":
        """One matrix for ``first`` and then this one."""
        product = np.array(self.numbers).reshape(3, 3) @ np.array(first.numbers).reshape(3, 3)
        return Affine(*(float(number) for number in product[:2].ravel()))

    @property
    def turn(self) -> Turn:
        """The nearest of the eight ways in which a panel can sit."""
        linear = np.array((self.a, self.b, self.d, self.e))
        return max(Turn, key=lambda turn: float(linear @ np.array(turn.value)))

    def plain_part(self) -> "Affine":
        """What is left of it beside its turn, about the middle of the screen: near to nothing for a real panel."""
        a, b, d, e = self.turn.value
        back = Affine(a, d, 0, b, e, 0)  # the inverse of a turn is its transpose
        middle = self.at((0.5, 0.5))
        linear = back.after(Affine(self.a, self.b, 0, self.d, self.e, 0))
        return Affine(linear.a, linear.b, middle[0] - 0.5, linear.d, linear.e, middle[1] - 0.5)
