"""Where the citizen is: one bar per step, and the same in words."""

from kivy.graphics import Color, SmoothRoundedRectangle
from typing_extensions import override

from flows.prompts import Steps, Text
from screens.theme.tokens import colour
from screens.widgets.base import Block, Stack
from screens.widgets.kit import Kit
from screens.widgets.text import small


class StepBars(Block):
    """As many bars as steps; those behind and the present one are filled."""

    def __init__(self, kit: Kit, number: int, total: int) -> None:
        super().__init__(kit)
        self._number, self._total = number, total
        self._thickness = kit.px(12)

    @override
    def height_for(self, width: float) -> float:
        del width
        return self._thickness

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        gap = self.kit.px(12)
        width = (self.width - gap * (self._total - 1)) / self._total
        with self.canvas:
            for index in range(self._total):
                Color(*colour(self.kit.palette.brand if index < self._number else self.kit.palette.step))
                left = round(self.x + index * (width + gap))
                size = (round(width), self._thickness)
                SmoothRoundedRectangle(pos=(left, self.y), size=size, radius=[self._thickness / 2])


def steps_line(kit: Kit, steps: Steps | None) -> list[Block]:
    """The step, as "1 of 4", and the matter: nothing if the prompt is no step."""
    if steps is None:
        return []
    words = small(kit, Text("steps", {"number": steps.number, "total": steps.total, "matter": steps.matter}))
    return [Stack(kit, [StepBars(kit, steps.number, steps.total), words], gap=18)]
