"""Wide things to touch: ways on from the home screen, pages of the guide in a list, what can be begun at once."""

from collections.abc import Callable

from typing_extensions import override

from config.fonts import Weight
from flows.guide_prompts import GuideEntry
from flows.prompts import Option, Verbatim
from screens.theme.tokens import colour
from screens.widgets.base import Block, Stack, draw_panel
from screens.widgets.button import Rank, Touchable
from screens.widgets.kit import Kit
from screens.widgets.text import Badge, Icon, Sentence, Style


class Bar(Touchable):
    """Title, a few words on what is behind it, and at the right what a touch does.

    The words stand beside the title where there is room, else below it.
    """

    def __init__(
        self, kit: Kit, name: str, icon: str, title: str, words: str, onward: str, action: Callable[[], None]
    ) -> None:
        super().__init__(kit, name, action, Rank.CARD)
        palette, sizes = kit.palette, kit.sizes
        self._sign = Icon(kit, icon, sizes.body * 1.15, palette.brand)
        self._title = Sentence(kit, title, Style(sizes.body, palette.ink, Weight.BOLD, 1.3))
        self._words = Sentence(kit, words, Style(sizes.small, palette.ink_soft, Weight.REGULAR, 1.35))
        self._onward = Sentence(kit, onward, Style(round(sizes.body * 0.9), palette.brand, Weight.BOLD, 1.3, 1.0))
        self._arrow = Icon(kit, "forward", sizes.body * 0.9, palette.brand)
        self._gap, self._inset = kit.px(24), kit.px(36)
        for block in (self._sign, self._title, self._words, self._onward, self._arrow):
            self.add_widget(block)

    def _right_width(self) -> float:
        return self._onward.natural_width() + 2 + self._arrow.height_for(0) + self.kit.px(6)

    def _left(self, width: float) -> tuple[float, float]:
        """Where the words begin, and how wide they may be, for a bar of ``width`` pixels."""
        left = self._inset + self._sign.height_for(0) + self._gap
        return left, width - left - self._right_width() - self._inset - self._gap

    def _in_one_line(self, room: float) -> bool:
        return self._title.natural_width() + 2 + self._gap + self._words.natural_width() + 2 <= room

    @override
    def height_for(self, width: float) -> float:
        _, room = self._left(width)
        air = 2 * self.kit.px(self.kit.space.inset * 0.6)
        if self._in_one_line(room):
            return max(self._title.height_for(room) + air, self.kit.px(self.kit.space.touch + 24))
        return self._title.height_for(room) + self._words.height_for(room) + air

    @override
    def arrange(self) -> None:
        super().arrange()
        left, room = self._left(self.width)
        side = self._sign.height_for(0)
        self._sign.place(self.x + self._inset, self.top, side, self.height)
        left += self.x
        if self._in_one_line(room):
            width = self._title.natural_width() + 2
            self._title.place(left, self.top, width, self.height)
            self._words.place(left + width + self._gap, self.top, room - width - self._gap, self.height)
        else:
            upper, lower = self._title.height_for(room), self._words.height_for(room)
            top = self.center_y + (upper + lower) / 2
            self._title.place(left, top, room, upper)
            self._words.place(left, top - upper, room, lower)
        arrow = self._arrow.height_for(0)
        self._arrow.place(self.right - self._inset - arrow, self.top, arrow, self.height)
        width = self._onward.natural_width() + 2
        self._onward.place(self.right - self._inset - arrow - self.kit.px(6) - width, self.top, width, self.height)


class Mark(Block):
    """A short word on a soft ground, to be placed as wide as it wants."""

    def __init__(self, kit: Kit, text: str) -> None:
        super().__init__(kit)
        style = Style(kit.sizes.small, kit.palette.ok.text, Weight.REGULAR, 1.25, 0.5)
        self._word = Sentence(kit, text, style)
        self.add_widget(self._word)

    def natural_width(self) -> float:
        """The width that it takes."""
        return self._word.natural_width() + 2 + 2 * self.kit.px(18)

    @override
    def height_for(self, width: float) -> float:
        return self._word.height_for(self.natural_width()) + 2 * self.kit.px(4)

    @override
    def arrange(self) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            ground = colour(self.kit.palette.ok.ground)
            draw_panel(self, ground, ground, round(self.height / 2), 1)
        self._word.place(self.x, self.top, self.width, self.height)


class MatterRow(Touchable):
    """A page of the guide in a list: its number, its title, and whether it can be done here.

    The mark stands beside the title where there is room, else below it.
    """

    def __init__(self, kit: Kit, entry: GuideEntry, action: Callable[[], None]) -> None:
        super().__init__(kit, f"matter_{entry.number}", action, Rank.CARD)
        sizes = kit.sizes
        self._number = Badge(kit, kit.say(Verbatim(str(entry.number))), sizes.body * 1.6)
        self._title = Sentence(kit, kit.say(entry.title), Style(sizes.body, kit.palette.ink, Weight.BOLD, 1.25))
        self._mark = Mark(kit, kit.say("find.here")) if entry.here else None
        self._arrow = Icon(kit, "forward", sizes.body, kit.palette.brand)
        self._inset, self._air, self._gap = kit.px(28), kit.px(16), kit.px(20)
        for block in (self._number, self._title, self._mark, self._arrow):
            if block is not None:
                self.add_widget(block)

    def _room(self, width: float) -> float:
        """What title and mark may take together."""
        return width - 2 * self._inset - self._number.height_for(0) - self._arrow.height_for(0) - 2 * self._gap

    def _beside(self, room: float) -> float:
        """What the mark takes of the title's line; 0 where it stands below."""
        mark = self._mark.natural_width() + self._gap if self._mark else 0
        return mark if self._title.natural_width() + 2 + mark <= room else 0

    def _below(self, room: float) -> float:
        return 0 if self._mark is None or self._beside(room) else self._mark.height_for(room) + self.kit.px(4)

    @override
    def height_for(self, width: float) -> float:
        room = self._room(width)
        words = self._title.height_for(room - self._beside(room)) + self._below(room)
        return max(self.kit.px(self.kit.space.touch), words + 2 * self._air)

    @override
    def arrange(self) -> None:
        super().arrange()
        side, arrow, room = self._number.height_for(0), self._arrow.height_for(0), self._room(self.width)
        left, right = self.x + self._inset, self.right - self._inset - arrow
        self._number.place(left, self.top, side, self.height)
        self._arrow.place(right, self.top, arrow, self.height)
        left += side + self._gap
        width, below = room - self._beside(room), self._below(room)
        title = self._title.height_for(width)
        top = self.center_y + (title + below) / 2
        self._title.place(left, top, width, title)
        if self._mark is not None:
            height, wide = self._mark.height_for(0), self._mark.natural_width()
            if below:
                self._mark.place(left, top - title - self.kit.px(4), wide, height)
            else:
                self._mark.place(right - self._gap - wide, self.center_y + height / 2, wide, height)


class BeginButton(Touchable):
    """A main button for what can be begun at once; closed, it is grey and says why."""

    def __init__(self, kit: Kit, option: Option, words: str, action: Callable[[], None]) -> None:
        super().__init__(kit, f"begin_{option.name}", action, Rank.MAIN)
        self.enabled = option.closed is None
        palette, sizes = kit.palette, kit.sizes
        tint = palette.on_brand if self.enabled else palette.closed_ink
        lines = [Sentence(kit, words, Style(round(sizes.body * 1.05), tint, Weight.BOLD, 1.2, 0.5))]
        if option.closed is not None:
            lines.append(Sentence(kit, kit.say(option.closed), Style(sizes.small, tint, Weight.REGULAR, 1.35, 0.5)))
        self._lines = Stack(kit, lines, gap=4)
        self.add_widget(self._lines)

    def _inner(self, width: float) -> float:
        return width - 2 * self.kit.px(24)

    @override
    def height_for(self, width: float) -> float:
        least = self.kit.px(self.kit.space.touch + 24)
        return max(least, self._lines.height_for(self._inner(width)) + 2 * self.kit.px(18))

    @override
    def arrange(self) -> None:
        super().arrange()
        width = self._inner(self.width)
        height = self._lines.height_for(width)
        self._lines.place(self.center_x - width / 2, self.center_y + height / 2, width, height)
