"""Finds a face, measures it, and makes a template of it. Runs in the child process only.

YuNet says where faces are, turned and covered ones too; dlib's HOG detector and 5-point landmarks say which of them
look to the front and where their points are; SFace (through OpenCV's dnn) or dlib's ResNet says who it is. Facts and
measurements: docs/face.md. ``face_recognition`` is not imported because its import loads the 68-point model, whose
licence excludes commercial use.
"""

from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import cv2
import dlib
import numpy as np

from drivers.camera.aligning import aligned, measure, scaled
from drivers.camera.covering import covered
from drivers.camera.models import checked, descriptor_model, five_points
from drivers.camera.observation import (
    Box,
    FaceAdvice,
    FacePoints,
    Features,
    Observation,
    Picture,
    Point,
    Template,
    Vector,
)
from drivers.camera.quality import judge
from drivers.camera.settings import Descriptor, FaceSettings
from drivers.camera.yunet import FeatureFinder, SeenFace, cutting

_DETECTOR_SIDE = 640  # pixels; dlib's detector sees faces from about 80 on, larger pictures only cost time
_DETECTOR_FACE = 120.0  # width of YuNet's face in the piece that dlib's detector looks through
_UNSURE = -0.5  # score of dlib's detector down to which its points are still taken, for nods; 0 and more: it is sure
_AROUND = 2.0  # size of that piece, in faces
_SMALLEST_SIDE = 400  # a chip photo is 102 x 126 and must be enlarged before the detector can see it
_LARGEST_ZOOM = 3.0
_DARK_ROOM = 35.0  # mean grey level below which a picture without a face is called dark


@dataclass(frozen=True)
class FoundFace:
    """A face in pixels of the picture looked at; ``shape`` is dlib's own object, which its descriptor wants.

    ``frontal``: dlib's detector is sure of it; else only the points are worth something.
    """

    box: Box
    points: FacePoints
    shape: object
    frontal: bool = True


_Face = TypeVar("_Face", FoundFace, SeenFace)


class _Describes(Protocol):
    """Makes a template vector of a face."""

    name: str

    def vector(self, picture: Picture, face: FoundFace, upright: Picture) -> Vector:
        """The template of ``face`` in ``picture``; ``upright`` is the face cut out."""


class _SFace:
    """SFace: 112 x 112, RGB, 0..255, no mean; the answer has 128 numbers."""

    def __init__(self, settings: FaceSettings) -> None:
        model = descriptor_model(settings)
        self.name = f"sface-{model.sha256[:12]}"
        self._net = cv2.dnn.readNetFromONNX(str(checked(model)))

    def vector(self, picture: Picture, face: FoundFace, upright: Picture) -> Vector:  # noqa: ARG002 - see _Describes
        """The template of a face; needs it upright alone."""
        self._net.setInput(cv2.dnn.blobFromImage(upright), "data")
        return np.array(self._net.forward(), dtype=np.float32).reshape(-1)


class _DlibResNet:
    """dlib's ResNet v1, kept selectable: measured, it refuses far more of the right people than SFace."""

    def __init__(self, settings: FaceSettings) -> None:
        model = descriptor_model(settings)
        self.name = f"dlib-{model.sha256[:12]}"
        self._net = dlib.face_recognition_model_v1(str(checked(model)))

    def vector(self, picture: Picture, face: FoundFace, upright: Picture) -> Vector:  # noqa: ARG002 - see _Describes
        """The template of a face; dlib cuts it out itself."""
        return np.array(self._net.compute_face_descriptor(picture, face.shape), dtype=np.float32)


_DESCRIBERS: dict[Descriptor, type[_SFace | _DlibResNet]] = {Descriptor.SFACE: _SFace, Descriptor.DLIB: _DlibResNet}


class FaceReader:
    """The loaded models. Every method blocks for tens of milliseconds."""

    def __init__(self, settings: FaceSettings) -> None:
        cv2.setNumThreads(settings.threads)
        self._settings = settings
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(checked(five_points())))
        self._describes: _Describes = _DESCRIBERS[settings.descriptor](settings)
        self._features = FeatureFinder()

    @property
    def model(self) -> str:
        """The name that every template of this reader carries."""
        return self._describes.name

    def look(self, picture: Picture) -> Observation:
        """Judge one camera picture; a template is made only of a good one."""
        seen = self._nearest(self._features.find(picture))
        if len(seen) > 1:
            return Observation(FaceAdvice.ONE_PERSON, len(seen), seen[0].box)
        faces = self._about(picture, seen[0]) if seen else self._nearest(self._find(picture))
        if not seen and not faces:
            return Observation(FaceAdvice.MORE_LIGHT if _dark(picture) else FaceAdvice.LOOK_HERE, 0)
        features = self._features.refine(picture, seen[0]) if seen else None
        box = seen[0].box if seen else faces[0].box
        if len(faces) > 1:
            return Observation(FaceAdvice.ONE_PERSON, len(faces), box)
        if faces and faces[0].frontal:
            return self._judged(picture, faces[0], box, features)
        seen_by_dlib = faces[0].points if faces else None
        return Observation(self._not_frontal(picture, box, features), 1, box, seen_by_dlib, features=features)

    def refer(self, picture: Picture) -> Observation:
        """Make the template of a reference photo: one face, large enough; it cannot be taken again."""
        enlarged = scaled(picture, max(1.0, min(_LARGEST_ZOOM, _SMALLEST_SIDE / min(picture.shape[:2]))))
        zoom = enlarged.shape[1] / picture.shape[1]
        faces = self._nearest(self._find(enlarged))
        if len(faces) != 1:
            return Observation(FaceAdvice.ONE_PERSON if faces else FaceAdvice.LOOK_HERE, len(faces))
        face = faces[0]
        upright = aligned(enlarged, face.points)
        quality = measure(enlarged, face.box, face.points, upright)
        small = quality.eye_distance / zoom < self._settings.reference_eye_distance
        template = None if small else self._template(enlarged, face, upright)
        upright.fill(0)
        advice = FaceAdvice.CLOSER if small else FaceAdvice.GOOD
        return Observation(advice, 1, face.box, face.points, quality, template)

    def one_of_two(self, picture: Picture, rank: int) -> Observation:
        """Make the template of the widest (0) or second widest (1) of two faces, one live and one on a held card.

        A printed face is small, so the whole picture is searched at its full size, and only its points must be there.
        """
        faces = self._find(picture, max(picture.shape[:2]))[:2]
        if len(faces) < 2:
            return Observation(FaceAdvice.LOOK_HERE, len(faces))
        face = faces[rank]
        upright = aligned(picture, face.points)
        quality = measure(picture, face.box, face.points, upright)
        small = quality.eye_distance < self._settings.reference_eye_distance
        template = None if small else self._template(picture, face, upright)
        upright.fill(0)
        advice = FaceAdvice.CLOSER if small else FaceAdvice.GOOD
        return Observation(advice, 2, face.box, face.points, quality, template)

    def _judged(self, picture: Picture, face: FoundFace, box: Box, features: Features | None) -> Observation:
        upright = aligned(picture, face.points)
        quality = measure(picture, face.box, face.points, upright)
        advice = judge(quality, self._settings.limits)
        if advice in {FaceAdvice.GOOD, FaceAdvice.LOOK_HERE} and features and covered(picture, features):
            advice = FaceAdvice.TAKE_OFF_MASK
        template = self._template(picture, face, upright) if advice is FaceAdvice.GOOD else None
        upright.fill(0)
        return Observation(advice, 1, box, face.points, quality, template, features)

    def _not_frontal(self, picture: Picture, box: Box, features: Features | None) -> FaceAdvice:
        """On a face that YuNet sees and dlib does not: too far or too near, covered, turned away, or in the dark."""
        share, limits = box.width / min(picture.shape[:2]), self._settings.limits
        if share < limits.farthest:
            return FaceAdvice.CLOSER
        if share > limits.nearest:
            return FaceAdvice.FARTHER
        if features and covered(picture, features):
            return FaceAdvice.TAKE_OFF_MASK
        return FaceAdvice.MORE_LIGHT if _dark(picture) else FaceAdvice.LOOK_HERE

    def _template(self, picture: Picture, face: FoundFace, upright: Picture) -> Template:
        return Template(self._describes.name, self._describes.vector(picture, face, upright))

    def _about(self, picture: Picture, seen: SeenFace) -> list[FoundFace]:
        """The same face as dlib sees it, if it does: looked for only about there, which takes a quarter of the time."""
        width, height = round(_AROUND * seen.box.width), round(_AROUND * seen.box.height)
        left = round(seen.box.left + seen.box.width / 2 - width / 2)
        top = round(seen.box.top + seen.box.height / 2 - height / 2)
        zoom = min(1.0, _DETECTOR_FACE / seen.box.width)
        small = scaled(cutting(picture, left, top, width, height), zoom)
        rectangles, scores, _ = self._detector.run(small, 0, _UNSURE)
        if not rectangles:
            return []
        score, rectangle = max(zip(scores, rectangles, strict=True), key=lambda each: each[0])
        return [replace(self._place(picture, rectangle, zoom, (left, top)), frontal=score >= 0.0)]

    def _find(self, picture: Picture, side: int = _DETECTOR_SIDE) -> list[FoundFace]:
        """All faces, the widest first."""
        zoom = min(1.0, side / max(picture.shape[:2]))
        found = [self._place(picture, each, zoom, (0, 0)) for each in self._detector(scaled(picture, zoom), 0)]
        return sorted(found, key=lambda face: face.box.width, reverse=True)

    def _place(self, picture: Picture, rectangle: dlib.rectangle, zoom: float, origin: tuple[int, int]) -> FoundFace:
        """The points are looked for in the full picture, where they are most exact."""
        left, right = (round(edge / zoom) + origin[0] for edge in (rectangle.left(), rectangle.right() + 1))
        top, bottom = (round(edge / zoom) + origin[1] for edge in (rectangle.top(), rectangle.bottom() + 1))
        shape = self._landmarks(picture, dlib.rectangle(left, top, right - 1, bottom - 1))
        points = FacePoints(*(Point(float(part.x), float(part.y)) for part in shape.parts()))
        return FoundFace(Box(left, top, right - left, bottom - top), points, shape)

    def _nearest(self, faces: list[_Face]) -> list[_Face]:
        """The greatest face and those that are nearly as great; people farther back do not count."""
        return [face for face in faces if face.box.width >= self._settings.rival_share * faces[0].box.width]


def _dark(picture: Picture) -> bool:
    return float(picture.mean()) < _DARK_ROOM
