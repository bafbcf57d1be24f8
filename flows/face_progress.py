"""What the screen of the face check shows while it goes on: a picture and a hint."""

from dataclasses import dataclass, field
from enum import StrEnum


class FaceHint(StrEnum):
    """What the person can do so that the picture becomes good enough."""

    LOOK_HERE = "look_here"
    CLOSER = "closer"
    FARTHER = "farther"
    CENTRE = "centre"
    ONE_PERSON = "one_person"
    MORE_LIGHT = "more_light"
    HOLD_STILL = "hold_still"
    TAKE_OFF_MASK = "take_off_mask"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    FACE_FORWARD = "face_forward"
    CHECKING = "checking"


@dataclass(frozen=True)
class Alike:
    """How alike two faces of one picture are, for technicians; ``zone`` is "same", "unsure" or "different"."""

    score: float
    zone: str


@dataclass(frozen=True)
class Measured:
    """What is measured of a picture, for technicians: its size in pixels, pictures a second, brightness of 0 to 255.

    ``box``: where the face is: left, top, width and height, as shares of the picture.
    ``alike``: the last comparison, if there was one.
    ``exposure``: milliseconds; ``gain``: in the camera's own numbers; ``automatic``: the camera chooses the time
    itself. Each None where the camera does not tell.
    """

    width: int
    height: int
    rate: int
    brightness: int
    faces: int
    box: tuple[float, float, float, float] | None = None
    alike: Alike | None = None
    exposure: float | None = None
    gain: float | None = None
    automatic: bool | None = None


@dataclass(frozen=True)
class FaceProgress:
    """What the camera screen shows now. ``picture`` is RGB, rows from the top, ``width`` x ``height``, mirrored.

    ``share``: how far the whole check is, 0..1. Left and right in a hint are the person's own. ``someone``: there is a
    face in the picture.
    """

    hint: FaceHint
    picture: bytes = field(repr=False)
    width: int
    height: int
    share: float = 0.0
    someone: bool = False
    measured: Measured | None = None
