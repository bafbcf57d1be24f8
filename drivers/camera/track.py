"""Whether the face in this picture is the one of the picture before: one unbroken track of one face. Pure."""

from dataclasses import dataclass
from enum import Enum, auto
from math import dist

from drivers.camera.observation import Box, Observation
from drivers.camera.relief import Relief


@dataclass(frozen=True)
class TrackLimits:
    """From where on a track is broken.

    ``gap``, ``crowd``: seconds without a face, and with a second one. ``blind``: seconds between two looks of which
    both show the face; a busy machine looks only about once a second. ``shift``, ``speed``, ``farthest``: how far the
    face may move from one picture to the next: at once, a second, and at most, in widths of the face. ``growth``:
    factor by which it may grow or shrink. ``jump``: how far the nose may move in the face, in distances of the eyes;
    ``jump_unseen``: the same when there was a picture without the face in between.
    """

    gap: float = 0.7
    blind: float = 1.5
    crowd: float = 0.3
    shift: float = 0.4
    speed: float = 2.0
    farthest: float = 0.8
    growth: float = 1.4
    jump: float = 0.40
    jump_unseen: float = 0.15


class Sight(Enum):
    """What a picture says of the track."""

    FOLLOWED = auto()
    LOST = auto()  # not seen in this picture; the track stands
    BROKEN = auto()  # over; if there is a face, a new track begins with it


class Track:
    """The sights of one face."""

    def __init__(self, limits: TrackLimits) -> None:
        self._limits = limits
        self._box: Box | None = None
        self._place: Relief | None = None
        self._at = 0.0
        self._unseen = False

    def see(self, seen: Observation, place: Relief | None, at: float) -> Sight:
        """Take the next picture, taken at ``at`` seconds; ``place`` belongs to its face."""
        if seen.faces != 1 or seen.box is None or place is None:
            return self._missing(seen, at)
        broken = self._box is not None and not self._follows(self._box, seen.box, place, at)
        self._box, self._place, self._at, self._unseen = seen.box, place, at, False
        return Sight.BROKEN if broken else Sight.FOLLOWED

    def _missing(self, seen: Observation, at: float) -> Sight:
        self._unseen = True
        allowed = self._limits.crowd if seen.faces > 1 else self._limits.gap
        if self._box is None or at - self._at <= allowed:
            return Sight.LOST
        self._box = self._place = None
        return Sight.BROKEN

    def _follows(self, last: Box, box: Box, place: Relief, at: float) -> bool:
        limits, seconds = self._limits, at - self._at
        allowed = min(limits.shift + limits.speed * seconds, limits.farthest) * last.width
        growth = max(box.width / last.width, last.width / box.width)
        jump = limits.jump_unseen if self._unseen else limits.jump
        return (
            seconds <= (limits.gap if self._unseen else limits.blind)
            and dist(_centre(last), _centre(box)) <= allowed
            and growth <= limits.growth
            and (self._place is None or _moved(self._place, place) <= jump)
        )


def _centre(box: Box) -> tuple[float, float]:
    return box.left + box.width / 2, box.top + box.height / 2


def _moved(last: Relief, place: Relief) -> float:
    return dist((last.aside, last.down), (place.aside, place.down))
