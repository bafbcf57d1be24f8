"""Who a kiosk is: asked, checked, written into its own layer of settings, and never changed under its keys."""

import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config import settings
from kiosk import cli
from kiosk.first_boot.kiosk_file import edited
from kiosk.first_boot.steps import StepFailed
from tests.first_boot.conftest import Steps


def test_it_is_written_and_everything_else_stays(place: Path, enrol: Steps) -> None:
    code, steps = enrol("--hall", "jn", "--kiosk", "05", "--hall-name", "历下区政务服务大厅")
    assert (code, steps["identity"]["state"]) == (0, "done")
    hall = settings.load(place).hall
    assert (hall.receipt_prefix, hall.kiosk, hall.name) == ("JN05", "05", "历下区政务服务大厅")
    text = (place / "kiosk.toml").read_text("utf-8")
    for kept in (
        "# By the hall.",
        "[hall]                     # where it stands",
        'kiosk = "05"               # a number',
    ):
        assert kept in text
    again, steps = enrol("--hall", "JN", "--kiosk", "05", "--hall-name", "历下区政务服务大厅")
    assert (again, steps["identity"]["state"]) == (0, "kept")
    assert (place / "kiosk.toml").read_text("utf-8") == text


@pytest.mark.parametrize(
    ("option", "value"), [("--hall", "J"), ("--hall", "济南"), ("--kiosk", "5"), ("--kiosk", "0５")]
)
def test_what_is_not_one_changes_nothing(place: Path, enrol: Steps, option: str, value: str) -> None:
    before = (place / "kiosk.toml").read_bytes()
    code, steps = enrol(option, value)
    assert (code, steps["identity"]["state"]) == (2, "failed")
    assert (place / "kiosk.toml").read_bytes() == before


def test_a_kiosk_with_keys_keeps_its_name(place: Path, enrol: Steps, gateway_keys: Path) -> None:
    assert enrol("--gateway-keys", str(gateway_keys))[0] == 0
    before = (place / "kiosk.toml").read_bytes()
    code, steps = enrol("--kiosk", "02")
    assert (code, steps["identity"]["said"]) == (2, ["The keys here are those of JN01, not of JN02."])
    assert (place / "kiosk.toml").read_bytes() == before


@pytest.mark.parametrize("words", [("--yes",), ("--yes", "--kiosk", "05")])
def test_no_keys_are_made_for_a_kiosk_of_which_nobody_has_said_who_it_is(
    tmp_path: Path, place: Path, enrol: Steps, gateway_keys: Path, words: tuple[str, ...]
) -> None:
    text = (place / "kiosk.toml").read_text("utf-8")
    (place / "kiosk.toml").write_text(text.replace('receipt_prefix = "JN01"\n', ""), "utf-8")
    _, steps = enrol(*words, "--gateway-keys", str(gateway_keys))
    assert steps["identity"]["then"] == ["Say it: kiosk enroll --hall LETTERS --kiosk NUMBER"]
    assert not {"keys", "certificate"} & set(steps)
    assert not (tmp_path / "data" / "keys").exists()


def test_what_a_higher_layer_says_is_not_hidden(place: Path, enrol: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_HALL__KIOSK", "07")
    before = (place / "kiosk.toml").read_bytes()
    code, steps = enrol("--kiosk", "05")
    assert (code, steps["identity"]["said"]) == (2, ["A higher layer of the settings says otherwise: hall.kiosk."])
    assert (place / "kiosk.toml").read_bytes() == before


def test_a_kiosk_layer_is_begun_beside_that_of_the_hall(place: Path, enrol: Steps) -> None:
    (place / "kiosk.toml").rename(place / "hall.toml")
    assert enrol("--kiosk", "04")[1]["identity"]["state"] == "done"
    assert tomllib.loads((place / "kiosk.toml").read_text("utf-8")) == {
        "hall": {"kiosk": "04", "receipt_prefix": "JN04"}
    }
    assert settings.load(place).hall.receipt_prefix == "JN04"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '\n[hall]\nkiosk = "09"\n'),
        ('[hall]\nname = "a # b"\n', '[hall]\nkiosk = "09"\nname = "a # b"\n'),
        ("[hall]\nkiosk = '01' # it\n", '[hall]\nkiosk = "09" # it\n'),
        ('hall.kiosk = "01"\n', 'hall.kiosk = "09"\n'),
        ('[printer]\nkiosk = "01"\n[hall]\n', '[printer]\nkiosk = "01"\n[hall]\nkiosk = "09"\n'),
    ],
)
def test_one_key_changes_and_the_rest_stays_as_it_was_written(before: str, after: str) -> None:
    assert edited(before, {"hall.kiosk": "09"}) == after


@pytest.mark.parametrize(
    "text", ['hall = { kiosk = "01" }\n', '[hall]\nkiosk = """\n01"""\n', '["hall"]\nname = "x"\n']
)
def test_a_form_that_cannot_be_changed_by_line_is_left_to_people(text: str) -> None:
    with pytest.raises(StepFailed, match="by_line"):
        edited(text, {"hall.kiosk": "09"})


def test_somebody_at_the_terminal_is_asked(place: Path) -> None:
    """The real program at a real terminal: an empty line keeps what is proposed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kiosk.cli", "--config", str(place), "enroll", "--hall", "JN", "--language", "en"]
    environment = {**os.environ, "PCSCLITE_CSOCK_NAME": str(place / "no service")}
    os.write(ours, b"\n12\nno\n")
    done = subprocess.run(
        command, stdin=theirs, capture_output=True, text=True, timeout=100, check=False, env=environment
    )
    os.close(ours)
    os.close(theirs)
    assert "Number of this kiosk in the hall (now 01):" in done.stderr
    assert "This is now JN12, in: 济南市政务服务大厅." in done.stdout
    assert "Test of everything" in done.stdout
    assert (done.returncode, settings.load(place).hall.receipt_prefix) == (2, "JN12")


def test_without_a_place_for_settings_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    monkeypatch.setenv("KIOSK_DATA_DIRECTORY", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["kiosk", "enroll", "--hall", "JN", "--kiosk", "05", "--language", "en"])
    assert cli.main() == 2
    assert "Name the place: --config" in capsys.readouterr().err
