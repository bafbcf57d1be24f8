"""``kiosk`` as a shell sees it: no command ends with a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import cli

KIOSK = f"{sys.executable} -m kiosk.cli"


@pytest.mark.parametrize("command", ["faults", "config show --origin"])
def test_a_reader_that_has_seen_enough_is_no_error(command: str) -> None:
    script = f"set -o pipefail; {KIOSK} {command} | true"  # which reads nothing, and is gone before anything is said
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stderr, done.returncode) == ("", 141)


def test_who_presses_ctrl_c_sees_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted(_path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kiosk.settings_desk.commands.Configuration.load", interrupted)
    monkeypatch.setattr("sys.argv", ["kiosk", "config", "show"])
    assert cli.main() == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "words", [("config", "set", "screen.theme=elders", "--by", "S07"), ("queue", "hold", "1"), ("queue", "retry", "1")]
)
def test_what_root_changes_belongs_to_the_kiosks_user(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Else the kiosk could not read its own settings, and what was done to the queue would not be in the audit log."""
    became: list[tuple[Path, list[Path]]] = []
    data = tmp_path / "data"
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data_directory = "{data}"\n')
    for module in ("queue_desk", "settings_desk"):
        monkeypatch.setattr(
            f"kiosk.{module}.commands.become_owner_of", lambda place: became.append((place, list(place.glob("*/*"))))
        )
    monkeypatch.setattr("sys.argv", ["kiosk", "--config", str(file), *words])
    assert cli.main() == (0 if words[0] == "config" else 2)
    assert became == [(data, [])], "before anything is written"
    capsys.readouterr()
