"""The usual attack: a printed photo of a person, held before the camera and moved so that it may look alive.

The sheet is drawn as what it is, a bent plane in space: shifted, turned, tilted about both of its axes, with its
perspective. Most of the time it is held nearly still, so that good pictures come; now and then it is swung about.
"""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from simulator.heads.moves import HeadMove
from simulator.heads.pictures import FRAME_SIZE, Image, empty_hall, portrait

_FOCAL = 1350.0  # pixels: that of the camera that the frames are drawn with
_DISTANCE = 9.0  # decimetres from the camera
_BORDER = 12  # pixels of white paper about the photo
_PIXELS = 120.0  # of the photo, for each decimetre of the paper: a face of natural size
_TILT = 35.0  # degrees, as far as the sheet is ever tilted
_SHIFT = 0.45  # decimetres: how far the eyes of a head go when it turns or nods
_SWING_SECONDS = 9.0
_LIGHT = np.array([-0.3, -0.4, -0.87])  # from the sheet to the light of the hall
_COARSE = 4  # the shape of the sheet is worked out at every fourth pixel, and drawn at each

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Hold:
    """How the sheet is held. Degrees; decimetres; ``bend``: how far the edges come forward, per decimetre squared."""

    across: float = 0.0
    down: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    bend: float = 0.0


def swung(seconds: float) -> Hold:
    """Held by a hand that tries this and that."""
    wild = np.sin(np.pi * seconds / _SWING_SECONDS) ** 4  # 0 nearly still .. 1 swung about
    return Hold(
        across=0.05 * np.sin(1.7 * seconds) + 0.35 * wild * np.sin(0.9 * seconds),
        down=0.04 * np.sin(1.3 * seconds + 1) + 0.20 * wild * np.sin(1.1 * seconds),
        yaw=3 * np.sin(1.1 * seconds) + (_TILT - 3) * wild * np.sin(2.1 * seconds),
        pitch=3 * np.sin(0.8 * seconds + 2) + (_TILT - 3) * wild * np.sin(1.6 * seconds + 1),
        roll=2 * np.sin(0.7 * seconds) + 10 * wild * np.sin(1.4 * seconds),
        bend=0.02 + 0.05 * np.sin(0.6 * seconds),
    )


def tilted(seconds: float, move: HeadMove, share: float) -> Hold:
    """Tilted and shifted as if the head on it made that move; ``share``: how much of it is done, 0..1."""
    still, far = swung(0.05 * seconds), float(np.sin(np.pi * share))
    if move is HeadMove.NOD:
        return replace(still, pitch=still.pitch + _TILT * far, down=still.down + _SHIFT * far)
    side = 1 if move is HeadMove.TURN_LEFT else -1
    return replace(still, yaw=still.yaw + side * _TILT * far, across=still.across + side * _SHIFT * far)


def photographed(person_key: str, hold: Hold) -> Image:
    """The camera's picture of the photo, with the hall behind it."""
    sheet, turned = _sheet(person_key), _rotation(hold)
    rays = _rays() @ turned
    middle = -np.array([hold.across, hold.down, _DISTANCE]) @ turned
    reach = _reach(middle, rays, hold.bend)
    x = (middle[0] + reach * rays[..., 0]) * _PIXELS + sheet.shape[1] / 2
    y = (middle[1] + reach * rays[..., 1]) * _PIXELS + sheet.shape[0] / 2
    scene = empty_hall().copy()
    lit = np.asarray(np.clip(sheet * _light(turned), 0, 255), dtype=np.uint8)
    cv2.remap(lit, _fine(x), _fine(y), cv2.INTER_LINEAR, dst=scene, borderMode=cv2.BORDER_TRANSPARENT)
    return scene


def _fine(coarse: _Floats) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.resize(coarse.astype(np.float32), FRAME_SIZE, interpolation=cv2.INTER_LINEAR))


def _light(turned: _Floats) -> float:
    """How bright the sheet is, against one held straight."""
    return 0.7 + 0.3 * float((turned @ [0, 0, -1]) @ _LIGHT) / float(-_LIGHT[2])


@cache
def _sheet(person_key: str) -> Image:
    photo = cv2.imdecode(np.frombuffer(portrait(person_key), np.uint8), cv2.IMREAD_COLOR)
    if photo is None:
        raise ValueError(f"the portrait of {person_key} is not a picture")
    white = (235, 235, 235)
    return np.asarray(
        cv2.copyMakeBorder(photo, _BORDER, _BORDER, _BORDER, _BORDER, cv2.BORDER_CONSTANT, value=white), dtype=np.uint8
    )


@cache
def _rays() -> _Floats:
    """The direction of every fourth pixel of the camera: x to the right, y down, z into the picture."""
    width, height = FRAME_SIZE
    across, down = (np.arange(0, side, _COARSE) + (_COARSE - 1 - side) / 2 for side in (width, height))
    x, y = np.meshgrid(across, down)
    return np.stack([x / _FOCAL, y / _FOCAL, np.ones_like(x)], axis=-1)


def _rotation(hold: Hold) -> _Floats:
    a, b, c = np.radians([hold.yaw, hold.pitch, hold.roll])
    about_y = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z)


def _reach(middle: _Floats, rays: _Floats, bend: float) -> _Floats:
    """How far along each ray the sheet z = -bend * x * x is met, all in the coordinates of the sheet."""
    reach = -middle[2] / rays[..., 2]
    for _ in range(3):  # the bend is slight: three steps come closer than a pixel
        x = middle[0] + reach * rays[..., 0]
        reach = (-bend * x * x - middle[2]) / rays[..., 2]
    return np.asarray(reach)
