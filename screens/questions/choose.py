"""One of several: the touched one is the answer."""

from collections.abc import Sequence

from typing_extensions import override

from flows.prompts import Choose
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.cards import note_box
from screens.widgets.kit import Kit
from screens.widgets.options import Choices, grids, lists
from screens.widgets.paging import Bookmark, Layout, Paged
from screens.widgets.steps import steps_line
from screens.widgets.text import body, headline


class ChooseScreen(Screen[Choose]):
    """Tiles below the question, as many as fit on a page."""

    def __init__(self) -> None:
        self._bookmark = Bookmark()

    @override
    def open(self, prompt: Choose) -> None:
        del prompt
        self._bookmark.reset()

    @override
    def compose(self, kit: Kit, prompt: Choose, reply: Reply) -> Scene:
        choices = Choices(prompt.options, reply.answer)

        def layouts(width: float) -> Sequence[Layout]:
            return grids(kit, choices, width) if prompt.small else lists(kit, choices)

        lead: list[Block] = [*steps_line(kit, prompt.steps), headline(kit, prompt.question)]
        if prompt.explanation is not None:
            lead.append(body(kit, prompt.explanation))
        lead += [note_box(kit, note) for note in prompt.notes]
        tiles = Paged(kit, len(prompt.options), layouts, self._bookmark)
        return Scene(lead=lead, body=[tiles], actions=back_action(kit, prompt, reply))

    @override
    def wipe(self) -> None:
        self._bookmark.reset()
