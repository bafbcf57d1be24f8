"""Sentences and signs on the screen."""

from dataclasses import dataclass

from kivy.graphics import Color, Rectangle, SmoothEllipse
from typing_extensions import override

from config.fonts import Weight
from config.typesetting import SetLine, cut, set_lines
from flows.prompts import Text, Words
from screens.theme.tokens import colour
from screens.widgets.base import Block
from screens.widgets.kit import Kit


@dataclass(frozen=True)
class Style:
    """How a sentence is set. ``size`` in design pixels, ``align`` 0 left, 0.5 middle, 1 right."""

    size: int
    colour: str
    weight: Weight = Weight.REGULAR
    leading: float = 1.5
    align: float = 0.0


class Sentence(Block):
    """A sentence, broken into lines for its width."""

    def __init__(self, kit: Kit, text: str, style: Style, words: Words | None = None) -> None:
        super().__init__(kit)
        self.text = text
        self.words = words  # of a headline or an explanation: what may be read aloud of it
        self.style = style
        self._size = kit.px(style.size)
        self._set_for = -1.0
        self._lines: list[SetLine] = []

    def set_text(self, text: str) -> None:
        """Say something else in the same place."""
        if text != self.text:
            self.text = text
            self._set_for = -1.0
            self.arrange()

    def set_colour(self, value: str) -> None:
        """The same words in another colour."""
        self.style = Style(self.style.size, value, self.style.weight, self.style.leading, self.style.align)
        self.arrange()

    def _lay(self, width: float) -> list[SetLine]:
        if width != self._set_for:
            pieces = cut(self.text, self.style.weight)
            self._lines = set_lines(pieces, width, lambda piece: self.kit.type.width(piece, self._size))
            self._set_for = width
        return self._lines

    def natural_width(self) -> float:
        """The width of the sentence in one line."""
        return sum(self.kit.type.width(piece, self._size) for piece in cut(self.text, self.style.weight))

    @property
    def _pitch(self) -> int:
        return round(self._size * self.style.leading)

    @override
    def height_for(self, width: float) -> float:
        return len(self._lay(round(width))) * self._pitch

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        lines = self._lay(self.width)
        spare = (self.height - len(lines) * self._pitch) / 2
        with self.canvas:
            Color(*colour(self.style.colour))
            for index, line in enumerate(lines):
                self._draw_line(line, self.top - spare - index * self._pitch)

    def _draw_line(self, line: SetLine, top: float) -> None:
        """Latin and Chinese stand on one base line, the Chinese in the middle of the line's height."""
        left = self.x + (self.width - line.width) * self.style.align
        base = top - (self._pitch - self._size) / 2 - self._size * 0.88
        for text, weight in line.runs():
            for glyphs in self.kit.type.draw(text, weight, self._size):
                texture = glyphs.texture
                bottom = round(base + glyphs.ascent - texture.height)
                Rectangle(texture=texture, pos=(round(left), bottom), size=texture.size)
                left += glyphs.width


class Icon(Block):
    """A sign, in the middle of its place, with or without a round ground."""

    def __init__(self, kit: Kit, name: str, size: float, tint: str, ground: str | None = None) -> None:
        super().__init__(kit)
        self.name = name
        self._side = kit.px(size)
        self._tint = tint
        self._ground = ground

    @override
    def height_for(self, width: float) -> float:
        del width
        return self._side

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        left = round(self.center_x - self._side / 2)
        bottom = round(self.center_y - self._side / 2)
        inner = round(self._side * 0.56) if self._ground else self._side
        shift = (self._side - inner) // 2
        with self.canvas:
            if self._ground:
                Color(*colour(self._ground))
                SmoothEllipse(pos=(left, bottom), size=(self._side, self._side))
            Color(*colour(self._tint))
            texture = self.kit.icons.texture(self.name, inner)
            Rectangle(texture=texture, pos=(left + shift, bottom + shift), size=(inner, inner))


class Badge(Block):
    """A number on a round ground."""

    def __init__(self, kit: Kit, text: str, size: float) -> None:
        super().__init__(kit)
        self._side = kit.px(size)
        style = Style(round(size * 0.52), kit.palette.brand, Weight.BOLD, 1.2, 0.5)
        self.add_widget(Sentence(kit, text, style))

    @override
    def height_for(self, width: float) -> float:
        del width
        return self._side

    @override
    def arrange(self) -> None:
        self.canvas.before.clear()
        side = self._side
        left, bottom = round(self.center_x - side / 2), round(self.center_y - side / 2)
        with self.canvas.before:
            Color(*colour(self.kit.palette.brand_soft))
            SmoothEllipse(pos=(left, bottom), size=(side, side))
        self.blocks()[0].place(left, bottom + side, side, side)


def _as_words(words: Words | str) -> Words:
    return Text(words) if isinstance(words, str) else words


def headline(kit: Kit, words: Words | str, align: float = 0.0) -> Sentence:
    """The one question of a screen."""
    style = Style(kit.sizes.headline, kit.palette.ink, Weight.BOLD, kit.theme.headline_leading, align)
    return Sentence(kit, kit.say(words), style, _as_words(words))


def body(kit: Kit, words: Words | str, tint: str | None = None, align: float = 0.0) -> Sentence:
    """A plain sentence."""
    style = Style(kit.sizes.body, tint or kit.palette.ink_soft, Weight.REGULAR, kit.theme.leading, align)
    return Sentence(kit, kit.say(words), style, _as_words(words))


def title(kit: Kit, words: Words | str, tint: str | None = None, align: float = 0.0) -> Sentence:
    """The name of a thing to choose."""
    style = Style(kit.sizes.title, tint or kit.palette.ink, Weight.BOLD, 1.3, align)
    return Sentence(kit, kit.say(words), style)


def small(kit: Kit, words: Words | str, tint: str | None = None, align: float = 0.0) -> Sentence:
    """A word on the side."""
    style = Style(kit.sizes.small, tint or kit.palette.ink_soft, Weight.REGULAR, 1.4, align)
    return Sentence(kit, kit.say(words), style)
