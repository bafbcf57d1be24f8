"""The moves of a head that the face check may ask for, as pictures in time."""

from dataclasses import dataclass
from enum import StrEnum

from simulator.heads.pictures import Image, picture

_STEP = 0.12  # seconds for which each picture of a move is shown at natural speed
_FORTH_AND_BACK = (0, 1, 2, 3, 4, 4, 4, 3, 2, 1, 0)


class HeadMove(StrEnum):
    """A move that a person makes when asked to; left and right are the person's own. Values: those of ``FaceHint``."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"


def _steps(move: HeadMove) -> tuple[str, ...]:
    steps = tuple(f"{move}-{step}" for step in _FORTH_AND_BACK)
    # Who has nodded comes a little too high before looking ahead again.
    return (*steps, "up-0", "up-1", "up-0") if move is HeadMove.NOD else steps


_STEPS = {move: _steps(move) for move in HeadMove}


@dataclass(frozen=True)
class MadeMove:
    """A move that began at ``began``, in seconds of some clock; all times are of that clock.

    ``slowness``: how many times slower it is than at natural speed.
    """

    move: HeadMove
    began: float
    slowness: float = 1.0

    @property
    def _step(self) -> float:
        return _STEP * self.slowness

    @property
    def over(self) -> float:
        """When the head is at rest again."""
        return self.began + self._step * len(_STEPS[self.move])

    @property
    def middle(self) -> float:
        """When the head has come farthest."""
        return self.began + self._step * len(_FORTH_AND_BACK) / 2

    def goes_on(self, now: float) -> bool:
        """True between beginning and end."""
        return self.began <= now < self.over

    def share(self, now: float) -> float:
        """How much of it is done, 0..1."""
        return min(max((now - self.began) / (self.over - self.began), 0.0), 1.0)

    def picture(self, person_key: str, now: float) -> Image:
        """The person in the middle of it; only while it goes on."""
        steps = _STEPS[self.move]
        return picture(person_key, steps[min(int((now - self.began) / self._step), len(steps) - 1)])
