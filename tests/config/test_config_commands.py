"""``kiosk config``: shown with its origin, checked, changed at the kiosk, undone, and written down."""

import json
import re
from pathlib import Path

import pytest

from kiosk.audit.log import directory_of
from tests.audit.trail import entries
from tests.config.conftest import Run, Tree
from tests.contracts.test_enrolment import GATEWAY

Output = pytest.CaptureFixture[str]


def test_show_with_the_origin_of_each(tree: Tree, run: Run, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.write(
        {
            "province": "[matters]\nloss_days = 5\n",
            "hall": '\n[screen]\ntheme = "contrast"\n[matters.identity]\nactivation = "document"\n',
            "local": "[screen]\nidle_seconds = 90\n",
        }
    )
    monkeypatch.setenv("KIOSK_SCREEN__LANGUAGE", "en")
    keys = ["screen.language", "screen.theme", "screen.idle_seconds", "screen.cursor", "matters", "data_directory"]
    assert run("config", "show", "--origin", *keys) == 0
    hall = tree.directory / "hall.toml"
    assert capsys.readouterr().out.splitlines() == [
        f'data_directory = "{tree.data}"  # {tree.directory}/kiosk.toml:1',
        'screen.language = "en"  # environment variable KIOSK_SCREEN__LANGUAGE',
        f'screen.theme = "contrast"  # {hall}:3',
        "screen.cursor = false  # default",
        f"screen.idle_seconds = 90  # {tree.local}:2",
        "matters.enable = []  # default",
        "matters.disable = []  # default",
        f"matters.loss_days = 5  # {tree.directory}/province.toml:2",
        "matters.youngest = 16  # default",
        f'matters.identity.activation = "document"  # {hall}:5',
    ]


def test_show_all_ends_with_the_version(tree: Tree, run: Run, capsys: Output) -> None:
    tree.write({"province": 'configuration_version = "7"\n'})
    assert run("config", "show") == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert 'mode = "production"' in lines
    assert re.fullmatch(r"# province 7, kiosk without a version; sha256 [0-9a-f]{64}", last)


def test_show_as_json(tree: Tree, run: Run, capsys: Output) -> None:
    tree.write({})
    assert run("config", "show", "--json", "--origin", "voice.volume") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["settings"] == {"voice.volume": {"value": 70, "origin": "default"}}
    assert told["layers"] == [{"name": "kiosk", "version": ""}]


def test_show_refuses_a_key_that_does_not_exist(tree: Tree, run: Run, capsys: Output) -> None:
    tree.write({})
    assert run("config", "show", "screen.them") == 2
    assert "screen.them: no such key; did you mean theme?" in capsys.readouterr().err


def test_the_password_of_a_camera_is_never_shown(tree: Tree, run: Run, capsys: Output) -> None:
    tree.write({"kiosk": '[camera]\nsource = "rtsp://desk:se/cret@192.0.2.9/1?token=se-cret"\n'})
    other = tree.directory.parent / "other.toml"
    other.write_text('[camera]\nsource = "rtsp://desk:cret-2@192.0.2.9/1"\n')
    for words in (["show"], ["show", "--json"], ["check", str(other)]):
        assert run("config", *words) == 0
        told = capsys.readouterr().out
        assert "192.0.2.9/1" in told
        assert "cret" not in told


def test_check_tells_what_would_change(tree: Tree, run: Run, capsys: Output, tmp_path: Path) -> None:
    tree.write({"province": "[voice]\nvolume = 30\n"})
    new = tmp_path / "new"
    new.mkdir()
    (new / "province.toml").write_text("[voice]\nvolume = 40\n")
    (new / "kiosk.toml").write_text(f'data_directory = "{tree.data}"\n')
    assert run("config", "check", str(new)) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{new}: nothing wrong (province without a version")
    assert others == ["would change:", f"  voice.volume: 30 -> 40  ({new}/province.toml:2)"]
    assert run("config", "check", str(tree.directory)) == 0
    assert capsys.readouterr().out.endswith("would change nothing\n")


def test_check_tells_all_faults_at_once(tree: Tree, run: Run, capsys: Output, tmp_path: Path) -> None:
    tree.write({})
    (tmp_path / "new.toml").write_text('[voice]\nvolume = -1\nloud = true\n[screen]\ntheme = "red"\n')
    assert run("config", "check", str(tmp_path / "new.toml")) == 2
    told = capsys.readouterr().err.splitlines()
    assert sorted(re.findall(r"line \d: [\w.]+", "\n".join(told))) == [
        "line 2: voice.volume",
        "line 3: voice.loud",
        "line 5: screen.theme",
    ]
    assert len(told) == 3


def test_check_of_what_is_in_force(tree: Tree, run: Run, capsys: Output) -> None:
    tree.write({"hall": "[voice]\nvolume = -1\n"})
    assert run("config", "check") == 2
    assert "hall.toml, line 2: voice.volume" in capsys.readouterr().err


def test_set_undo_and_history(tree: Tree, run: Run, capsys: Output) -> None:
    tree.write({"hall": '[screen]\ntheme = "contrast"\n'})
    assert run("config", "set", "screen.theme=elders", "voice.enabled=false", "--by", "S07") == 0
    assert "Takes effect at the next start of the kiosk." in capsys.readouterr().out
    assert run("config", "set", 'matters.disable=["cancellation"]', "--by", "S08") == 0
    assert run("config", "reset", "voice.enabled", "--by", "S08") == 0
    assert run("config", "undo", "--by", "S07") == 0
    assert run("config", "undo", "--by", "S07") == 0
    capsys.readouterr()
    assert run("config", "history") == 0
    assert [line[:6] + line[24:] for line in capsys.readouterr().out.splitlines()] == [
        "   5  S07   undone   matters.disable reset",
        "   4  S07   undone   voice.enabled = false",
        "   3  S08   changed  voice.enabled reset",
        '   2  S08   changed  matters.disable = ["cancellation"]',
        '   1  S07   changed  screen.theme = "elders", voice.enabled = false',
    ]
    assert run("config", "show", "--origin", "screen.theme", "voice.enabled", "matters.disable") == 0
    assert [line.split("  # ")[0] for line in capsys.readouterr().out.splitlines()] == [
        'screen.theme = "elders"',
        "matters.disable = []",
        "voice.enabled = false",
    ]
    assert run("config", "undo", "--by", "S07") == 0
    assert run("config", "undo", "--by", "S07") == 1
    assert "nothing is changed at this kiosk" in capsys.readouterr().err


def test_set_says_when_the_environment_wins(
    tree: Tree, run: Run, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SCREEN__THEME", "contrast")
    tree.write({})
    assert run("config", "set", "screen.theme=elders", "--by", "S07") == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "screen.theme has no effect as long as the environment sets it",
        "The settings in force are the same.",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("gateway.url=https://elsewhere.example", "gateway.url: is not changed at the kiosk; allowed: screen."),
        ("mode=trial", "mode: is not changed at the kiosk"),
        ('voice.player=["sh"]', "voice.player: is not changed at the kiosk"),
        ("screen.theme=red", "screen.theme: Input should be 'standard', 'elders' or 'contrast'"),
        ("screen.them=elders", "screen.them: no such key; did you mean theme?"),
        ("voice.volume=loud", "voice.volume: Input should be a valid integer"),
        ("camera.source=/home/film.mp4", "camera.source: at the kiosk it must be a device of this machine"),
        ("camera.source=/dev/shm/film.mp4", "camera.source: at the kiosk it must be a device of this machine"),
        ("printer.device=/dev/../home/slips", "printer.device: at the kiosk it must be a device of this machine"),
        ("printer.connection=serial", "printer.device must be set"),
        ("matters.disable=[]", "matters.disable: must go on naming cancellation"),
    ],
)
def test_a_change_that_is_not_allowed_changes_nothing(
    tree: Tree, run: Run, capsys: Output, change: str, reason: str
) -> None:
    tree.write({"hall": '[matters]\ndisable = ["cancellation"]\n'})
    assert (
        run("config", "set", "voice.volume=10" if "volume" not in change else "log.level=DEBUG", change, "--by", "S07")
        == 2
    )
    told = capsys.readouterr().err
    assert reason in told
    assert "local.toml" not in told
    assert not tree.local.exists()


def test_what_is_changed_is_in_the_audit_log_without_its_value(tree: Tree, run: Run, capsys: Output) -> None:
    tree.write({})
    keys = tree.directory.parent / "gateway.jwks"
    keys.write_text(GATEWAY)
    assert run("enroll", "--gateway-keys", str(keys)) == 0
    assert run("config", "set", "printer.host=192.0.2.77", "log.level=DEBUG", "--by", "S07") == 0
    assert run("config", "undo", "--by", "S08") == 0
    assert capsys.readouterr().err == ""
    noted = [(entry.event, entry.fields) for entry in entries(directory_of(tree.data))]
    changes = [fields for event, fields in noted if event == "setting_changed"]
    assert changes == [
        {"act": act, "setting": key, "number": number}
        for act, number in (("changed", "S07"), ("undone", "S08"))
        for key in ("log.level", "printer.host")
    ]
    assert "192.0.2.77" not in str(noted)


def test_before_enrolment_a_change_is_made_and_said_not_to_be_in_the_log(tree: Tree, run: Run, capsys: Output) -> None:
    tree.write({})
    assert run("config", "set", "voice.volume=10", "--by", "S07") == 0
    assert "not written into the audit log, which needs the kiosk's keys" in capsys.readouterr().err
