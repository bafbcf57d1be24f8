"""A keyboard for the staff: small letters, capitals and signs, as on those that they know. Never for citizens."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from kivy.graphics import Color, Rectangle
from typing_extensions import override

from config.fonts import Weight
from screens.theme.tokens import colour
from screens.widgets.base import Block, Row, Stack, draw_panel
from screens.widgets.button import Rank, Touchable
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

DELETE, CLEAR, SPACE = "delete", "clear", "space"

_GAP = 14
_IN_A_ROW = 10
_LOWER = ("1234567890", "qwertyuiop", "asdfghjkl.", "zxcvbnm-/")
_UPPER = ("1234567890", "QWERTYUIOP", "ASDFGHJKL.", "ZXCVBNM-/")
_SIGNS = ("1234567890", "!\"#$%&'()*", "+,;<=>?@[]", "\\^`{|}~-/")


class Plane(StrEnum):
    """Which characters the keys have; the value is the word on the key that leads there."""

    LOWER = "abc"
    UPPER = "ABC"
    SIGNS = "#+="


_ROWS = {Plane.LOWER: _LOWER, Plane.UPPER: _UPPER, Plane.SIGNS: _SIGNS}


class _Key(Touchable):
    """One key. ``face`` is what stands on it: a character, a word, or the sign for "delete"."""

    def __init__(self, kit: Kit, name: str, face: str, action: Callable[[], None]) -> None:
        super().__init__(kit, name, action, Rank.CARD)
        tint = kit.palette.ink
        if name == DELETE:
            self._face: Block = Icon(kit, "backspace", kit.sizes.title, tint)
        else:
            size = kit.sizes.title if len(face) == 1 else kit.sizes.body
            self._face = Sentence(kit, face, Style(size, tint, Weight.BOLD, 1.2, 0.5))
        self.add_widget(self._face)

    @override
    def height_for(self, width: float) -> float:
        del width
        return self.kit.px(self.kit.space.touch * (0.76 if self.kit.landscape else 1))

    @override
    def arrange(self) -> None:
        super().arrange()
        self._face.place(self.x, self.top, self.width, self.height)


class Keyboard(Block):
    """``touch`` is given the character, ``DELETE`` for the last one, or ``CLEAR`` for all of them."""

    def __init__(self, kit: Kit, touch: Callable[[str], None]) -> None:
        super().__init__(kit)
        self._touch = touch
        self._plane = Plane.LOWER
        self._keys = self._build()

    def _build(self) -> Stack:
        rows = [Row(self.kit, [self._key(face, face) for face in faces], gap=_GAP) for faces in _ROWS[self._plane][:-1]]
        last = [self._key(face, face) for face in _ROWS[self._plane][-1]]
        rows.append(Row(self.kit, [*last, self._key(DELETE, "")], gap=_GAP))
        others = [plane for plane in Plane if plane is not self._plane]
        below: Sequence[Block] = [
            *(self._turn(plane) for plane in others),
            self._key("_", "_"),
            self._key(":", ":"),
            self._key(SPACE, self.kit.say("desk.text.space")),
            self._key(CLEAR, self.kit.say("desk.text.clear")),
        ]
        rows.append(Row(self.kit, below, weights=[1.5, 1.5, 1, 1, 2.5, 2.5], gap=_GAP))
        keys = Stack(self.kit, rows, gap=_GAP)
        self.clear_widgets()
        self.add_widget(keys)
        return keys

    def _key(self, name: str, face: str) -> Block:
        return _Key(self.kit, name, face, lambda: self._touch(" " if name == SPACE else name))

    def _turn(self, plane: Plane) -> Block:
        def turn() -> None:
            self._plane = plane
            self._keys = self._build()
            self.arrange()

        return _Key(self.kit, plane.name.lower(), plane.value, turn)

    @override
    def height_for(self, width: float) -> float:
        return self._keys.height_for(width)

    @override
    def arrange(self) -> None:
        self._keys.place(self.x, self.top, self.width, self.height)


class TextField(Block):
    """A line of text while it is typed, and where the next character will stand; of a long one its end is shown."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._text = ""
        self._wrong = False
        self._size = kit.px(kit.sizes.title)

    @property
    def shown(self) -> str:
        """What stands there."""
        return self._text

    def show(self, text: str, *, wrong: bool = False) -> None:
        """Show ``text``; ``wrong``: it is not taken as it is."""
        self._text, self._wrong = text, wrong
        self.arrange()

    @override
    def height_for(self, width: float) -> float:
        del width
        return round(self._size * 2.2)

    @override
    def arrange(self) -> None:
        kit, palette = self.kit, self.kit.palette
        line = palette.stop.sign if self._wrong else palette.brand
        self.canvas.clear()
        with self.canvas:
            draw_panel(self, colour(palette.card), colour(line), kit.px(kit.space.radius), kit.px(4))
            left = self._draw_text(self.x + kit.px(28), self.width - 2 * kit.px(28))
            Color(*colour(palette.brand))
            height = round(self._size * 1.2)
            Rectangle(pos=(left + kit.px(3), round(self.center_y - height / 2)), size=(kit.px(4), height))

    def _draw_text(self, left: float, room: float) -> float:
        """Draw what fits; returns where the next character goes."""
        drawn = [self.kit.type.draw(char, Weight.BOLD, self._size)[0] for char in self._text]
        while drawn and sum(glyphs.width for glyphs in drawn) > room:
            del drawn[0]
        base = self.center_y - self._size * 0.36
        Color(*colour(self.kit.palette.ink))
        for glyphs in drawn:
            texture = glyphs.texture
            Rectangle(
                texture=texture, pos=(round(left), round(base + glyphs.ascent - texture.height)), size=texture.size
            )
            left += glyphs.width
        return round(left)
