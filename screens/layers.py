"""The layers on the stage: one page, and above it at most one sheet. Both lose air until they fit the window."""

from collections.abc import Callable, Iterator
from typing import Any

from kivy.animation import Animation

from screens.page import Page
from screens.sheets import Sheet
from screens.widgets.kit import Kit
from screens.widgets.moving import Moving
from screens.widgets.root import Root

_TIGHTER = tuple(1 - 0.04 * step for step in range(12))
_LOOSER = (1.36, 1.24, 1.12)
_MUCH_SPARE = 0.28  # of the room empty: larger words do more good there than ground
_SOME_SPARE = 0.06  # is left by the larger words
_ENTERS_AT = 0.4  # opacity; a screen that began at nothing would be a blank page on a slow board


class PageLayer:
    """The page that is shown; ``motion``: its parts may move."""

    def __init__(self, root: Root, *, motion: bool) -> None:
        self.page: Page | None = None
        self._root = root
        self._motion = motion

    def lay(self, compose: Callable[[float], Page]) -> bool:
        """Show what ``compose`` makes for a tightness, the loosest that fits. False: even the tightest is too high."""
        root = self._root
        for tightness in _TIGHTER:
            page = compose(tightness)
            fits = page.overflow(root.width, root.height) <= 0
            if fits:
                break
        if fits and page.spare(root.width, root.height) > _MUCH_SPARE:
            page = self._loosened(compose)
        self.page = page
        root.add_widget(page)
        page.place(0, root.height, root.width, root.height)
        for block in self._moving():
            block.start()
        return fits

    def _loosened(self, compose: Callable[[float], Page]) -> Page:
        """What is composed last is what the prompt's screen knows, so an unfit one is never kept for later."""
        root = self._root
        for share in _LOOSER:
            page = compose(share)
            if page.spare(root.width, root.height) > _SOME_SPARE and page.overflow(root.width, root.height) <= 0:
                return page
        return compose(1.0)

    def clear(self) -> None:
        """Take the page away; nothing of it moves any more."""
        if self.page is None:
            return
        for block in self._moving():
            block.stop()
        if self.page.content is not None:
            Animation.cancel_all(self.page.content)
        self._root.remove_widget(self.page)
        self.page = None

    def fade_in(self, seconds: float) -> None:
        """Let the content come up."""
        if self._motion and self.page and self.page.content:
            self.page.content.opacity = _ENTERS_AT
            Animation(opacity=1, d=seconds, t="out_quad").start(self.page.content)

    def _moving(self) -> Iterator[Moving]:
        if self.page is not None and self._motion:
            yield from (block for block in self.page.walk_blocks() if isinstance(block, Moving))


class SheetLayer:
    """The sheet that lies above the page, while one does; ``kit`` makes its kit for a tightness."""

    def __init__(self, root: Root, kit: Callable[[float], Kit]) -> None:
        self.sheet: Sheet | None = None
        self._root: Any = root
        self._kit = kit
        self._make: Callable[[Kit], Sheet] | None = None  # while one lies there

    def lift(self, make: Callable[[Kit], Sheet]) -> None:
        """Show this one, in place of another."""
        self.drop()
        self._make = make
        root = self._root
        sheets = (make(self._kit(tightness)) for tightness in _TIGHTER)
        self.sheet = sheet = next((sheet for sheet in sheets if sheet.fits(root)), make(self._kit(_TIGHTER[-1])))
        root.add_widget(sheet)
        sheet.place(0, root.height, root.width, root.height)

    def lay_anew(self) -> None:
        """The page below is another one, perhaps in another language or size: what lies above it stays."""
        if self._make is not None:
            self.lift(self._make)

    def drop(self) -> None:
        """Take it away, if there is one."""
        self._make = None
        if self.sheet is not None:
            self._root.remove_widget(self.sheet)
            self.sheet = None
