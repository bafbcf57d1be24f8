"""Booths to stand in, on the one window of the process (tests/window.py)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import fields
from typing import Any

import pytest

from config.fonts import FontSet
from screens.ease import Ease
from screens.samples.sample import HALL
from screens.stage import Stage, StageSettings
from screens.text.catalogue import Catalogue
from tests.screens.booth import Booth, Heard


@pytest.fixture
async def make_booth(
    window: Any, faces: FontSet, catalogues: dict[str, Catalogue]
) -> AsyncIterator[Callable[..., Booth]]:
    """Make a booth with other settings; all are closed at the end."""
    made: list[Booth] = []

    def make(**settings: Any) -> Booth:
        now, heard = [100.0], Heard()
        ease = Ease(**{each.name: settings.pop(each.name) for each in fields(Ease) if each.name in settings})
        look = StageSettings(ease, motion=False, **settings)
        stage = Stage(catalogues, faces, look, clock=lambda: now[0], voice=heard, bell=heard)
        stage.set_status(HALL)
        window.add_widget(stage.widget)
        stage.widget.size = window.size
        made.append(Booth(stage, now, heard))
        return made[-1]

    yield make
    for booth in made:
        for answer in booth.asked:
            answer.cancel()
        await asyncio.gather(*booth.asked, return_exceptions=True)
        booth.stage.close()
        window.remove_widget(booth.stage.widget)


@pytest.fixture
def booth(make_booth: Callable[..., Booth]) -> Booth:
    return make_booth()
