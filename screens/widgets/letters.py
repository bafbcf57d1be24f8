"""Pads of letters and of digits, with keys that are grey where they would lead to nothing; and what was typed."""

from collections.abc import Callable, Container, Sequence
from string import ascii_lowercase

from typing_extensions import override

from config.fonts import Weight
from screens.theme.tokens import colour
from screens.widgets.base import Block, Row, Stack, draw_panel
from screens.widgets.button import Rank, Touchable
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

DELETE = "delete"
_DIGITS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("", "0", DELETE))
_IN_A_ROW = {False: 7, True: 6}  # letters, by whether the screen lies


class PadKey(Touchable):
    """One key; its character is the same in every language."""

    grows = True

    def __init__(self, kit: Kit, name: str, face: str, action: Callable[[], None]) -> None:
        super().__init__(kit, name, action, Rank.CARD)
        self._text = face
        self._face: Block | None = None

    @override
    def height_for(self, width: float) -> float:
        del width
        return self.kit.px(self.kit.space.touch * (0.84 if self.kit.landscape else 1))

    def open(self, *, enabled: bool) -> None:
        """Take touches, or stand there grey."""
        if enabled != self.enabled:
            self.enabled = enabled
            self.arrange()

    @override
    def arrange(self) -> None:
        super().arrange()
        if self._face is not None:
            self.remove_widget(self._face)
        kit = self.kit
        tint = kit.palette.ink if self.enabled else kit.palette.closed_ink
        weight = Weight.BOLD if self.enabled else Weight.REGULAR
        if self._text == DELETE:
            self._face = Icon(kit, "backspace", kit.sizes.title * 1.1, tint)
        else:
            self._face = Sentence(kit, self._text, Style(round(kit.sizes.title * 1.1), tint, weight, 1.2, 0.5))
        self.add_widget(self._face)
        self._face.place(self.x, self.top, self.width, self.height)


class _Empty(Block):
    """No key here."""


class Pad(Stack):
    """Keys in rows. ``touch`` is given the character, or ``DELETE``."""

    def __init__(self, kit: Kit, rows: Sequence[Sequence[str]], touch: Callable[[str], None]) -> None:
        self._keys: dict[str, PadKey] = {}
        gap = 14
        super().__init__(kit, [Row(kit, [self._key(kit, face, touch) for face in row], gap=gap) for row in rows], gap)
        self.grows = False  # keys of one size, however little there is below

    def _key(self, kit: Kit, face: str, touch: Callable[[str], None]) -> Block:
        if not face:
            return _Empty(kit)
        kind = "digit" if face.isdigit() else "letter"
        name = face if face == DELETE else f"{kind}_{face}"
        key = PadKey(kit, name, face if face == DELETE else face.upper(), lambda: touch(face))
        self._keys[face] = key
        return key

    def open(self, faces: Container[str]) -> None:
        """Only these keys lead on."""
        for face, key in self._keys.items():
            key.open(enabled=face in faces)


def letter_pad(kit: Kit, touch: Callable[[str], None]) -> Pad:
    """The alphabet in its order, and "delete" at its end."""
    count = _IN_A_ROW[kit.landscape]
    faces = [*ascii_lowercase, DELETE]
    rows = [faces[start : start + count] for start in range(0, len(faces), count)]
    return Pad(kit, [[*row, *[""] * (count - len(row))] for row in rows], touch)


def digit_pad(kit: Kit, touch: Callable[[str], None]) -> Pad:
    """Ten digits as on a telephone, and "delete"."""
    return Pad(kit, _DIGITS, touch)


class Typed(Block):
    """What has been typed, large, and what it leads to; before the first key, a hint in its place."""

    def __init__(self, kit: Kit, hint: str) -> None:
        super().__init__(kit)
        self._hint = hint
        self._words = self._sentence("")
        self._news = self._sentence("")

    def _sentence(self, typed: str) -> Sentence:
        kit = self.kit
        if not typed:
            return Sentence(kit, self._hint, Style(kit.sizes.body, kit.palette.ink_soft, Weight.REGULAR, 1.3))
        style = Style(round(kit.sizes.title * 1.25), kit.palette.brand, Weight.BOLD, 1.2)
        return Sentence(kit, " ".join(typed.upper()), style)

    def show(self, typed: str, news: str = "") -> None:
        """Show these characters, and ``news`` at the other end; none brings the hint back."""
        self.clear_widgets()
        self._words = self._sentence(typed)
        size = round(self.kit.sizes.body * 0.85)
        self._news = Sentence(self.kit, news, Style(size, self.kit.palette.ink_soft, Weight.REGULAR, 1.3, 1.0))
        self.add_widget(self._words)
        self.add_widget(self._news)

    @override
    def height_for(self, width: float) -> float:
        """The same for the hint and for what is typed: nothing below it moves."""
        inner = width - 2 * self.kit.px(36)
        return max(self._sentence(part).height_for(inner) for part in ("", "W")) + 2 * self.kit.px(14)

    @override
    def arrange(self) -> None:
        kit = self.kit
        self.canvas.before.clear()
        with self.canvas.before:
            line = colour(kit.palette.line_strong)
            draw_panel(self, colour(kit.palette.card), line, kit.px(kit.space.radius), kit.px(4))
        air = kit.px(36)
        news = self._news.natural_width() + 2
        self._words.place(self.x + air, self.top, self.width - 2 * air - news, self.height)
        self._news.place(self.right - air - news, self.top, news, self.height)
