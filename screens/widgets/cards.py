"""Cards with rows, coloured notes, reminders."""

from collections.abc import Sequence

from kivy.graphics import Color, Rectangle
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Line, Note, Tone, Words
from screens.theme.tokens import ToneColours, colour
from screens.widgets.base import Block, Panel, Stack
from screens.widgets.button import beside
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

TONE_ICONS = {Tone.INFO: "info", Tone.OK: "done", Tone.WAITING: "clock", Tone.STOP: "warning"}
TONE_SIGNS = {Tone.INFO: "info", Tone.OK: "check", Tone.WAITING: "clock", Tone.STOP: "exclamation"}


def tone_colours(kit: Kit, tone: Tone) -> ToneColours:
    """The colour family of a tone."""
    palette = kit.palette
    return {Tone.INFO: palette.info, Tone.OK: palette.ok, Tone.WAITING: palette.waiting, Tone.STOP: palette.stop}[tone]


class LineRow(Block):
    """Label on the left, value on the right; a value too long for that goes below its label.

    ``change`` stands at the right edge, and the value before it.
    """

    def __init__(
        self,
        kit: Kit,
        line: Line,
        ruled: bool,  # noqa: FBT001 - a hairline above it, or not
        change: Block | None = None,
    ) -> None:
        super().__init__(kit)
        sizes, palette = kit.sizes, kit.palette
        value = kit.say(line.value)
        size = round(sizes.title * 1.15) if line.strong else sizes.body
        self._label = Sentence(kit, kit.say(line.label), Style(sizes.label, palette.ink_soft, leading=1.3))
        self._right = Sentence(kit, value, Style(size, palette.ink, Weight.BOLD, 1.3, 1.0))
        self._below = Sentence(kit, value, Style(size, palette.ink, Weight.BOLD, 1.3, 0.0))
        self._ruled = ruled
        self._air = kit.px(kit.space.row) - kit.px(sizes.body * 1.3)
        self._between = kit.px(32)
        self._change = change
        self.add_widget(self._label)
        if change is not None:
            self.add_widget(change)

    def _room(self, width: float) -> float:
        """The width left for label and value."""
        return width - (change_width(self.kit) + self._between if self._change else 0)

    def _fits(self, room: float) -> bool:
        return self._label.natural_width() + self._between + self._right.natural_width() <= room

    @override
    def height_for(self, width: float) -> float:
        room = self._room(width)
        if self._fits(room):
            words = max(self._right.height_for(room), self._label.height_for(room))
        else:
            words = self._label.height_for(room) + self._below.height_for(room)
        least = self.kit.px(self.kit.space.touch + 14) if self._change else 0
        return max(words + self._air, least)

    @override
    def arrange(self) -> None:
        for value in (self._right, self._below):
            self.remove_widget(value)
        self._rule()
        room = self._room(self.width)
        if self._change is not None:
            touch, column = self.kit.px(self.kit.space.touch), change_width(self.kit)
            self._change.place(self.right - column, self.center_y + touch / 2, column, touch)
        if self._fits(room):
            width = self._right.natural_width() + 2
            self.add_widget(self._right)
            self._label.place(self.x, self.top, room - width, self.height)
            self._right.place(self.x + room - width, self.top, width, self.height)
            return
        self.add_widget(self._below)
        above, below = self._label.height_for(room), self._below.height_for(room)
        top = self.center_y + (above + below) / 2
        self._label.place(self.x, top, room, above)
        self._below.place(self.x, top - above, room, below)

    def _rule(self) -> None:
        self.canvas.before.clear()
        if self._ruled:
            with self.canvas.before:
                Color(*colour(self.kit.palette.line))
                Rectangle(pos=(self.x, self.top), size=(self.width, self.kit.px(2)))


def change_width(kit: Kit) -> int:
    """The width of the column of words that change a line."""
    return kit.px(kit.sizes.body * 2 + 64) if kit.catalogue.language == "zh_CN" else kit.px(kit.sizes.body * 4.2 + 48)


def lines_card(kit: Kit, lines: Sequence[Line]) -> Block:
    """A white card with one row per line."""
    return rows_card(kit, [LineRow(kit, line, index > 0) for index, line in enumerate(lines)])


def rows_card(kit: Kit, rows: Sequence[Block]) -> Block:
    """A white card around rows."""
    return Panel(kit, _SideAir(kit, Stack(kit, rows, gap=0)), line=kit.palette.line, inset=0)


class _SideAir(Block):
    """Rows keep their own air above and below; this gives it to the sides."""

    def __init__(self, kit: Kit, child: Block) -> None:
        super().__init__(kit)
        self._inset = kit.px(kit.space.inset)
        self.add_widget(child)

    def height_for(self, width: float) -> float:
        return self.blocks()[0].height_for(width - 2 * self._inset)

    def arrange(self) -> None:
        self.blocks()[0].place(self.x + self._inset, self.top, self.width - 2 * self._inset, self.height)


def note_box(kit: Kit, note: Note) -> Block:
    """A sentence on a coloured ground, with the sign of its tone."""
    return notice(kit, kit.say(note.text), note.tone, note.text)


def notice(kit: Kit, text: str, tone: Tone, words: Words | None = None) -> Block:
    """A sentence on a coloured ground, with the sign of its tone. ``words``: what may be read aloud of it."""
    colours = tone_colours(kit, tone)
    words = Sentence(kit, text, Style(kit.sizes.body, colours.text, leading=kit.theme.leading), words)
    sign = Icon(kit, TONE_ICONS[tone], kit.sizes.body * 1.4, colours.sign)
    return Panel(
        kit, beside(kit, sign, words), ground=colours.ground, line=_outline(kit, colours), inset=kit.space.inset - 8
    )


def _outline(kit: Kit, colours: ToneColours) -> str | None:
    """In a theme of lines a coloured ground has one too, of its own colour."""
    return colours.sign if kit.palette.outlined else None


def tone_sign(kit: Kit, tone: Tone) -> Icon:
    """The large round sign of a result."""
    colours = tone_colours(kit, tone)
    return Icon(kit, TONE_SIGNS[tone], 1.6 * kit.sizes.headline, colours.sign, colours.ground)


def receipt_box(kit: Kit, label: str, number: str) -> Block:
    """The receipt number as large as it goes, for writing down or taking a picture."""
    colours = kit.palette.info
    words = Sentence(kit, label, Style(kit.sizes.body, colours.text, leading=1.3, align=0.5))
    size = round(kit.sizes.headline * 1.05)
    value = Sentence(kit, number, Style(size, kit.palette.brand_deep, Weight.BOLD, 1.25, 0.5))
    return Panel(kit, Stack(kit, [words, value], gap=8), ground=colours.ground, line=_outline(kit, colours))
