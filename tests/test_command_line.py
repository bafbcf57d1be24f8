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
