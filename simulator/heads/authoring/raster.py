"""A small triangle rasteriser in numpy: every fragment of every triangle, to be shaded all at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_AT_ONCE = 3_000_000  # candidate pixels held in memory at a time


@dataclass(frozen=True)
class Fragments:
    """Pixels covered by triangles: pixel number, triangle number, corner weights and depth (greater is farther)."""

    pixel: Ints
    triangle: Ints
    weights: Floats
    depth: Floats

    def take(self, index: Ints) -> "Fragments":
        """Some of the fragments."""
        return Fragments(self.pixel[index], self.triangle[index], self.weights[index], self.depth[index])

    def nearest(self) -> "Fragments":
        """The nearest fragment of each pixel."""
        order = np.lexsort((self.depth, self.pixel))
        first = np.ones(len(order), dtype=bool)
        first[1:] = self.pixel[order][1:] != self.pixel[order][:-1]
        return self.take(order[first])

    def blend(self, values: Floats, triangles: Ints) -> Floats:
        """Values of vertices, blended for each fragment."""
        return np.asarray(np.einsum("nk,nkd->nd", self.weights, values[triangles[self.triangle]]))

    def blend_corners(self, values: Floats) -> Floats:
        """Values of triangle corners (n x 3 x d), blended for each fragment."""
        return np.asarray(np.einsum("nk,nkd->nd", self.weights, values[self.triangle]))


def rasterise(screen: Floats, triangles: Ints, width: int, height: int) -> Fragments:
    """Fragments of triangles whose vertices are at ``screen`` (x, y in pixels, depth)."""
    found = list(_chunks(screen, triangles, width, height))
    if not found:
        return Fragments(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros(0))
    return Fragments(
        np.concatenate([part.pixel for part in found]),
        np.concatenate([part.triangle for part in found]),
        np.concatenate([part.weights for part in found]),
        np.concatenate([part.depth for part in found]),
    )


def _chunks(screen: Floats, triangles: Ints, width: int, height: int) -> Iterator[Fragments]:
    corners = screen[triangles]
    low = np.floor(corners[..., :2].min(axis=1)).astype(np.int64).clip([0, 0], [width, height])
    high = (np.ceil(corners[..., :2].max(axis=1)).astype(np.int64) + 1).clip([0, 0], [width, height])
    size = np.maximum(high - low, 0)
    which = np.flatnonzero(size.prod(axis=1))
    total = np.cumsum(size[which].prod(axis=1))
    for start in range(0, int(total[-1]) if len(total) else 0, _AT_ONCE):
        chosen = which[(total > start) & (total <= start + _AT_ONCE)]
        if len(chosen):
            x, y, nth = _candidates(low[chosen], size[chosen])
            yield _covered(corners, chosen[nth], x, y, width)


def _candidates(low: Ints, size: Ints) -> tuple[Ints, Ints, Ints]:
    """All pixels of some rectangles: x, y, and the number of the rectangle."""
    area = size.prod(axis=1)
    nth = np.repeat(np.arange(len(area)), area)
    step = np.arange(len(nth)) - np.repeat(np.cumsum(area) - area, area)
    return low[nth, 0] + step % size[nth, 0], low[nth, 1] + step // size[nth, 0], nth


def _covered(corners: Floats, triangle: Ints, x: Ints, y: Ints, width: int) -> Fragments:
    """Those of the candidate pixels whose middle lies in their triangle."""
    a, b, c = (corners[triangle, corner, :2] for corner in range(3))
    spot = np.stack([x + 0.5, y + 0.5], axis=1)
    whole = _cross(b - a, c - a)
    whole[np.abs(whole) < 1e-9] = np.inf
    weights = np.stack([_cross(b - spot, c - spot), _cross(c - spot, a - spot), _cross(a - spot, b - spot)], axis=1)
    weights /= whole[:, None]
    inside = (weights >= -1e-9).all(axis=1) & np.isfinite(whole)
    weights, triangle = weights[inside], triangle[inside]
    depth = np.einsum("nk,nk->n", weights, corners[triangle, :, 2])
    return Fragments(y[inside] * width + x[inside], triangle, weights, depth)


def _cross(first: Floats, second: Floats) -> Floats:
    return np.asarray(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
