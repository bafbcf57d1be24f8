"""What does not fit on one page is turned over like one: two large buttons below say where one is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Text
from screens.widgets.base import Block, Row
from screens.widgets.button import Rank, Touchable
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

NEXT, PREVIOUS = "next_page", "previous_page"
_LEAST_ROWS = {True: 1, False: 2}  # of the highest, by whether the window is lying
_TURN_GAP = 16
_TURN_SHARE = 0.32  # of the width, for each button


@dataclass
class Bookmark:
    """Where one is. It outlives another language or size of type, in which the pages are other ones.

    ``item``: it stands on the page shown; ``seen``: how many of the items, from the first on, have been shown.
    """

    item: int = 0
    seen: int = 0

    def reset(self) -> None:
        """To the first page of something else."""
        self.item = self.seen = 0


class Layout(ABC):
    """Items in rows. Pixels: ``gap`` between rows, ``spread`` by how much a row may be higher if there is room."""

    gap = 0
    spread = 0
    per_row = 1

    @abstractmethod
    def heights(self, width: float) -> Sequence[float]:
        """The height of each row."""

    @abstractmethod
    def page(self, first: int, end: int) -> Block:
        """The rows from ``first`` up to ``end`` as one new block."""

    def height(self, rows: Sequence[float]) -> float:
        """What rows of these heights need together."""
        return sum(rows) + self.gap * max(0, len(rows) - 1)


class Paged(Block):
    """As many rows as fit into the real height; ``after`` stands close below them.

    ``layouts`` gives the layouts for a width, the roomiest first. The first that shows everything at once is taken;
    where none does, the one with the fewest pages.
    """

    grows = True

    def __init__(
        self,
        kit: Kit,
        count: int,
        layouts: Callable[[float], Sequence[Layout]],
        bookmark: Bookmark,
        after: Block | None = None,
        least_rows: int | None = None,
    ) -> None:
        super().__init__(kit)
        self._count, self._after = count, after
        self._least_rows = least_rows or _LEAST_ROWS[kit.landscape]
        self._layouts = lru_cache(maxsize=2)(layouts)
        self._bookmark = bookmark
        self._gap = kit.px(kit.space.gap)
        # In a lying window, where height is short, one more row is worth more than air.
        self._above_turner = kit.px(kit.space.gap * (0.55 if kit.landscape else 1))
        self._turning = turn_height(kit)
        self._pages: list[tuple[int, int]] = []

    @property
    def unseen(self) -> int:
        """How many items nobody has looked at yet."""
        return max(0, self._count - self._bookmark.seen)

    @override
    def height_for(self, width: float) -> float:
        """A page of few rows is the least; the rest is turned over."""
        last = self._layouts(round(width))[-1]
        rows = last.heights(width)
        few = last.height(sorted(rows)[-self._least_rows :]) + self._turning + self._above_turner
        return min(last.height(rows), few) + self._height_after(width)

    def _height_after(self, width: float) -> float:
        return self._after.height_for(width) + self._gap if self._after else 0

    @override
    def arrange(self) -> None:
        self.clear_widgets()
        room = self.height - self._height_after(self.width)
        layouts = self._layouts(self.width)
        whole = next((layout for layout in layouts if layout.height(layout.heights(self.width)) <= room), None)
        if whole:
            bottom = self.top - self._show_all(whole, room)
        else:
            bottom = self.top - self._show_page(min(layouts, key=lambda one: len(self._filled(one, room))), room)
        if self._after:
            self.add_widget(self._after)
            self._after.place(self.x, bottom - self._gap, self.width, self._after.height_for(self.width))

    def _show_all(self, layout: Layout, room: float) -> float:
        """Everything, and the height that it takes."""
        heights = layout.heights(self.width)
        height = min(room, layout.height(heights) + layout.spread * len(heights))
        self._pages = [(0, len(heights))]
        self._put(layout, 0, len(heights), height)
        return height

    def _show_page(self, layout: Layout, room: float) -> float:
        """The page that holds the item of the bookmark, and the buttons at the foot of the room."""
        heights = layout.heights(self.width)
        self._pages = self._filled(layout, room)
        row = self._bookmark.item // layout.per_row
        at = next((page for page, (first, end) in enumerate(self._pages) if first <= row < end), 0)
        first, end = self._pages[at]
        self._put(layout, first, end, layout.height(heights[first:end]))
        buttons = self._turner(at, len(self._pages), layout.per_row)
        self.add_widget(buttons)
        buttons.place(self.x, self.top - room + self._turning, self.width, self._turning)
        return room

    def _filled(self, layout: Layout, room: float) -> list[tuple[int, int]]:
        return _fill(layout, layout.heights(self.width), room - self._turning - self._above_turner)

    def _put(self, layout: Layout, first: int, end: int, height: float) -> None:
        if first * layout.per_row <= self._bookmark.seen:
            self._bookmark.seen = max(self._bookmark.seen, min(self._count, end * layout.per_row))
        page = layout.page(first, end)
        self.add_widget(page)
        page.place(self.x, self.top, self.width, height)

    def turn_to(self, item: int) -> None:
        """Show the page on which this item stands."""
        self._bookmark.item = item
        self.arrange()

    def _turner(self, at: int, pages: int, per_row: int) -> Row:
        def turn(page: int) -> Callable[[], None]:
            return lambda: self.turn_to(self._pages[page][0] * per_row)

        kit = self.kit
        style = Style(kit.sizes.body, kit.palette.ink, Weight.BOLD, 1.3, 0.5)
        where = Sentence(kit, kit.say(Text("page.where", {"number": at + 1, "total": pages})), style)
        back = Turn(kit, PREVIOUS, "page.previous", turn(at - 1), closed=at == 0)
        onward = Turn(kit, NEXT, "page.next", turn(at + 1), closed=at == pages - 1)
        free = self.width - 2 * kit.px(_TURN_GAP)
        words = max(back.natural_width(), onward.natural_width())
        side = min(max(_TURN_SHARE * free, words), (free - where.natural_width() - 4) / 2)
        return Row(kit, [back, where, onward], [side, free - 2 * side, side], gap=_TURN_GAP)


def _fill(layout: Layout, heights: Sequence[float], room: float) -> list[tuple[int, int]]:
    """Pages of rows, each as full as it goes; a row higher than the room has a page of its own."""
    pages: list[tuple[int, int]] = []
    first = 0
    for row in range(len(heights)):
        if row > first and layout.height(heights[first : row + 1]) > room:
            pages.append((first, row))
            first = row
    return [*pages, (first, len(heights))]


def turn_height(kit: Kit) -> int:
    """The height of the buttons that turn pages, in pixels."""
    return kit.px(kit.space.touch + 16)


class Turn(Touchable):
    """A word with an arrow on the side to which it leads; grey at the first and at the last page."""

    def __init__(self, kit: Kit, name: str, word: str, action: Callable[[], None], *, closed: bool) -> None:
        super().__init__(kit, name, action, Rank.QUIET)
        self.enabled = not closed
        tint = kit.palette.closed_ink if closed else kit.palette.brand
        self._onward = name == NEXT
        self._side = kit.px(kit.sizes.body)
        self._word = Sentence(kit, kit.say(word), Style(kit.sizes.body, tint, Weight.BOLD, 1.2, 0.5))
        self._arrow = Icon(kit, "forward" if self._onward else "before", kit.sizes.body, tint)
        self.add_widget(self._arrow)
        self.add_widget(self._word)

    @override
    def height_for(self, width: float) -> float:
        del width
        return turn_height(self.kit)

    def natural_width(self) -> float:
        """Room for its word and the arrow, with a little air around."""
        return self._word.natural_width() + self._side + self.kit.px(10) + 2 * self.kit.px(16)

    @override
    def arrange(self) -> None:
        super().arrange()
        gap = self.kit.px(10)
        room = self.width - self._side - gap - 2 * self.kit.px(12)
        word = min(room, self._word.natural_width() + 2)
        left = self.center_x - (word + gap + self._side) / 2
        if self._onward:
            self._word.place(left, self.top, word, self.height)
            self._arrow.place(left + word + gap, self.top, self._side, self.height)
        else:
            self._arrow.place(left, self.top, self._side, self.height)
            self._word.place(left + self._side + gap, self.top, word, self.height)
