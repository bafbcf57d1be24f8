"""Counts the touches and seconds of all fifteen matters, and writes docs/touches.md anew: `make touches`.

Named so that `make test` leaves it alone: it takes some minutes.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from config.services import ServiceName
from tests.touches import table
from tests.touches.counting import Count
from tests.touches.matters import MATTERS, Matter
from tests.touches.playing import Room

_MOST_BEYOND_FORM = 12
_MOST_AFTER_DOCUMENT = 5  # of an activation
_BUILD = Path("build/touches.json")


@pytest.fixture(scope="module")
def counts() -> Iterator[dict[str, Count]]:
    """All that was counted; it is written down only if nothing is missing."""
    counted: dict[str, Count] = {}
    yield counted
    _BUILD.parent.mkdir(exist_ok=True)
    _BUILD.write_text(json.dumps({name: asdict(count) for name, count in counted.items()}, indent=2), "utf-8")
    if len(counted) == len(MATTERS) + 1:
        table.write(counted)


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.service.value)
async def test_touches_with_the_face(room: Room, counts: dict[str, Count], matter: Matter) -> None:
    counts[matter.service.value] = count = await room.face(matter)
    assert 0 < count.beyond_form <= _MOST_BEYOND_FORM
    if matter.service is ServiceName.ACTIVATION:
        assert count.after_document <= _MOST_AFTER_DOCUMENT


async def test_touches_with_the_pin(room: Room, counts: dict[str, Count]) -> None:
    """The other way, for comparison: its six digits are nobody's form."""
    counts["activation, with card and PIN"] = count = await room.pin(MATTERS[0])
    assert count.touches > 0
