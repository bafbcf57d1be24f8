"""A number while it is typed: large digits in groups, and below them what can be said about it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kivy.graphics import Color, Rectangle
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Tone
from screens.theme.tokens import colour
from screens.widgets.base import Block, Panel, draw_panel
from screens.widgets.button import beside
from screens.widgets.cards import TONE_ICONS, tone_colours
from screens.widgets.kit import Glyphs, Kit
from screens.widgets.text import Icon, Sentence, Style

_GROUP = " "
_CELL = 0.61  # of the size of type: every digit has the same room
_BETWEEN = 0.34  # the room between two groups
_SIDE = 32
_SMALLEST_SHARE = 0.6


class NumberField(Block):
    """Shows digits in cells of one width, so that nothing moves while one types.

    ``longest`` is a number in groups, as long as it can be: the type is as large as that allows. A number of a
    ``fixed`` length stands in the middle.
    """

    def __init__(self, kit: Kit, longest: str, *, fixed: bool) -> None:
        super().__init__(kit)
        self._longest = longest
        self._fixed = fixed
        self._typed = ""
        self._places = ""
        self._tone: Tone | None = None
        self._glyphs: dict[str, Glyphs] = {}
        self._size = 0

    @property
    def shown(self) -> str:
        """The digits as they stand there."""
        return self._typed

    def show(self, typed: str, places: str, tone: Tone | None) -> None:
        """``typed`` in groups; ``places`` is at least as long, and shows with a line where digits are missing."""
        self._typed, self._places, self._tone = typed, places, tone
        self.arrange()

    @override
    def height_for(self, width: float) -> float:
        return round((1.8 if self.kit.landscape else 1.95) * self._size_for(width))

    def _size_for(self, width: float) -> int:
        """Pixels of the type."""
        # One digit more than there may be is shown too.
        room = self._width_of(f"{self._longest}0", 1)
        largest = self.kit.sizes.headline * (0.95 if self.kit.landscape else 1.2)
        return min(self.kit.px(largest), int((width - 2 * self.kit.px(_SIDE)) / room))

    @staticmethod
    def _width_of(grouped: str, size: float) -> float:
        groups = grouped.count(_GROUP)
        return size * ((len(grouped) - groups) * _CELL + groups * _BETWEEN)

    @override
    def arrange(self) -> None:
        kit, palette = self.kit, self.kit.palette
        size = self._size_for(self.width)
        if size != self._size:
            self._size = size
            self._glyphs.clear()
        line = tone_colours(kit, self._tone).sign if self._tone else palette.brand
        self.canvas.clear()
        with self.canvas:
            draw_panel(self, colour(palette.card), colour(line), kit.px(kit.space.radius), kit.px(4))
            self._draw_cells(size)

    def _draw_cells(self, size: int) -> None:
        kit, palette = self.kit, self.kit.palette
        cell, air = round(size * _CELL), kit.px(5)
        foot = round(self.center_y - size * 0.56)
        tint = palette.brand  # of the place for the next digit
        for left, digit in self._cells(size):
            if digit:
                self._draw_digit(digit, left, cell, size)
                continue
            Color(*colour(tint))
            Rectangle(pos=(round(left) + air, foot), size=(cell - 2 * air, kit.px(6)))
            tint = palette.line_strong

    def _cells(self, size: int) -> Iterator[tuple[float, str]]:
        """Where each cell begins, and its digit; an empty one where a digit is missing."""
        places = self._places if self._fixed else f"{self._typed}0"
        left = self.x + self.kit.px(_SIDE)
        if self._fixed:
            left = self.center_x - self._width_of(max(self._longest, places, key=len), size) / 2
        for at, place in enumerate(places):
            if place != _GROUP:
                yield left, self._typed[at : at + 1].strip()
            left += size * (_BETWEEN if place == _GROUP else _CELL)

    def _draw_digit(self, digit: str, left: float, cell: int, size: int) -> None:
        glyphs = self._glyphs.get(digit)
        if glyphs is None:
            glyphs = self._glyphs[digit] = self.kit.type.draw(digit, Weight.BOLD, size)[0]
        base = self.center_y - size * 0.36
        texture = glyphs.texture
        Color(*colour(self.kit.palette.ink))
        bottom = round(base + glyphs.ascent - texture.height)
        Rectangle(texture=texture, pos=(round(left + (cell - glyphs.width) / 2), bottom), size=texture.size)


@dataclass(frozen=True)
class Remark:
    """What is said below the field. Without a tone it is quiet."""

    words: str
    tone: Tone | None = None


class Remarks(Block):
    """A place of a fixed height for one remark, so that the keys below never move.

    ``opening`` is what stands there first; there is room for it, and for two lines of any other.
    """

    def __init__(self, kit: Kit, opening: Remark | None) -> None:
        super().__init__(kit)
        self._opening = opening
        self._remark = opening

    def say(self, remark: Remark | None) -> None:
        """Another remark in the same place, or none."""
        self._remark = remark
        self.arrange()

    @override
    def height_for(self, width: float) -> float:
        two_lines = 2 * round(self.kit.px(self.kit.sizes.body) * _LEADING) + 2 * self.kit.px(_INSET)
        return max(two_lines, _box(self.kit, self._opening).height_for(width) if self._opening else 0)

    @override
    def arrange(self) -> None:
        self.clear_widgets()
        if self._remark is None:
            return
        box = _box(self.kit, self._remark)
        share = 1.0
        while box.height_for(self.width) > self.height and share > _SMALLEST_SHARE:
            share -= 0.08
            type_scale = replace(self.kit.sizes, body=round(self.kit.sizes.body * share))
            box = _box(replace(self.kit, theme=replace(self.kit.theme, type=type_scale)), self._remark)
        self.add_widget(box)
        box.place(self.x, self.top, self.width, box.height_for(self.width))


_LEADING = 1.35
_INSET = 24


def _box(kit: Kit, remark: Remark) -> Block:
    size = kit.sizes.body
    if remark.tone is None:
        return Sentence(kit, remark.words, Style(size, kit.palette.ink_soft, Weight.REGULAR, _LEADING))
    colours = tone_colours(kit, remark.tone)
    words = Sentence(kit, remark.words, Style(size, colours.text, Weight.BOLD, _LEADING))
    sign = Icon(kit, TONE_ICONS[remark.tone], size * 1.4, colours.sign)
    return Panel(kit, beside(kit, sign, words), ground=colours.ground, inset=_INSET)
