"""What the audit log costs: the loop that notes a step, beside the step written durably there and then."""

import asyncio
import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from kiosk.audit.files import AuditFiles
from kiosk.audit.log import Event
from tests.audit.trail import KEY, drafts, new_log
from tests.bench.conftest import Run, Tell
from tests.bench.race import percentile

pytestmark = pytest.mark.timeout(300)

_STEPS = 2_000
_PAUSE = 0.001  # a visit's steps do not come in one heap: the thread writes between them


@pytest.mark.benchmark(group="audit")
def test_a_noted_step_against_a_written_one(disk: Path, run: Run, tell: Tell, benchmark: BenchmarkFixture) -> None:
    noted = run(_noted(disk / "noted"))
    files = AuditFiles(disk / "written", KEY)
    (draft,) = drafts(1)
    benchmark.pedantic(files.append, ([draft],), rounds=_STEPS // 4)
    middle, worst, written = percentile(noted, 50), percentile(noted, 99), benchmark.stats.stats.median
    tell("audit: a step noted by the loop, p50 and p99", f"{middle * 1e6:.0f} µs, {worst * 1e6:.0f} µs")
    tell("audit: a step written, durable and signed", f"{written * 1e6:,.0f} µs, {written / middle:.0f} times as long")


async def _noted(directory: Path) -> list[float]:
    log = new_log(directory)
    took = []
    for _ in range(_STEPS):
        before = time.perf_counter()
        log.note(Event.ANSWERED, question="contact.mobile.question")
        took.append(time.perf_counter() - before)
        await asyncio.sleep(_PAUSE)
    await log.close()
    return took
