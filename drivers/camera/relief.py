"""Where the nose lies in the plane of the eyes and the mouth: what tells a head from a flat picture of one. Pure.

The eyes and the corners of the mouth lie nearly in one plane; the tip of the nose stands out of it by almost half the
distance of the eyes. The four points fix the plane's projection into the picture (a homography), and undoing it puts
the nose at a place in the plane. However a flat picture is shifted, turned, tilted or brought near, its nose stays at
that place, because it lies in the plane itself (a projective invariant: Hartley and Zisserman, Multiple View Geometry,
chapter 2). When a head turns, the nose moves across.

The plane's own slant is measured too: the points of a picture that is tilted too far are not found exactly any more.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from drivers.camera.observation import FacePoints, Features, Point
from drivers.camera.quality import eyes, middle

_Matrix = npt.NDArray[np.float64]

# The frame of the face, in distances of the eyes: x towards the person's left, y towards the chin. Any four points in
# general position would do; these are near an average face, so that the numbers can be read.
_EYES_AND_MOUTH = ((-0.5, 0.0), (0.5, 0.0), (0.4, 1.1), (-0.4, 1.1))


@dataclass(frozen=True)
class Relief:
    """The nose in the frame of the face, and the slant of that frame.

    ``aside`` and ``down``: place of the nose in distances of the eyes, towards the person's left and towards the chin.
    ``dip``: the same as ``down``, with the eyes and the nose where dlib sees them, which tells a nod better
    (docs/face.md); None when dlib does not see the face. ``aspect``: distance of the eyes as a share of the distance
    from eyes to mouth. ``lean``: degrees by which the line from the eyes to the mouth is off a right angle to the line
    between the eyes.
    """

    aside: float
    down: float
    dip: float | None
    aspect: float
    lean: float


def relief(features: Features, points: FacePoints | None = None) -> Relief | None:
    """The relief of a face; None if its points lie so that they cannot be those of a face."""
    coarse = _relief(features)
    if coarse is None or points is None:
        return coarse
    right, left = eyes(points)
    exact = _relief(replace(features, right_eye=right, left_eye=left, nose=points.nose))
    return replace(coarse, dip=exact.down) if exact else coarse


def _relief(features: Features) -> Relief | None:
    corners = (features.right_eye, features.left_eye, features.left_mouth, features.right_mouth)
    if not _convex(corners):
        return None
    homography = _onto_frame(corners)
    x, y, scale = homography @ (features.nose.x, features.nose.y, 1.0)
    if scale <= 0:
        return None
    eyes, mouth = middle(corners[0], corners[1]), middle(corners[2], corners[3])
    across = (corners[1].x - corners[0].x, corners[1].y - corners[0].y)
    along = (mouth.x - eyes.x, mouth.y - eyes.y)
    lean = math.degrees(math.atan2(across[0] * along[0] + across[1] * along[1], _cross(across, along)))
    return Relief(float(x / scale), float(y / scale), None, math.hypot(*across) / math.hypot(*along), lean)


def _cross(first: tuple[float, float], second: tuple[float, float]) -> float:
    return first[0] * second[1] - first[1] * second[0]


def _convex(corners: tuple[Point, Point, Point, Point]) -> bool:
    """True if the corners go round clockwise in the picture, no three of them nearly on one line."""
    size = math.dist((corners[0].x, corners[0].y), (corners[2].x, corners[2].y))
    turns = [
        _cross(
            (here.x - before.x, here.y - before.y),
            (after.x - here.x, after.y - here.y),
        )
        for before, here, after in zip(corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True)
    ]
    return size > 0 and min(turns) > 0.01 * size**2


def _onto_frame(corners: tuple[Point, Point, Point, Point]) -> _Matrix:
    """The homography that takes the four corners to their places in the frame of the face."""
    rows: list[list[float]] = []
    for corner, (x, y) in zip(corners, _EYES_AND_MOUTH, strict=True):
        rows.append([corner.x, corner.y, 1, 0, 0, 0, -x * corner.x, -x * corner.y])
        rows.append([0, 0, 0, corner.x, corner.y, 1, -y * corner.x, -y * corner.y])
    solution = np.linalg.solve(np.array(rows), np.array(_EYES_AND_MOUTH).ravel())
    matrix: _Matrix = np.append(solution, 1.0).reshape(3, 3)
    return matrix
