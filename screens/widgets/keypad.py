"""A number pad and the dots of a PIN. The digits live in the screen that owns the pad, never here."""

from collections.abc import Callable

from kivy.graphics import Color, SmoothEllipse, SmoothLine
from typing_extensions import override

from config.fonts import Weight
from screens.theme.tokens import colour
from screens.widgets.base import Block, Row, Stack
from screens.widgets.button import Rank, Touchable
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

DELETE = "delete"
_KEYS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("", "0", DELETE))


class Key(Touchable):
    """One key of the pad."""

    grows = True

    def __init__(self, kit: Kit, name: str, action: Callable[[], None], *, closed: bool = False) -> None:
        super().__init__(kit, name, action, Rank.CARD)
        self.enabled = not closed
        tint = kit.palette.closed_ink if closed else kit.palette.ink
        if name == DELETE:
            self._face: Block = _Delete(kit, tint)
        else:
            style = Style(round(kit.sizes.title * (1.3 if kit.landscape else 1.55)), tint, Weight.BOLD, 1.2, 0.5)
            self._face = Sentence(kit, name, style)
        self.add_widget(self._face)

    @override
    def height_for(self, width: float) -> float:
        del width
        return self.kit.px(104 if self.kit.landscape else self.kit.space.touch + 12)

    @override
    def arrange(self) -> None:
        super().arrange()
        self._face.place(self.x, self.top, self.width, self.height)


class _Delete(Block):
    """The sign and its word, together in the middle of the key."""

    def __init__(self, kit: Kit, tint: str) -> None:
        super().__init__(kit)
        self._side, self._gap = kit.px(kit.sizes.body * 1.2), kit.px(14)
        self._sign = Icon(kit, "backspace", kit.sizes.body * 1.2, tint)
        self._word = Sentence(kit, kit.say("keypad.delete"), Style(kit.sizes.body, tint, Weight.BOLD, 1.2))
        self.add_widget(self._sign)
        self.add_widget(self._word)

    @override
    def arrange(self) -> None:
        word = self._word.natural_width() + 2
        left = self.center_x - (self._side + self._gap + word) / 2
        self._sign.place(left, self.top, self._side, self.height)
        self._word.place(left + self._side + self._gap, self.top, word, self.height)


class _Empty(Block):
    """No key here."""


def keypad(kit: Kit, touch: Callable[[str], None], *, closed: bool = False) -> Block:
    """Twelve places, ten digits and "delete"; ``touch`` gets the digit or ``DELETE``. ``closed``: grey, takes none."""

    def key(name: str) -> Block:
        return Key(kit, name, lambda: touch(name), closed=closed) if name else _Empty(kit)

    rows = [Row(kit, [key(name) for name in names], gap=20) for names in _KEYS]
    return Stack(kit, rows, gap=20)


class Dots(Block):
    """As many dots as digits; empty rings up to the usual length."""

    def __init__(self, kit: Kit, usual: int = 6) -> None:
        super().__init__(kit)
        self._usual = usual
        self._words: Sentence | None = None
        self.count = 0

    @override
    def height_for(self, width: float) -> float:
        del width
        return self.kit.px(72 if self.kit.landscape else 96)

    def show(self, count: int) -> None:
        """Show ``count`` dots."""
        self.count = count
        if self._words is not None:
            self.remove_widget(self._words)
            self._words = None
        self.arrange()

    def say(self, key: str) -> None:
        """Words in place of the dots, until the next key."""
        if self._words is None:
            style = Style(self.kit.sizes.body, self.kit.palette.waiting.text, Weight.BOLD, 1.2, 0.5)
            self._words = Sentence(self.kit, self.kit.say(key), style)
            self.add_widget(self._words)
        self.arrange()

    @override
    def arrange(self) -> None:
        self.canvas.before.clear()
        if self._words is not None:
            self._words.place(self.x, self.top, self.width, self.height)
            return
        places = max(self._usual, self.count)
        side = self.kit.px(34)
        pitch = min(self.kit.px(78), self.width / places)
        left = self.center_x - pitch * (places - 1) / 2
        with self.canvas.before:
            for index in range(places):
                x = left + index * pitch
                if index < self.count:
                    Color(*colour(self.kit.palette.brand))
                    SmoothEllipse(pos=(x - side / 2, self.center_y - side / 2), size=(side, side))
                else:
                    Color(*colour(self.kit.palette.line_strong))
                    SmoothLine(circle=(x, self.center_y, side / 2 - 2), width=max(1.2, self.kit.px(2)))
