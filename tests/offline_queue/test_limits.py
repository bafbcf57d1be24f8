"""How much may wait: the limits, the warning before them, and what the staff reads in the log."""

import contextlib
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from config.faults import FaultCode
from offline_queue.inspection import Inspection
from offline_queue.limits import Gauge, Limits, Occupancy
from offline_queue.model import QueueError
from tests.offline_queue.script import LATER, Clock, Script, final, opened, submit, until

HOUR = timedelta(hours=1)
LIMITS = Limits(waiting=10, age=2 * HOUR, bytes=1_000_000, warn=0.8)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.mark.parametrize(
    ("occupancy", "share"),
    [
        (Occupancy(), 0),
        (Occupancy(waiting=5), 0.5),
        (Occupancy(waiting=5, oldest=HOUR * 1.5), 0.75),
        (Occupancy(waiting=5, oldest=None, bytes=900_000), 0.9),
    ],
)
def test_the_nearest_limit_counts(occupancy: Occupancy, share: float) -> None:
    assert LIMITS.share(occupancy) == share


def test_each_change_is_logged_once_and_nothing_flutters(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    gauge = Gauge(LIMITS)
    states = []
    for waiting in (7, 8, 9, 10, 9, 10, 9, 8, 8, 7, 8, 7, 8):
        gauge.read(Occupancy(waiting))
        states.append((gauge.nearly_full, gauge.full))
    no, warned, full = (False, False), (True, False), (True, True)
    assert states == [no, warned, warned, full, full, full, full, warned, warned, no, warned, no, warned]
    told = [(record.levelname, record.message) for record in caplog.records]
    assert told[:3] == [("WARNING", "queue_nearly_full"), ("ERROR", "queue_full"), ("INFO", "queue_open_again")]
    assert set(told[3:]) == {("WARNING", "queue_nearly_full")}


async def test_the_limit_is_exact_and_it_opens_again(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [LATER] * 10_000
    async with opened(tmp_path, script, limits=LIMITS) as queue:
        rows = [await submit(queue, str(subject)) for subject in range(10)]
        assert (queue.closed, queue.nearly_full, queue.occupancy.waiting) == (FaultCode.Q_FULL, True, 10)
        with pytest.raises(QueueError) as caught:
            await submit(queue)
        assert caught.value.code is FaultCode.Q_FULL
        assert queue.fault is None  # what waits goes on
        assert len(await queue.rows()) == 10
        script.answers.clear()
        for row in rows:
            await final(queue, row)
        await until(lambda: queue.closed is None)
        assert (await submit(queue)).sequence == 11


async def test_full_at_the_start_is_known_before_the_first_citizen(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script, sending=False) as queue:
        for subject in range(10):
            await submit(queue, str(subject))
    async with opened(tmp_path, script, limits=LIMITS, sending=False) as queue:
        assert (queue.closed, queue.pending()) == (FaultCode.Q_FULL, 10)


async def test_an_old_transaction_closes_unless_it_is_held(tmp_path: Path, script: Script) -> None:
    clock = Clock()
    script.answers["activation"] = [LATER] * 10_000
    async with opened(tmp_path, script, clock, limits=LIMITS) as queue:
        row = await submit(queue, lasts=10 * 3600)
        clock.shift = 2 * HOUR
        await until(lambda: queue.closed is FaultCode.Q_FULL)
        assert queue.occupancy.oldest is not None
        assert queue.occupancy.oldest >= 2 * HOUR
        Inspection(tmp_path).hold(row.id)
        await until(lambda: queue.closed is None)
        assert queue.occupancy == Occupancy(1, 1, None, queue.occupancy.bytes)


async def test_the_size_of_the_files_closes(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script, limits=Limits(bytes=200_000)) as queue:
        assert queue.closed is None
        with contextlib.suppress(QueueError):  # it may close between the look and the next transaction
            while queue.closed is None:
                await final(queue, await submit(queue))
        assert queue.closed is FaultCode.Q_FULL
        assert queue.occupancy.bytes >= 200_000
