"""Changes at the kiosk as a screen makes them: whole or not at all, also when the power fails in between."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import settings
from config.at_the_kiosk import permissions
from config.clock import CHINA
from config.setting_keys import Allowed, Kind, fields
from config.settings import Settings
from kiosk.settings_desk import files
from kiosk.settings_desk.desk import NothingToDoError, SettingsDesk
from kiosk.settings_desk.files import LocalFilesError
from kiosk.staff.member import StaffNumber
from tests.config.conftest import Tree

S07 = StaffNumber("S07")
BEGIN = datetime(2026, 11, 29, 9, 0, tzinfo=CHINA)


@pytest.fixture
def desk(tree: Tree) -> SettingsDesk:
    times = (BEGIN + timedelta(minutes=minute) for minute in range(1000))
    return SettingsDesk(tree.write({}), lambda: next(times))


def _volume(tree: Tree) -> int:
    return settings.load(tree.directory).voice.volume


def test_every_key_on_the_list_exists_and_none_is_of_the_gateway_or_of_trust() -> None:
    assert set(permissions()) <= set(fields(Settings))
    never = ("mode", "data_directory", "fonts_directory", "gateway.", "face.", "hall.", "queue.", "voice.player")
    assert [key for key in permissions() if key.startswith(never)] == []


def test_a_view_says_all_that_a_screen_needs(desk: SettingsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_VOICE__VOLUME", "20")
    views = {view.key: view for view in desk.views()}
    assert set(views) == {*fields(Settings)}
    theme, volume, url = views["screen.theme"], views["voice.volume"], views["gateway.url"]
    assert (theme.value, str(theme.origin), theme.changeable) == ("standard", "default", True)
    assert theme.allowed == Allowed(Kind.ONE_OF, ("standard", "elders", "contrast"))
    assert (volume.value, volume.changeable) == (20, False)
    assert volume.allowed == Allowed(Kind.WHOLE_NUMBER, least=0, most=100)
    assert not url.changeable
    told = {key: str(views[key].allowed) for key in ("voice.enabled", "screen.idle_seconds", "camera.source")}
    assert told == {
        "voice.enabled": "true or false",
        "screen.idle_seconds": "whole number, 20..600",
        "camera.source": "text, length 1.., like /dev/hall-kiosk/...",
    }
    assert str(views["matters.disable"].allowed).startswith('any of "contribution_certificate", ')


def test_a_change_says_whether_a_restart_is_needed(desk: SettingsDesk, tree: Tree) -> None:
    running = settings.load(tree.directory)
    assert not desk.restart_needed(running)
    changed = desk.change({"voice.volume": 10}, S07)
    assert changed.restart
    assert desk.restart_needed(running)
    assert desk.undo(S07).restart
    assert not desk.restart_needed(running)


def test_a_change_to_what_is_set_already_is_none(desk: SettingsDesk) -> None:
    desk.change({"voice.volume": 10}, S07)
    with pytest.raises(NothingToDoError, match="nothing would change"):
        desk.change({"voice.volume": 10}, S07)
    assert not desk.change({"voice.volume": 10, "voice.enabled": True}, S07).restart  # true is the default


def test_the_file_says_who_and_when_and_only_its_owner_reads_it(desk: SettingsDesk, tree: Tree) -> None:
    desk.change({"card_reader.name": '读卡器 "2" \x7f'}, S07)
    text = tree.local.read_text("ascii")
    assert 'configuration_version = "local-1"' in text
    assert "at = 2026-11-29T09:00:00+08:00" in text
    assert 'by = "S07"' in text
    assert settings.load(tree.directory).card_reader.name == '读卡器 "2" \x7f'
    assert stat.S_IMODE(tree.local.stat().st_mode) == 0o600
    assert stat.S_IMODE(tree.local.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("at", ["first write", "second write", "between fsync and rename"])
def test_after_a_crash_the_old_one_is_in_force(
    desk: SettingsDesk, tree: Tree, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    desk.change({"voice.volume": 10}, S07)
    with monkeypatch.context() as patch:
        _crash(patch, at)
        with pytest.raises(KeyboardInterrupt):
            desk.change({"voice.volume": 20}, S07)
    assert _volume(tree) == 10
    assert [version.number for version in desk.history()] == [1]
    assert desk.change({"voice.volume": 30}, S07).version.number == 2
    assert _volume(tree) == 30
    desk.undo(S07)
    assert _volume(tree) == 10


def _crash(patch: pytest.MonkeyPatch, at: str) -> None:
    """The process ends at this point; nothing that is after it is done."""
    if at == "between fsync and rename":
        rename = Path.rename

        def ending(self: Path, target: Path) -> Path:
            if target.name == "local.toml":
                raise KeyboardInterrupt
            return rename(self, target)

        patch.setattr(Path, "rename", ending)
        return
    write, left = files.replace_text, [0 if at == "first write" else 1]

    def counting(path: Path, text: str, mode: int) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        write(path, text, mode)

    patch.setattr(files, "replace_text", counting)


def test_a_crash_after_the_last_write_leaves_the_new_one(
    desk: SettingsDesk, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.change({"voice.volume": 10}, S07)
    with monkeypatch.context() as patch:
        patch.setattr(files.LocalFiles, "_numbers", _raise)
        with pytest.raises(KeyboardInterrupt):
            desk.change({"voice.volume": 20}, S07)
    assert _volume(tree) == 20


def _raise(_files: files.LocalFiles) -> list[int]:
    raise KeyboardInterrupt


def test_the_history_is_kept_for_some_versions(desk: SettingsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "KEPT", 6)
    for volume in range(9):
        desk.change({"voice.volume": volume}, S07)
    assert [version.number for version in desk.history()] == [9, 8, 7, 6, 5, 4]
    for _ in range(3):  # an undo is a version too, so that half of them are there to go back through
        desk.undo(S07)
    with pytest.raises(LocalFilesError, match="is not kept any more"):
        desk.undo(S07)


def test_what_somebody_spoilt_by_hand_is_undone(desk: SettingsDesk, tree: Tree) -> None:
    desk.change({"voice.volume": 10}, S07)
    tree.local.write_text("[voice\n")
    with pytest.raises(settings.ConfigurationError, match=r"local\.toml: not valid TOML"):
        _volume(tree)
    with pytest.raises(LocalFilesError, match="kiosk config undo"):
        desk.change({"voice.volume": 11}, S07)
    desk.undo(S07)
    assert _volume(tree) == 10


def test_what_somebody_wrote_by_hand_is_kept_and_can_be_undone(desk: SettingsDesk, tree: Tree) -> None:
    tree.write({"local": '[screen]\ntheme = "elders"\n'})
    desk.change({"voice.volume": 10}, S07)
    assert settings.load(tree.directory).screen.theme == "elders"
    desk.undo(S07)
    assert _volume(tree) == 70


def test_a_key_that_a_new_program_does_not_know_can_be_reset(desk: SettingsDesk, tree: Tree) -> None:
    tree.write({"local": "[voice]\nloudness = 3\n"})
    with pytest.raises(settings.ConfigurationError, match=r"voice\.loudness"):
        _volume(tree)
    assert desk.change({"voice.loudness": None}, S07).restart
    assert _volume(tree) == 70


def test_no_change_is_made_over_layers_that_are_wrong(desk: SettingsDesk, tree: Tree) -> None:
    tree.write({"hall": "[voice]\nvolume = -1\n"})
    with pytest.raises(settings.ConfigurationError, match=r"hall\.toml, line 2: voice\.volume"):
        desk.change({"screen.theme": "elders"}, S07)
    assert not tree.local.exists()


def test_an_old_version_that_is_spoilt_hides_no_other(desk: SettingsDesk, tree: Tree) -> None:
    for volume in (11, 12, 13):
        desk.change({"voice.volume": volume}, S07)
    (tree.local.parent / "history" / "000002.toml").write_bytes(b"\x00" * 64)
    assert [version.number for version in desk.history()] == [3, 1]
