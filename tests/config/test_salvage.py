"""What was changed at the kiosk and has become wrong does not keep the kiosk from serving; the hall's files do."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import kiosk
from config import clock
from config import settings as configuration
from config.salvage import load_to_run
from config.settings import ConfigurationError
from flows.desk_prompts import DeskFacts, DeskList
from flows.prompts import GoBack
from kiosk import cli
from kiosk.desk.settings_pages import settings
from kiosk.desk.shift import Shift
from kiosk.diagnostics.doctor import Configured
from kiosk.settings_desk.desk import SettingsDesk
from kiosk.staff.member import Member, Role, StaffNumber
from tests.config.conftest import Run, Tree
from tests.flows.play import ScriptedSurface, Then

S31 = StaffNumber("S31")
MEMBER = Member(S31, Role.TECHNICIAN, "", "", clock.now().date(), clock.now().date())


def changed(tree: Tree, **values: object) -> SettingsDesk:
    desk = SettingsDesk(tree.write({}), clock.now)
    desk.change({key.replace("__", "."): value for key, value in values.items()}, S31)
    return desk


def test_what_is_right_is_the_same(tree: Tree) -> None:
    changed(tree, screen__theme="elders")
    found = load_to_run(tree.directory)
    assert (found.settings, found.left_out) == (configuration.load(tree.directory), ())


def test_a_list_of_the_halls_that_has_grown_closes_what_both_name(tree: Tree) -> None:
    changed(tree, matters__disable=["cancellation"], screen__theme="elders")
    tree.write({"hall": '[matters]\ndisable = ["activation"]\n'})
    with pytest.raises(ConfigurationError):
        configuration.load(tree.directory)
    found = load_to_run(tree.directory)
    assert found.settings.matters.disable == ("activation", "cancellation")
    assert found.settings.screen.theme == "elders"
    assert "must go on naming activation" in "".join(found.left_out)


def test_what_the_hall_opens_later_is_open_and_the_rest_stays_closed(tree: Tree) -> None:
    changed(tree, matters__disable=["cancellation", "entitlement_record"])
    tree.write({"hall": '[matters]\nenable = ["entitlement_record"]\n'})
    assert load_to_run(tree.directory).settings.matters.disable == ("cancellation",)


def test_of_a_list_only_the_name_goes_that_a_program_no_longer_knows(tree: Tree) -> None:
    changed(tree, matters__disable=["cancellation", "activation"])
    tree.local.write_text(tree.local.read_text().replace("activation", "of_yesterday"))
    assert load_to_run(tree.directory).settings.matters.disable == ("cancellation",)


@pytest.mark.parametrize(
    "wrong", ['theme = "loud"', "theme = 7", 'theme = "elders"\nof_yesterday = 1'], ids=["value", "kind", "key"]
)
def test_a_key_that_is_wrong_goes_and_the_others_stay(tree: Tree, wrong: str) -> None:
    changed(tree, screen__theme="elders", voice__volume=11)
    tree.local.write_text(tree.local.read_text().replace('theme = "elders"', wrong))
    found = load_to_run(tree.directory)
    assert found.settings.voice.volume == 11
    assert found.settings.screen.theme == ("elders" if "yesterday" in wrong else "standard")
    assert str(tree.local) in found.left_out[0]


@pytest.mark.parametrize("content", [b"[screen\n", b"\xff\xfe\x00", b"screen = 3\n"])
def test_what_cannot_be_read_is_left_out_whole(tree: Tree, content: bytes) -> None:
    changed(tree, screen__theme="elders")
    tree.local.write_bytes(content)
    found = load_to_run(tree.directory)
    assert (found.settings.screen.theme, len(found.left_out) >= 1) == ("standard", True)
    doctor = Configured.by(tree.directory)
    assert doctor.settings == found.settings
    assert doctor.finding.line.key == "found.configuration_wrong"


def test_a_wrong_file_of_the_halls_still_keeps_it_from_starting(tree: Tree) -> None:
    changed(tree, screen__theme="elders")
    tree.write({"hall": '[screen]\ntheme = "loud"\n'})
    with pytest.raises(ConfigurationError, match=r"screen\.theme"):
        load_to_run(tree.directory)


def test_the_kiosk_runs_with_it_and_says_so_in_its_log(
    tree: Tree, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(tree, screen__theme="elders", voice__volume=11)
    tree.local.write_text(tree.local.read_text().replace("elders", "loud"))
    ran: list[object] = []

    async def app(settings: object, _file: Path) -> None:
        ran.append(settings)

    monkeypatch.setattr(cli, "keep_memory_private", lambda: None)
    without_window = SimpleNamespace(run=app)
    monkeypatch.setitem(sys.modules, "kiosk.app", cast("Any", without_window))
    monkeypatch.setattr(kiosk, "app", without_window, raising=False)
    assert run("run") == 0
    assert ran == [load_to_run(tree.directory).settings]
    said = capsys.readouterr().err
    assert "setting_left_out" in said
    assert "screen.theme" in said


@pytest.mark.parametrize("way", ["undo", "take_back"])
@pytest.mark.parametrize("content", ["[screen\n", None], ids=["spoilt", "conflict"])
async def test_the_technician_puts_it_right_by_touch(tree: Tree, way: str, content: str | None) -> None:
    changed(tree, matters__disable=["cancellation"])
    if content is None:
        tree.write({"hall": '[matters]\ndisable = ["activation"]\n'})
    else:
        tree.local.write_text(content)
    surface, noted = ScriptedSurface([Then(DeskFacts, way), Then(DeskList, GoBack())]), []
    audit = SimpleNamespace(note=lambda _event, **fields: noted.append(fields))
    running = load_to_run(tree.directory).settings
    hands = SimpleNamespace(surface=surface, settings=running, audit=audit)
    desk = SettingsDesk(tree.directory, clock.now)
    assert not desk.usable()
    with pytest.raises(GoBack):
        await settings(Shift(cast("Any", hands), cast("Any", SimpleNamespace(settings=desk)), MEMBER))
    assert desk.usable()
    assert surface.script == []
    closed = ("activation",) if content is None else ("cancellation",) if way == "undo" else ()
    assert configuration.load(tree.directory).matters.disable == closed
    assert content is not None or [fields["number"] for fields in noted] == ["S31"]
