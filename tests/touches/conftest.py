"""The hall, and a room in it with a window."""

from typing import Any

import pytest

from config.fonts import FontSet
from screens.text.catalogue import Catalogue
from tests.flows.conftest import Stand, hall, stand
from tests.touches.playing import Room

__all__ = ["hall", "stand"]


@pytest.fixture
def room(stand: Stand, window: Any, faces: FontSet, catalogues: dict[str, Catalogue]) -> Room:
    return Room(stand, window, faces, catalogues)
