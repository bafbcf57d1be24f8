"""Finds faces with YuNet, also turned and masked ones, and the eyes, nose and mouth of one. Child process only.

dlib's HOG detector, which decides whether a picture is good enough to compare, loses a head that is turned or covered.
YuNet (OpenCV Zoo) goes on seeing it: it follows a face through the gestures.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from drivers.camera.models import checked, yunet
from drivers.camera.observation import Box, Features, Picture, Point

_SURE = 0.7  # score from which a finding counts
_OVERLAP = 0.3
_LONGER_SIDE = 320  # pixels; faces of 30 and more are found then, which is far from the camera
_WIDTHS = (64, 96, 128)  # pixels of the face in the pictures whose points are averaged: measured in docs/face.md
_CANVAS = (2.0, 2.5)  # width and height of those pictures, in widths of the face

_Row = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SeenFace:
    """A face in pixels of the picture looked at."""

    box: Box
    features: Features


class FeatureFinder:
    """YuNet, loaded once for each size of picture."""

    def __init__(self) -> None:
        path = str(checked(yunet()))
        self._path = path
        self._detectors: dict[tuple[int, int], cv2.FaceDetectorYN] = {}

    def find(self, picture: Picture) -> list[SeenFace]:
        """All faces, the widest first; their points are rough."""
        height, width = picture.shape[:2]
        zoom = min(1.0, _LONGER_SIDE / max(height, width))
        small = cv2.resize(
            picture, (max(1, round(width * zoom)), max(1, round(height * zoom))), interpolation=cv2.INTER_AREA
        )
        faces = [_seen(row, zoom, (0.0, 0.0)) for row in self._detect(small)]
        small.fill(0)
        return sorted(faces, key=lambda face: face.box.width, reverse=True)

    def refine(self, picture: Picture, face: SeenFace) -> Features:
        """The points of a face more exactly: the mean over several sizes, each of which errs in its own way."""
        found = [self._at_width(picture, face.box, width) for width in _WIDTHS]
        features = [each for each in found if each is not None]
        return _mean(features) if features else face.features

    def _at_width(self, picture: Picture, box: Box, face_width: int) -> Features | None:
        size = (round(_CANVAS[0] * face_width), round(_CANVAS[1] * face_width))
        wanted = (round(_CANVAS[0] * box.width), round(_CANVAS[1] * box.width))
        left = round(box.left + box.width / 2 - wanted[0] / 2)
        top = round(box.top + box.height / 2 - wanted[1] / 2)
        cut = cutting(picture, left, top, *wanted)
        canvas = cv2.resize(cut, size, interpolation=cv2.INTER_AREA)
        zoom = size[0] / cut.shape[1]
        faces = [_seen(row, zoom, (left, top)) for row in self._detect(canvas)]
        canvas.fill(0)
        if not faces:
            return None
        return max(faces, key=lambda each: each.box.width).features

    def _detect(self, picture: npt.NDArray[np.uint8] | cv2.typing.MatLike) -> list[_Row]:
        """The rows that YuNet answers with; it wants BGR."""
        size = (picture.shape[1], picture.shape[0])
        if size not in self._detectors:
            self._detectors[size] = cv2.FaceDetectorYN.create(self._path, "", size, _SURE, _OVERLAP, 20)
        turned = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
        rows = self._detectors[size].detect(turned)[1]
        turned.fill(0)
        return [] if rows is None else list(np.asarray(rows, dtype=np.float32))


def cutting(picture: Picture, left: int, top: int, width: int, height: int) -> Picture:
    """A piece of the picture; what lies outside of it is filled with the edge's colour."""
    full_height, full_width = picture.shape[:2]
    before = (max(0, -left), max(0, -top))
    after = (max(0, left + width - full_width), max(0, top + height - full_height))
    piece = picture[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)]
    if any(before + after) and piece.size:
        return np.asarray(
            cv2.copyMakeBorder(piece, before[1], after[1], before[0], after[0], cv2.BORDER_REPLICATE), dtype=np.uint8
        )
    return piece


def _seen(row: _Row, zoom: float, origin: tuple[float, float]) -> SeenFace:
    """YuNet's row: box, then right eye, left eye, nose, right and left corner of the mouth, then the score."""
    left, top, width, height = row[:4] / zoom
    box = Box(round(left + origin[0]), round(top + origin[1]), max(1, round(width)), max(1, round(height)))
    places = row[4:14].reshape(5, 2) / zoom + origin
    return SeenFace(box, Features(*(Point(float(x), float(y)) for x, y in places)))


def _mean(features: list[Features]) -> Features:
    names = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
    means = {}
    for name in names:
        points = [getattr(each, name) for each in features]
        means[name] = Point(
            sum(point.x for point in points) / len(points), sum(point.y for point in points) / len(points)
        )
    return Features(**means)
