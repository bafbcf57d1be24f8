"""What an empty hall's screen does so that nothing burns in: it moves by a little, then it rests. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

SHIFTS = ((0, 0), (4, 2), (2, 4), (-2, 2), (-4, -2), (-2, -4), (2, -2), (4, -4))  # design pixels
PLACES = (0.62, 0.2, 0.78, 0.36, 0.7, 0.28, 0.5)  # where the words of the page of rest stand, shares of its height


@dataclass(frozen=True)
class Rest:
    """What is shown now: the page moved by ``shift`` design pixels, or the page of rest with its words at ``step``."""

    shift: tuple[int, int] = (0, 0)
    step: int | None = None  # None: the page itself is shown

    @property
    def place(self) -> float:
        """How high the words stand, as a share of the page."""
        return PLACES[(self.step or 0) % len(PLACES)]


class Resting:
    """Counts how long nobody has been there. Times in seconds."""

    def __init__(
        self, after: float, clock: Callable[[], float], *, every: float = 120, change: float = 30, lingers: float = 30
    ) -> None:
        """Rest ``after`` so long, 0: never; move the page ``every``, the words of the page of rest each ``change``.

        ``lingers``: so long after the last sign of life somebody may still stand there.
        """
        self._after = after
        self._every = every
        self._change = change
        self._lingers = lingers
        self._clock = clock
        self._since: float | None = None

    def alone(self) -> None:
        """The start screen is shown; a sign of life there, too, begins the count anew."""
        self._since = self._clock()

    def visited(self) -> None:
        """Somebody is being served."""
        self._since = None

    @property
    def attended(self) -> bool:
        """True while somebody is there, or has just been."""
        return self._since is None or self._clock() - self._since < self._lingers

    @property
    def present(self) -> Rest:
        """What is to be shown now."""
        if self._since is None:
            return Rest()
        alone = self._clock() - self._since
        if self._after and alone >= self._after:
            return Rest(step=int((alone - self._after) // self._change))
        return Rest(SHIFTS[int(alone // self._every) % len(SHIFTS)])
