"""Drawn pictures of what comes out: the card, the ID, the paper."""

from kivy.graphics import ScissorPop, ScissorPush
from typing_extensions import override

from screens.widgets.kit import Kit
from screens.widgets.moving import Shifted, eased
from screens.widgets.pictures import CardPicture, IdPicture, Picture, StaffCardPicture


class CardOutPicture(CardPicture):
    """A card coming up out of its slot."""

    way = 1

    @override
    def move(self, phase: float) -> None:
        super().move(1 - phase if phase < 0.92 else 0.08 + (phase - 0.92))


class StaffCardOutPicture(StaffCardPicture, CardOutPicture):
    """The card of a member of staff coming up out of the slot."""

    def __init__(self, kit: Kit, *, closed: bool = False, resting: bool = False) -> None:
        """Always in the colours of the staff."""
        super().__init__(kit.for_staff(), closed=closed, resting=resting)


class IdOutPicture(IdPicture):
    """An ID taken up from the reading plate."""

    rest = 0.5

    @override
    def mark(self) -> None:
        self.arrow(0, -96, 76, self.kit.palette.card)

    @override
    def move(self, phase: float) -> None:
        if self.moved:
            up = eased((phase - 0.15) / 0.45) if phase < 0.92 else 1 - eased((phase - 0.92) / 0.08)
            self.moved.shift.y = 130 * self._unit * up


class PaperOutPicture(Picture):
    """A slip of paper coming out of the printer, downwards."""

    middle = -10.0
    rest = 0.9

    @override
    def draw(self) -> None:
        palette, canvas = self.kit.palette, self.canvas
        self.plate(canvas, (-150, 90, 300, 62), self.tint(palette.device), 24)
        moved = Shifted()
        group = moved.group
        self.plate(group, (-95, -150, 190, 262), self.tint(palette.brand), 8)
        self.plate(group, (-91, -146, 182, 258), self.tint(palette.card), 6)
        for width, bottom in ((96, 60), (130, 28), (130, -4), (70, -36), (130, -92)):
            self.plate(group, (-65, bottom, width, 12), self.tint(palette.brand_pale), 6)
        below = self.at((-200, -300, 400, 412))
        # What is still in the printer is not seen: the paper is drawn below its mouth only.
        canvas.add(ScissorPush(x=below["pos"][0], y=below["pos"][1], width=below["size"][0], height=below["size"][1]))
        canvas.add(moved.close())
        canvas.add(ScissorPop())
        self.plate(canvas, (-108, 108, 216, 8), self.tint(palette.brand), 4)
        self.arrow(142, 20, -66)
        self.moved = moved
        self.move(self.rest)

    @override
    def move(self, phase: float) -> None:
        if self.moved:
            inside = 1 - eased(phase / 0.75) if phase < 0.94 else eased((phase - 0.94) / 0.06)
            self.moved.shift.y = 250 * self._unit * inside
