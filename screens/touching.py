"""What lies under a finger."""

import logging
from collections.abc import Callable

from screens.page import Page
from screens.widgets.base import Block
from screens.widgets.button import Anywhere, Rank, Touchable
from screens.widgets.text import Sentence

log = logging.getLogger(__name__)

# A finger that never left, as far as the screen knows: the panel lost the event.
_LOST_FINGER_SECONDS = 4.0


def _enabled(layer: Block) -> list[Touchable]:
    return [block for block in layer.walk_blocks() if isinstance(block, Touchable) and block.enabled]


def under(x: float, y: float, sheet: Block | None, page: Page | None, *, whole: bool) -> Touchable | None:
    """What a finger is on, counted from the lower left corner: of the sheet, where one lies above the page.

    ``whole``: anything of the page's content stands for its main button.
    """
    if sheet is not None:
        return touched(sheet, x, y)
    if page is None:
        return None
    return touched(page, x, y) or (anywhere(page, x, y) if whole else None)


def touched(layer: Block, x: float, y: float) -> Touchable | None:
    """What of ``layer`` lies at this place of the window, counted from the lower left corner; None: nothing."""
    return next((block for block in _enabled(layer) if block.collide_point(x, y)), None)


def anywhere(page: Page, x: float, y: float) -> Touchable | None:
    """On the start screen, the one button stands for the whole page between header and footer."""
    if not page.content or not page.content.collide_point(x, y):
        return None
    return next((Anywhere(button) for button in _enabled(page.footer) if button.rank is Rank.MAIN), None)


def places(page: Page, height: float) -> dict[str, tuple[int, int]]:
    """What can be touched: name to the pixel in its middle, from the top left corner of a window of ``height``."""
    return {block.name: (round(block.center_x), round(height - block.center_y)) for block in _enabled(page)}


def signs(page: Page) -> int:
    """How many letters and signs the content of a page has to be read, without spaces, header and footer."""
    blocks = page.content.walk_blocks() if page.content else ()
    return sum(len("".join(block.text.split())) for block in blocks if isinstance(block, Sentence))


class OneFinger:
    """Only one finger counts at a time; a second one is nothing. ``place``: where it came down."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._finger = 0
        self._since: float | None = None
        self.place = (0.0, 0.0)

    def comes(self, finger: int, x: float, y: float) -> bool:
        """A finger comes down. True: it is the one that counts now."""
        now = self._clock()
        if self._since is not None and now - self._since < _LOST_FINGER_SECONDS:
            return False
        self._finger, self._since, self.place = finger, now, (x, y)
        return True

    def counts(self, finger: int) -> bool:
        """True for the finger that is down and counts."""
        return self._since is not None and finger == self._finger

    def leaves(self, finger: int) -> bool:
        """A finger leaves. True: it was the one that counts."""
        if finger != self._finger:
            return False
        self._since = None
        return True


class Teller:
    """For programs that touch the screen: says what can be touched, each time that it is something else."""

    def __init__(self) -> None:
        self._told: dict[str, object] = {}

    def forget(self) -> None:
        """A new page: it is told even if it is the same."""
        self._told = {}

    def tell(self, screen: str, page: Page, height: float) -> None:
        """The name of a prompt, what can be touched, and how much is to be read; looked at only where somebody listens.

        ``height``: of the window, in pixels.
        """
        if log.isEnabledFor(logging.DEBUG):
            shown: dict[str, object] = {"screen": screen, "targets": places(page, height), "signs": signs(page)}
            if shown != self._told:
                self._told = shown
                log.debug("screen_shown", extra=shown)
