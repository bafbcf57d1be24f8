"""Keeping the files small at quiet moments, while citizens go on."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from config.clock import Instant
from config.faults import FaultCode
from offline_queue.connections import connected
from offline_queue.housekeeping import Housekeeping
from offline_queue.limits import Limits
from offline_queue.model import SET_ASIDE, Draft, QueuedTransaction, TransactionState
from offline_queue.store import Store
from tests.offline_queue.script import Clock, Script, final, opened, submit, until

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEEP = 10 * DAY


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path, "k1", NOW)
    yield store
    store.close()


def at(days: float, *, sure: bool = True) -> Instant:
    return Instant(NOW + days * DAY, sure, "b1", 1000 + days * 86400)


def stored(store: Store, days: float, *, sure: bool = True, size: int = 10) -> QueuedTransaction:
    made = at(days, sure=sure)
    draft = Draft(uuid4(), "activation", 0, "s", made.time, made.time + 3 * DAY, made, {})
    return store.append(draft, lambda _draft, _sequence: "e" * size)


def accepted(store: Store, days: float, *, sure: bool = True, size: int = 10) -> QueuedTransaction:
    row = stored(store, days, sure=sure, size=size)
    store.finish(row.id, TransactionState.ACCEPTED, {})
    return row


def keep_house(store: Store, instant: Instant, steps: int = 20) -> list[int]:
    housekeeping = Housekeeping(store, KEEP)
    for _ in range(steps):
        housekeeping.step(instant)
    return [row.sequence for row in store.rows(limit=10_000)]


def test_what_is_decided_and_old_goes_and_what_only_the_kiosk_knows_stays(store: Store) -> None:
    ends = [
        (TransactionState.ACCEPTED, {}, None),
        (TransactionState.REFUSED, {"reason": "card_already_active"}, None),
        (TransactionState.SUPERSEDED, {}, None),
        (TransactionState.REFUSED, {"reason": SET_ASIDE}, FaultCode.GW_REJECTED),
        (TransactionState.EXPIRED, {"reason": "expired"}, None),
        (TransactionState.ACCEPTED, {}, FaultCode.GW_UNEXPECTED),  # to a withdrawal
    ]
    for state, answer, problem in ends:
        row = stored(store, 0)
        store.finish(row.id, state, answer, problem)
    stored(store, 0)  # waits still
    old = stored(store, 0)
    store.expire(at(9), excluding=[row.id for row in store.rows() if row.id != old.id])
    accepted(store, 5)
    assert keep_house(store, at(9)) == list(range(1, 10))
    assert keep_house(store, at(11)) == [4, 5, 6, 7, 8, 9]
    assert store.get(old.id).state is TransactionState.EXPIRING


def test_the_highest_number_stays_whatever_its_age(store: Store) -> None:
    for _ in range(3):
        accepted(store, 0)
    assert keep_house(store, at(100)) == [3]
    assert stored(store, 100).sequence == 4


def test_only_sure_times_make_anything_old(store: Store) -> None:
    accepted(store, -20_000, sure=False)  # a wall clock in 1971
    assert keep_house(store, at(0)) == [1]
    accepted(store, 0)
    accepted(store, 1)
    assert keep_house(store, at(9)) == [1, 2, 3]
    assert keep_house(store, at(20_000, sure=False)) == [1, 2, 3]
    # What was stored before something that is certainly old is older than that.
    assert keep_house(store, at(10.5)) == [3]


def test_many_unsure_rows_before_an_old_one(store: Store) -> None:
    with store._transaction() as connection:
        for number in range(1, 501):
            values = (number, str(uuid4()))
            connection.execute(
                "INSERT INTO transactions VALUES (?, ?, 'k', 0, 's', 0, 0, 0, 0, '', 0, 'accepted', 1, 0, NULL, "
                "'{}', '', '', 0)",
                values,
            )
        connection.execute("UPDATE kiosk SET last_sequence = 500")
    accepted(store, 0)
    accepted(store, 30)
    assert keep_house(store, at(30)) == [502]


def test_the_file_shrinks_and_the_log_is_emptied(store: Store, tmp_path: Path) -> None:
    for _ in range(300):
        row = stored(store, 0, size=4000)
        store.finish(row.id, TransactionState.REFUSED, {"reason": "no"})
    accepted(store, 0)
    housekeeping = Housekeeping(store, KEEP)
    housekeeping._delete_some(at(0))
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before = (tmp_path / "queue.db").stat().st_size
    used = store.measure(at(0)).bytes
    assert before > 1_000_000
    for second in range(40):
        housekeeping.step(at(11 + second / 86400))
    assert (tmp_path / "queue.db").stat().st_size < before / 3
    assert (tmp_path / "queue.db-wal").stat().st_size == 0
    assert store.measure(at(0)).bytes < used / 3


def test_free_pages_count_as_room(store: Store) -> None:
    for _ in range(100):
        stored(store, 0, size=4000)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before = store.measure(at(0)).bytes
    store.delete(range(1, 90))
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert store.measure(at(0)).bytes < before - 300_000


def test_a_reader_does_not_make_anybody_wait(store: Store, tmp_path: Path) -> None:
    accepted(store, 0)
    housekeeping = Housekeeping(store, KEEP)
    housekeeping.step(at(0))
    with connected(tmp_path / "queue.db", "ro") as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM kiosk").fetchall()
        accepted(store, 0)
        begun = time.monotonic()
        for second in range(0, 60, 5):
            housekeeping.step(at(second / 86400))
        assert time.monotonic() - begun < 3  # less than the five seconds that a change waits for a lock
    assert store.connection.execute("PRAGMA busy_timeout").fetchone()[0] == 5000


def test_the_time_is_written_down_once_it_is_sure(store: Store) -> None:
    stored(store, 9000, sure=False)  # a wall clock in 2050
    Housekeeping(store, KEEP).step(at(1, sure=False))
    assert store.connection.execute("SELECT latest FROM kiosk").fetchone()[0] > 2_500_000_000_000_000
    Housekeeping(store, KEEP).step(at(1))
    (latest,) = store.connection.execute("SELECT latest FROM kiosk").fetchone()
    assert latest == (NOW + DAY).timestamp() * 1_000_000


async def test_citizens_go_on_while_the_house_is_kept(tmp_path: Path) -> None:
    script, clock = Script(), Clock()
    async with opened(tmp_path, script, clock, limits=Limits(keep=DAY)) as queue:
        for _ in range(3):
            for row in await asyncio.gather(*(submit(queue, str(number)) for number in range(100))):
                await final(queue, row)
        clock.shift = 2 * DAY
        told = []
        while (await queue.rows())[0].sequence < 201:
            told.append(await final(queue, await submit(queue)))
        assert {row.state for row in told} <= {TransactionState.ACCEPTED}
        await until(lambda: queue.fault is None)
        assert (await submit(queue)).sequence == 301 + len(told)
