"""Plays a matter over the whole hall, on the real screen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from typing_extensions import override

from config.fonts import FontSet
from flows.prompts import ShowResult, Surface, Tone
from kiosk.wiring import Kiosk
from screens.stage import Stage, StageSettings
from screens.text.catalogue import Catalogue
from tests.flows.conftest import Stand
from tests.flows.steps import amend, start, with_card_and_pin, with_id_and_face
from tests.flows.test_allowance_visits import Clock
from tests.touches.count import Count
from tests.touches.counting import CountingSurface
from tests.touches.matters import OPTIONAL, Matter

_SECONDS = 90.0  # for one visit, on a machine that is busy


@dataclass(frozen=True)
class _ThenStand(Stand):
    """A stand whose kiosk goes by another clock."""

    clock: Callable[[], datetime] = field(default_factory=Clock)

    @override
    async def start(self, surface: Surface, now: Callable[[], datetime] | None = None) -> Kiosk:
        return await super().start(surface, now or self.clock)


@dataclass(frozen=True)
class Room:
    """Where matters are played: the hall, and the window with what it needs to show something."""

    stand: Stand
    window: Any
    faces: FontSet
    catalogues: dict[str, Catalogue]

    async def face(self, matter: Matter) -> Count:
        """With the ID, and the face check."""
        proof = with_id_and_face(self.stand, matter.person)
        return await self._play(matter, matter.script(start(matter.service), proof, self.stand.hall.lift_id))

    async def pin(self, matter: Matter) -> Count:
        """With the card and its PIN; the face check is declined."""
        proof = with_card_and_pin(self.stand, matter.person)
        return await self._play(matter, matter.script(start(matter.service), proof, self.stand.hall.pull_card))

    async def _play(self, matter: Matter, script: tuple[Any, ...]) -> Count:
        stand = self._prepared(matter)
        stage = Stage(self.catalogues, self.faces, StageSettings(motion=False))
        self.window.add_widget(stage.widget)
        stage.widget.size = self.window.size
        surface = CountingSurface(list(script), meanwhile=stand.take, stage=stage, window=self.window)
        try:
            await stand.let(surface, seconds=_SECONDS)
        finally:
            stage.close()
            self.window.remove_widget(stage.widget)
        assert surface.last(ShowResult).tone is Tone.OK
        return surface.count

    def _prepared(self, matter: Matter) -> Stand:
        stand = self.stand.with_settings("matters", enable=OPTIONAL)
        if matter.changes:
            amend(stand, matter.person, **matter.changes)
        if matter.day is None:
            return stand
        clock = Clock()
        clock.set(matter.day)
        stand.hall.gateway.state.clock = clock
        return _ThenStand(stand.hall, stand.settings, clock)
