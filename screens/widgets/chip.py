"""A short word on a rounded ground, as wide as it needs: a sign of what goes on, or of whom a page is for."""

from kivy.graphics import Color, SmoothEllipse, SmoothRoundedRectangle
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Words
from screens.theme.tokens import colour
from screens.widgets.base import Block
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style


class Lamp(Block):
    """A round light, as on a camera that is on."""

    def __init__(self, kit: Kit, size: float, tint: str) -> None:
        super().__init__(kit)
        self._side = kit.px(size)
        self._tint = tint

    @override
    def height_for(self, width: float) -> float:
        del width
        return self._side

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        pos = (round(self.center_x - self._side / 2), round(self.center_y - self._side / 2))
        with self.canvas:
            Color(*colour(self._tint))
            SmoothEllipse(pos=pos, size=(self._side, self._side))


class Chip(Block):
    """A sign and a few words, at the left of its place."""

    def __init__(self, kit: Kit, sign: Block, words: Sentence, ground: str) -> None:
        super().__init__(kit)
        self._sign, self._words, self._ground = sign, words, ground
        self._side, self._gap, self._air = kit.px(28), kit.px(16), kit.px(14)
        self.add_widget(sign)
        self.add_widget(words)

    def _room(self, width: float) -> float:
        return width - 2 * self._side - self._gap - self._sign.height_for(width)

    @override
    def height_for(self, width: float) -> float:
        return self._words.height_for(self._room(width)) + 2 * self._air

    @override
    def arrange(self) -> None:
        sign = self._sign.height_for(self.width)
        words = min(self._room(self.width), self._words.natural_width() + 2)
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(self._ground))
            width = words + sign + self._gap + 2 * self._side
            radius = min(self.height, self.kit.px(76)) / 2
            SmoothRoundedRectangle(pos=self.pos, size=(round(width), self.height), radius=[radius])
        left = self.x + self._side
        self._sign.place(left, self.top, sign, self.height)
        self._words.place(left + sign + self._gap, self.top, words, self.height)


def camera_chip(kit: Kit) -> Chip:
    """Says, like the red light of a camera, that it is on."""
    stop = kit.palette.stop
    words = Sentence(kit, kit.say("camera.on"), Style(kit.sizes.body, stop.text, Weight.BOLD, 1.3))
    return Chip(kit, Lamp(kit, kit.sizes.body * 0.6, stop.sign), words, stop.ground)


def staff_chip(kit: Kit, who: Words | None = None) -> Chip:
    """Says that what follows is for a member of staff; ``who``: for which."""
    staff = kit.palette.staff
    words = Sentence(kit, kit.say(who or "staff.badge"), Style(kit.sizes.body, kit.palette.on_brand, Weight.BOLD, 1.3))
    return Chip(kit, Icon(kit, "staff", kit.sizes.body * 1.2, kit.palette.on_brand), words, staff.sign)
