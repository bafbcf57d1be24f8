"""The queue must not grow slower with its history: the same figures with a thousand, 100,000 and a million rows."""

import statistics
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from offline_queue.files import DATABASE
from tests.bench.conftest import Tell
from tests.bench.race import percentile
from tests.bench.sized import SizedQueue, build, running

pytestmark = pytest.mark.timeout(900)

_SUBMITS = 20
_LOOKS = 10
_ROUNDS = 20


@pytest.mark.benchmark(group="queue sizes")
@pytest.mark.parametrize(
    ("sizes", "share", "what"),
    [
        ({1_000: 500, 100_000: 500, 1_000_000: 500}, 1.5, "stored, 500 of them waiting"),
        ({1_000: 1_000, 10_000: 10_000, 100_000: 100_000}, 1.5, "waiting"),
    ],
    ids=["history", "waiting"],
)
def test_sizes(
    benchmark: BenchmarkFixture, disk: Path, tell: Tell, sizes: dict[int, int], share: float, what: str
) -> None:
    """``share``: no submit may take that many times as long in the largest as in the smallest."""
    with ExitStack() as stack:
        queues: dict[int, SizedQueue] = {}
        for rows, waiting in sizes.items():
            build(disk / str(rows), rows, waiting)
            queues[rows] = stack.enter_context(running(disk / str(rows)))
        submits: dict[int, list[float]] = {rows: [] for rows in sizes}
        looks: dict[int, list[float]] = {rows: [] for rows in sizes}

        def turn() -> None:
            for rows, queue in queues.items():
                submits[rows] += queue.submit(_SUBMITS)
                looks[rows] += queue.look(_LOOKS)

        benchmark.pedantic(turn, rounds=_ROUNDS, warmup_rounds=1)
        smallest = min(sizes)
        base = statistics.median(submits[smallest])
        for rows, queue in queues.items():
            middle = statistics.median(submits[rows])
            tell(
                f"{rows:,} {what}",
                f"submit p50 {middle * 1e3:.2f} ms ({middle / base:.2f} of the smallest), "
                f"p99 {percentile(submits[rows], 99) * 1e3:.2f} ms, "
                f"tick {statistics.median(looks[rows]) * 1e3:.2f} ms, "
                f"{queue.memory():.0f} MB in memory, start {queue.opened:.2f} s, "
                f"{(disk / str(rows) / DATABASE).stat().st_size / 1e6:.0f} MB on disk",
            )
        assert statistics.median(submits[max(sizes)]) < share * base
