"""What the staff's pages are made of: rows of lists, rows of facts, small buttons, a QR code."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import segno
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from typing_extensions import override

from config.fonts import Weight
from flows.desk_prompts import DeskRow, Fact, Mark
from screens.theme.tokens import colour
from screens.widgets.base import Block
from screens.widgets.button import Rank, Touchable
from screens.widgets.cards import TONE_ICONS, tone_colours
from screens.widgets.kit import Kit
from screens.widgets.options import Rows
from screens.widgets.paging import Layout
from screens.widgets.text import Icon, Sentence, Style

_GAP = 14  # design pixels between two rows: 8 dp are 13.1
_QUIET = 4  # modules around a QR code
_LONG, _PIECE = 40, 16  # characters: of a word that must be broken, and of its pieces


class MarkBlock(Block):
    """A sign and the word for a state."""

    def __init__(self, kit: Kit, mark: Mark) -> None:
        super().__init__(kit)
        colours = tone_colours(kit, mark.tone)
        self._sign = Icon(kit, TONE_ICONS[mark.tone], kit.sizes.small * 1.1, colours.sign)
        self._word = Sentence(kit, kit.say(mark.words), Style(kit.sizes.small, colours.sign, Weight.BOLD, 1.3))
        self._gap = kit.px(10)
        self.add_widget(self._sign)
        self.add_widget(self._word)

    def natural_width(self) -> float:
        """What it takes in one line."""
        return self._sign.height_for(0) + self._gap + self._word.natural_width() + 2

    @override
    def height_for(self, width: float) -> float:
        return self._word.height_for(width - self._sign.height_for(0) - self._gap)

    @override
    def arrange(self) -> None:
        side = self._sign.height_for(0)
        self._sign.place(self.x, self.top, side, self.height)
        self._word.place(self.x + side + self._gap, self.top, self.width - side - self._gap, self.height)


class ListRow(Touchable):
    """Title and state in one line where they fit, what it is about below."""

    def __init__(self, kit: Kit, row: DeskRow, choose: Callable[[str], None]) -> None:
        super().__init__(kit, row.name, partial(choose, row.name), Rank.CARD)
        sizes, palette = kit.sizes, kit.palette
        self._title = Sentence(kit, kit.say(row.title), Style(sizes.title, palette.ink, Weight.BOLD, 1.25))
        about = kit.say(row.about) if row.about is not None else ""
        self._about = Sentence(kit, about, Style(sizes.small, palette.ink_soft, Weight.REGULAR, 1.3)) if about else None
        self._mark = MarkBlock(kit, row.mark) if row.mark is not None else None
        self._arrow = Icon(kit, "forward", sizes.body, palette.brand)
        self._inset, self._air, self._gap = kit.px(26), kit.px(14), kit.px(18)
        for block in (self._title, self._about, self._mark, self._arrow):
            if block is not None:
                self.add_widget(block)

    def _room(self, width: float) -> float:
        return width - 2 * self._inset - self._arrow.height_for(0) - self._gap

    def _beside(self, room: float) -> float:
        """What the mark takes of the title's line; 0 where it stands below."""
        mark = self._mark.natural_width() + self._gap if self._mark else 0
        return mark if self._title.natural_width() + 2 + mark <= room else 0

    def _heights(self, room: float) -> tuple[float, float, float]:
        """Of the title, of the mark below it, of what it is about."""
        title = self._title.height_for(room - self._beside(room))
        mark = self._mark.height_for(room) if self._mark and not self._beside(room) else 0
        return title, mark, self._about.height_for(room) if self._about else 0

    @override
    def height_for(self, width: float) -> float:
        return max(self.kit.px(self.kit.space.touch), sum(self._heights(self._room(width))) + 2 * self._air)

    @override
    def arrange(self) -> None:
        super().arrange()
        room, arrow = self._room(self.width), self._arrow.height_for(0)
        title, mark, about = self._heights(room)
        beside = self._beside(room)
        left, top = self.x + self._inset, self.center_y + (title + mark + about) / 2
        self._title.place(left, top, room - beside, title)
        if self._mark is not None and beside:
            wide = self._mark.natural_width()
            self._mark.place(left + room - wide, top, wide, title)
        elif self._mark is not None:
            self._mark.place(left, top - title, room, mark)
        if self._about is not None:
            self._about.place(left, top - title - mark, room, about)
        self._arrow.place(self.right - self._inset - arrow, self.top, arrow, self.height)


class RowLayout(Layout):
    """Rows of a list, one below the other, as high as they must be."""

    def __init__(self, kit: Kit, rows: Sequence[DeskRow], choose: Callable[[str], None]) -> None:
        self._kit, self._rows, self._choose = kit, rows, choose
        self.gap = kit.px(_GAP)
        self._made = [ListRow(kit, row, choose) for row in rows]

    @override
    def heights(self, width: float) -> Sequence[float]:
        return [row.height_for(width) for row in self._made]

    @override
    def page(self, first: int, end: int) -> Block:
        return Rows(self._kit, [ListRow(self._kit, row, self._choose) for row in self._rows[first:end]], self.gap)


class FactRow(Block):
    """A label and its value beside it; a value too long for that goes below."""

    def __init__(self, kit: Kit, fact: Fact) -> None:
        super().__init__(kit)
        sizes, palette = kit.sizes, kit.palette
        tint = palette.ink if fact.tone is None else tone_colours(kit, fact.tone).sign
        value = _breakable(kit.say(fact.value))
        self._label = Sentence(kit, kit.say(fact.label), Style(sizes.small, palette.ink_soft, leading=1.3))
        self._right = Sentence(kit, value, Style(sizes.body, tint, Weight.BOLD, 1.25, 1.0))
        self._below = Sentence(kit, value, Style(sizes.body, tint, Weight.REGULAR, 1.3))
        self._sign = Icon(kit, TONE_ICONS[fact.tone], sizes.body, tint) if fact.tone is not None else None
        self._air, self._gap = kit.px(9), kit.px(18)
        self.add_widget(self._label)

    def _signed(self) -> float:
        return self._sign.height_for(0) + self.kit.px(8) if self._sign else 0

    def _fits(self, width: float) -> bool:
        needed = self._label.natural_width() + self._gap + self._right.natural_width() + 4 + self._signed()
        return needed <= width

    @override
    def height_for(self, width: float) -> float:
        if self._fits(width):
            return max(self._label.height_for(width), self._right.height_for(width)) + 2 * self._air
        return self._label.height_for(width) + self._below.height_for(width - self._signed()) + 2 * self._air

    @override
    def arrange(self) -> None:
        for block in (self._right, self._below, self._sign):
            if block is not None and block.parent is not None:
                self.remove_widget(block)
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(self.kit.palette.line))
            Rectangle(pos=(self.x, self.y), size=(self.width, self.kit.px(2)))
        if self._fits(self.width):
            self._arrange_beside()
            return
        label, room = self._label.height_for(self.width), self.width - self._signed()
        below = self._below.height_for(room)
        self._label.place(self.x, self.top - self._air, self.width, label)
        self.add_widget(self._below)
        self._below.place(self.right - room, self.top - self._air - label, room, below)
        if self._sign is not None:
            side = self._sign.height_for(0)
            self.add_widget(self._sign)
            self._sign.place(self.x, self.top - self._air - label, side, min(below, round(1.3 * side)))

    def _arrange_beside(self) -> None:
        width = self._right.natural_width() + 2
        self.add_widget(self._right)
        self._right.place(self.right - width, self.top, width, self.height)
        self._label.place(self.x, self.top, self._label.natural_width() + 2, self.height)
        if self._sign is not None:
            side = self._sign.height_for(0)
            self.add_widget(self._sign)
            self._sign.place(self.right - width - self._signed(), self.top, side, self.height)


def _breakable(text: str) -> str:
    """A hash or a path that is longer than a line, in pieces: nothing in it says where it may be broken."""
    return " ".join(
        " ".join(word[at : at + _PIECE] for at in range(0, len(word), _PIECE)) if len(word) > _LONG else word
        for word in text.split(" ")
    )


class DeskButton(Touchable):
    """A button as high as a finger needs, and no higher."""

    def __init__(
        self,
        kit: Kit,
        name: str,
        text: str,
        action: Callable[[], None],
        *,
        rank: Rank = Rank.SECOND,
        closed: bool = False,
    ) -> None:
        super().__init__(kit, name, action, rank)
        self.enabled = not closed
        tint = kit.palette.on_brand if rank in (Rank.MAIN, Rank.FINAL) else kit.palette.brand
        style = Style(kit.sizes.title, kit.palette.closed_ink if closed else tint, Weight.BOLD, 1.2, 0.5)
        self._word = Sentence(kit, text, style)
        self._inset = kit.px(14)
        self.add_widget(self._word)

    @override
    def height_for(self, width: float) -> float:
        words = self._word.height_for(width - 2 * self._inset) + 2 * self._inset
        return max(self.kit.px(self.kit.space.touch), words)

    @override
    def arrange(self) -> None:
        super().arrange()
        self._word.place(self.x + self._inset, self.top, self.width - 2 * self._inset, self.height)


class QrBlock(Block):
    """A QR code on white, at the left of its place; ``side`` in design pixels with its quiet zone."""

    def __init__(self, kit: Kit, content: str, side: float) -> None:
        super().__init__(kit)
        self._side = kit.px(side)
        self._texture = _texture(content)

    @override
    def height_for(self, width: float) -> float:
        return min(self._side, width)

    @override
    def arrange(self) -> None:
        side = min(self.height, self.width)
        self.canvas.clear()
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(texture=self._texture, pos=self.pos, size=(side, side))


def _texture(content: str) -> Any:
    rows = list(segno.make_qr(content, error="m").matrix_iter(border=_QUIET))
    side = len(rows)
    dots = b"".join(b"\x00\x00\x00" if dark else b"\xff\xff\xff" for row in reversed(rows) for dark in row)
    texture = Texture.create(size=(side, side), colorfmt="rgb")
    texture.mag_filter = "nearest"
    texture.blit_buffer(dots, colorfmt="rgb", bufferfmt="ubyte")
    return texture
