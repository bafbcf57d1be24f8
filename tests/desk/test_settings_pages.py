"""Settings changed at the kiosk by touch: checked first, kept for the next start, undone, and written down."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config import clock
from config import settings as configuration
from flows.desk_prompts import DeskAmount, DeskFacts, DeskList
from flows.prompts import GoBack
from kiosk.audit.log import Event
from kiosk.desk.settings_pages import settings
from kiosk.desk.shift import Shift
from kiosk.settings_desk.desk import SettingsDesk
from kiosk.staff.member import Member, Role, StaffNumber
from screens.text.catalogue import Catalogue, raise_missing
from tests.config.conftest import Tree
from tests.flows.play import ScriptedSurface, Then

SAY = Catalogue.load("en", raise_missing).render
LIST, FACTS = Then(DeskList, GoBack()), Then(DeskFacts, GoBack())
MEMBER = Member(StaffNumber("S31"), Role.TECHNICIAN, "", "", clock.now().date(), clock.now().date())


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path)
    tree.write({})
    return tree


async def work(tree: Tree, *script: Then) -> tuple[ScriptedSurface, list[dict[str, Any]]]:
    """Let a technician open the page of the settings; returns what was shown and what was written down."""
    surface, noted = ScriptedSurface([*script, LIST]), []
    hands = SimpleNamespace(
        surface=surface,
        settings=configuration.load(tree.directory),
        audit=SimpleNamespace(note=lambda event, **fields: noted.append({"event": event, **fields})),
    )
    parts = SimpleNamespace(settings=SettingsDesk(tree.directory, clock.now))
    with pytest.raises(GoBack):
        await settings(Shift(cast("Any", hands), cast("Any", parts), MEMBER))
    assert surface.script == []
    return surface, noted


def notes(surface: ScriptedSurface) -> list[str]:
    return [note.text.key for page in surface.shown if isinstance(page, DeskList) for note in page.notes]


async def test_a_choice_by_touch_is_in_force_at_the_next_start_and_undone(tree: Tree) -> None:
    choose = (Then(DeskList, "screen"), Then(DeskList, "screen.theme"), Then(DeskFacts, "value1"), LIST)
    surface, noted = await work(tree, *choose)
    assert configuration.load(tree.directory).screen.theme == "elders"
    assert "desk.settings.restart" in notes(surface)
    assert noted == [{"event": Event.SETTING_CHANGED, "act": "changed", "setting": "screen.theme", "number": "S31"}]
    surface, noted = await work(tree, Then(DeskList, "undo"))
    assert configuration.load(tree.directory).screen.theme == "standard"
    assert [each["act"] for each in noted] == ["undone"]


async def test_a_number_is_typed_and_taken_back(tree: Tree) -> None:
    key = (Then(DeskList, "screen"), Then(DeskList, "screen.idle_seconds"))
    surface, _ = await work(tree, *key, Then(DeskFacts, "value"), Then(DeskAmount, 90), LIST)
    asked = surface.last(DeskAmount)
    assert (asked.least, asked.most) == (20, 600)
    assert configuration.load(tree.directory).screen.idle_seconds == 90
    surface, _ = await work(tree, *key, Then(DeskFacts, "reset"), LIST)
    assert configuration.load(tree.directory).screen.idle_seconds == 60


async def test_what_is_not_changed_here_says_so_and_has_no_buttons(tree: Tree) -> None:
    surface, noted = await work(tree, Then(DeskList, "gateway"), Then(DeskList, "gateway.url"), FACTS, LIST)
    page = surface.last(DeskFacts)
    assert page.deeds == ()
    assert SAY(page.explanation).startswith("Not changed at the kiosk")
    assert noted == []


async def test_wrong_files_are_said_and_nothing_is_changed(tree: Tree) -> None:
    started = configuration.load(tree.directory)
    tree.write({"kiosk": '[screen]\ntheme = "loud"\n'})
    surface = ScriptedSurface([FACTS])
    hands = SimpleNamespace(surface=surface, settings=started)
    parts = SimpleNamespace(settings=SettingsDesk(tree.directory, clock.now))
    with pytest.raises(GoBack):
        await settings(Shift(cast("Any", hands), cast("Any", parts), MEMBER))
    assert "screen.theme" in SAY(surface.last(DeskFacts).groups[0].facts[0].value)
