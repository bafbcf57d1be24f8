"""What the face engine sees and concludes, as frozen values; nothing here touches a library or a picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]  # height x width x 3, RGB, rows from the top


class FaceAdvice(StrEnum):
    """What the person can do so that the picture becomes good enough; the names are those of the screen's hints."""

    LOOK_HERE = "look_here"
    CLOSER = "closer"
    FARTHER = "farther"
    CENTRE = "centre"
    ONE_PERSON = "one_person"
    MORE_LIGHT = "more_light"
    HOLD_STILL = "hold_still"
    TAKE_OFF_MASK = "take_off_mask"
    GOOD = "good"


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the picture looked at."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Point:
    """A place in pixels of the picture looked at."""

    x: float
    y: float


@dataclass(frozen=True)
class FacePoints:
    """The five points of dlib's small landmark model, in its order. Left and right are the person's own."""

    left_eye_outer: Point
    left_eye_inner: Point
    right_eye_outer: Point
    right_eye_inner: Point
    nose: Point


@dataclass(frozen=True)
class Features:
    """The five points of YuNet: the eyes' centres, the tip of the nose, the corners of the mouth.

    Unlike dlib's, they are found on turned and on masked faces too. Left and right are the person's own.
    """

    right_eye: Point
    left_eye: Point
    nose: Point
    right_mouth: Point
    left_mouth: Point


@dataclass(frozen=True)
class Quality:
    """What was measured on one face.

    ``width_share``: width of the face as a share of the picture's shorter side. ``offset_x``, ``offset_y``: centre of
    the face from the centre of the picture, as shares of width and height. ``brightness`` and ``clipped``: mean grey
    level (0..255) and share of burnt-out pixels on the face. ``sharpness``: variance of the Laplacian on the aligned
    face. ``roll`` in degrees. ``yaw``: nose off the middle of the eyes, in eye distances, 0 from the front.
    ``pitch``: nose below the eyes, in eye distances, about 0.77 from the front.
    """

    eye_distance: float  # pixels
    width_share: float
    offset_x: float
    offset_y: float
    brightness: float
    clipped: float
    sharpness: float
    roll: float
    yaw: float
    pitch: float


@dataclass(frozen=True, eq=False)
class Template:
    """What a model made of one face. It is biometric data: never logged, never stored, not in ``repr``."""

    model: str
    vector: Vector = field(repr=False)

    def wipe(self) -> None:
        """Overwrite it; it must not be used any more."""
        self.vector.fill(0)


@dataclass(frozen=True)
class Observation:
    """One look at one camera picture. ``template`` is there only when the advice is GOOD.

    ``faces``: those that count, people farther back do not. ``features`` and their box are there when exactly one face
    was found that could be followed, even one that is turned away or covered.
    """

    advice: FaceAdvice
    faces: int
    box: Box | None = None
    points: FacePoints | None = None
    quality: Quality | None = None
    template: Template | None = None
    features: Features | None = None


class Verdict(StrEnum):
    """The three zones of a comparison: let in, ask for the other way, and not this person."""

    SAME = "same"
    UNSURE = "unsure"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Thresholds:
    """Scores from which a comparison means SAME, and from which it means UNSURE. Greater is more alike."""

    same: float
    unsure: float

    def __post_init__(self) -> None:
        if self.same < self.unsure:
            raise ValueError(f"the threshold for 'same' ({self.same}) is below that for 'unsure' ({self.unsure})")

    def verdict(self, score: float) -> Verdict:
        """The zone in which ``score`` lies."""
        if score >= self.same:
            return Verdict.SAME
        return Verdict.UNSURE if score >= self.unsure else Verdict.DIFFERENT


@dataclass(frozen=True)
class Comparison:
    """The outcome: the score, its zone, the model and the number of camera pictures that went into it."""

    score: float
    verdict: Verdict
    model: str
    pictures: int


def cosine_score(reference: Vector, probes: Sequence[Vector]) -> float:
    """Cosine between ``reference`` and the mean of the ``probes``, each first brought to length one: -1..1."""
    mean = np.mean([probe / np.linalg.norm(probe) for probe in probes], axis=0)
    return float(np.dot(reference, mean) / (np.linalg.norm(reference) * np.linalg.norm(mean)))


def distance_score(reference: Vector, probes: Sequence[Vector]) -> float:
    """One minus the Euclidean distance between ``reference`` and the mean of the ``probes``."""
    return 1.0 - math.dist(reference, np.mean(probes, axis=0))
