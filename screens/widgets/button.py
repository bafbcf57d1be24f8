"""What can be touched. Touches come from the stage, which lets one finger do one thing at a time."""

from collections.abc import Callable
from enum import Enum, auto

from typing_extensions import override

from config.fonts import Weight
from screens.theme.tokens import colour
from screens.widgets.base import Block, Stack, draw_panel, draw_shadow
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

_LONG = 5.5  # ems: a longer word may take two lines where room is short
_TWO_LINES = 0.65  # of the length of the word, broken at its better place


class Rank(Enum):
    """How loudly a button speaks."""

    MAIN = auto()
    FINAL = auto()  # like MAIN, for what cannot be undone
    SECOND = auto()
    QUIET = auto()
    CARD = auto()


class Touchable(Block):
    """A ground that answers to a finger: it changes within the frame, and acts when the finger leaves inside it.

    ``name`` tells touchable things apart for programs that touch the screen; it never holds anything of a visit.
    """

    def __init__(self, kit: Kit, name: str, action: Callable[[], None], rank: Rank) -> None:
        super().__init__(kit)
        self.name = name
        self._action = action
        self.rank = rank
        self.pressed = False
        self.enabled = True

    def press(self) -> None:
        """A finger is on it."""
        self.pressed = True
        self.paint()

    def release(self) -> None:
        """The finger is gone."""
        self.pressed = False
        self.paint()

    def act(self) -> None:
        """What the touch does."""
        self._action()

    def grounds(self) -> tuple[str, str]:
        """Ground and line in the present state."""
        palette = self.kit.palette
        if not self.enabled:
            return palette.closed, palette.line
        if self.rank is Rank.MAIN:
            ground = palette.brand_deep if self.pressed else palette.brand
            return ground, ground
        if self.rank is Rank.FINAL:
            ground = palette.stop.text if self.pressed else palette.stop.sign
            return ground, ground
        if self.rank is Rank.SECOND:
            return (palette.brand_soft if self.pressed else palette.card), palette.brand
        if self.rank is Rank.QUIET:
            return (palette.brand_soft if self.pressed else palette.card), (palette.line)
        return (palette.brand_soft if self.pressed else palette.card), (palette.brand if self.pressed else palette.line)

    def paint(self) -> None:
        """Draw the ground; what can be chosen stands a little above the paper."""
        kit = self.kit
        ground, line = self.grounds()
        hairline = kit.px(4 if self.rank is Rank.SECOND else kit.space.hairline)
        self.canvas.before.clear()
        with self.canvas.before:
            if self.rank is Rank.CARD and self.enabled and not self.pressed:
                draw_shadow(self, kit)
            draw_panel(self, colour(ground), colour(line), kit.px(kit.space.radius), hairline)

    @override
    def arrange(self) -> None:
        self.paint()


class Anywhere(Touchable):
    """Stands for the one button of the start screen when the touch is beside it."""

    def __init__(self, button: Touchable) -> None:
        super().__init__(button.kit, button.name, button.act, button.rank)
        self._button = button

    @override
    def press(self) -> None:
        self._button.press()

    @override
    def release(self) -> None:
        self._button.release()

    def collide_point(self, x: float, y: float) -> bool:
        """Wherever the finger leaves."""
        del x, y
        return True


class Button(Touchable):
    """A word, with a sign before it if there is one."""

    def __init__(
        self,
        kit: Kit,
        name: str,
        text: str,
        action: Callable[[], None],
        *,
        rank: Rank = Rank.SECOND,
        icon: str | None = None,
        closed: bool = False,  # grey, and takes no touch
    ) -> None:
        super().__init__(kit, name, action, rank)
        self.enabled = not closed
        self.tint = kit.palette.on_brand if rank in (Rank.MAIN, Rank.FINAL) else kit.palette.brand
        if closed:
            self.tint = kit.palette.closed_ink
        self._gap = kit.px(20)
        self._side = kit.px(kit.sizes.button * 1.05)
        self.label = Sentence(kit, text, Style(kit.sizes.button, self.tint, Weight.BOLD, 1.2, 0.5))
        self._icon = Icon(kit, icon, kit.sizes.button * 1.05, self.tint) if icon else None
        if self._icon:
            self.add_widget(self._icon)
        self.add_widget(self.label)

    def natural_width(self) -> float:
        """Room for word and sign in one line, with air around."""
        sign = self._side + self._gap if self._icon else 0
        return self.label.natural_width() + sign + 2 * self.kit.px(40)

    def least_width(self) -> float:
        """Room for a long word in two lines; a short one is never broken."""
        words = self.label.natural_width()
        if words <= _LONG * self.kit.px(self.kit.sizes.button):
            return self.natural_width()
        return self.natural_width() - words * (1 - _TWO_LINES)

    @override
    def height_for(self, width: float) -> float:
        room = self._label_room(width)
        return max(self.kit.px(self.kit.space.action), self.label.height_for(room) + self.kit.px(40))

    def _label_room(self, width: float) -> float:
        sign = self._side + self._gap if self._icon else 0
        return width - sign - 2 * self.kit.px(24)

    @override
    def arrange(self) -> None:
        super().arrange()
        room = self._label_room(self.width)
        needed = min(room, self.label.natural_width() + 2)
        sign = self._side + self._gap if self._icon else 0
        left = self.x + (self.width - needed - sign) / 2
        if self._icon:
            self._icon.place(left, self.top, self._side, self.height)
        self.label.place(left + sign, self.top, needed, self.height)


class Tile(Touchable):
    """A card to choose: sign, title, and a word on what it means, if there is one."""

    def __init__(
        self,
        kit: Kit,
        name: str,
        icon: str,
        title: str,
        subtitle: str,
        *,
        action: Callable[[], None],
        narrow: bool = False,  # one of several in a row: no arrow
        side_by_side: bool = False,  # the sign stands beside the words, not above them
        compact: bool = False,  # one of many: smaller, close together
        closed: bool = False,  # looks closed and takes no touch
        large: bool = False,  # one of two that fill a page
        rank: Rank = Rank.CARD,  # MAIN: filled, for the way that most people take
    ) -> None:
        super().__init__(kit, name, action, rank)
        self.enabled = not closed
        palette, sizes = kit.palette, kit.sizes
        ink, soft, tint = (palette.ink, palette.ink_soft, palette.brand)
        if closed:
            ink = soft = tint = palette.closed_ink
        elif rank is Rank.MAIN:
            ink = soft = palette.on_brand
        size = sizes.body if compact else sizes.title
        said: list[Block] = [Sentence(kit, title, Style(size, ink, Weight.BOLD, 1.25))]
        if subtitle:
            said.append(Sentence(kit, subtitle, Style(sizes.small, soft, Weight.REGULAR, 1.3 if compact else 1.4)))
        words = Stack(kit, said, gap=2 if compact else 6)
        tight = compact or (narrow and side_by_side)
        share = 1.5 if tight else 3.2 if large else 1.75
        sign = Icon(kit, icon, sizes.title * share, tint, palette.line if closed else palette.brand_soft)
        air = 16 if kit.landscape or kit.low_reach else 34
        self._inset = kit.px(air if compact else kit.space.inset - 10)
        self._side_by_side = side_by_side
        self._inside: Block
        if side_by_side:
            more = None if closed or narrow else Icon(kit, "forward", sizes.title, tint)
            self._inside = _Beside(kit, sign, words, more, gap=20 if tight else 32)
        else:
            self._inside = Stack(kit, [_Left(kit, sign), words], gap=22)
        self.add_widget(self._inside)

    @override
    def height_for(self, width: float) -> float:
        return self._inside.height_for(width - 2 * self._inset) + 2 * self._inset

    @override
    def arrange(self) -> None:
        super().arrange()
        width = self.width - 2 * self._inset
        height = self._inside.height_for(width)
        # Tiles in one row begin at one height, whatever the length of their words.
        top = self.center_y + height / 2 if self._side_by_side else self.top - self._inset
        self._inside.place(self.x + self._inset, top, width, height)


class _Left(Block):
    """A sign at the left edge instead of the middle."""

    def __init__(self, kit: Kit, icon: Icon) -> None:
        super().__init__(kit)
        self.add_widget(icon)

    def arrange(self) -> None:
        self.blocks()[0].place(self.x, self.top, self.height, self.height)


class _Beside(Block):
    """A sign on the left, words beside it."""

    def __init__(self, kit: Kit, icon: Block, words: Block, after: Block | None = None, gap: float = 32) -> None:
        super().__init__(kit)
        self._icon, self._words, self._after = icon, words, after
        self._gap = kit.px(gap)
        self.add_widget(icon)
        self.add_widget(words)
        if after is not None:
            self.add_widget(after)

    def _room_after(self, width: float) -> float:
        return self._after.height_for(width) + self._gap if self._after else 0

    def height_for(self, width: float) -> float:
        side = self._icon.height_for(width)
        return max(side, self._words.height_for(width - side - self._gap - self._room_after(width)))

    def arrange(self) -> None:
        side = self._icon.height_for(self.width)
        room = self.width - side - self._gap - self._room_after(self.width)
        self._icon.place(self.x, self.top, side, self.height)
        height = self._words.height_for(room)
        self._words.place(self.x + side + self._gap, self.center_y + height / 2, room, height)
        if self._after is not None:
            after = self._after.height_for(self.width)
            self._after.place(self.right - after, self.top, after, self.height)


def beside(kit: Kit, icon: Block, words: Block) -> Block:
    """A sign and the words that belong to it, on one line."""
    return _Beside(kit, icon, words)
