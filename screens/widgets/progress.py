"""How far a piece of work is: a bar that is filled by what is done, and its parts by name."""

from typing import Any

from kivy.graphics import Color, SmoothRoundedRectangle
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Stages, Text, Tone
from screens.theme.tokens import colour
from screens.widgets.base import Block, Panel, Stack
from screens.widgets.button import beside
from screens.widgets.cards import tone_colours
from screens.widgets.kit import Kit
from screens.widgets.moving import Moving, eased
from screens.widgets.text import Badge, Icon, Sentence, Style

_THICK = 28  # design pixels
_GLOW = 0.45  # of the share of the present part: the length of what moves there


class ProgressBar(Moving):
    """Filled as far as parts are done. In the part that goes on something moves, and promises no end of it."""

    def __init__(self, kit: Kit, stages: Stages) -> None:
        super().__init__(kit)
        self._stages = stages
        self._glow: Any = None
        self._way = 0.0

    @property
    def share(self) -> float:
        """How much is done, 0..1."""
        return self._stages.at / len(self._stages.names)

    @override
    def height_for(self, width: float) -> float:
        del width
        return self.kit.px(_THICK)

    @override
    def arrange(self) -> None:
        palette = self.kit.palette
        part = self.width / len(self._stages.names)
        done = round(self.width * self.share)
        self.canvas.clear()
        with self.canvas:
            Color(*colour(palette.step))
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[self.height / 2])
            Color(*colour(palette.brand_pale))
            self._glow = SmoothRoundedRectangle(
                pos=self.pos, size=(round(part * _GLOW), self.height), radius=[self.height / 2]
            )
            if done:
                Color(*colour(palette.brand))
                SmoothRoundedRectangle(pos=self.pos, size=(done, self.height), radius=[self.height / 2])
        self._way = part * (1 - _GLOW)
        self.move(0.0)

    @override
    def move(self, phase: float) -> None:
        there = eased(phase * 2) if phase < 0.5 else 1 - eased(phase * 2 - 1)
        self._glow.pos = (round(self.x + self.width * self.share + self._way * there), self.y)


def progress_card(kit: Kit, stages: Stages) -> Block:
    """The bar, and below it every part: done, going on, still to come."""
    rows = [_part(kit, stages, index) for index in range(len(stages.names))]
    return Panel(kit, Stack(kit, [ProgressBar(kit, stages), *rows], gap=kit.space.gap * 1.4), line=kit.palette.line)


def _part(kit: Kit, stages: Stages, index: int) -> Block:
    palette = kit.palette
    side = kit.sizes.title * 1.35
    now = index == stages.at
    sign: Block
    if index < stages.at:
        done = tone_colours(kit, Tone.OK)
        sign = Icon(kit, "check", side, done.sign, done.ground)
    else:
        sign = Badge(kit, str(index + 1), side)
    ink = palette.ink if now else palette.ink_soft
    words = Sentence(
        kit, kit.say(stages.names[index]), Style(kit.sizes.title, ink, Weight.BOLD if now else Weight.REGULAR, 1.3)
    )
    if not now:
        return beside(kit, sign, words)
    state = Sentence(kit, kit.say(Text("working.now")), Style(kit.sizes.body, palette.brand, Weight.BOLD, 1.3))
    return beside(kit, sign, Stack(kit, [words, state], gap=2))
