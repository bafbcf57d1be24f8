"""Points of a list: a mark at the height of the first line, and the words beside it."""

import re
from enum import Enum, auto

from kivy.graphics import Color, SmoothEllipse
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Verbatim
from screens.theme.tokens import colour
from screens.widgets.base import Block
from screens.widgets.kit import Kit
from screens.widgets.text import Badge, Sentence, Style

_LONG = {"zh_CN": 60, "en": 120}  # characters of a point that is divided in large type
_ENDS = (re.compile(r"[。；]|[.;](?= )"), re.compile(r"[，]|,(?= )"))  # where one may divide, the better first


def divided(text: str, most: int) -> list[str]:
    """``text`` in parts of about ``most`` characters: between sentences if that can be, else at a comma."""
    if len(text) <= most:
        return [text]
    for ends in _ENDS:
        places = [found.end() for found in ends.finditer(text) if found.end() < len(text)]
        if places:
            middle = min(places, key=lambda place: abs(place - len(text) / 2))
            return [*divided(text[:middle], most), *divided(text[middle:].strip(), most)]
    return [text]


class Mark(Enum):
    """What stands before a point."""

    NONE = auto()
    DOT = auto()
    NUMBER = auto()


_ROOM = {Mark.NONE: 0.0, Mark.DOT: 0.8, Mark.NUMBER: 1.75}  # the mark's share of the size of type


class _Dot(Block):
    """A small round mark."""

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        side = self.kit.px(self.kit.sizes.body * 0.26)
        with self.canvas:
            Color(*colour(self.kit.palette.brand))
            SmoothEllipse(pos=(round(self.center_x - side / 2), round(self.center_y - side / 2)), size=(side, side))


class _Point(Block):
    """A part of a point: its mark, if it is the first part, and the words at the same distance from the edge."""

    def __init__(self, kit: Kit, text: str, mark: Block | None, room: float) -> None:
        super().__init__(kit)
        size, leading = kit.sizes.body, 1.32 if kit.landscape else 1.4
        self._words = Sentence(kit, text, Style(size, kit.palette.ink, Weight.REGULAR, leading))
        self._mark = mark
        self._line = round(kit.px(size) * leading)
        self._left = kit.px(size * room) if room else 0
        self._mark_width = round(self._left * 0.7)
        self.add_widget(self._words)
        if mark is not None:
            self.add_widget(mark)

    @override
    def height_for(self, width: float) -> float:
        return self._words.height_for(width - self._left)

    @override
    def arrange(self) -> None:
        if self._mark is not None:
            self._mark.place(self.x, self.top, self._mark_width, self._line)
        self._words.place(self.x + self._left, self.top, self.width - self._left, self.height)


def point(kit: Kit, text: str, mark: Mark, number: int) -> list[Block]:
    """One point of a list. In large type a long one is several blocks, so that a page may end between its sentences."""
    large = kit.theme.large
    parts = divided(text, _LONG[kit.catalogue.language]) if large else [text]
    return [
        _Point(kit, part, None if rest else _sign(kit, mark, number), _ROOM[mark]) for rest, part in enumerate(parts)
    ]


def _sign(kit: Kit, mark: Mark, number: int) -> Block | None:
    if mark is Mark.NUMBER:
        return Badge(kit, kit.say(Verbatim(str(number))), kit.sizes.body * 1.25)
    return _Dot(kit) if mark is Mark.DOT else None
