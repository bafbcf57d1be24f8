"""Settings changed at the kiosk by touch: checked first, kept for the next start, undone, and written down."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config import at_the_kiosk, clock
from config import settings as configuration
from config.at_the_kiosk import Permission, permissions, reason_against
from config.setting_keys import fields
from config.settings import Settings
from flows.desk_prompts import DeskAmount, DeskFacts, DeskList, DeskText
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
    assert SAY(page.explanation).startswith("Not changed here: with a wrong value the kiosk would not start")
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


async def test_a_text_is_typed_and_undone(tree: Tree) -> None:
    surface, noted = await work(
        tree,
        Then(DeskList, "printer"),
        Then(DeskList, "printer.host"),
        Then(DeskFacts, "value"),
        Then(DeskText, "10.0.0.9"),
        LIST,
    )
    asked = surface.last(DeskText)
    assert asked.value == "192.168.7.10", "what is in force stands there first"
    assert configuration.load(tree.directory).printer.host == "10.0.0.9"
    assert [each["setting"] for each in noted] == ["printer.host"]
    assert "10.0.0.9" not in str(noted)
    await work(tree, Then(DeskList, "undo"))
    assert configuration.load(tree.directory).printer.host == "192.168.7.10"


async def test_a_text_that_is_refused_can_be_put_right(tree: Tree) -> None:
    surface, noted = await work(
        tree,
        Then(DeskList, "camera"),
        Then(DeskList, "camera.source"),
        Then(DeskFacts, "value"),
        Then(DeskText, "/tmp/film.mp4"),
        Then(DeskText, "/dev/hall-kiosk/camera2"),
        LIST,
    )
    second = surface.last(DeskText)
    assert second.value == "/tmp/film.mp4"
    assert "must be a device of this machine" in SAY(second.notes[0].text)
    assert configuration.load(tree.directory).camera.source == "/dev/hall-kiosk/camera2"
    assert len(noted) == 1


async def test_a_password_is_not_shown_where_one_types(tree: Tree) -> None:
    tree.write({"kiosk": '[camera]\nsource = "rtsp://eye:Quince7@10.0.0.8/live"\n'})
    typing = (Then(DeskList, "camera"), Then(DeskList, "camera.source"), Then(DeskFacts, "value"))
    surface, _ = await work(tree, *typing, Then(DeskText, GoBack()), LIST)
    assert surface.last(DeskText).value == ""
    assert "Quince7" not in repr(surface.shown)


async def test_a_list_is_added_to_put_in_order_and_kept_at_once(tree: Tree) -> None:
    surface, noted = await work(
        tree,
        Then(DeskList, "matters"),
        Then(DeskList, "matters.disable"),
        Then(DeskFacts, "value"),
        Then(DeskList, "add"),
        Then(DeskList, "cancellation"),
        Then(DeskList, "add"),
        Then(DeskList, "skill_subsidy"),
        Then(DeskList, "add"),
        Then(DeskList, "activation"),
        Then(DeskList, "2"),
        Then(DeskFacts, "up"),
        Then(DeskList, "0"),
        Then(DeskFacts, "out"),
        Then(DeskList, "keep"),
        LIST,
    )
    assert configuration.load(tree.directory).matters.disable == ("activation", "skill_subsidy")
    assert len(noted) == 1
    second = [page for page in surface.shown if isinstance(page, DeskList) and SAY(page.title).startswith("Add to")][1]
    assert "cancellation" not in {row.name for row in second.rows}, "it is in the list already"


async def test_a_list_that_is_not_kept_stays_as_it_was(tree: Tree) -> None:
    change = (Then(DeskList, "matters"), Then(DeskList, "matters.disable"), Then(DeskFacts, "value"))
    _, noted = await work(tree, *change, Then(DeskList, "add"), Then(DeskList, "cancellation"), LIST, LIST)
    assert configuration.load(tree.directory).matters.disable == ()
    assert noted == []


async def test_what_the_hall_has_closed_stays_in_the_list(tree: Tree) -> None:
    tree.write({"hall": '[matters]\ndisable = ["cancellation"]\n'})
    change = (Then(DeskList, "matters"), Then(DeskList, "matters.disable"), Then(DeskFacts, "value"))
    out = (Then(DeskList, "0"), Then(DeskFacts, "out"), Then(DeskList, "keep"))
    surface, noted = await work(tree, *change, *out, LIST, LIST)
    refused = [SAY(note.text) for page in surface.shown if isinstance(page, DeskList) for note in page.notes]
    assert any("must go on naming cancellation" in words for words in refused)
    assert noted == []


async def test_a_list_of_texts_is_typed_value_by_value(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """No such list may be changed at a kiosk today: the only one names a program."""
    allowed = {**permissions(), "voice.player": Permission()}
    for module in (at_the_kiosk, "config.configuration", "kiosk.desk.settings_pages"):
        target = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{target}.permissions", lambda: allowed)
    change = (Then(DeskList, "voice"), Then(DeskList, "voice.player"), Then(DeskFacts, "value"))
    await work(tree, *change, Then(DeskList, "add"), Then(DeskText, "-M"), Then(DeskList, "keep"), LIST)
    assert configuration.load(tree.directory).voice.player == ("aplay", "-q", "-", "-M")


def test_each_reason_is_of_a_setting_that_is_there_and_not_changed_here() -> None:
    keys = fields(Settings)
    tables = {key.partition(".")[0] for key in keys}
    reasons = at_the_kiosk._list().reasons
    assert set(reasons) <= {*keys, *tables}
    assert not set(reasons) & set(permissions())
    assert {reason_against(key) for key in keys if key not in permissions()} == set(at_the_kiosk.Reason)


async def test_what_the_environment_sets_says_so(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_PRINTER__HOST", "10.0.0.1")
    surface, _ = await work(tree, Then(DeskList, "printer"), Then(DeskList, "printer.host"), FACTS, LIST)
    assert surface.last(DeskFacts).deeds == ()
    assert "start sets it" in SAY(surface.last(DeskFacts).explanation)
