"""Who stands before the camera, what that person does there, and what is wrong with it."""

import threading
import time
from collections.abc import Callable
from enum import Enum, auto

import numpy as np

from simulator.heads.held_photo import photographed, swung, tilted
from simulator.heads.moves import HeadMove, MadeMove
from simulator.heads.pictures import FRAME_SIZE, Image, empty_hall, frames, masked_frames

FRAMES_A_SECOND = 10
_AWAY_SECONDS = 2.5  # so long that a machine that looks only once a second sees it too


class CameraFault(Enum):
    """What can be wrong with the camera, or with what stands before it."""

    DARK = auto()
    TWO_PEOPLE = auto()
    MASK = auto()
    PHOTO = auto()  # somebody holds a printed photo of the person before the camera, and moves it
    SWAP = auto()  # in the middle of the next move another person takes the place
    LEAVES = auto()  # in the middle of each move the person goes away, and comes back
    FROZEN = auto()  # the connection stands, but no picture comes
    GONE = auto()  # every connection is closed at once


class BeforeCamera:
    """The place before the camera; may be worked from any thread. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.RLock()
        self._person: str | None = None
        self._fault: CameraFault | None = None
        self._moves: tuple[MadeMove, ...] = ()  # the one that goes on, and at most one after it
        self._middles: tuple[float, ...] = ()  # of the moves since something went wrong

    @property
    def shown(self) -> str | None:
        """The key of the person who has stepped there; None while nobody is there."""
        return self._person

    @property
    def fault(self) -> CameraFault | None:
        """What is wrong now."""
        return self._fault

    @property
    def still_at(self) -> float:
        """When the last move asked for is over, by the clock; 0 if there was none."""
        return self._moves[-1].over if self._moves else 0.0

    def show(self, person_key: str | None) -> None:
        """Let a person step there, or leave.

        Raises:
            KeyError: there are no pictures of such a person.
        """
        if person_key is not None:
            frames(person_key)  # an unknown key must fail here, not in a connection's thread
        with self._guard:
            self._person, self._moves, self._middles = person_key, (), ()

    def break_down(self, fault: CameraFault | None) -> None:
        """Make something wrong; None makes all well again."""
        with self._guard:
            self._fault, self._middles = fault, ()

    def move(self, move: HeadMove, slowness: float = 1.0) -> None:
        """Let the person make a move once; it begins when one that goes on is over. ``slowness``: see ``MadeMove``."""
        with self._guard:
            now = self._clock()
            going = tuple(made for made in self._moves if made.goes_on(now))
            made = MadeMove(move, going[-1].over if going else now, slowness)
            self._moves = (*going, made)
            if self._fault is not None:
                self._middles = (*self._middles, made.middle)

    def picture(self, number: int) -> Image:
        """What the camera sees now; ``number`` counts its pictures, for the small movements of who only stands."""
        with self._guard:
            person, fault, now = self._person, self._fault, self._clock()
            move = next((made for made in self._moves if made.goes_on(now)), None)
            swapped = fault is CameraFault.SWAP and any(middle <= now for middle in self._middles)
            away = fault is CameraFault.LEAVES and any(at <= now < at + _AWAY_SECONDS for at in self._middles)
        if person is None or away:
            return empty_hall()
        if fault is CameraFault.PHOTO:
            return held_photo(person, number, move, now)
        if fault is CameraFault.MASK:
            return _in_turn(masked_frames(person), number)
        image = _alive(_companion(person) if swapped else person, number, move, now)
        if fault is CameraFault.TWO_PEOPLE:
            return side_by_side(image, _in_turn(frames(_companion(person)), number))
        return _darkened(image) if fault is CameraFault.DARK else image


def side_by_side(first: Image, second: Image) -> Image:
    """Two people in one picture, each the middle half of a picture of their own."""
    quarter = FRAME_SIZE[0] // 4
    return np.hstack([first[:, quarter:-quarter], second[:, quarter:-quarter]])


def held_photo(person: str, number: int, move: MadeMove | None = None, now: float = 0.0) -> Image:
    """A printed photo of a person, moved by a hand; tilted as if it made ``move``, when there is one."""
    seconds = number / FRAMES_A_SECOND
    return photographed(person, tilted(seconds, move.move, move.share(now)) if move else swung(seconds))


def _alive(person: str, number: int, move: MadeMove | None, now: float) -> Image:
    return move.picture(person, now) if move else _in_turn(frames(person), number)


def _in_turn(pictures: tuple[Image, ...], number: int) -> Image:
    return pictures[number % len(pictures)]


def _companion(person_key: str) -> str:
    return "wang_jianguo" if person_key != "wang_jianguo" else "zhang_ling"


def _darkened(image: Image) -> Image:
    return np.asarray(image * 0.12, dtype=np.uint8)
