"""Facts for the staff: labels and values in groups on white pages."""

from functools import partial

from typing_extensions import override

from flows.desk_prompts import DeskFacts
from screens.questions.staff_desk.head import deeds, head
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.desk_rows import FactRow, QrBlock
from screens.widgets.kit import Kit
from screens.widgets.pages import Pages, Section
from screens.widgets.paging import Bookmark
from screens.widgets.text import title

_CODE = 300  # design pixels


class DeskFactsScreen(Screen[DeskFacts]):
    """Turned over like pages where the facts are many; the page stays when they are drawn anew."""

    def __init__(self) -> None:
        self._bookmark = Bookmark()
        self._title = ""

    @override
    def open(self, prompt: DeskFacts) -> None:
        if repr(prompt.title) != self._title:
            self._bookmark.reset()
            self._title = repr(prompt.title)

    @override
    def compose(self, kit: Kit, prompt: DeskFacts, reply: Reply) -> Scene:
        actions = back_action(kit.for_staff(), prompt, reply)
        kit = kit.for_desk()
        sections = [
            Section(
                [FactRow(kit, fact) for fact in group.facts],
                partial(title, kit, group.heading, kit.palette.brand) if group.heading is not None else None,
            )
            for group in prompt.groups
        ]
        after: list[Block] = deeds(kit, prompt, reply)
        if prompt.code:
            after.append(QrBlock(kit, prompt.code, _CODE))
        pages = Pages(kit, sections, self._bookmark, gap=2, section_gap=26, framed=True)
        return Scene(lead=head(kit, prompt), body=[pages], after=after, actions=actions, staff=True)

    @override
    def wipe(self) -> None:
        self._bookmark.reset()
        self._title = ""
