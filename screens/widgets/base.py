# mypy: disallow-subclassing-any=False
# Kivy ships no types; this is the one place where its classes are taken as a base, so that all others are checked.
"""Blocks: widgets that say how high they are for a width, and are then put in their place, from the top down."""

from collections.abc import Iterable, Sequence
from typing import Any

from kivy.graphics import BorderImage, Color, SmoothRoundedRectangle
from kivy.uix.widget import Widget
from typing_extensions import override

from screens.theme.tokens import Rgba, colour
from screens.widgets.kit import Kit


class Block(Widget):
    """One part of a screen. Sizes and places are window pixels; y grows upwards, as in Kivy."""

    grows = False

    def __init__(self, kit: Kit) -> None:
        super().__init__(size_hint=(None, None))
        self.kit = kit

    def apply_class_lang_rules(self, *_: object, **__: object) -> None:
        """Nothing from Kivy's own style sheet: it would take a ``Button`` here for its own."""

    def height_for(self, width: float) -> float:
        """The least height this block needs at ``width``."""
        return sum(child.height_for(width) for child in self.blocks())

    def blocks(self) -> "list[Block]":
        """The blocks inside, in reading order."""
        return [child for child in reversed(self.children) if isinstance(child, Block)]

    def walk_blocks(self) -> "Iterable[Block]":
        """This block and all inside it, outer ones first."""
        yield self
        for child in self.blocks():
            yield from child.walk_blocks()

    def place(self, left: float, top: float, width: float, height: float) -> None:
        """Take this place; ``top`` is the y of the upper edge."""
        self.size = (round(width), round(height))
        self.pos = (round(left), round(top - height))
        self.arrange()

    def arrange(self) -> None:
        """Draw, and place what is inside."""

    def conceal(self) -> None:
        """Take away what no picture of the screen may show; until it comes anew, something else stands there."""

    def export_as_image(self, *args: object, **settings: object) -> Any:
        """A picture of this block, without what is concealed. Kivy's export_to_png comes by here too."""
        conceal(self)
        return super().export_as_image(*args, **settings)


def conceal(root: Widget) -> None:
    """Before any picture of ``root`` is taken: no block in it shows what nobody may keep."""
    for widget in root.walk():
        if isinstance(widget, Block):
            widget.conceal()


class Stack(Block):
    """Blocks one below the other; what is left over goes to those that grow."""

    def __init__(self, kit: Kit, children: Sequence[Block], gap: float | None = None) -> None:
        super().__init__(kit)
        self._gap = kit.px(kit.space.gap if gap is None else gap) if gap != 0 else 0
        for child in children:
            self.add_widget(child)
        self.grows = any(child.grows for child in children)

    @override
    def height_for(self, width: float) -> float:
        inside = self.blocks()
        return sum(child.height_for(width) for child in inside) + self._gap * max(0, len(inside) - 1)

    @override
    def arrange(self) -> None:
        inside = self.blocks()
        left_over = max(0.0, self.height - self.height_for(self.width))
        growing = sum(child.grows for child in inside)
        top = self.top
        for child in inside:
            height = child.height_for(self.width) + (left_over / growing if child.grows else 0)
            child.place(self.x, top, self.width, height)
            top -= height + self._gap


class Row(Block):
    """Blocks side by side, sharing the width by weights."""

    def __init__(
        self, kit: Kit, children: Sequence[Block], weights: Sequence[float] = (), gap: float | None = None
    ) -> None:
        super().__init__(kit)
        self._gap = kit.px(kit.space.gap if gap is None else gap)
        self._weights = list(weights) or [1.0] * len(children)
        for child in children:
            self.add_widget(child)
        self.grows = any(child.grows for child in children)

    def weigh(self, weights: Sequence[float]) -> None:
        """Share the width otherwise."""
        self._weights = list(weights)

    def _widths(self, width: float) -> list[float]:
        free = width - self._gap * (len(self._weights) - 1)
        return [free * weight / sum(self._weights) for weight in self._weights]

    @override
    def height_for(self, width: float) -> float:
        pairs = zip(self.blocks(), self._widths(width), strict=True)
        return max((child.height_for(share) for child, share in pairs), default=0)

    @override
    def arrange(self) -> None:
        left = self.x
        for child, width in zip(self.blocks(), self._widths(self.width), strict=True):
            child.place(left, self.top, width, self.height)
            left += width + self._gap


class Centred(Block):
    """One block in the middle of the height it is given."""

    grows = True

    def __init__(self, kit: Kit, child: Block) -> None:
        super().__init__(kit)
        self.add_widget(child)

    @override
    def arrange(self) -> None:
        child = self.blocks()[0]
        height = min(self.height, child.height_for(self.width))
        child.place(self.x, self.top - (self.height - height) / 2, self.width, height)


class Spring(Block):
    """Empty room that takes what is left over."""

    grows = True

    @override
    def height_for(self, width: float) -> float:
        del width
        return 0


class Gap(Block):
    """Empty room of a fixed height in design pixels."""

    def __init__(self, kit: Kit, height: float) -> None:
        super().__init__(kit)
        self._height = kit.px(height)

    @override
    def height_for(self, width: float) -> float:
        del width
        return self._height


class Panel(Block):
    """A ground with round corners and a hairline around it, with blocks inside."""

    def __init__(
        self,
        kit: Kit,
        child: Block,
        *,
        ground: str | None = None,
        line: str | None = None,
        inset: float | None = None,
        radius: float | None = None,
    ) -> None:
        super().__init__(kit)
        self._ground = colour(ground or kit.palette.card)
        line = line or (kit.palette.line if kit.palette.outlined else None)
        self._line = colour(line) if line else self._ground
        self._inset = kit.px(kit.space.inset if inset is None else inset) if inset != 0 else 0
        self._radius = kit.px(kit.space.radius if radius is None else radius)
        self.add_widget(child)
        self.grows = child.grows

    @override
    def height_for(self, width: float) -> float:
        return self.blocks()[0].height_for(width - 2 * self._inset) + 2 * self._inset

    @override
    def arrange(self) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            draw_panel(self, self._ground, self._line, self._radius, self.kit.px(self.kit.space.hairline))
        inset = self._inset
        self.blocks()[0].place(self.x + inset, self.top - inset, self.width - 2 * inset, self.height - 2 * inset)


def draw_shadow(block: Block, kit: Kit) -> None:
    """A soft shadow below a block, into the open canvas."""
    reach, edge = kit.shadow.reach, kit.shadow.edge
    # Corners that met in the middle of a low block would leave a line beside it.
    corner = min(edge, (min(block.width, block.height) + 2 * reach) // 2 - 1)
    Color(*colour(kit.palette.shade, 0.16))
    BorderImage(
        texture=kit.shadow.texture,
        pos=(block.x - reach, block.y - reach - round(reach * 0.3)),
        size=(block.width + 2 * reach, block.height + 2 * reach),
        border=(edge, edge, edge, edge),
        display_border=(corner, corner, corner, corner),
    )


def draw_panel(block: Block, ground: Rgba, line: Rgba, radius: int, hairline: int) -> None:
    """A round-cornered rectangle with a line of ``hairline`` pixels, into the open canvas."""
    if line != ground:
        Color(*line)
        SmoothRoundedRectangle(pos=block.pos, size=block.size, radius=[radius])
        inner = (block.x + hairline, block.y + hairline)
        size = (block.width - 2 * hairline, block.height - 2 * hairline)
        Color(*ground)
        SmoothRoundedRectangle(pos=inner, size=size, radius=[max(1, radius - hairline)])
        return
    Color(*ground)
    SmoothRoundedRectangle(pos=block.pos, size=block.size, radius=[radius])
