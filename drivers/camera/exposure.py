"""How the camera exposes, where it says so: V4L2 does, a network camera or a file does not.

V4L2 counts exposure in steps of 0.1 ms (V4L2_CID_EXPOSURE_ABSOLUTE); gain has no unit. The mode is 1 for manual, 2 for
a fixed time with an automatic aperture; 0 and 3 let the camera choose the time (V4L2_CID_EXPOSURE_AUTO). OpenCV hands
all three through as they are, and gives -1 for a control that a camera has not got.
"""

from dataclasses import dataclass

import cv2

_BACKEND = "V4L2"
_STEPS_PER_MILLISECOND = 10
_CHOSEN_BY_CAMERA = {0, 3}


@dataclass(frozen=True)
class Exposure:
    """Exposure time in milliseconds, gain in the camera's own numbers, whether the camera chooses the time by itself.

    Each None where the camera does not tell.
    """

    milliseconds: float | None = None
    gain: float | None = None
    automatic: bool | None = None


def exposure_of(capture: cv2.VideoCapture) -> Exposure:
    """What an open capture tells. Quick: three questions to the kernel's driver; call it on the thread that reads."""
    if capture.getBackendName() != _BACKEND:
        return Exposure()
    steps, mode = _told(capture, cv2.CAP_PROP_EXPOSURE), _told(capture, cv2.CAP_PROP_AUTO_EXPOSURE)
    return Exposure(
        milliseconds=None if steps is None else steps / _STEPS_PER_MILLISECOND,
        gain=_told(capture, cv2.CAP_PROP_GAIN),
        automatic=None if mode is None else round(mode) in _CHOSEN_BY_CAMERA,
    )


def _told(capture: cv2.VideoCapture, control: int) -> float | None:
    value = capture.get(control)
    return None if value < 0 else float(value)
