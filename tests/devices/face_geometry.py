"""A head and a flat picture of one as points in space, and what a camera sees of them. Unit: distance of the eyes.

x to the person's left, y down, z towards the camera. The places are those of an average face.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drivers.camera.observation import Box, FaceAdvice, FacePoints, Features, Observation, Point, Template

_Points = npt.NDArray[np.float64]

# YuNet's five points, then dlib's, each in its own order.
_HEAD: _Points = np.array(
    [
        (-0.50, 0.00, 0.00),
        (0.50, 0.00, 0.00),
        (0.00, 0.66, 0.43),
        (-0.40, 1.10, 0.00),
        (0.40, 1.10, 0.00),
        (0.73, 0.00, -0.17),
        (0.27, 0.00, 0.02),
        (-0.73, 0.00, -0.17),
        (-0.27, 0.00, 0.02),
        (0.00, 0.76, 0.30),
    ]
)
FLAT: _Points = _HEAD * (1, 1, 0)
HEAD: _Points = _HEAD


@dataclass(frozen=True)
class Pose:
    """Degrees; ``yaw`` to the person's left, ``pitch`` chin down. ``distance`` from the camera and shift: in units."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    distance: float = 10.0
    across: float = 0.0
    down: float = 0.0


def seen(
    shape: _Points, pose: Pose, template: Template | None = None, *, pixels: float = 80.0, dlib: bool = True
) -> Observation:
    """The observation of such a face; ``pixels`` between its eyes at a distance of 10."""
    places = _projected(shape, pose, pixels * 10.0)
    points = [Point(float(x), float(y)) for x, y in places]
    left, top = (float(side) for side in places.min(axis=0))
    width = round(2.2 * pixels * 10.0 / pose.distance)
    box = Box(round(left - width / 4), round(top - width / 4), width, round(width * 1.3))
    advice = FaceAdvice.GOOD if template else FaceAdvice.LOOK_HERE
    found = FacePoints(*points[5:]) if dlib else None
    return Observation(advice, 1, box, found, template=template, features=Features(*points[:5]))


def _projected(shape: _Points, pose: Pose, focal: float) -> npt.NDArray[np.float64]:
    yaw, pitch, roll = np.radians((pose.yaw, pose.pitch, pose.roll))
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    placed = shape @ (about_z @ about_x @ about_y).T + (pose.across, pose.down, 0.0)
    projected: npt.NDArray[np.float64] = focal * placed[:, :2] / (pose.distance - placed[:, 2:]) + (320, 240)
    return projected
