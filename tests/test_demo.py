"""The demo itself: one whole visit by real touches on a virtual screen, and what a failed one says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image


def _demo(output: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulator", "demo", "--output", str(output)]
    inherited = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    return subprocess.run(command, env=inherited | environment, capture_output=True, text=True, check=False)


@pytest.mark.timeout(900)
def test_the_whole_visit(tmp_path: Path) -> None:
    done = _demo(tmp_path)
    assert done.returncode == 0, done.stderr + (tmp_path / "kiosk.log").read_text()
    record = json.loads((tmp_path / "gateway-record.json").read_text())
    assert [(each["kind"], each["holder"], each["result"]) for each in record["transactions"]] == [
        ("activation", "张玲", "accepted")
    ]
    pictures = sorted(path.name for path in tmp_path.glob("[0-9][0-9]-*.png"))
    assert pictures[0] == "01-invitation.png"
    assert len(pictures) >= 9
    with Image.open(tmp_path / "slip.png") as slip:
        assert slip.width == 576


@pytest.mark.timeout(300)
def test_a_kiosk_that_does_not_start_is_a_failed_demo(tmp_path: Path) -> None:
    done = _demo(tmp_path / "output", KIOSK_SCREEN__WIDTH="5", TMPDIR=str(tmp_path))
    assert done.returncode == 1
    assert "The demo failed" in done.stderr
    assert "KIOSK_SCREEN__WIDTH" in done.stderr
