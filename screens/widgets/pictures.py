"""Drawn pictures of where a document goes: the card into its slot, the ID onto the reading plate."""

import math
from typing import Any

from kivy.graphics import (
    Color,
    Ellipse,
    ScissorPop,
    ScissorPush,
    SmoothEllipse,
    SmoothLine,
    SmoothRoundedRectangle,
)
from typing_extensions import override

from screens.theme.tokens import colour
from screens.widgets.kit import Kit
from screens.widgets.moving import Moving, Shifted, eased

Box = tuple[float, float, float, float]  # left, bottom, width, height


class Picture(Moving):
    """A drawing on a stage of 400 x 400 units, as large as its place allows."""

    grows = True
    units = 400.0
    middle = 0.0  # units; the drawing's own middle, moving parts included, comes to the middle of the place
    rest = 0.0  # the phase in which it stands still

    def __init__(self, kit: Kit, *, closed: bool = False, resting: bool = False) -> None:
        """``closed``: in grey, at rest; ``resting``: in colour, and never moving."""
        super().__init__(kit)
        self._closed = closed
        self.resting = resting or closed
        self.moved: Shifted | None = None
        self._unit = 1.0

    @override
    def height_for(self, width: float) -> float:
        return min(width * 0.75, self.kit.px(250 if self.kit.landscape else 300))

    @override
    def start(self) -> None:
        if not self.resting:
            super().start()

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        self._unit = self.side() / self.units
        self.draw()

    def side(self) -> float:
        """The stage in pixels. The usual drawing is lower than its stage, which may be higher than the place."""
        return float(min(self.width * 1.12, self.height * 1.3))

    def at(self, box: Box) -> dict[str, Any]:
        """A box in units, measured from the middle of the picture, as pixels."""
        left, bottom, width, height = box
        unit = self._unit
        return {
            "pos": (round(self.center_x + left * unit), round(self.center_y + (bottom - self.middle) * unit)),
            "size": (round(width * unit), round(height * unit)),
        }

    def tint(self, value: str, closed: str | None = None) -> Color:
        """A colour, or its grey while the reader is closed."""
        palette = self.kit.palette
        grey = palette.line if palette.outlined else palette.line_strong
        return Color(*colour((closed or grey) if self._closed else value))

    def plate(self, into: Any, box: Box, tint: Color, radius: float) -> None:
        """A rounded rectangle."""
        into.add(tint)
        into.add(SmoothRoundedRectangle(radius=[radius * self._unit], **self.at(box)))

    def outlined(self, into: Any, box: Box, radius: float) -> None:
        """A document: soft ground with a strong line."""
        left, bottom, width, height = box
        self.plate(into, box, self.tint(self.kit.palette.brand), radius)
        inner = (left + 5, bottom + 5, width - 10, height - 10)
        self.plate(into, inner, self.tint(self.kit.palette.brand_soft, self.kit.palette.closed), radius - 4)

    def arrow(self, left: float, bottom: float, height: float, tint: str = "") -> None:
        """Which way the document goes, seen at any moment of the movement; a ``height`` below 0 points down."""
        if self._closed:
            return
        (x, y), unit = self.at((left, bottom, 0, 0))["pos"], self._unit
        tip, wing = y + height * unit, 0.4 * abs(height) * unit
        back = tip - math.copysign(wing, height)
        self.canvas.add(self.tint(tint or self.kit.palette.brand))
        for points in ((x, y, x, tip), (x - wing, back, x, tip, x + wing, back)):
            self.canvas.add(SmoothLine(points=points, width=max(1.5, 4 * unit), cap="round", joint="round"))

    def draw(self) -> None:
        """Draw everything; called again for every new place."""


class CardPicture(Picture):
    """A card going down into its slot, chip first."""

    middle = 28.0
    rest = 0.2
    way = -1

    @override
    def draw(self) -> None:
        palette = self.kit.palette
        moved = Shifted()
        self.outlined(moved.group, (-88, -70, 176, 250), 20)
        self.plate(moved.group, (-26, -48, 52, 42), self.tint(palette.chip), 8)
        self.face(moved.group)
        canvas = self.canvas
        above = self.at((-200, -102, 400, 500))
        # What is in the slot is not seen: the card is drawn above the slot only.
        canvas.add(ScissorPush(x=above["pos"][0], y=above["pos"][1], width=above["size"][0], height=above["size"][1]))
        canvas.add(moved.close())
        canvas.add(ScissorPop())
        self.plate(canvas, (-140, -124, 280, 44), self.tint(palette.device), 22)
        self.plate(canvas, (-104, -106, 208, 8), self.tint(palette.brand, palette.closed), 4)
        self.arrow(140, 20 - 33 * self.way, 66 * self.way)
        self.moved = moved
        self.move(self.rest)

    def face(self, group: Any) -> None:
        """What is printed on the card."""
        for left, bottom, width in ((-60, 130, 84), (-60, 104, 50)):
            self.plate(group, (left, bottom, width, 12), self.tint(self.kit.palette.brand_pale), 6)

    @override
    def move(self, phase: float) -> None:
        if self.moved:
            down = eased((phase - 0.15) / 0.45) if phase < 0.92 else 1 - eased((phase - 0.92) / 0.08)
            self.moved.shift.y = -120 * self._unit * down


class StaffCardPicture(CardPicture):
    """The card of a member of staff, with their portrait, going down into the same slot."""

    @override
    def face(self, group: Any) -> None:
        palette = self.kit.palette
        self.plate(group, (-60, 142, 120, 14), self.tint(palette.brand), 7)
        group.add(self.tint(palette.brand_pale))
        group.add(SmoothEllipse(**self.at((-24, 76, 48, 48))))
        group.add(Ellipse(angle_start=-90, angle_end=90, **self.at((-44, -16, 88, 84))))


class IdPicture(Picture):
    """An ID coming to lie flat on the reading plate, which then answers with a wave."""

    middle = 11.0
    rest = 0.9

    @override
    def draw(self) -> None:
        palette, canvas = self.kit.palette, self.canvas
        self.plate(canvas, (-170, -140, 340, 232), self.tint(palette.device), 30)
        self.plate(canvas, (-140, -112, 280, 176), self.tint(palette.ink_soft, palette.line), 18)
        self._waves = self._draw_waves()
        self.mark()
        moved = Shifted()
        group = moved.group
        self.outlined(group, (-118, -98, 236, 150), 16)
        for width, bottom in ((94, 12), (66, -16), (104, -66)):
            self.plate(group, (-94, bottom, width, 11), self.tint(palette.brand_pale), 5)
        self.plate(group, (26, -72, 70, 96), self.tint(palette.card, palette.card), 8)
        self._person(group)
        canvas.add(moved.close())
        self.moved = moved
        self.move(self.rest)

    def mark(self) -> None:
        """What is seen on the plate while nothing lies there."""

    def _person(self, group: Any) -> None:
        group.add(self.tint(self.kit.palette.brand_pale))
        group.add(SmoothEllipse(**self.at((45, -24, 32, 32))))
        group.add(Ellipse(angle_start=-90, angle_end=90, **self.at((35, -98, 52, 60))))

    def _draw_waves(self) -> list[Color]:
        waves = []
        for grow in (18, 38):
            tone = Color(*colour(self.kit.palette.brand, 0.0))
            self.canvas.add(tone)
            left, bottom, width, height = (-140 - grow, -112 - grow, 280 + 2 * grow, 176 + 2 * grow)
            place = self.at((left, bottom, width, height))
            box = (*place["pos"], *place["size"], 30 * self._unit)
            self.canvas.add(SmoothLine(rounded_rectangle=box, width=max(1.2, 2.2 * self._unit)))
            waves.append(tone)
        return waves

    @override
    def move(self, phase: float) -> None:
        if self.moved is None:
            return
        arrive = eased((phase - 0.05) / 0.4) if phase < 0.92 else 1 - eased((phase - 0.92) / 0.08)
        self.moved.shift.y = 110 * self._unit * (1 - arrive)
        for index, tone in enumerate(self._waves):
            local = (phase - 0.5 - 0.08 * index) / 0.3
            tone.a = 0.75 * max(0.0, 1 - abs(2 * local - 1)) if 0 <= local <= 1 else 0.0
