"""Cuts a face out upright, and measures it for the quality gate. Child process only."""

import cv2
import numpy as np
import numpy.typing as npt

from drivers.camera.observation import Box, FacePoints, Picture, Quality
from drivers.camera.quality import offset, pose

# Where dlib's five points lie on the 112 x 112 picture that SFace was trained on, in dlib's order.
_SFACE_POINTS = np.array(
    [(79.374, 53.286), (65.613, 53.764), (30.460, 53.815), (44.358, 54.017), (55.173, 80.541)], dtype=np.float32
)
_SFACE_SIDE = 112


def aligned(picture: Picture, points: FacePoints) -> Picture:
    """The face turned and scaled onto the 112 x 112 template, RGB."""
    order = (
        points.left_eye_outer,
        points.left_eye_inner,
        points.right_eye_outer,
        points.right_eye_inner,
        points.nose,
    )
    found = np.array([(point.x, point.y) for point in order], dtype=np.float32)
    matrix, _ = cv2.estimateAffinePartial2D(found, _SFACE_POINTS, method=cv2.LMEDS)
    return _picture(cv2.warpAffine(picture, matrix, (_SFACE_SIDE, _SFACE_SIDE)))


def measure(picture: Picture, box: Box, points: FacePoints, upright: Picture) -> Quality:
    """Measure one face; ``upright`` is what ``aligned`` made of it."""
    height, width = picture.shape[:2]
    distance, roll, yaw, pitch = pose(points)
    offset_x, offset_y = offset(box, width, height)
    grey = cv2.cvtColor(upright, cv2.COLOR_RGB2GRAY)
    quality = Quality(
        eye_distance=distance,
        width_share=box.width / min(width, height),
        offset_x=offset_x,
        offset_y=offset_y,
        brightness=float(grey.mean()),
        clipped=float((np.asarray(grey) >= 250).mean()),
        sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        roll=roll,
        yaw=yaw,
        pitch=pitch,
    )
    grey.fill(0)
    return quality


def scaled(picture: Picture, zoom: float) -> Picture:
    """The picture ``zoom`` times as large; itself if that changes nothing."""
    if zoom == 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * zoom)), max(1, round(picture.shape[0] * zoom)))
    return _picture(cv2.resize(picture, size, interpolation=cv2.INTER_AREA if zoom < 1.0 else cv2.INTER_CUBIC))


def _picture(array: npt.ArrayLike) -> Picture:
    return np.ascontiguousarray(array, dtype=np.uint8)
