"""Blocks that move: drawn once, then only shifted; no frame is drawn while they rest."""

import math
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, PopMatrix, PushMatrix, Rotate, SmoothLine, Translate
from typing_extensions import override

from screens.theme.tokens import colour
from screens.widgets.base import Block
from screens.widgets.kit import Kit


def eased(share: float) -> float:
    """A slow start and a slow end."""
    return 0.5 - 0.5 * math.cos(math.pi * min(1.0, max(0.0, share)))


class Moving(Block):
    """A block with a cycle. ``start`` and ``stop`` are called by the stage when it comes and goes."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._event: Any = None
        self._elapsed = 0.0

    @property
    def running(self) -> bool:
        """True while it asks for frames."""
        return self._event is not None

    def start(self) -> None:
        """Begin to move."""
        if self._event is None:
            self._event = Clock.schedule_interval(self._step, 1 / self.kit.theme.motion.frames)

    def stop(self) -> None:
        """Rest."""
        if self._event is not None:
            self._event.cancel()
            self._event = None

    def _step(self, seconds: float) -> None:
        self._elapsed += seconds
        self.move(self._elapsed % self.kit.theme.motion.cycle / self.kit.theme.motion.cycle)

    def move(self, phase: float) -> None:
        """Show the moment ``phase``, 0..1 of the cycle."""


class Turning(Moving):
    """A calm ring: something is going on."""

    def __init__(self, kit: Kit, size: float = 220) -> None:
        super().__init__(kit)
        self._side = kit.px(size)
        self._rotation: Any = None

    @override
    def height_for(self, width: float) -> float:
        del width
        return self._side

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        thick = self.kit.px(11)
        radius = self._side / 2 - thick
        with self.canvas:
            Color(*colour(self.kit.palette.brand_soft))
            SmoothLine(circle=(self.center_x, self.center_y, radius), width=thick / 2)
            PushMatrix()
            self._rotation = Rotate(angle=0, origin=self.center)
            Color(*colour(self.kit.palette.brand))
            SmoothLine(circle=(self.center_x, self.center_y, radius, 0, 96), width=thick / 2)
            PopMatrix()

    @override
    def move(self, phase: float) -> None:
        self._rotation.angle = -360 * 2 * phase


class Shifted:
    """A group of instructions that can be moved as a whole."""

    def __init__(self) -> None:
        self.shift = Translate(0, 0)
        self.group = InstructionGroup()
        self.group.add(PushMatrix())
        self.group.add(self.shift)

    def close(self) -> InstructionGroup:
        """End the group."""
        self.group.add(PopMatrix())
        return self.group
