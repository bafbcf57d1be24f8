"""One virtual screen and one window for all tests of a process that draw.

This file imports ``screens`` before anything of Kivy: the package sets the environment that Kivy reads.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.fonts import FontSet, prepare
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from screens.window import WindowSettings, build_window

FONTS = Path(__file__).parents[1] / "build" / "fonts"


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
