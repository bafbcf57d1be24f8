"""The screen on which the kiosk's window stands: a real one, else a virtual one (Xvfb), and a finger for it."""

import os
import select
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image, ImageGrab

from simulator import processes

_START_SECONDS = 30.0
_END_SECONDS = 1.0  # x11vnc may wait for ever on a screen that is going, and keeps nothing
_TOUCH_SECONDS = 0.08  # a finger rests that long
_NOVNC = Path("/usr/share/novnc")
_SHARE_OF_SCREEN = 0.9  # what a window may take of a real screen, beside panels and title bars


class DesktopError(Exception):
    """There is no screen, or something on it did not happen in time; the message says what to install or look at."""


@dataclass(frozen=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def within(self, other: "Size") -> "Size":
        """The largest size of the same proportions, at most this one, that fits into ``other``."""
        share = min(1.0, other.width / self.width, other.height / self.height)
        return Size(int(self.width * share), int(self.height * share))


PORTRAIT = Size(1080, 1920)
LANDSCAPE = Size(1920, 1080)


class Desktop:
    """A screen for the kiosk. Use as a context manager.

    ``touched``: a program is going to touch it. A Wayland session lets no program do that, and would show it black
    pictures, so that a virtual screen is taken there.
    """

    def __init__(self, directory: Path, *, touched: bool, wanted: Size = PORTRAIT) -> None:
        self._directory = directory
        self._wanted = wanted
        self.processes: list[subprocess.Popen[bytes]] = []  # what was started, in that order
        self.virtual = not _real_screen(touched=touched)
        self.display = os.environ.get("DISPLAY", "")

    def __enter__(self) -> Self:
        try:
            if self.virtual:
                self.display = self._start_virtual_screen()
            self.window = self._window_size()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End what was started."""
        while self.processes:
            processes.end(self.processes.pop(), _END_SECONDS)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to open its window here."""
        return {"DISPLAY": self.display}

    def touch(self, pid: int, x: int, y: int) -> None:
        """Touch the window of process ``pid`` at a pixel counted from its top left corner."""
        self._xdotool(
            # Not --sync: it waits for 15 s where the pointer is at that place already.
            *("mousemove", "--window", self._window_of(pid), str(x), str(y), "sleep", str(_TOUCH_SECONDS)),
            *("mousedown", "1", "sleep", str(_TOUCH_SECONDS), "mouseup", "1"),
        )

    def await_window(self, pid: int, seconds: float) -> None:
        """Wait until process ``pid`` shows a window.

        Raises:
            DesktopError: it did not in that time.
        """
        deadline = time.monotonic() + seconds
        while not self._windows_of(pid):
            if time.monotonic() > deadline:
                raise DesktopError(f"no window came up within {seconds:g} s")
            time.sleep(0.2)

    def picture(self, pid: int) -> Image.Image:
        """The window of process ``pid`` as it is on the screen now."""
        answer = self._xdotool("getwindowgeometry", "--shell", self._window_of(pid))
        at = {key: int(value) for key, _, value in (line.partition("=") for line in answer.split())}
        box = (at["X"], at["Y"], at["X"] + at["WIDTH"], at["Y"] + at["HEIGHT"])
        return ImageGrab.grab(bbox=box, xdisplay=self.display).convert("RGB")

    def share(self) -> str:
        """Offer the screen in a browser on this machine; returns the address."""
        vnc, web = _two_free_ports()
        self._start(
            *("x11vnc", "-display", self.display, "-localhost", "-rfbport", str(vnc), "-forever", "-shared"),
            *("-nopw", "-quiet", "-noxdamage"),
        )
        self._start("websockify", "--web", _NOVNC, f"127.0.0.1:{web}", f"127.0.0.1:{vnc}")
        for port in (vnc, web):
            _await_port(port)
        return f"http://127.0.0.1:{web}/vnc.html?autoconnect=1&resize=scale"

    def _start_virtual_screen(self) -> str:
        read, write = os.pipe()
        try:
            screen = f"{self._wanted.width}x{self._wanted.height}x24"
            self._start(
                *("Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"),
                pass_fds=(write,),
            )
            os.close(write)
            write = -1
            return f":{_read_number(read)}"
        finally:
            os.close(read)
            if write >= 0:
                os.close(write)

    def _window_size(self) -> Size:
        if self.virtual:
            return self._wanted
        width, height = map(int, self._xdotool("getdisplaygeometry").split())
        return self._wanted.within(Size(int(width * _SHARE_OF_SCREEN), int(height * _SHARE_OF_SCREEN)))

    def _start(self, *command: str | Path, pass_fds: tuple[int, ...] = ()) -> None:
        program = str(command[0])
        if shutil.which(program) is None:
            raise DesktopError(f"{program} is missing; `make setup` installs it")
        log = self._directory / f"{program}.log"
        self.processes.append(processes.start(command, log, {"DISPLAY": self.display}, pass_fds))

    def _windows_of(self, pid: int) -> list[str]:
        command = ["xdotool", "search", "--onlyvisible", "--pid", str(pid)]
        found = subprocess.run(command, env=self._own_environment(), capture_output=True, text=True, check=False)
        return found.stdout.split()

    def _window_of(self, pid: int) -> str:
        windows = self._windows_of(pid)
        if not windows:
            raise DesktopError("the window is gone")
        return windows[-1]

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._own_environment(),
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
        if done.returncode:
            raise DesktopError(f"xdotool {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    def _own_environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


def _real_screen(*, touched: bool) -> bool:
    here = os.environ
    return bool(here.get("DISPLAY")) and not here.get("CI") and not (touched and here.get("WAYLAND_DISPLAY"))


def _read_number(descriptor: int) -> int:
    """The display number that Xvfb writes once it is ready to be used."""
    text = b""
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], _START_SECONDS)
        part = os.read(descriptor, 64) if ready else b""
        if not part:
            raise DesktopError("Xvfb did not start; see Xvfb.log")
        text += part
    return int(text)


def _two_free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def _await_port(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise DesktopError(f"nothing listens on port {port}") from None
            time.sleep(0.1)
        else:
            return
