"""Finds a face with dlib, measures it, and makes a template of it. Runs in the child process only.

dlib's HOG detector and 5-point landmarks say where the face is; SFace (through OpenCV's dnn) or dlib's ResNet says
who it is. Facts and measurements: docs/face.md. ``face_recognition`` is not imported because its import loads the
68-point model, whose licence excludes commercial use.
"""

from dataclasses import dataclass
from typing import Protocol

import cv2
import dlib
import numpy as np
import numpy.typing as npt

from drivers.camera.models import checked, descriptor_model, five_points
from drivers.camera.observation import (
    Box,
    FaceAdvice,
    FacePoints,
    Observation,
    Picture,
    Point,
    Quality,
    Template,
    Vector,
)
from drivers.camera.quality import judge, offset, pose
from drivers.camera.settings import Descriptor, FaceSettings

# Where dlib's five points lie on the 112 x 112 picture that SFace was trained on, in dlib's order.
_SFACE_POINTS = np.array(
    [(79.374, 53.286), (65.613, 53.764), (30.460, 53.815), (44.358, 54.017), (55.173, 80.541)], dtype=np.float32
)
_SFACE_SIDE = 112
_DETECTOR_SIDE = 640  # the detector sees faces from about 80 pixels on; larger pictures only cost time
_SMALLEST_SIDE = 400  # a chip photo is 102 x 126 and must be enlarged before the detector can see it
_LARGEST_ZOOM = 3.0
_DARK_ROOM = 35.0  # mean grey level below which a picture without a face is called dark


@dataclass(frozen=True)
class FoundFace:
    """A face in pixels of the picture looked at; ``shape`` is dlib's own object, which its descriptor wants."""

    box: Box
    points: FacePoints
    shape: object


class _Describes(Protocol):
    """Makes a template vector of an aligned or a full picture."""

    name: str

    def vector(self, picture: Picture, face: FoundFace) -> Vector:
        """The template of ``face`` in ``picture``."""


class _SFace:
    """SFace: 112 x 112, RGB, 0..255, no mean; the answer has 128 numbers."""

    def __init__(self, settings: FaceSettings) -> None:
        model = descriptor_model(settings)
        self.name = f"sface-{model.sha256[:12]}"
        self._net = cv2.dnn.readNetFromONNX(str(checked(model)))

    def vector(self, picture: Picture, face: FoundFace) -> Vector:
        """The template of ``face`` in ``picture``."""
        self._net.setInput(cv2.dnn.blobFromImage(aligned(picture, face.points)), "data")
        return np.asarray(self._net.forward(), dtype=np.float32).reshape(-1)


class _DlibResNet:
    """dlib's ResNet v1, kept selectable: measured, it refuses far more of the right people than SFace."""

    def __init__(self, settings: FaceSettings) -> None:
        model = descriptor_model(settings)
        self.name = f"dlib-{model.sha256[:12]}"
        self._net = dlib.face_recognition_model_v1(str(checked(model)))

    def vector(self, picture: Picture, face: FoundFace) -> Vector:
        """The template of ``face`` in ``picture``."""
        return np.array(self._net.compute_face_descriptor(picture, face.shape), dtype=np.float32)


_DESCRIBERS: dict[Descriptor, type[_SFace | _DlibResNet]] = {Descriptor.SFACE: _SFace, Descriptor.DLIB: _DlibResNet}


def aligned(picture: Picture, points: FacePoints) -> Picture:
    """The face turned and scaled onto the 112 x 112 template, RGB."""
    found = np.array([(point.x, point.y) for point in _in_order(points)], dtype=np.float32)
    matrix, _ = cv2.estimateAffinePartial2D(found, _SFACE_POINTS, method=cv2.LMEDS)
    return _picture(cv2.warpAffine(picture, matrix, (_SFACE_SIDE, _SFACE_SIDE)))


def _in_order(points: FacePoints) -> tuple[Point, ...]:
    return (
        points.left_eye_outer,
        points.left_eye_inner,
        points.right_eye_outer,
        points.right_eye_inner,
        points.nose,
    )


def _picture(array: npt.ArrayLike) -> Picture:
    return np.ascontiguousarray(array, dtype=np.uint8)


class FaceReader:
    """The loaded models. Every method blocks for tens of milliseconds."""

    def __init__(self, settings: FaceSettings) -> None:
        cv2.setNumThreads(settings.threads)
        self._settings = settings
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(checked(five_points())))
        self._describes: _Describes = _DESCRIBERS[settings.descriptor](settings)

    @property
    def model(self) -> str:
        """The name that every template of this reader carries."""
        return self._describes.name

    def look(self, picture: Picture) -> Observation:
        """Judge one camera picture; a template is made only of a good one."""
        faces = self._rivals(self._find(picture))
        if not faces:
            dark = float(picture.mean()) < _DARK_ROOM
            return Observation(FaceAdvice.MORE_LIGHT if dark else FaceAdvice.LOOK_HERE, 0)
        face = faces[0]
        quality = measure(picture, face)
        advice = judge(quality, self._settings.limits) if len(faces) == 1 else FaceAdvice.ONE_PERSON
        template = self._template(picture, face) if advice is FaceAdvice.GOOD else None
        return Observation(advice, len(faces), face.box, face.points, quality, template)

    def refer(self, picture: Picture) -> Observation:
        """Make the template of a reference photo: one face, large enough; it cannot be taken again."""
        enlarged = _scaled(picture, max(1.0, min(_LARGEST_ZOOM, _SMALLEST_SIDE / min(picture.shape[:2]))))
        zoom = enlarged.shape[1] / picture.shape[1]
        faces = self._rivals(self._find(enlarged))
        if len(faces) != 1:
            return Observation(FaceAdvice.ONE_PERSON if faces else FaceAdvice.LOOK_HERE, len(faces))
        face = faces[0]
        quality = measure(enlarged, face)
        small = quality.eye_distance / zoom < self._settings.reference_eye_distance
        template = None if small else self._template(enlarged, face)
        advice = FaceAdvice.CLOSER if small else FaceAdvice.GOOD
        return Observation(advice, 1, face.box, face.points, quality, template)

    def _template(self, picture: Picture, face: FoundFace) -> Template:
        return Template(self._describes.name, self._describes.vector(picture, face))

    def _find(self, picture: Picture) -> list[FoundFace]:
        """All faces, the widest first."""
        zoom = min(1.0, _DETECTOR_SIDE / max(picture.shape[:2]))
        found = [self._place(picture, rectangle, zoom) for rectangle in self._detector(_scaled(picture, zoom), 0)]
        return sorted(found, key=lambda face: face.box.width, reverse=True)

    def _place(self, picture: Picture, rectangle: dlib.rectangle, zoom: float) -> FoundFace:
        """The points are looked for in the full picture, where they are most exact."""
        left, top, right, bottom = (
            round(edge / zoom)
            for edge in (rectangle.left(), rectangle.top(), rectangle.right() + 1, rectangle.bottom() + 1)
        )
        shape = self._landmarks(picture, dlib.rectangle(left, top, right - 1, bottom - 1))
        points = FacePoints(*(Point(float(part.x), float(part.y)) for part in shape.parts()))
        return FoundFace(Box(left, top, right - left, bottom - top), points, shape)

    def _rivals(self, faces: list[FoundFace]) -> list[FoundFace]:
        """The greatest face and those that are nearly as great; people farther back do not count."""
        return [face for face in faces if face.box.width >= self._settings.rival_share * faces[0].box.width]


def measure(picture: Picture, face: FoundFace) -> Quality:
    """Measure one face for the quality gate."""
    height, width = picture.shape[:2]
    distance, roll, yaw, pitch = pose(face.points)
    offset_x, offset_y = offset(face.box, width, height)
    grey = cv2.cvtColor(aligned(picture, face.points), cv2.COLOR_RGB2GRAY)
    return Quality(
        eye_distance=distance,
        width_share=face.box.width / min(width, height),
        offset_x=offset_x,
        offset_y=offset_y,
        brightness=float(grey.mean()),
        clipped=float((grey >= 250).mean()),
        sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        roll=roll,
        yaw=yaw,
        pitch=pitch,
    )


def _scaled(picture: Picture, zoom: float) -> Picture:
    if zoom == 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * zoom)), max(1, round(picture.shape[0] * zoom)))
    return _picture(cv2.resize(picture, size, interpolation=cv2.INTER_AREA if zoom < 1.0 else cv2.INTER_CUBIC))
