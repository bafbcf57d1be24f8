"""Signs at the edge of the camera's oval: where to turn the head, and whether to come closer or step back.

The picture is mirrored, so the person's own left is on the left of the screen: arrow, word and mirror agree.
"""

from dataclasses import dataclass
from typing import Any

from kivy.graphics import Color, Rectangle, SmoothEllipse
from typing_extensions import override

from flows.face_progress import FaceHint
from screens.theme.tokens import colour
from screens.widgets.kit import Kit
from screens.widgets.moving import Moving, Shifted, eased


@dataclass(frozen=True)
class Arrow:
    """Where an arrow stands on the oval (-1..1 of its half width and height), its sign, and where it goes."""

    across: float
    up: float
    icon: str
    direction: tuple[int, int]


_ARROWS: dict[FaceHint, tuple[Arrow, ...]] = {
    FaceHint.TURN_LEFT: (Arrow(-1, 0, "left", (-1, 0)),),
    FaceHint.TURN_RIGHT: (Arrow(1, 0, "right", (1, 0)),),
    FaceHint.NOD: (Arrow(0, -0.74, "down", (0, -1)),),
    FaceHint.CLOSER: (Arrow(0, -0.74, "closer", (0, 0)),),  # a face that gets larger
    FaceHint.FARTHER: (Arrow(0, -0.74, "farther", (0, 0)),),
    FaceHint.FACE_FORWARD: (Arrow(-1, 0, "right", (1, 0)), Arrow(1, 0, "left", (-1, 0))),
}
_SIDE = 176  # design pixels
_WAY = 40
_TURNS = 2  # of the arrow in one cycle


class GestureArrow(Moving):
    """The arrows of one gesture, or nothing. Drawn once per gesture, then only shifted."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._hint: FaceHint | None = None
        self._awake = False
        self._shifts: list[tuple[Any, Arrow]] = []

    def point(self, hint: FaceHint) -> None:
        """Show the arrows of ``hint``; a hint that asks for no movement has none."""
        gesture = hint if hint in _ARROWS else None
        if gesture is self._hint:
            return
        self._hint = gesture
        self._elapsed = 0.0
        self.arrange()
        if self._awake:
            self.start()

    @override
    def start(self) -> None:
        self._awake = True
        if self._hint is None:
            super().stop()
        else:
            super().start()

    @override
    def stop(self) -> None:
        self._awake = False
        super().stop()

    @override
    def arrange(self) -> None:
        """Its place is that of the oval."""
        self.canvas.clear()
        self._shifts = []
        for arrow in _ARROWS[self._hint] if self._hint else ():
            shifted = Shifted()
            self._draw(shifted.group, arrow)
            self.canvas.add(shifted.close())
            self._shifts.append((shifted.shift, arrow))

    def _draw(self, group: Any, arrow: Arrow) -> None:
        side, rim = self.kit.px(_SIDE), self.kit.px(8)
        left = round(self.center_x + arrow.across * self.width / 2 - side / 2)
        bottom = round(self.center_y + arrow.up * self.height / 2 - side / 2)
        inner = round(side * 0.6)
        shift = (side - inner) // 2
        group.add(Color(*colour(self.kit.palette.card)))
        group.add(SmoothEllipse(pos=(left - rim, bottom - rim), size=(side + 2 * rim, side + 2 * rim)))
        group.add(Color(*colour(self.kit.palette.brand)))
        group.add(SmoothEllipse(pos=(left, bottom), size=(side, side)))
        group.add(Color(*colour(self.kit.palette.on_brand)))
        texture = self.kit.icons.texture(arrow.icon, inner)
        group.add(Rectangle(texture=texture, pos=(left + shift, bottom + shift), size=(inner, inner)))

    @override
    def move(self, phase: float) -> None:
        local = phase * _TURNS % 1
        share = eased(local / 0.55) if local < 0.55 else 1 - eased((local - 0.55) / 0.45)
        for shift, arrow in self._shifts:
            shift.x = round(arrow.direction[0] * share * self.kit.px(_WAY))
            shift.y = round(arrow.direction[1] * share * self.kit.px(_WAY))
