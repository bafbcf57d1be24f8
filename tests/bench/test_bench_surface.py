"""How fast the screens are, beside an empty window of the same size, and whether many visits leave anything behind."""

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from config.fonts import prepare
from tests.bench.conftest import Tell
from tests.bench.race import percentile
from tests.window import FONTS

pytestmark = pytest.mark.timeout(3600)

ROOT = Path(__file__).parents[2]
_VISITS = 2_000
_STARTS = 5


def measured(kind: str, visits: int = 0) -> Any:
    command = [sys.executable, "-m", "tests.bench.surface_window", kind, str(visits)]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.benchmark(group="surface")
def test_the_surface_beside_an_empty_window(benchmark: BenchmarkFixture, display: str, tell: Tell) -> None:
    """Screens with sample prompts in the real window; the devices and the gateway have measurements of their own."""
    del display
    prepare(FONTS)
    empty = [measured("empty") for _ in range(_STARTS)]
    ours = benchmark.pedantic(lambda: measured("stage", _VISITS), rounds=1)
    _tell_start(tell, empty, ours)
    bare = [each for one in empty for each in one["frames"]]
    tell("surface: frames of an empty window, p50 and p99", f"{_ms(bare, 50)}, {_ms(bare, 99)}")
    tell("surface: a question until it is seen, p50 and p99", f"{_ms(ours['next'], 50)}, {_ms(ours['next'], 99)}")
    middles = {name: statistics.median(frames) for name, frames in ours["frames"].items()}
    slowest = max(middles, key=lambda name: middles[name])
    every = [each for frames in ours["frames"].values() for each in frames]
    tell("surface: frames of all screens, p50 and p99", f"{_ms(every, 50)}, {_ms(every, 99)}")
    ratio = middles[slowest] / statistics.median(bare)
    tell("surface: the slowest screen's frame against an empty window's", f"{ratio:.2f} ({slowest})")
    tell("surface: processor on the start screen and in an empty window, of a core (goal: below 4 %)",
         f"{ours['idle']:.1%}, {statistics.median(one['idle'] for one in empty):.1%}")  # fmt: skip
    first, later, last = ours["visits"].values()
    tell("surface: memory after 1, 100 and 2,000 visits",
         f"{first / 1e6:.0f}, {later / 1e6:.0f}, {last / 1e6:.0f} MB")  # fmt: skip
    tell("surface: after 2,000 visits against after 100 (goal: at most 1.05)", f"{last / later:.3f}")


def _tell_start(tell: Tell, empty: list[Any], ours: Any) -> None:
    bare = statistics.median(one["first"] for one in empty)
    starts = [measured("stage", 1)["first"] for _ in range(2)] + [ours["first"]]
    ratio = statistics.median(starts) / bare
    tell("surface: from the start of the process to the first screen", f"{statistics.median(starts):.2f} s")
    tell("surface: the same against an empty window", f"{ratio:.2f}")
    memory = ours["memory"] / statistics.median(one["memory"] for one in empty)
    tell("surface: memory against an empty window", f"{memory:.2f}")


def _ms(seconds: list[float], percent: int) -> str:
    return f"{percentile(seconds, percent) * 1e3:.0f} ms"
