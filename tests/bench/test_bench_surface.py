"""How fast the screens are, beside an empty window of the same size, and whether many visits leave anything behind."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from config.fonts import prepare
from kiosk import enrolment
from simulator.hall import Hall
from simulator.printer import SimulatedPrinter
from tests.bench.conftest import Tell
from tests.bench.race import percentile
from tests.bench.surface_frames import Own, since_start
from tests.fleet.gateway import GatewayProcess
from tests.window import FONTS

pytestmark = [pytest.mark.timeout(2400), pytest.mark.benchmark(group="surface")]

ROOT = Path(__file__).parents[2]
_VISITS = 2_000
_STARTS = 3
_START_SECONDS = 120.0
_SETTLES_SECONDS = 8.0  # the face process has loaded its models, the first looks at devices and gateway are over
_IDLE_SECONDS = 15.0


def measured(*work: str, limit: float) -> Any:
    """What a window of its own has measured; one that hangs ends itself before ``limit``, in seconds."""
    module = "tests.bench.surface_window" if work else "tests.bench.surface_empty"
    command = [sys.executable, "-m", module, *work]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=limit)
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def empty(display: str) -> Any:
    """An empty window, the baseline, several times."""
    del display
    prepare(FONTS)
    return [measured(limit=200) for _ in range(_STARTS)]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with Hall(tmp_path) as hall:
        hall.write_configuration()
        hall.enrol_kiosk()
        yield hall


def test_the_start_and_the_rest_of_the_kiosk(
    benchmark: BenchmarkFixture, display: str, hall: Hall, empty: Any, tell: Tell
) -> None:
    """The whole program, all devices and the gateway there: until the start screen can be touched, and after that."""
    starts, shares = [], []

    def start() -> None:
        kiosk = hall.kiosk(hall.directory / "kiosk.log", {"DISPLAY": display})
        kiosk.start()
        try:
            kiosk.await_screen("Invitation", _START_SECONDS)
            starts.append(since_start(kiosk.pid))
            time.sleep(_SETTLES_SECONDS)
            used = Own(kiosk.pid)
            time.sleep(_IDLE_SECONDS)
            shares.append(used.share())
        finally:
            kiosk.stop()

    benchmark.pedantic(start, rounds=_STARTS)
    bare, ours = _median(empty, "first"), statistics.median(starts)
    tell("surface: start of the program to the first screen that can be touched", f"{ours:.2f} s")
    tell("surface: the same against an empty window's first frame", f"{ours / bare:.2f} ({bare:.2f} s)")
    tell("surface: processor at rest, of a core (goal: below 4 %)", f"{statistics.median(shares):.1%}")
    tell("surface: the same of an empty window", f"{_median(empty, 'idle'):.1%}")


def test_touches_and_frames(benchmark: BenchmarkFixture, empty: Any, tell: Tell) -> None:
    """Every sample of the gallery, in the real window and its loop."""
    ours = benchmark.pedantic(lambda: measured("screens", limit=700), rounds=1)
    assert len(ours["next"]) > 20
    tell(f"surface: touch to the next screen, {len(ours['next'])} touches, p50 and p99", _two(ours["next"]))
    tell("surface: touch to feedback, p50 and p99", _two(ours["feedback"]))
    frames = [float(count) for count in ours["feedback_frames"]]
    tell("surface: touch to feedback in frames, median and most", f"{statistics.median(frames):.0f}, {max(frames):.0f}")
    bare = [each for one in empty for each in one["frames"]]
    every = [each for frames in ours["frames"].values() for each in frames]
    tell("surface: between frames of an empty window, p50 and p99", _two(bare))
    tell("surface: between frames of all screens, p50 and p99", _two(every))
    for percent in (50, 99):
        ratio = percentile(every, percent) / percentile(bare, percent)
        tell(f"surface: frames of all screens against an empty window, p{percent}", f"{ratio:.2f}")
    middles = {name: statistics.median(frames) for name, frames in ours["frames"].items()}
    slowest = max(middles, key=lambda name: middles[name])
    ratio = middles[slowest] / statistics.median(bare)
    tell("surface: the slowest screen against an empty window, p50", f"{ratio:.2f} ({slowest})")


def test_frames_while_printer_and_queue_work(benchmark: BenchmarkFixture, display: str, disk: Path, tell: Tell) -> None:
    """A slip drawn, printed and cut again and again; transactions sealed, stored and delivered. The camera: face."""
    del display
    prepare(FONTS)
    with SimulatedPrinter() as printer, GatewayProcess(disk / "gateway") as gateway:
        gateway.start()
        gateway.books.register(enrolment.create(disk / "keys", "surface"))
        enrolment.trust_gateway(disk / "keys", gateway.books.public_keys_file.read_text("ascii"))
        work = ("load", str(printer.port), gateway.url, str(disk / "keys"))
        ours = benchmark.pedantic(lambda: measured(*work, limit=500), rounds=1)
    assert min(ours["printer"]["done"], ours["queue"]["done"]) > 0
    idle = ours["idle"]["frames"]
    tell("surface: between frames, nothing going on, p50 and p99", _two(idle))
    for name in ("printer", "queue"):
        busy, done = ours[name]["frames"], ours[name]["done"]
        tell(f"surface: between frames while the {name} works, p50 and p99", f"{_two(busy)} ({done} done)")
        ratio = percentile(busy, 99) / percentile(idle, 99)
        tell(f"surface: p99 while the {name} works against nothing going on (goal: at most 1.5)", f"{ratio:.2f}")


def test_memory_of_many_visits(benchmark: BenchmarkFixture, display: str, tell: Tell) -> None:
    """Flat from 100 to 2,000 visits, within 5 %."""
    del display
    prepare(FONTS)
    ours = benchmark.pedantic(lambda: measured("visits", str(_VISITS), limit=2300), rounds=1)
    memory = {int(visits): size for visits, size in ours["memory"].items()}
    told = ", ".join(f"{size / 1e6:.0f} MB" for size in memory.values())
    tell(f"surface: memory after {', '.join(f'{visits:,}' for visits in memory)} visits", told)
    tell("surface: after 2,000 visits against after 100 (goal: at most 1.05)", f"{memory[_VISITS] / memory[100]:.3f}")
    assert memory[_VISITS] <= 1.05 * memory[100]


def _median(runs: list[Any], what: str) -> float:
    return statistics.median(one[what] for one in runs)


def _two(seconds: list[float]) -> str:
    return f"{percentile(seconds, 50) * 1e3:.0f} ms, {percentile(seconds, 99) * 1e3:.0f} ms"
