"""Plays the demo: opens the hall, lets the citizen do her visit, keeps what came of it, and judges it."""

import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from config.settings import ConfigurationError
from simulator.citizen import Citizen, CitizenError
from simulator.demo.activation import CITIZEN, STEPS
from simulator.demo.checks import CheckError, Evidence, check
from simulator.desktop import Desktop, DesktopError, Size
from simulator.hall import Hall
from simulator.kiosk_program import KioskProgramError

_WHOLE_SECONDS = 900  # for a slow machine; a usual one takes less than one minute
_WINDOW_SECONDS = 120.0


class DemoError(Exception):
    """The demo as a whole did not come to its end."""


_FAILURES = (
    CitizenError,
    DemoError,
    CheckError,
    DesktopError,
    KioskProgramError,
    ConfigurationError,
    RuntimeError,
    OSError,
)


class Report:
    """Prints each step with the time since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def step(self, subject: str, text: str) -> None:
        """One aligned line."""
        print(f"{time.monotonic() - self._began:8.1f} s   {subject:<16}  {text}", flush=True)


def demo(output: Path) -> int:
    """Play the visit; what came of it goes to ``output``. Returns 0, or 1 with the reason on standard error."""
    print(f"One visit at the simulated hall: {CITIZEN.name} activates her social security card.\n", flush=True)
    directory = Path(tempfile.mkdtemp(prefix="simulated-hall-"))
    try:
        _clear(output)
        with _time_limit():
            evidence = _play(output, directory)
        print()
        for found in check(evidence):
            print(f"  ok   {found}")
    except _FAILURES as error:
        print(f"\nThe demo failed: {error}", file=sys.stderr)
        print(f"Logs: {output / 'kiosk.log'}, {directory}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    shutil.rmtree(directory)
    print(f"\nAll is as it must be. See {output.absolute()}:")
    print("  " + "\n  ".join(sorted(path.name for path in output.iterdir())))
    return 0


def _clear(output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    for stale in (*output.glob("[0-9][0-9]-*.png"), *(output / name for name in ("slip.png", "kiosk.log"))):
        stale.unlink(missing_ok=True)
    (output / "gateway-record.json").unlink(missing_ok=True)


@contextmanager
def _time_limit() -> Iterator[None]:
    """Whatever hangs, hangs no longer than this."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise DemoError(f"it took longer than {_WHOLE_SECONDS} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(_WHOLE_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _play(output: Path, directory: Path) -> Evidence:
    report = Report()
    with ExitStack() as stack:
        desktop = stack.enter_context(Desktop(directory, touched=True))
        size = f"{desktop.window.width} x {desktop.window.height}"
        report.step("screen", f"{'virtual' if desktop.virtual else 'real'}, {desktop.display}, window {size}")
        hall = stack.enter_context(Hall(directory))
        report.step("hall", "card reader, ID reader, camera, printer and gateway are up")
        hall.write_configuration(desktop.window)
        report.step("kiosk", f"enrolled at the gateway as {hall.enrol_kiosk()}")
        kiosk = hall.kiosk(output / "kiosk.log", desktop.environment)
        stack.callback(kiosk.stop)
        kiosk.start()
        desktop.await_window(kiosk.pid, _WINDOW_SECONDS)
        report.step("kiosk", "the window is open")
        Citizen(kiosk, desktop, hall, report.step).visit(STEPS, output)
        return _keep(hall, output, desktop.window)


def _keep(hall: Hall, output: Path, window: Size) -> Evidence:
    """Write the slip and the gateway's record down."""
    papers = tuple(hall.take_paper())
    for paper in papers[-1:]:
        (output / "slip.png").write_bytes(paper.png)
    view = hall.snapshot().gateway
    record = json.dumps(asdict(view), ensure_ascii=False, indent=2)
    (output / "gateway-record.json").write_text(record + "\n", encoding="utf-8")
    pictures = tuple(sorted(output.glob("[0-9][0-9]-*.png")))
    return Evidence(view, papers, pictures, window, output / "kiosk.log")
