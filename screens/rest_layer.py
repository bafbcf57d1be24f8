"""Moves the page and lays the page of rest over it, while nobody is there; a touch or a document wakes it."""

from collections.abc import Callable

from flows.start_prompts import Invitation
from screens.page import Page
from screens.resting import Rest, Resting
from screens.widgets.kit import Kit
from screens.widgets.rest_page import RestPage, rest_words
from screens.widgets.root import Root

DARKEST = 0.5  # opacity of the veil; darker, nothing could be read from where one stands


def veil_for(percent: int) -> float:
    """How thick a black veil makes the page ``percent`` bright; never so thick that nobody could read it."""
    return min(DARKEST, 1 - percent / 100)


class RestLayer:
    """What lies on the start screen while the hall is empty. Nothing is drawn but when something changes."""

    def __init__(self, root: Root, after: float, clock: Callable[[], float], kit: Callable[[], Kit]) -> None:
        """``after``: seconds until the page of rest comes, 0: never; ``kit``: for the present look and size."""
        self._root = root
        self._kit = kit
        self.resting = Resting(after, clock)
        self._shown = Rest()
        self._page: RestPage | None = None

    def opened(self, *, invites: bool, from_start: bool) -> None:
        """Another prompt is shown; ``invites``: it is the start screen, ``from_start``: after the start screen."""
        if not invites:
            self.resting.visited()
        elif not from_start:
            self.resting.alone()

    def tick(self, invitation: Invitation | None, page: Page | None) -> None:
        """Show what is due now. ``invitation``: the start screen, if it is shown."""
        due = self.resting.present if invitation else Rest()
        if due != self._shown:
            self._show(due, invitation, page)

    def again(self, invitation: Invitation | None, page: Page | None) -> None:
        """The page has been composed anew: move and cover it as before."""
        self._drop()
        self._shown = Rest()
        self.tick(invitation, page)

    def wake(self) -> bool:
        """Somebody is at the start screen. True if the page of rest was shown: then the touch only wakes."""
        rested = self._page is not None
        self.resting.alone()
        self._drop()
        return rested

    def _show(self, due: Rest, invitation: Invitation | None, page: Page | None) -> None:
        if due.step is None:
            self._drop()
            self._move(page, due.shift)
        elif invitation:
            self._cover(due, invitation)
        self._shown = due

    def _move(self, page: Page | None, shift: tuple[int, int]) -> None:
        if page is not None:
            root, scale = self._root, page.kit.scale
            page.place(shift[0] * scale, root.height + shift[1] * scale, root.width, root.height)

    def _cover(self, due: Rest, invitation: Invitation) -> None:
        if self._page is None:
            self._page = RestPage(self._kit(), *rest_words(is_open=invitation.state.open))
            self._root.add_widget(self._page)
            self._page.place(0, self._root.height, self._root.width, self._root.height)
        self._page.show(due.step or 0, due.place)

    def _drop(self) -> None:
        if self._page is not None:
            self._root.remove_widget(self._page)
            self._page = None
