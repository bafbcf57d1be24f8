"""One screen to stand on for all tests here, and booths on it.

This file imports ``screens`` before anything of Kivy: the package sets the environment that Kivy reads.
"""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.fonts import FontSet, prepare
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from screens.window import WindowSettings, build_window
from tests.screens.booth import HALL, Booth

FONTS = Path(__file__).parents[2] / "build" / "fonts"


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A virtual screen with a display number of its own."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1920x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as numbers:
        number = numbers.readline().strip()
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = f":{number}"
    yield f":{number}"
    if before is None:
        del os.environ["DISPLAY"]
    else:
        os.environ["DISPLAY"] = before
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="session")
def window(display: str) -> Iterator[Any]:
    """The one window of this process."""
    made = build_window(WindowSettings(1080, 1920, fullscreen=False))
    yield made
    made.close()


@pytest.fixture(scope="session")
def faces() -> FontSet:
    prepare(FONTS)
    return FontSet.load(FONTS)


@pytest.fixture(scope="session")
def catalogues() -> dict[str, Catalogue]:
    return {language: Catalogue.load(language, raise_missing) for language in LANGUAGES}


@pytest.fixture
async def make_booth(
    window: Any, faces: FontSet, catalogues: dict[str, Catalogue]
) -> AsyncIterator[Callable[..., Booth]]:
    """Make a booth with other settings; all are closed at the end."""
    made: list[Booth] = []

    def make(**settings: Any) -> Booth:
        now = [100.0]
        stage = Stage(catalogues, faces, StageSettings(motion=False, **settings), clock=lambda: now[0])
        stage.set_status(HALL)
        window.add_widget(stage.widget)
        stage.widget.size = window.size
        made.append(Booth(stage, now))
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
