"""A surgical mask, fitted to a head: a sheet from the bridge of the nose to below the chin, and loops to the ears.

It is made in the coordinates of a cylinder about the middle of the head: at each angle the sheet is stretched over
what stands out most (nose and chin), as cloth is.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from simulator.heads.authoring.raster import Floats, Ints, rasterise

_AXIS = 0.55  # z of the middle of the head, decimetres
_CELLS = 200  # cells of the chart of the head for each radian and each decimetre
_SIDE = np.radians(66)  # where the sheet ends, from the middle of the face
_EAR = np.radians(88)
_BRIDGE, _CHIN = 0.17, 1.20  # below the eyes, in the middle
_CORNERS = (0.42, 0.92)  # the same at the sides
_STEPS = (49, 41)  # vertices of the sheet across and down
_OFF_SKIN = 0.045
_LOOP = 0.02  # half the width of a loop


@dataclass(frozen=True)
class Sheet:
    """A mesh with a colour for each vertex, and how far down the cloth each lies, 0..1, for its pleats."""

    points: Floats
    triangles: Ints
    colour: Floats
    down: Floats


def surgical_mask(body: Floats, triangles: Ints, eyes: float) -> Sheet:
    """A mask on a head that looks straight ahead; ``eyes``: height of the eyes."""
    chart = _Chart(body, triangles, eyes)
    across = np.linspace(-_SIDE, _SIDE, _STEPS[0])
    side = (np.abs(across) / _SIDE) ** 1.6
    top = _BRIDGE + (_CORNERS[0] - _BRIDGE) * side
    bottom = _CHIN + (_CORNERS[1] - _CHIN) * side
    down = np.linspace(0, 1, _STEPS[1])
    below = top[None] + (bottom - top)[None] * down[:, None]
    angle = np.broadcast_to(across, below.shape)
    radius = _stretched(chart.radius(angle, below), below)
    sheet = Sheet(
        chart.points(angle, below, radius + _OFF_SKIN),
        _grid(*below.shape),
        np.tile([0.36, 0.55, 0.68], (below.size, 1)),
        np.repeat(down, _STEPS[0]),
    )
    loops = [_loop(chart, sign, corner) for sign in (-1, 1) for corner in _CORNERS]
    return _joined([sheet, *loops])


class _Chart:
    """How far the skin is from the axis of the head, by angle from the front and by height."""

    def __init__(self, body: Floats, triangles: Ints, eyes: float) -> None:
        self._eyes = eyes
        angle = np.arctan2(body[:, 0], body[:, 2] - _AXIS)
        radius = np.hypot(body[:, 0], body[:, 2] - _AXIS)
        near = (np.abs(angle) < 2.0) & (body[:, 1] > eyes - 2) & (body[:, 1] < eyes + 0.5)
        kept = triangles[near[triangles].all(axis=1)]
        self._wide, high = int(4 * _CELLS), int(2.5 * _CELLS)
        place = np.stack([(angle + 2) * _CELLS, (eyes + 0.5 - body[:, 1]) * _CELLS, -radius], axis=1)
        found = rasterise(place, kept, self._wide, high).nearest()
        cells = np.zeros(self._wide * high)
        cells[found.pixel] = -found.depth
        self._radius = cells.reshape(high, self._wide)

    def radius(self, angle: Floats, below: Floats) -> Floats:
        """Decimetres from the axis at angles and depths below the eyes."""
        x, y = ((angle + 2) * _CELLS).astype(np.float32), ((below + 0.5) * _CELLS).astype(np.float32)
        return cv2.remap(self._radius.astype(np.float32), x, y, cv2.INTER_LINEAR).astype(np.float64)

    def points(self, angle: Floats, below: Floats, radius: Floats) -> Floats:
        """Places in space."""
        x, z = radius * np.sin(angle), _AXIS + radius * np.cos(angle)
        return np.stack([x.ravel(), (self._eyes - below).ravel(), z.ravel()], axis=1)


def _stretched(radius: Floats, below: Floats) -> Floats:
    """The sheet over the skin: the hull of each column, softened across, and nowhere inside the skin."""
    hull = np.stack([_hull(radius[:, at], below[:, at]) for at in range(radius.shape[1])], axis=1)
    soft = cv2.GaussianBlur(hull, (0, 0), 1.6, borderType=cv2.BORDER_REPLICATE)
    return np.maximum(soft, radius)


def _hull(radius: Floats, below: Floats) -> Floats:
    """The line stretched outside over a profile."""
    kept: list[int] = []
    for at in range(len(below)):
        while len(kept) > 1 and _dents(radius[[kept[-2], kept[-1], at]], below[[kept[-2], kept[-1], at]]):
            kept.pop()
        kept.append(at)
    return np.asarray(np.interp(below, below[kept], radius[kept]))


def _dents(radius: Floats, below: Floats) -> bool:
    """Whether the middle one of three places lies inside the line between the others."""
    share = (below[1] - below[0]) / (below[2] - below[0])
    return bool(radius[1] <= radius[0] + share * (radius[2] - radius[0]))


def _loop(chart: _Chart, sign: int, corner: float) -> Sheet:
    along = np.linspace(0, 1, 13)
    angle = sign * (_SIDE + (_EAR - _SIDE) * along) * np.ones((2, 1))
    middle = corner + (0.30 + 0.25 * (corner - _CORNERS[0]) - corner) * along
    below = middle + np.array([[-_LOOP], [_LOOP]])
    radius = np.asarray(cv2.GaussianBlur(chart.radius(angle, below), (0, 0), 1.0), dtype=np.float64) + _OFF_SKIN
    points = chart.points(angle, below, radius)
    return Sheet(points, _grid(2, 13), np.full((26, 3), 0.72), np.zeros(26))


def _grid(rows: int, columns: int) -> Ints:
    at = np.arange(rows * columns).reshape(rows, columns)
    corners = np.stack([at[:-1, :-1], at[1:, :-1], at[1:, 1:], at[:-1, 1:]], axis=-1).reshape(-1, 4)
    return np.concatenate([corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]])


def _joined(sheets: list[Sheet]) -> Sheet:
    first = np.cumsum([0, *(len(sheet.points) for sheet in sheets)])
    return Sheet(
        np.concatenate([sheet.points for sheet in sheets]),
        np.concatenate([sheet.triangles + start for sheet, start in zip(sheets, first[:-1], strict=True)]),
        np.concatenate([sheet.colour for sheet in sheets]),
        np.concatenate([sheet.down for sheet in sheets]),
    )
