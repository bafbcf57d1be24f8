"""The virtual screen: a real window on it, a real touch, a picture, and the way into it from a browser."""

import socket
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from simulator import processes
from simulator.desktop import Desktop, DesktopError, Size

_WINDOW = """
import os
os.environ.update(KIVY_NO_ARGS="1", KIVY_NO_CONFIG="1", KIVY_NO_CONSOLELOG="1")
from kivy.config import Config
for key, value in {"width": 400, "height": 600, "position": "custom", "left": 0, "top": 0}.items():
    Config.set("graphics", key, str(value))
from kivy.app import App
from kivy.uix.button import Button
class Window(App):
    def build(self):
        button = Button(text="1", background_normal="", background_color=(0, 0.4, 0.8, 1))
        button.bind(on_release=lambda *_: print("touched", *button.last_touch.pos, flush=True))
        return button
Window().run()
"""


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    monkeypatch.delenv("DISPLAY", raising=False)
    with Desktop(tmp_path, touched=True, wanted=Size(400, 600)) as desktop:
        yield desktop


def test_a_window_is_touched_and_pictured(desktop: Desktop, tmp_path: Path) -> None:
    log = tmp_path / "window.log"
    program = tmp_path / "window.py"
    program.write_text(_WINDOW)
    window = processes.start([sys.executable, program], log, desktop.environment)
    try:
        desktop.await_window(window.pid, 60)
        deadline = time.monotonic() + 60
        while "touched" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            desktop.touch(window.pid, 100, 150)
            time.sleep(0.3)
        assert "touched 100.0 449.0" in log.read_text()  # Kivy counts from below
        picture = desktop.picture(window.pid)
    finally:
        processes.end(window)
    assert picture.size == (400, 600)
    assert picture.getpixel((20, 20)) == pytest.approx((0, 102, 204), abs=60)
    with pytest.raises(DesktopError, match="gone"):
        desktop.touch(window.pid, 1, 1)


def test_the_screen_is_offered_to_a_browser(desktop: Desktop) -> None:
    address = urllib.parse.urlsplit(desktop.share())
    assert "noVNC" in requests.get(address.geturl(), timeout=10).text
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=10) as line:
        line.sendall(
            b"GET /websockify HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            b"Sec-WebSocket-Protocol: binary\r\n\r\n"
        )
        received = b""
        while b"RFB 003" not in received:
            part = line.recv(4096)
            assert part, received
            received += part


@pytest.mark.usefixtures("no_screen")
def test_everything_is_ended(tmp_path: Path) -> None:
    desktop = Desktop(tmp_path, touched=True)
    with desktop:
        desktop.share()
        started = list(desktop.processes)
        assert [process.poll() for process in started] == [None, None, None]
    assert None not in [process.poll() for process in started]


def test_a_window_that_never_comes_is_said(desktop: Desktop) -> None:
    with pytest.raises(DesktopError, match="no window"):
        desktop.await_window(1, 0.1)


@pytest.mark.parametrize(
    ("environment", "touched", "virtual"),
    [
        ({"DISPLAY": ":7"}, True, False),
        ({"DISPLAY": ":7", "CI": "1"}, True, True),
        ({"DISPLAY": ":7", "WAYLAND_DISPLAY": "wayland-0"}, True, True),
        ({"DISPLAY": ":7", "WAYLAND_DISPLAY": "wayland-0"}, False, False),
        ({}, False, True),
    ],
)
def test_which_screen_is_taken(
    environment: dict[str, str], touched: bool, virtual: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "CI", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Desktop(tmp_path, touched=touched).virtual is virtual


def test_a_window_fits_a_smaller_screen() -> None:
    assert Size(1080, 1920).within(Size(1920, 960)) == Size(540, 960)
    assert Size(1080, 1920).within(Size(4000, 4000)) == Size(1080, 1920)
