"""``kiosk`` as somebody types it, with its settings and data in a folder of the test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk import cli
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory

Command = Callable[..., tuple[int, str]]
Steps = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def gateway_keys(tmp_path: Path) -> Path:
    KeyDirectory(tmp_path / "gateway")
    return tmp_path / "gateway" / PUBLIC_KEYS_FILE


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of the settings: that of a kiosk whose gateway is asked over TLS."""
    keys = tmp_path / "data" / "keys"
    folder = tmp_path / "settings"
    folder.mkdir()
    (folder / "kiosk.toml").write_text(
        f"""# By the hall.
data_directory = "{tmp_path}/data"

[hall]                     # where it stands
kiosk = "01"               # a number
receipt_prefix = "JN01"

[gateway]
url = "https://127.0.0.1:9"
ca_file = "{keys}/gateway-ca.pem"
client_certificate = "{keys}/line.pem"
client_key = "{keys}/line.key"
""",
        "utf-8",
    )
    return folder


@pytest.fixture
def kiosk(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Exit code, and what it says; the settings are those of ``place``."""

    def run(*words: str, config: Path = place) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["kiosk", "--config", str(config), *words])
        monkeypatch.setattr("kiosk.logs.set_up", lambda _level: None)
        code = cli.main()
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def enrol(kiosk: Command) -> Steps:
    """``kiosk enroll --json``: exit code, and each step by name."""

    def run(*words: str, **place: Path) -> tuple[int, dict[str, dict[str, Any]]]:
        code, said = kiosk("enroll", "--json", "--language", "en", *words, **place)
        told = json.loads(said)
        assert told["exit_code"] == code
        return code, {**{each["step"]: each for each in told["steps"]}, "tests": told["tests"]}

    return run
