"""The path that is drawn over the whole screen with a finger, and what came of it. Pure.

It runs along all four edges, through the corners, and then winds inwards. Pixels, counted from the top left corner.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from math import ceil, hypot

Point = tuple[float, float]

_EDGE = 0.05  # of the shorter side: what lies so near to an edge belongs to it, or to a corner
_CORNER = 0.16  # of each side


class Region(StrEnum):
    """A part of the screen, for people."""

    TOP_LEFT = "top_left"
    TOP = "top"
    TOP_RIGHT = "top_right"
    RIGHT = "right"
    BOTTOM_RIGHT = "bottom_right"
    BOTTOM = "bottom"
    BOTTOM_LEFT = "bottom_left"
    LEFT = "left"
    MIDDLE = "middle"


class LossKind(StrEnum):
    """How a finger was lost."""

    JUMP = "jump"  # the next place that was told lies far away
    ENDED = "ended"  # the touch was over before the end of the path


@dataclass(frozen=True)
class Loss:
    """Where a finger was lost."""

    kind: LossKind
    place: Point


@dataclass(frozen=True)
class Drawn:
    """What came of it. ``missing``: regions of which a part was not reached; ``losses`` by region, in their order."""

    share: float
    missing: tuple[Region, ...]
    losses: tuple[tuple[LossKind, Region], ...]


@dataclass(frozen=True)
class DragPath:
    """``corners``: where it turns; ``sections``: the short pieces that it is made of, each with its ends."""

    size: tuple[float, float]
    corners: tuple[Point, ...]
    sections: tuple[tuple[Point, Point], ...]

    @classmethod
    def over(cls, width: float, height: float, edge: float, step: float) -> "DragPath":
        """For a screen of this size; ``edge``: how far from the edges it runs, ``step``: the longest section."""
        if width > height:  # the arms inside stand, so that there is room for words between them
            turned = cls.over(height, width, edge, step)
            corners = tuple((y, x) for x, y in turned.corners)
        else:
            left, right, inner = edge, width - edge, edge + width * 0.12
            rows = (edge, height - edge, height * 0.72, height * 0.28)
            corners = (
                (left, rows[0]), (right, rows[0]), (right, rows[1]), (left, rows[1]), (left, rows[2]),
                (width - inner, rows[2]), (width - inner, rows[3]), (left, rows[3]), (left, rows[0]),
            )  # fmt: skip
        sections = [piece for pair in pairwise(corners) for piece in _pieces(*pair, step)]
        return cls((width, height), corners, tuple(sections))

    @property
    def room(self) -> tuple[float, float, float, float]:
        """The middle, which it leaves free: left, top, right and bottom."""
        (x, y), (other_x, other_y) = self.corners[-2], self.corners[5]
        return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)

    def region(self, place: Point) -> Region:
        """Where on the screen ``place`` lies."""
        (width, height), (x, y) = self.size, place
        near = min(width, height) * _EDGE * 2
        across = _side(x, width, _CORNER * width if _at_edge(y, height, near) else near)
        along = _side(y, height, _CORNER * height if _at_edge(x, width, near) else near)
        names = {
            (0, 0): Region.TOP_LEFT, (1, 0): Region.TOP, (2, 0): Region.TOP_RIGHT, (0, 1): Region.LEFT,
            (1, 1): Region.MIDDLE, (2, 1): Region.RIGHT, (0, 2): Region.BOTTOM_LEFT, (1, 2): Region.BOTTOM,
            (2, 2): Region.BOTTOM_RIGHT,
        }  # fmt: skip
        return names[across, along]


@dataclass
class Drawing:
    """Follows one finger. ``reach``: how far from the path it may be; ``jump``: the longest way between two places."""

    path: DragPath
    reach: float
    jump: float
    reached: set[int] = field(default_factory=set)
    losses: list[Loss] = field(default_factory=list)
    _last: Point | None = None
    _first: Point | None = None
    _way: float = 0.0

    def down(self, place: Point) -> Iterable[int]:
        """The finger comes down; the sections that are reached now."""
        self._first = self._last = place
        self._way = 0.0
        return self._reach(place, place)

    def move(self, place: Point) -> Iterable[int]:
        """The finger is somewhere else; the sections that are reached now."""
        last = self._last
        if last is None:
            return ()
        way = hypot(place[0] - last[0], place[1] - last[1])
        self._way += way
        self._last = place
        if way <= self.jump:
            return self._reach(last, place)
        self.losses.append(Loss(LossKind.JUMP, last))
        return self._reach(place, place)

    def up(self) -> None:
        """The finger is gone. A tap that went nowhere is none of the path."""
        last, self._last = self._last, None
        if last is not None and self._way > self.reach and not self.complete:
            self.losses.append(Loss(LossKind.ENDED, last))

    @property
    def complete(self) -> bool:
        """True when every section was reached."""
        return len(self.reached) == len(self.path.sections)

    @property
    def share(self) -> float:
        """How much of the path was reached, 0 to 1."""
        return len(self.reached) / len(self.path.sections)

    def drawn(self) -> Drawn:
        """What came of it so far."""
        sections = enumerate(self.path.sections)
        missing = (self.path.region(_middle(*ends)) for at, ends in sections if at not in self.reached)
        losses = tuple((loss.kind, self.path.region(loss.place)) for loss in self.losses)
        return Drawn(self.share, tuple(dict.fromkeys(missing)), losses)

    def _reach(self, start: Point, end: Point) -> list[int]:
        new = [
            at
            for at, ends in enumerate(self.path.sections)
            if at not in self.reached and _distance(_middle(*ends), start, end) <= self.reach
        ]
        self.reached.update(new)
        return new


def _pieces(start: Point, end: Point, step: float) -> list[tuple[Point, Point]]:
    count = ceil(hypot(end[0] - start[0], end[1] - start[1]) / step)
    places = [
        (start[0] + (end[0] - start[0]) * at / count, start[1] + (end[1] - start[1]) * at / count)
        for at in range(count + 1)
    ]
    return list(pairwise(places))


def _middle(start: Point, end: Point) -> Point:
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2


def _distance(place: Point, start: Point, end: Point) -> float:
    """From ``place`` to the nearest point between ``start`` and ``end``."""
    along = (end[0] - start[0], end[1] - start[1])
    square = along[0] ** 2 + along[1] ** 2
    part = ((place[0] - start[0]) * along[0] + (place[1] - start[1]) * along[1]) / square if square else 0.0
    part = min(1.0, max(0.0, part))
    return hypot(place[0] - start[0] - part * along[0], place[1] - start[1] - part * along[1])


def _at_edge(value: float, length: float, near: float) -> bool:
    return value < near or value > length - near


def _side(value: float, length: float, near: float) -> int:
    """0 at the beginning, 2 at the end, 1 between."""
    return 0 if value < near else 2 if value > length - near else 1
