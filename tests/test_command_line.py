"""``kiosk`` as a shell sees it: no command ends with a traceback."""

import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from kiosk import cli
from offline_queue.store import Store
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory

KIOSK = f"{sys.executable} -m kiosk.cli"


@pytest.mark.parametrize("command", ["faults", "config show --origin"])
def test_a_reader_that_has_seen_enough_is_no_error(command: str) -> None:
    script = f"set -o pipefail; {KIOSK} {command} | true"  # which reads nothing, and is gone before anything is said
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stderr, done.returncode) == ("", 141)


def test_its_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["kiosk", "--version"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().out) == (0, f"kiosk {version('hall-kiosk')}\n")


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


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("config", "set", "screen.idle_seconds=nan", "--by", "S07"), 2, "screen.idle_seconds: Input should be"),
        (("config", "set", "matters.disable=[{a=1}]", "--by", "S07"), 2, "matters.disable[0]: Input should be"),
        (("config", "set", "card_reader.name=\udcc3", "--by", "S07"), 2, "holds what no file can hold"),
        (("queue", "show", "9" * 25, "--language", "en"), 1, "is no number"),
        (("queue", "resume", "--after", str(2**63 - 1), "--yes", "--language", "en"), 1, "is no number"),
        (("queue", "check", "--from", "9" * 25, "--language", "en"), 1, "is no number"),
        (("queue", "list", "--days", "9" * 12), 2, "a number from 0 to 36500"),
        (("enroll", "--printer", "10.0.0.9:99999"), 2, "must be HOST or HOST:PORT"),
        (("audit", "show", "--since", "yesterday"), 2, "a day or a time such as"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    words: tuple[str, ...],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data_directory = "{tmp_path}/data"\n')
    Store(tmp_path / "data" / "queue", "JN03", datetime.now(UTC)).close()
    monkeypatch.setattr("sys.argv", ["kiosk", "--config", str(file), *words])
    try:
        ended = cli.main()
    except SystemExit as refused:  # by argparse
        ended = int(str(refused.code))
    assert (ended, said in capsys.readouterr().err) == (code, True)


def test_a_code_that_is_no_text_is_no_certificate(tmp_path: Path) -> None:
    KeyDirectory(tmp_path)
    command = [sys.executable, "-m", "kiosk.cli", "verify", "-", "--keys", str(tmp_path / PUBLIC_KEYS_FILE)]
    done = subprocess.run(command, input=b"\xff\xfe\x00KC1", capture_output=True, timeout=60, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)
