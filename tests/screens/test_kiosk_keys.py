"""No way out: keys, buttons, wheels and drags of a real X server do nothing; only SIGTERM closes the window."""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.fonts import FontSet
from tests.window import FONTS

ROOT = Path(__file__).parents[2]
KEYS = [
    "Escape", "F1", "F11", "F12", "Print", "Super_L", "Menu", "alt+F4", "alt+Tab", "alt+space", "ctrl+q", "ctrl+w",
    "ctrl+c", "ctrl+z", "ctrl+s", "ctrl+alt+Delete", "ctrl+alt+F1", "ctrl+alt+BackSpace", "ctrl+shift+Escape", "Tab",
    "Return", "space", "BackSpace", "Delete", "Home", "XF86PowerOff", "XF86Back",
]  # fmt: skip


class Trial:
    """The program, and what a person with a keyboard and a mouse could do to it."""

    def __init__(self, display: str, kivy_home: Path) -> None:
        self._environment = {**os.environ, "DISPLAY": display, "KIVY_HOME": str(kivy_home)}
        command = [sys.executable, "-m", "tests.screens.kiosk_trial", str(FONTS)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, text=True)
        self.targets: dict[str, tuple[int, int]] = {}
        self._window = ""

    def said(self) -> list[str]:
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()

    def asks(self, screen: str) -> None:
        word, name, *targets = self.said()
        assert (word, name) == ("asked", screen)
        for target in targets:
            key, place = target.split("=")
            x, y = place.split(",")
            self.targets[key] = (int(x), int(y))
        time.sleep(0.6)  # a new screen takes no touch at first

    def silent(self, seconds: float = 0.7) -> bool:
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        return not ready and self.process.poll() is None

    def do(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], check=True, env=self._environment)

    @property
    def window(self) -> str:
        if not self._window:
            search = ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)]
            found = subprocess.run(search, capture_output=True, text=True, check=True, env=self._environment)
            (self._window,) = found.stdout.split()
        return self._window

    def move(self, target: str) -> None:
        self.do("mousemove", "--window", self.window, *self.targets[target])

    def click(self, target: str, *more: object) -> None:
        self.move(target)
        self.do("click", *more, 1)


@pytest.fixture
def trial(display: str, faces: FontSet, tmp_path: Path) -> Iterator[Trial]:
    trial = Trial(display, tmp_path / "kivy")
    yield trial
    trial.process.kill()
    trial.process.wait()
    assert trial.process.stdout is not None
    trial.process.stdout.close()


def files(folder: Path) -> set[Path]:
    return {path for path in folder.iterdir() if path.suffix.lower() in {".png", ".jpg", ".bmp", ".xwd"}}


def test_no_key_leaves_answers_or_writes(trial: Trial, tmp_path: Path) -> None:
    before = files(ROOT)
    trial.asks("Invitation")
    trial.do("windowfocus", trial.window)
    trial.do("key", *KEYS)
    trial.do("type", "hello 42")
    trial.do("keydown", "alt", "key", "F4", "keyup", "alt")
    assert trial.silent()
    trial.click("start")
    assert trial.said() == ["answer", "Touched"]
    trial.asks("ChooseMatter")
    trial.do("key", *KEYS)
    trial.do("key", "Tab", "Return", "Tab", "space")
    assert trial.silent()
    assert not (tmp_path / "kivy").exists()
    assert files(ROOT) == before


def test_wheel_other_buttons_and_a_drag_do_nothing(trial: Trial) -> None:
    trial.asks("Invitation")
    trial.move("start")
    trial.do("click", 2, "click", 3, "click", 4, "click", 5, "click", 8, "click", 9)
    assert trial.silent()
    trial.click("start")
    assert trial.said() == ["answer", "Touched"]
    trial.asks("ChooseMatter")
    trial.move("activation")
    trial.do("mousedown", 1)
    time.sleep(0.1)  # Kivy tells of a press with its next frame, at the place where the pointer is by then
    trial.move("loss_report")
    trial.do("mouseup", 1)
    assert trial.silent()
    trial.move("activation")
    trial.do("mousedown", 3)
    trial.do("mouseup", 3)
    assert trial.silent()
    trial.click("loss_report")
    assert trial.said() == ["answer", "loss_report"]


def test_a_double_click_answers_once(trial: Trial) -> None:
    trial.asks("Invitation")
    x, y = trial.targets["start"]
    # Where the button of the start screen is, the next screen has none; so click where its first tile will be.
    trial.do("mousemove", "--window", trial.window, 270, 255)
    trial.do("click", "--repeat", 2, "--delay", 60, 1)
    assert trial.said() == ["answer", "Touched"]
    trial.asks("ChooseMatter")
    assert trial.silent()
    assert (x, y) != (270, 255)
    trial.click("activation", "--repeat", 2, "--delay", 60)
    assert trial.said() == ["answer", "activation"]
    trial.asks("Invitation")
    assert trial.silent()


def test_a_request_to_close_is_refused_and_sigterm_is_not(trial: Trial, display: str) -> None:
    trial.asks("Invitation")
    ask_to_close(display, int(trial.window))
    assert trial.silent(1.5)
    trial.click("start")
    assert trial.said() == ["answer", "Touched"]
    trial.asks("ChooseMatter")
    trial.process.send_signal(signal.SIGTERM)
    assert trial.said() == ["closed"]
    assert trial.process.wait(10) == 0


class _ClientMessage(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 16),  # XSendEvent copies a whole XEvent
    )


def ask_to_close(display: str, window: int) -> None:
    """Send WM_DELETE_WINDOW, as a window manager does for Alt+F4."""
    xlib = ctypes.CDLL("libX11.so.6")
    xlib.XOpenDisplay.restype = ctypes.c_void_p
    xlib.XInternAtom.restype = ctypes.c_ulong
    connection = ctypes.c_void_p(xlib.XOpenDisplay(display.encode()))
    protocols, delete = (xlib.XInternAtom(connection, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    event = _ClientMessage(type=33, window=window, message_type=protocols, format=32)
    event.data[0] = delete
    xlib.XSendEvent(connection, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
    xlib.XCloseDisplay(connection)
