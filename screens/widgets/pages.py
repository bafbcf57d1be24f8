"""Sections with headings, turned over like the pages of a book where they do not fit on one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Text
from screens.theme.page_breaks import Entry, Gaps, Sheaf
from screens.widgets.base import Block, Centred, Panel, Row, Stack
from screens.widgets.kit import Kit
from screens.widgets.paging import NEXT, PREVIOUS, Bookmark, Turn
from screens.widgets.text import Sentence, Style

_INSET = 36  # design pixels between the frame of a page and what stands on it


@dataclass(frozen=True)
class Section:
    """Blocks that stand under one heading. ``heading`` makes it anew for each page on which the section stands."""

    items: Sequence[Block]
    heading: Callable[[], Block] | None = None


class Pages(Block):
    """Sections on as many pages as the height asks for; with one page there is nothing to turn.

    ``bookmark`` keeps the place when the page is composed anew: the page is shown that holds its item. Distances in
    design pixels. ``framed``: each page is a white card.
    """

    grows = True

    def __init__(
        self,
        kit: Kit,
        sections: Sequence[Section],
        bookmark: Bookmark,
        *,
        gap: float = 20,
        section_gap: float = 36,
        framed: bool = False,
    ) -> None:
        super().__init__(kit)
        self._sections = [section for section in sections if section.items]
        self._bookmark = bookmark
        self._gaps = (gap, section_gap)
        self._framed = framed
        self._inset = kit.px(_INSET) if framed else 0
        self._between = kit.px(kit.space.gap)

    def fill(self, sections: Sequence[Section]) -> None:
        """Other contents in the same place, from their first page on."""
        self._sections = [section for section in sections if section.items]
        self._bookmark.reset()
        self.arrange()

    def _sheaf(self, width: float) -> Sheaf:
        inner = width - 2 * self._inset
        entries: list[Entry] = []
        for index, section in enumerate(self._sections):
            heading = section.heading().height_for(inner) if section.heading else 0.0
            entries += [Entry(index, item.height_for(inner), heading) for item in section.items]
        item, between = self._gaps
        return Sheaf(tuple(entries), Gaps(self.kit.px(item), self.kit.px(between)))

    @override
    def height_for(self, width: float) -> float:
        """The least that does: the highest part on a page of its own."""
        sheaf = self._sheaf(width)
        turner = self._turner(0, 2).height_for(width) + self._between if len(sheaf.entries) > 1 else 0
        return min(sheaf.height(0, len(sheaf.entries)), sheaf.highest + turner) + 2 * self._inset

    @override
    def arrange(self) -> None:
        self.clear_widgets()
        sheaf = self._sheaf(self.width)
        room = self.height - 2 * self._inset
        pages = sheaf.breaks(room)
        if len(pages) > 1:
            pages = sheaf.breaks(room - self._turner(0, 2).height_for(self.width) - self._between)
        if not pages:
            return
        at = next((page for page, (_, end) in enumerate(pages) if self._bookmark.item < end), 0)
        self._show(pages[at])
        if len(pages) > 1:
            self._add_turner(at, pages)

    def _show(self, page: tuple[int, int]) -> None:
        leaf: Block = Stack(self.kit, self._parts(*page), gap=self._gaps[1])
        if self._framed:
            leaf = Panel(self.kit, leaf, line=self.kit.palette.line, inset=_INSET)
        self.add_widget(leaf)
        leaf.place(self.x, self.top, self.width, leaf.height_for(self.width))

    def _parts(self, first: int, end: int) -> list[Block]:
        """One stack a section, each with its heading."""
        parts: list[Block] = []
        offset = 0
        for section in self._sections:
            items = list(section.items)[max(0, first - offset) : max(0, end - offset)]
            offset += len(section.items)
            for item in items:
                if item.parent is not None:
                    item.parent.remove_widget(item)
            if items:
                heading = [section.heading()] if section.heading else []
                parts.append(Stack(self.kit, [*heading, *items], gap=self._gaps[0]))
        return parts

    def _add_turner(self, at: int, pages: Sequence[tuple[int, int]]) -> None:
        def turn(page: int) -> Callable[[], None]:
            return lambda: self._turn_to(pages[page][0])

        closed = self._turner(at, len(pages), turn(max(0, at - 1)), turn(min(at + 1, len(pages) - 1)))
        height = closed.height_for(self.width)
        self.add_widget(closed)
        closed.place(self.x, self.y + height, self.width, height)

    def _turner(
        self, at: int, total: int, back: Callable[[], None] = lambda: None, onward: Callable[[], None] = lambda: None
    ) -> Row:
        kit = self.kit
        style = Style(round(kit.sizes.body * 0.85), kit.palette.ink_soft, Weight.REGULAR, 1.3, 0.5)
        where = Stack(
            kit,
            [
                Sentence(kit, kit.say(Text("pages.number", {"number": at + 1})), style),
                Sentence(kit, kit.say(Text("pages.total", {"total": total})), style),
            ],
            gap=0,
        )
        before = Turn(kit, PREVIOUS, "page.previous", back, closed=at == 0)
        after = Turn(kit, NEXT, "page.next", onward, closed=at == total - 1)
        return Row(kit, [before, Centred(kit, where), after], [1.15, 0.7, 1.15], gap=20)

    def _turn_to(self, item: int) -> None:
        self._bookmark.item = item
        self.arrange()
