"""The crosses of the calibration: one after the other is shown, and the touch is taken wherever it is told to be."""

from math import hypot

from kivy.graphics import Color, Line
from typing_extensions import override

from config.fonts import Weight
from flows.desk_prompts import DeskCrosses
from flows.prompts import Text
from screens.questions.staff_desk.head import head
from screens.questions.staff_desk.patience import Patience
from screens.screen import Reply, Scene, Screen
from screens.theme.tokens import colour
from screens.widgets.base import Block, Panel, Stack
from screens.widgets.kit import Kit
from screens.widgets.text import Sentence, Style

_SECONDS = 30  # without a touch: who cannot touch this page can touch no button to leave it either
_SLIP = 0.03  # of the diagonal: so far a finger may slide
_ARM, _RING = 62, 34  # design pixels
# What no cross needs, by whether the window is lying; shares of it: left, top, right, bottom.
_ROOM = {False: (0.06, 0.15, 0.94, 0.44), True: (0.15, 0.01, 0.85, 0.44)}


class CrossSurface(Block):
    """One cross, and the words in the upper half between the crosses."""

    grows = True

    def __init__(self, kit: Kit, words: Block) -> None:
        super().__init__(kit)
        self._words = Panel(kit, words, line=kit.palette.line_strong)
        self._cross: tuple[float, float] = (0.5, 0.5)
        self.add_widget(self._words)

    def show(self, cross: tuple[float, float]) -> None:
        """The cross that is to be touched now."""
        self._cross = cross
        self.arrange()

    @override
    def height_for(self, width: float) -> float:
        left, top, right, bottom = _ROOM[self.kit.landscape]
        return self._words.height_for(width * (right - left)) / (bottom - top)

    @override
    def arrange(self) -> None:
        left, top, right, bottom = _ROOM[self.kit.landscape]
        width = self.width * (right - left)
        high = self._words.height_for(width)
        middle = self.height * (1 - (top + bottom) / 2)
        self._words.place(self.x + self.width * left, middle + high / 2, width, high)
        x, y = self.x + self._cross[0] * self.width, self.top - self._cross[1] * self.height
        arm, ring = self.kit.px(_ARM), self.kit.px(_RING)
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(self.kit.palette.ink))
            Line(points=[x - arm, y, x + arm, y], width=self.kit.px(3))
            Line(points=[x, y - arm, x, y + arm], width=self.kit.px(3))
            Color(*colour(self.kit.palette.brand))
            Line(circle=(x, y, ring), width=self.kit.px(4))


class DeskCrossesScreen(Screen[DeskCrosses]):
    """Counts the crosses; a finger that slides is asked once more. There is no button, for none could be trusted."""

    def __init__(self) -> None:
        self._touches: list[tuple[float, float]] = []
        self._crosses: tuple[tuple[float, float], ...] = ()
        self._down: tuple[float, float] | None = None
        self._surface: CrossSurface | None = None
        self._words: Sentence | None = None
        self._kit: Kit | None = None
        self._reply: Reply | None = None
        self._patience = Patience(_SECONDS, self._give_up)

    @override
    def open(self, prompt: DeskCrosses) -> None:
        self.wipe()

    @override
    def compose(self, kit: Kit, prompt: DeskCrosses, reply: Reply) -> Scene:
        self._kit, self._reply, self._crosses = kit, reply, prompt.crosses
        kit = kit.for_desk()
        self._words = Sentence(kit, self._said("next"), Style(kit.sizes.title, kit.palette.brand, Weight.BOLD, 1.3))
        self._surface = CrossSurface(kit, Stack(kit, [*head(kit, prompt)[1:], self._words]))
        self._surface.show(self._crosses[len(self._touches)])
        self._patience.restart()
        return Scene(lead=[], body=[self._surface], staff=True, bare=True)

    @override
    def finger_down(self, x: float, y: float) -> None:
        self._down = (x, y)
        self._patience.restart()

    @override
    def finger_up(self, x: float, y: float) -> None:
        down, self._down = self._down, None
        surface = self._surface
        if down is None or surface is None or len(self._touches) == len(self._crosses):
            return
        if hypot(x - down[0], y - down[1]) > _SLIP * hypot(*surface.size):
            self._say("slipped")
            return
        middle = ((x + down[0]) / 2, (y + down[1]) / 2)
        self._touches.append(((middle[0] - surface.x) / surface.width, (surface.top - middle[1]) / surface.height))
        if len(self._touches) < len(self._crosses):
            surface.show(self._crosses[len(self._touches)])
            self._say("next")
        elif self._reply is not None:
            self._reply.answer(tuple(self._touches))

    def _say(self, what: str) -> None:
        if self._words is not None:
            self._words.set_text(self._said(what))

    def _said(self, what: str) -> str:
        count = {"number": len(self._touches) + 1, "of": len(self._crosses)}
        return self._kit.say(Text(f"desk.crosses.{what}", count)) if self._kit else ""

    def _give_up(self) -> None:
        if self._reply is not None:
            self._reply.answer(())

    @override
    def close(self) -> None:
        self._patience.stop()

    @override
    def wipe(self) -> None:
        self._patience.stop()
        self._touches, self._down = [], None
        self._surface = self._words = self._reply = None
