"""Points of a list: a mark at the height of the first line, and the words beside it."""

from kivy.graphics import Color, SmoothEllipse
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Verbatim
from screens.theme.tokens import colour
from screens.widgets.base import Block
from screens.widgets.kit import Kit
from screens.widgets.text import Badge, Sentence, Style

_LEADING = 1.4


class _Dot(Block):
    """A small round mark."""

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        side = self.kit.px(self.kit.sizes.body * 0.26)
        with self.canvas:
            Color(*colour(self.kit.palette.brand))
            SmoothEllipse(pos=(round(self.center_x - side / 2), round(self.center_y - side / 2)), size=(side, side))


class Point(Block):
    """One point; ``number`` 0 gives a dot instead of a number."""

    def __init__(self, kit: Kit, text: str, number: int = 0) -> None:
        super().__init__(kit)
        size = kit.sizes.body
        self._words = Sentence(kit, text, Style(size, kit.palette.ink, Weight.REGULAR, _LEADING))
        self._mark: Block = Badge(kit, kit.say(Verbatim(str(number))), size * 1.25) if number else _Dot(kit)
        self._line = round(kit.px(size) * _LEADING)
        self._left = kit.px(size * (1.75 if number else 1.0))
        self._mark_width = kit.px(size * 1.25) if number else kit.px(size * 0.5)
        self.add_widget(self._mark)
        self.add_widget(self._words)

    @override
    def height_for(self, width: float) -> float:
        return self._words.height_for(width - self._left)

    @override
    def arrange(self) -> None:
        self._mark.place(self.x, self.top, self._mark_width, self._line)
        self._words.place(self.x + self._left, self.top, self.width - self._left, self.height)
