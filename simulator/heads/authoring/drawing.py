"""The picture being drawn: a camera, depth, opaque surfaces in their light, and see-through ones before them."""

import cv2
import numpy as np

from simulator.heads.authoring.raster import Floats, Fragments, Ints, rasterise
from simulator.heads.authoring.scene import Scene

_CAMERA_DISTANCE = 9.0  # decimetres from the middle of the head


class Projection:
    """A pinhole camera in front of the eyes."""

    def __init__(self, target: Floats, scale: float, at: tuple[float, ...]) -> None:
        self._target, self._scale, self._at = target, scale, at

    def __call__(self, points: Floats) -> Floats:
        """Pixels (x, y) and depth."""
        depth = _CAMERA_DISTANCE + self._target[2] - points[:, 2]
        zoom = self._scale * _CAMERA_DISTANCE / depth
        x = self._at[0] + (points[:, 0] - self._target[0]) * zoom
        y = self._at[1] - (points[:, 1] - self._target[1]) * zoom
        return np.stack([x, y, depth], axis=1)


class Drawing:
    """The picture being drawn, with its depth."""

    def __init__(self, picture: Floats, project: Projection, scene: Scene, width: int, height: int) -> None:
        self.picture, self.scene = picture, scene
        self._project, self._width, self._height = project, width, height
        self._depth = np.full(width * height, np.inf)
        self._albedo = np.zeros((height * width, 3))
        self._light = np.zeros((height * width, 3))
        self._shine = np.zeros((height * width, 1))
        self._soft = np.zeros(height * width)
        self._drawn = np.zeros(height * width, dtype=bool)

    def cover(self, points: Floats, triangles: Ints) -> Fragments:
        """The fragments of an opaque mesh that nothing hides so far."""
        found = rasterise(self._project(points), triangles, self._width, self._height).nearest()
        return found.take(np.flatnonzero(found.depth < self._depth[found.pixel]))

    def put(self, fragments: Fragments, albedo: Floats, light: Floats, shine: Floats, *, soft: bool) -> None:
        """Draw opaque fragments; soft ones let light through, as skin does."""
        at = fragments.pixel
        self._depth[at], self._albedo[at], self._light[at] = fragments.depth, albedo, light
        self._shine[at], self._soft[at], self._drawn[at] = shine, float(soft), True

    def finish_opaque(self) -> None:
        """Light the opaque part: crevices darken, and light spreads in the skin, red farthest."""
        shape = (self._height, self._width)
        light = self._light.reshape(*shape, 3) * self._crevices(shape)[..., None]
        soft = self._soft.reshape(shape)
        spread = np.stack(
            [_spread(light[..., i], soft, s * self._width / 640) for i, s in enumerate((2.6, 1.3, 0.9))], axis=2
        )
        light = np.where(soft[..., None] > 0, spread, light)
        colour = self._albedo.reshape(*shape, 3) * light + self._shine.reshape(*shape, 1)
        cover = cv2.GaussianBlur(self._drawn.reshape(shape).astype(np.float64), (0, 0), 0.8)[..., None]
        cover = np.where(self._drawn.reshape(*shape, 1), np.maximum(cover, 0.5), 0)
        self.picture[:] = self.picture * (1 - cover) + colour * cover

    def _crevices(self, shape: tuple[int, int]) -> Floats:
        depth = np.where(np.isfinite(self._depth), self._depth, np.nan).reshape(shape)
        far = float(np.nanmax(depth)) if self._drawn.any() else 0.0
        depth = np.nan_to_num(depth, nan=far)
        dark = np.zeros(shape)
        for size, strength in ((3.0, 2.4), (9.0, 1.1), (24.0, 0.45)):
            blurred = cv2.GaussianBlur(depth, (0, 0), size * shape[1] / 1280)
            dark += strength * np.clip(depth - blurred, 0, 0.25)
        return np.asarray(np.clip(1 - dark, 0.35, 1))

    def in_front(self, points: Floats, triangles: Ints, lift: float) -> Fragments:
        """All fragments of a see-through mesh in front of what is drawn; ``lift`` saves those that just sink in."""
        found = rasterise(self._project(points), triangles, self._width, self._height)
        return found.take(np.flatnonzero(found.depth < self._depth[found.pixel] + lift))

    def blend(self, fragments: Fragments, colour: Floats, opacity: Floats) -> None:
        """Lay see-through fragments over the picture, the farthest first."""
        flat = self.picture.reshape(-1, 3)
        order = np.lexsort((-fragments.depth, fragments.pixel))
        pixel = fragments.pixel[order]
        new = np.r_[True, pixel[1:] != pixel[:-1]]
        layer = np.arange(len(pixel)) - np.maximum.accumulate(np.where(new, np.arange(len(pixel)), 0))
        for depth in range(int(layer.max(initial=-1)) + 1):
            at = order[layer == depth]
            alpha = opacity[at][:, None]
            flat[fragments.pixel[at]] = flat[fragments.pixel[at]] * (1 - alpha) + colour[at] * alpha


def _spread(light: Floats, soft: Floats, size: float) -> Floats:
    weight = cv2.GaussianBlur(soft, (0, 0), size)
    return np.asarray(cv2.GaussianBlur(light * soft, (0, 0), size) / np.maximum(weight, 1e-6))
