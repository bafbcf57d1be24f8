"""The product as a program of its own, started by its command line and followed by its log, like any other process."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import settings
from simulator import processes

_ENROL_SECONDS = 120.0
_LOOK_AGAIN = 0.05


class KioskProgramError(Exception):
    """The kiosk's program ended, refused its configuration, or did not show what was expected in time."""


@dataclass(frozen=True)
class ShownScreen:
    """A screen that came up: the name of its prompt and where its touchable things are, in pixels of the window.

    ``signs``: letters and signs to be read on it, without header and buttons below.
    """

    name: str
    targets: Mapping[str, tuple[int, int]]
    signs: int = 0


class KioskProgram:
    """One run of the kiosk. ``log`` takes what it says; the screens it shows are read from there.

    ``hears`` is told what the face check asks for, again at each look at the screens while it stands.

    Raises:
        KioskProgramError: the configuration is one for production; the simulated hall stays away from those.
    """

    def __init__(
        self,
        configuration: Path,
        environment: Mapping[str, str],
        log: Path,
        hears: Callable[[str], object] | None = None,
    ) -> None:
        if settings.load(configuration).mode == "production":
            raise KioskProgramError(f"{configuration}: the simulated hall does not run a kiosk in production mode")
        self._configuration = configuration
        self._environment = dict(environment)
        self.log = log
        self._hears = hears
        self._hint: str | None = None
        self._read_to = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that owns the window."""
        if self._process is None:
            raise KioskProgramError("the kiosk has not been started")
        return self._process.pid

    @property
    def face_hint(self) -> str | None:
        """What the face check asks for, as far as the screens were followed; None while there is none."""
        return self._hint

    @property
    def running(self) -> bool:
        """True while the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Open the window; the screens come later."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._read_to = self.log.stat().st_size if self.log.exists() else 0
        self._hint = None
        self._process = processes.start([*self._command(), "run"], self.log, self._environment)

    def stop(self) -> None:
        """End it as a service manager does: SIGTERM, and SIGKILL for one that does not listen."""
        processes.end(self._process)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def enrol(self, gateway_keys: Path) -> Path:
        """Make the kiosk's keys with its own command; returns the file with the public key to register."""
        command = [*self._command(), "enroll", "--gateway-keys", str(gateway_keys)]
        environment = processes.complete(self._environment)
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_ENROL_SECONDS, check=False
        )
        lines = done.stdout.strip().splitlines()
        if done.returncode or not lines:
            raise KioskProgramError(f"enrolment failed ({done.returncode}): {done.stderr.strip()}")
        return Path(lines[-1])

    def new_screens(self) -> list[ShownScreen]:
        """The screens that came up since the last call; returns at once.

        Raises:
            KioskProgramError: the program has ended.
        """
        running = self.running
        shown = list(self._read_on())
        if not running and not shown:
            code = self._process.returncode if self._process else None
            raise KioskProgramError(f"the kiosk's program ended with code {code}; its log is {self.log}")
        if self._hint is not None and self._hears is not None:
            self._hears(self._hint)
        return shown

    def await_screen(self, name: str, seconds: float) -> ShownScreen:
        """Wait for a screen of that name, past any others.

        Raises:
            KioskProgramError: it did not come in that time, or the program ended.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for shown in self.new_screens():
                if shown.name == name:
                    return shown
            time.sleep(_LOOK_AGAIN)
        raise KioskProgramError(f"{name} did not come up within {seconds:g} s")

    def _read_on(self) -> Iterator[ShownScreen]:
        with self.log.open("rb") as log:
            log.seek(self._read_to)
            for line in log:
                if not line.endswith(b"\n"):
                    return
                self._read_to += len(line)
                entry = _entry(line)
                if entry.get("event") == "face_hint":
                    self._hint = str(entry.get("hint"))
                elif shown := _shown(entry):
                    self._hint = self._hint if shown.name == "LookAtCamera" else None
                    yield shown

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "kiosk.cli", "--config", str(self._configuration)]


def _entry(line: bytes) -> Mapping[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _shown(entry: Mapping[str, Any]) -> ShownScreen | None:
    if entry.get("event") != "screen_shown":
        return None
    targets = {str(name): (int(x), int(y)) for name, (x, y) in (entry.get("targets") or {}).items()}
    return ShownScreen(str(entry.get("screen")), targets, int(entry.get("signs") or 0))
