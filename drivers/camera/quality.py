"""The quality gate: from measures to the one thing that the person should do next. Pure."""

import math

from drivers.camera.observation import Box, FaceAdvice, FacePoints, Point, Quality
from drivers.camera.settings import QualityLimits

# For the rank among good pictures: from where on a turned face counts nothing, and what is half as sharp or large.
_SIDEWAYS, _LEVEL = 0.5, 0.77
_SHARP, _LARGE = 150.0, 30.0


def middle(first: Point, second: Point) -> Point:
    """The place half-way between two points."""
    return Point((first.x + second.x) / 2, (first.y + second.y) / 2)


def eyes(points: FacePoints) -> tuple[Point, Point]:
    """The centres of the person's right and left eye, the right one being on the left of the picture."""
    return (
        middle(points.right_eye_outer, points.right_eye_inner),
        middle(points.left_eye_outer, points.left_eye_inner),
    )


def pose(points: FacePoints) -> tuple[float, float, float, float]:
    """Eye distance in pixels, roll in degrees, yaw and pitch as in ``Quality``."""
    right, left = eyes(points)
    across, down = left.x - right.x, left.y - right.y
    distance = math.hypot(across, down) or 1.0
    between = middle(right, left)
    nose_x, nose_y = points.nose.x - between.x, points.nose.y - between.y
    # The nose in the frame of the eyes: along the line between them, and at right angles to it.
    yaw = (nose_x * across + nose_y * down) / distance**2
    pitch = (nose_y * across - nose_x * down) / distance**2
    return distance, math.degrees(math.atan2(down, across)), yaw, pitch


def offset(box: Box, width: int, height: int) -> tuple[float, float]:
    """Centre of the box from the centre of the picture, as shares of the picture's width and height."""
    return (box.left + box.width / 2) / width - 0.5, (box.top + box.height / 2) / height - 0.5


def judge(quality: Quality, limits: QualityLimits) -> FaceAdvice:
    """The first thing that is not good enough, in the order in which a person can mend it."""
    checks = (
        (quality.width_share < limits.farthest or quality.eye_distance < limits.eye_distance, FaceAdvice.CLOSER),
        (quality.width_share > limits.nearest, FaceAdvice.FARTHER),
        (max(abs(quality.offset_x), abs(quality.offset_y)) > limits.offset, FaceAdvice.CENTRE),
        (not limits.darkest <= quality.brightness <= limits.brightest, FaceAdvice.MORE_LIGHT),
        (quality.clipped > limits.clipped, FaceAdvice.MORE_LIGHT),
        (not _frontal(quality, limits), FaceAdvice.LOOK_HERE),
        (quality.sharpness < limits.sharpness, FaceAdvice.HOLD_STILL),
    )
    return next((advice for failed, advice in checks if failed), FaceAdvice.GOOD)


def _frontal(quality: Quality, limits: QualityLimits) -> bool:
    return (
        abs(quality.roll) <= limits.roll
        and abs(quality.yaw) <= limits.yaw
        and limits.pitch_low <= quality.pitch <= limits.pitch_high
    )


def worth(quality: Quality) -> float:
    """How good a good picture is for a comparison, 0..1: sharp, from the front, and large."""
    frontal = max(0.0, 1 - abs(quality.yaw) / _SIDEWAYS) * max(0.0, 1 - abs(quality.pitch - _LEVEL) / _SIDEWAYS)
    sharp = quality.sharpness / (quality.sharpness + _SHARP)
    large = quality.eye_distance / (quality.eye_distance + _LARGE)
    return frontal * sharp * large
