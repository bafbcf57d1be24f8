"""The hidden way in for the staff: hold the header for three seconds, then touch the four corners, clockwise.

Nobody does that by chance: a long touch alone, or a touch in a corner alone, is nothing. ``StaffGesture`` is pure,
over a clock in seconds.
"""

from collections.abc import Callable

from flows.start_prompts import StaffEntrance
from screens.page import Page

_HOLD_SECONDS = 3.0
_CORNERS_SECONDS = 6.0  # for all four, after the finger has left the header
_CORNER = 0.14  # of the shorter side of the window


class StaffGesture:
    """Follows the touches on the start screen. Places are in pixels, y upwards."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._held_since: float | None = None
        self._until = 0.0
        self._corners = 0  # how many have been touched, in their order

    @property
    def armed(self) -> bool:
        """True while the corners are awaited: then no touch means anything else."""
        return self._clock() < self._until

    def forget(self) -> None:
        """Begin anew."""
        self._held_since, self._until, self._corners = None, 0.0, 0

    def down(self, *, in_header: bool) -> None:
        """A finger comes down."""
        self._held_since = self._clock() if in_header else None

    def up(self, place: tuple[float, float], size: tuple[float, float], *, in_header: bool) -> bool:
        """The finger leaves at ``place`` of a window of ``size``; True if that was the last corner."""
        if self.armed:
            self._corner(place, size)
            return self._corners == len(_ORDER)
        held, self._held_since = self._held_since, None
        if held is not None and in_header and self._clock() - held >= _HOLD_SECONDS:
            self._until, self._corners = self._clock() + _CORNERS_SECONDS, 0
        return False

    def _corner(self, place: tuple[float, float], size: tuple[float, float]) -> None:
        side = _CORNER * min(size)
        right, up = _ORDER[self._corners]
        across = size[0] - place[0] if right else place[0]
        along = size[1] - place[1] if up else place[1]
        if across <= side and along <= side:
            self._corners += 1
        else:
            self.forget()


_ORDER = ((False, True), (True, True), (True, False), (False, False))  # right?, top?: clockwise from the top left


class HiddenEntrance:
    """The gesture on the pages of the stage. ``page``: the start screen, None while another is shown."""

    def __init__(
        self, clock: Callable[[], float], page: Callable[[], Page | None], answer: Callable[[object], None]
    ) -> None:
        self._gesture = StaffGesture(clock)
        self._page = page
        self._answer = answer

    def down(self, x: float, y: float) -> bool:
        """A finger comes down; True if it means nothing else."""
        page = self._page()
        if page is None:
            self._gesture.forget()
            return False
        self._gesture.down(in_header=bool(page.header.collide_point(x, y)))
        return self._gesture.armed

    def up(self, x: float, y: float) -> bool:
        """It leaves; True if the gesture is complete, and answered."""
        page = self._page()
        if page is None or not self._gesture.up((x, y), page.size, in_header=bool(page.header.collide_point(x, y))):
            return False
        self._gesture.forget()
        self._answer(StaffEntrance())
        return True
