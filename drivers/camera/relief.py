"""Where the nose lies in the plane of the eyes and the mouth: what tells a head from a flat picture of one. Pure.

The eyes and the corners of the mouth lie nearly in one plane; the tip of the nose stands out of it by almost half the
distance of the eyes. The four points fix the plane's projection into the picture (a homography), and undoing it puts
the nose at a place in the plane. However a flat picture is shifted, turned, tilted or brought near, its nose stays at
that place, because it lies in the plane itself (a projective invariant: Hartley and Zisserman, Multiple View Geometry,
chapter 2). When a head turns, the nose moves across.

The plane's own slant is measured too: the points of a picture that is tilted too far are not found exactly any more.
"""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from statistics import fmean, median

import numpy as np
import numpy.typing as npt

from drivers.camera.observation import FacePoints, Features, Observation, Point
from drivers.camera.quality import eyes, middle

_Matrix = npt.NDArray[np.float64]

# The frame of the face, in distances of the eyes: x towards the person's left, y towards the chin. Any four points in
# general position would do; these are near an average face, so that the numbers can be read.
_EYES_AND_MOUTH = ((-0.5, 0.0), (0.5, 0.0), (0.4, 1.1), (-0.4, 1.1))


_LARGEST_DIP = 0.10  # of what dlib tells of a nod; in the frame of the face


@dataclass(frozen=True)
class Relief:
    """The nose in the frame of the face, and the slant of that frame.

    ``aside`` and ``down``: place of the nose in distances of the eyes, towards the person's left and towards the chin.
    ``aspect``: distance of the eyes as a share of the distance from eyes to mouth. ``lean``: degrees by which the line
    from the eyes to the mouth is off a right angle to the line between the eyes.
    """

    aside: float
    down: float
    aspect: float
    lean: float


@dataclass(frozen=True)
class Stance:
    """How a face stands, in measures that each err in their own way; only differences between two stances count.

    ``by_yunet`` and ``by_dlib`` are the reliefs with the eyes and the nose where the one and the other model sees them
    (the mouth is always YuNet's); ``eyes``: logarithm of the width of the right eye over that of the left, in the frame
    of the face. A flat picture keeps that too; of a round head that turns, one eye becomes the narrower.
    """

    by_yunet: Relief
    by_dlib: Relief | None = None
    eyes: float = 0.0


def stance(seen: Observation) -> Stance | None:
    """How the one face that was seen stands; None if its points lie so that they cannot be those of a face."""
    if seen.features is None or (coarse := relief(seen.features)) is None:
        return None
    if seen.points is None:
        return Stance(coarse)
    right, left = eyes(seen.points)
    features = replace(seen.features, right_eye=right, left_eye=left, nose=seen.points.nose)
    exact, frame = relief(features), _frame(features)
    if exact is None or frame is None:
        return Stance(coarse)
    return Stance(coarse, exact, _eye_widths(seen.points, frame))


def mean(stances: Sequence[Stance]) -> Stance:
    """The stance of a face that was seen several times; each must have been seen by dlib too.

    Raises:
        ValueError: one was not, or there is none.
    """
    by_dlib = [each.by_dlib for each in stances if each.by_dlib is not None]
    if not stances or len(by_dlib) < len(stances):
        raise ValueError("a stance that dlib did not see")
    eye_widths = fmean(each.eyes for each in stances)
    return Stance(_mean([each.by_yunet for each in stances]), _mean(by_dlib), eye_widths)


def _mean(reliefs: list[Relief]) -> Relief:
    return Relief(*(fmean(values) for values in zip(*(astuple(each) for each in reliefs), strict=True)))


def turned(now: Stance, rest: Stance) -> float | None:
    """How far the head is turned to the person's left, in distances of the eyes, against how it was at rest.

    The middle one of three measures, so that two must agree: on a photo that is swung about, one of them alone may err
    by as much as a real turn. None when dlib does not see the face.
    """
    if now.by_dlib is None or rest.by_dlib is None:
        return None
    by_yunet, by_dlib = now.by_yunet.aside - rest.by_yunet.aside, now.by_dlib.aside - rest.by_dlib.aside
    return median((by_yunet, by_dlib, now.eyes - rest.eyes))


def nodded(now: Stance, rest: Stance) -> float | None:
    """How far the chin is down, in distances of the eyes, against how it was at rest; None as above.

    dlib's nose moves more than YuNet's, but it sometimes errs by more than any nod: it counts less, and only so far.
    """
    if now.by_dlib is None or rest.by_dlib is None:
        return None
    dip = min(now.by_dlib.down - rest.by_dlib.down, _LARGEST_DIP)
    return (dip + 2 * (now.by_yunet.down - rest.by_yunet.down)) / 3


def relief(features: Features) -> Relief | None:
    """The relief of a face; None if its points lie so that they cannot be those of a face."""
    frame = _frame(features)
    nose = None if frame is None else _through(frame, features.nose)
    if nose is None:
        return None
    between = middle(features.right_eye, features.left_eye)
    mouth = middle(features.right_mouth, features.left_mouth)
    across = (features.left_eye.x - features.right_eye.x, features.left_eye.y - features.right_eye.y)
    along = (mouth.x - between.x, mouth.y - between.y)
    lean = math.degrees(math.atan2(across[0] * along[0] + across[1] * along[1], _cross(across, along)))
    return Relief(nose.x, nose.y, math.hypot(*across) / math.hypot(*along), lean)


def _eye_widths(points: FacePoints, frame: _Matrix) -> float:
    outer_right, inner_right, inner_left, outer_left = (
        _through(frame, point)
        for point in (points.right_eye_outer, points.right_eye_inner, points.left_eye_inner, points.left_eye_outer)
    )
    if outer_right is None or inner_right is None or inner_left is None or outer_left is None:
        return 0.0
    right, left = _apart(outer_right, inner_right), _apart(outer_left, inner_left)
    return math.log(right / left) if right and left else 0.0


def _frame(features: Features) -> _Matrix | None:
    """The homography that takes the eyes and the mouth to their places in the frame of the face."""
    corners = (features.right_eye, features.left_eye, features.left_mouth, features.right_mouth)
    if not _convex(corners):
        return None
    rows: list[list[float]] = []
    for corner, (x, y) in zip(corners, _EYES_AND_MOUTH, strict=True):
        rows.append([corner.x, corner.y, 1, 0, 0, 0, -x * corner.x, -x * corner.y])
        rows.append([0, 0, 0, corner.x, corner.y, 1, -y * corner.x, -y * corner.y])
    solution = np.linalg.solve(np.array(rows), np.array(_EYES_AND_MOUTH).ravel())
    matrix: _Matrix = np.append(solution, 1.0).reshape(3, 3)
    # The last row is fixed up to its sign, which is that of a point in the middle of the face.
    between = middle(corners[0], corners[2])
    return matrix if matrix[2] @ (between.x, between.y, 1.0) > 0 else -matrix


def _through(frame: _Matrix, point: Point) -> Point | None:
    """Where ``point`` lies in the frame; None if it lies beyond the horizon of the face's plane."""
    x, y, scale = frame @ (point.x, point.y, 1.0)
    return Point(float(x / scale), float(y / scale)) if scale > 0 else None


def _apart(first: Point, second: Point) -> float:
    return math.dist((first.x, first.y), (second.x, second.y))


def _cross(first: tuple[float, float], second: tuple[float, float]) -> float:
    return first[0] * second[1] - first[1] * second[0]


def _convex(corners: tuple[Point, Point, Point, Point]) -> bool:
    """True if the corners go round clockwise in the picture, no three of them nearly on one line."""
    size = _apart(corners[0], corners[2])
    turns = [
        _cross((here.x - before.x, here.y - before.y), (after.x - here.x, after.y - here.y))
        for before, here, after in zip(corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True)
    ]
    return size > 0 and min(turns) > 0.01 * size**2
