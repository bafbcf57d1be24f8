"""The page: the one grid on which every screen stands."""

from collections.abc import Sequence

from kivy.graphics import Color, Rectangle
from typing_extensions import override

from screens.chrome import Footer, Header
from screens.screen import Scene
from screens.sheets import LOW_SHARE
from screens.theme.tokens import colour
from screens.widgets.base import Block, Spring, Stack
from screens.widgets.button import Touchable
from screens.widgets.kit import Kit

_LEAD_SHARE = 0.42
_STEPS = 6


class Content(Block):
    """Lead and body of a scene: below one another in portrait, side by side in landscape.

    ``roomy``: no part of it takes what is left over.
    """

    def __init__(self, kit: Kit, scene: Scene) -> None:
        super().__init__(kit)
        self._beside = kit.landscape and bool(scene.lead)
        self.roomy = not any(part.grows and not isinstance(part, Spring) for part in scene.body)
        lead = [*scene.lead, *scene.after] if self._beside else list(scene.lead)
        body = list(scene.body) if self._beside else [*scene.body, *scene.after]
        self._lead = Stack(kit, lead, gap=kit.space.gap * 0.7)
        self._body = Stack(kit, _with_air(kit, body))
        if lead:
            self.add_widget(self._lead)
        self.add_widget(self._body)

    def _widths(self, width: float) -> tuple[float, float]:
        gap = self.kit.px(72)
        lead = (width - gap) * _LEAD_SHARE
        return lead, width - gap - lead

    def _gap(self) -> int:
        return self.kit.px(self.kit.space.gap * 1.35)

    @override
    def height_for(self, width: float) -> float:
        if self._beside:
            lead, rest = self._widths(width)
            return max(self._lead.height_for(lead), self._body.height_for(rest))
        if not self._lead.children:
            return self._body.height_for(width)
        return self._lead.height_for(width) + self._gap() + self._body.height_for(width)

    @override
    def arrange(self) -> None:
        if self._beside:
            lead, rest = self._widths(self.width)
            self._lead.place(self.x, self.top, lead, self._lead.height_for(lead))
            self._body.place(self.right - rest, self.top, rest, self.height)
            return
        top = self.top
        if self._lead.children:
            height = self._lead.height_for(self.width)
            self._lead.place(self.x, top, self.width, height)
            top -= height + self._gap()
        self._body.place(self.x, top, self.width, top - self.y)


def _with_air(kit: Kit, body: Sequence[Block]) -> list[Block]:
    """In portrait what is left over stays below; a body that grows takes it."""
    parts = list(body)
    if not any(part.grows for part in parts):
        parts.append(Spring(kit))
    return parts


class Page(Block):
    """Header, content, footer on the paper ground."""

    def __init__(self, kit: Kit, header: Header, content: Content | None, footer: Footer) -> None:
        super().__init__(kit)
        self.header, self.content, self.footer = header, content, footer
        for block in (header, content, footer):
            if block is not None:
                self.add_widget(block)

    def _room(self, width: float, height: float) -> tuple[float, float]:
        """Width and height that the content may take."""
        kit = self.kit
        air = kit.px(64) + kit.px(40) if not kit.landscape else kit.px(52) + kit.px(32)
        room = height - self.header.height_for(width) - self.footer.height_for(width) - air
        return width - 2 * kit.px(kit.space.gutter), room

    def overflow(self, width: float, height: float) -> float:
        """By how many pixels the content is too high for a window of this size."""
        if self.content is None:
            return 0
        inner, room = self._room(width, height)
        over: float = max(0.0, self.content.height_for(inner) - room)
        return over if over or not self.kit.low_reach else self._out_of_reach(width, height)

    def spare(self, width: float, height: float) -> float:
        """The share of the room that the content leaves empty, 0 to 1; 0 too if a part of it takes what is left."""
        if self.content is None or not self.content.roomy:
            return 0
        inner, room = self._room(width, height)
        return max(0.0, 1 - self.content.height_for(inner) / room)

    def _out_of_reach(self, width: float, height: float) -> float:
        """By how many pixels something that is touched stays too high, even with the content as low as it goes."""
        self.place(0, height, width, height)
        return max(0.0, self._highest() - height * LOW_SHARE)

    def _highest(self) -> float:
        """The upper edge of the highest thing that can be touched."""
        blocks = self.content.walk_blocks() if self.content else ()
        return max((block.top - self.y for block in blocks if isinstance(block, Touchable)), default=0.0)

    @override
    def arrange(self) -> None:
        kit = self.kit
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(kit.palette.ground))
            Rectangle(pos=self.pos, size=self.size)
        header, footer = self.header.height_for(self.width), self.footer.height_for(self.width)
        self.header.place(self.x, self.top, self.width, header)
        self.footer.place(self.x, self.y + footer, self.width, footer)
        if self.content is not None:
            inner, room = self._room(self.width, self.height)
            top = self.top - header - kit.px(52 if kit.landscape else 64)
            self.content.place(self.x + kit.px(kit.space.gutter), top, inner, room)
            if kit.low_reach:
                self._lower(top, inner, room)

    def _lower(self, top: float, inner: float, room: float) -> None:
        """Move the content down until everything that is touched is in reach, as far as there is room."""
        content = self.content
        if content is None:
            return
        slack = room - content.height_for(inner)
        moved = 0.0
        for _ in range(_STEPS):  # parts that grow give way, so that one step may not be enough
            too_high = self._highest() - self.height * LOW_SHARE
            if too_high <= 0 or moved >= slack:
                return
            moved = min(slack, moved + too_high)
            content.place(content.x, top - moved, inner, room - moved)


class BarePage(Page):
    """The content alone, to the edges of the window: for the tests of the screen itself."""

    def __init__(self, kit: Kit, header: Header, content: Content, footer: Footer) -> None:
        super().__init__(kit, header, content, footer)
        self.remove_widget(header)
        self.remove_widget(footer)

    @override
    def _room(self, width: float, height: float) -> tuple[float, float]:
        return width, height

    @override
    def arrange(self) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(self.kit.palette.ground))
            Rectangle(pos=self.pos, size=self.size)
        if self.content is not None:
            self.content.place(self.x, self.top, self.width, self.height)
