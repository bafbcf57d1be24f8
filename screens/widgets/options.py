"""What can be chosen: large tiles one below the other, or many small ones in columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from typing_extensions import override

from config.fonts import Weight
from config.typesetting import cut
from flows.prompts import Option
from screens.widgets.base import Block, Row, Stack
from screens.widgets.button import Rank, Touchable, beside
from screens.widgets.kit import Kit
from screens.widgets.paging import Layout
from screens.widgets.text import Icon, Sentence, Style

_MOST_COLUMNS = 4
_LINES = 2  # a small tile's title is never broken into more
_SHORT_SHARE = 0.75  # so many titles stand in one line, else there are too many columns
_SMALL_AIR = 10
_SMALL_HEIGHT = 112
_GRID_GAP = 14
# Design pixels by which a tile may be higher than it must: a few can be hit with a whole hand.
_FEW = 3
_SPREAD_FEW, _SPREAD, _SPREAD_SMALL = 96, 44, 24
# Shares of the usual air in a tile: closer tiles on one page are better than two pages.
_CLOSER = (1.0, 0.84)
_CLOSEST = 0.4  # large type within low reach
_LEAST_GAP = 14  # design pixels, 8 dp and a little


@dataclass(frozen=True)
class Choices:
    """The options of a question, and what a touch on one does."""

    options: Sequence[Option]
    choose: Callable[[str], None]


class OptionTile(Touchable):
    """Title, what it means, and, if it cannot be chosen, why."""

    def __init__(self, kit: Kit, option: Option, choose: Callable[[str], None], share: float = 1.0) -> None:
        super().__init__(kit, option.name, lambda: choose(option.name), Rank.CARD)
        self.enabled = option.closed is None
        self._share = share
        palette, sizes = kit.palette, kit.sizes
        ink, soft, tint = (palette.ink, palette.ink_soft, palette.brand)
        if not self.enabled:
            ink = soft = tint = palette.closed_ink
        words: list[Block] = [Sentence(kit, kit.say(option.title), Style(sizes.title, ink, Weight.BOLD, 1.3))]
        style = Style(max(sizes.small, sizes.floor), soft, Weight.REGULAR, 1.35)
        if option.subtitle is not None:
            words.append(Sentence(kit, kit.say(option.subtitle), style))
        if option.closed is not None:
            words.append(_reason(kit, kit.say(option.closed), style.size))
        inside: Block = Stack(kit, words, gap=8)
        if option.icon:
            inside = beside(kit, _sign(kit, option.icon, tint, closed=not self.enabled), inside)
        more = Icon(kit, "forward", sizes.title, tint) if self.enabled else None
        self._inset = kit.px(36)
        self._inside = _WithArrow(kit, inside, more)
        self.add_widget(self._inside)

    @override
    def height_for(self, width: float) -> float:
        words = self._inside.height_for(width - 2 * self._inset) + 2 * self.kit.px(30 * self._share)
        return max(self.kit.px(self.kit.space.touch), self.kit.px(self.kit.space.row * self._share), words)

    @override
    def arrange(self) -> None:
        super().arrange()
        width = self.width - 2 * self._inset
        height = self._inside.height_for(width)
        self._inside.place(self.x + self._inset, self.center_y + height / 2, width, height)


def _sign(kit: Kit, icon: str, tint: str, *, closed: bool) -> Icon:
    return Icon(kit, icon, kit.sizes.title * 1.75, tint, kit.palette.line if closed else kit.palette.brand_soft)


def _reason(kit: Kit, words: str, size: int) -> Block:
    """Why it cannot be chosen: a sign and bold words, since grey alone says nothing."""
    tint = kit.palette.closed_ink
    sentence = Sentence(kit, words, Style(size, tint, Weight.BOLD, 1.35))
    return beside(kit, Icon(kit, "stop", size * 1.15, tint), sentence)


class _WithArrow(Block):
    """The inside of a tile, and the arrow that says that it leads on."""

    def __init__(self, kit: Kit, inside: Block, arrow: Icon | None) -> None:
        super().__init__(kit)
        self._inside, self._arrow = inside, arrow
        self.add_widget(inside)
        if arrow is not None:
            self.add_widget(arrow)

    def _room(self, width: float) -> float:
        return width - (self._arrow.height_for(width) + self.kit.px(20) if self._arrow else 0)

    @override
    def height_for(self, width: float) -> float:
        return self._inside.height_for(self._room(width))

    @override
    def arrange(self) -> None:
        self._inside.place(self.x, self.top, self._room(self.width), self.height)
        if self._arrow is not None:
            side = self._arrow.height_for(self.width)
            self._arrow.place(self.right - side, self.top, side, self.height)


class SmallTile(Touchable):
    """A short title in the middle of a tile."""

    def __init__(self, kit: Kit, option: Option, choose: Callable[[str], None]) -> None:
        super().__init__(kit, option.name, lambda: choose(option.name), Rank.CARD)
        self.enabled = option.closed is None
        ink = kit.palette.ink if self.enabled else kit.palette.closed_ink
        words = [Sentence(kit, kit.say(option.title), small_style(kit, ink))]
        if option.closed is not None:
            style = Style(kit.sizes.small, ink, Weight.REGULAR, 1.3, 0.5)
            words.append(Sentence(kit, kit.say(option.closed), style))
        self._words = Stack(kit, words, gap=0)
        self._inset = kit.px(_SMALL_AIR)
        self.add_widget(self._words)

    @override
    def height_for(self, width: float) -> float:
        words = self._words.height_for(width - 2 * self._inset) + 2 * self.kit.px(8)
        return max(self.kit.px(max(_SMALL_HEIGHT, self.kit.space.touch)), words)

    @override
    def arrange(self) -> None:
        super().arrange()
        width = self.width - 2 * self._inset
        height = self._words.height_for(width)
        self._words.place(self.x + self._inset, self.center_y + height / 2, width, height)


def small_style(kit: Kit, ink: str) -> Style:
    """How the title of a small tile is set."""
    return Style(kit.sizes.body, ink, Weight.BOLD, 1.2, 0.5)


class ListLayout(Layout):
    """Large tiles, one below the other."""

    def __init__(self, kit: Kit, choices: Choices, share: float) -> None:
        self._kit, self._choices, self._share = kit, choices, share
        self.gap = kit.px(max(_LEAST_GAP, kit.space.gap * 0.8 * share))
        self.spread = kit.px(_SPREAD_FEW if len(choices.options) <= _FEW else _SPREAD)
        self._tiles = self._some(choices.options)

    def _some(self, options: Sequence[Option]) -> list[OptionTile]:
        return [OptionTile(self._kit, option, self._choices.choose, self._share) for option in options]

    @override
    def heights(self, width: float) -> Sequence[float]:
        return [tile.height_for(width) for tile in self._tiles]

    @override
    def page(self, first: int, end: int) -> Block:
        return Rows(self._kit, self._some(self._choices.options[first:end]), self.gap)


def lists(kit: Kit, choices: Choices) -> list[ListLayout]:
    """Tiles with the usual air, and closer."""
    shares = (*_CLOSER, _CLOSEST) if kit.low_reach and kit.theme.large else _CLOSER
    return [ListLayout(kit, choices, share) for share in shares]


class GridLayout(Layout):
    """Small tiles in columns, read from left to right."""

    def __init__(self, kit: Kit, choices: Choices, columns: int) -> None:
        self._kit, self._choices = kit, choices
        self.per_row = columns
        self.gap = kit.px(_GRID_GAP)
        self.spread = kit.px(_SPREAD_FEW if len(choices.options) <= 2 * _FEW else _SPREAD_SMALL)
        self._rows = [self._row(start) for start in range(0, len(choices.options), columns)]

    def _row(self, start: int) -> Row:
        options = self._choices.options[start : start + self.per_row]
        tiles: list[Block] = [SmallTile(self._kit, option, self._choices.choose) for option in options]
        tiles += [Stack(self._kit, []) for _ in range(self.per_row - len(tiles))]
        return Row(self._kit, tiles, gap=_GRID_GAP)

    @override
    def heights(self, width: float) -> Sequence[float]:
        """One height for all rows: an even grid is easier to read."""
        highest = max((row.height_for(width) for row in self._rows), default=0.0)
        return [highest] * len(self._rows)

    @override
    def page(self, first: int, end: int) -> Block:
        rows = [self._row(row * self.per_row) for row in range(first, end)]
        return Rows(self._kit, rows, self.gap, even=True)


class Rows(Block):
    """Rows that share out what room is left over; ``even``: all of one height."""

    def __init__(self, kit: Kit, rows: Sequence[Block], gap: int, *, even: bool = False) -> None:
        super().__init__(kit)
        self._gap, self._even = gap, even
        for row in rows:
            self.add_widget(row)

    @override
    def arrange(self) -> None:
        rows = self.blocks()
        room = self.height - self._gap * (len(rows) - 1)
        heights = [row.height_for(self.width) for row in rows]
        if self._even:
            heights = [room / len(rows)] * len(rows)
        more = max(0.0, room - sum(heights)) / max(1, len(rows))
        top = self.top
        for row, height in zip(rows, heights, strict=True):
            row.place(self.x, top, self.width, height + more)
            top -= height + more + self._gap


def grids(kit: Kit, choices: Choices, width: float) -> list[GridLayout]:
    """Grids of two columns and more, as long as the titles are easy to read in them."""
    titles = [kit.say(option.title) for option in choices.options]
    fitting = [columns for columns in range(2, _MOST_COLUMNS + 1) if _readable(kit, titles, columns, width)]
    return [GridLayout(kit, choices, columns) for columns in fitting or [1]]


def _readable(kit: Kit, titles: Sequence[str], columns: int, width: float) -> bool:
    """Most titles in one line, none in more than two, and no word that would overhang."""
    room = (width - kit.px(_GRID_GAP) * (columns - 1)) / columns - 2 * kit.px(_SMALL_AIR)
    style = small_style(kit, kit.palette.ink)
    size = kit.px(style.size)
    sentences = [Sentence(kit, title, style) for title in titles]
    pieces = [piece for title in titles for piece in cut(title, style.weight)]
    if any(kit.type.width(piece, size) > room for piece in pieces):
        return False
    line = round(size * style.leading)
    lines = [sentence.height_for(room) / line for sentence in sentences]
    return max(lines) <= _LINES and sum(count == 1 for count in lines) >= _SHORT_SHARE * len(lines)
