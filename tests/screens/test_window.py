"""The real window and its loop, touched by a real pointer; and nothing drawn while nothing changes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.fonts import FontSet
from tests.window import FONTS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def trial(display: str, faces: FontSet, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "DISPLAY": display, "KIVY_HOME": str(tmp_path / "kivy")}
    command = [sys.executable, "-m", "tests.screens.window_trial", str(FONTS)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def said(trial: "subprocess.Popen[str]") -> list[str]:
    assert trial.stdout is not None
    return trial.stdout.readline().split()


def pointer(display: str, *words: object) -> None:
    subprocess.run(["xdotool", *map(str, words)], check=True, env={**os.environ, "DISPLAY": display})


def test_a_visit_by_a_real_pointer(trial: "subprocess.Popen[str]", display: str, tmp_path: Path) -> None:
    kind, frames = said(trial)
    assert kind == "idle_frames"
    assert int(frames) <= 10  # ninety if the loop drew without need
    assert said(trial) == ["ready"]
    search = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--pid", str(trial.pid)], capture_output=True, text=True, check=True
    )
    (window,) = search.stdout.split()
    pointer(display, "mousemove", "--window", window, 270, 400, "click", 3)  # the other buttons do nothing
    pointer(display, "key", "--window", window, "Escape")
    pointer(display, "key", "--window", window, "F1")
    pointer(display, "mousemove", "--window", window, 270, 400, "click", 1)
    assert said(trial) == ["answer", "Touched"]
    assert said(trial) == ["ready"]
    time.sleep(0.6)  # a new screen takes no touch at first
    pointer(display, "mousemove", "--window", window, 270, 255, "click", 1)
    assert said(trial) == ["answer", "activation"]
    assert said(trial) == ["closed"]
    assert trial.wait(10) == 0
    assert not (tmp_path / "kivy").exists()
