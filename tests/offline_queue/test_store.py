"""The queue on disk: durable, one writer, a sequence that never skips, and damage set aside whole."""

import hashlib
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from config.clock import Instant, certain
from config.faults import FaultCode
from offline_queue.checking import examine
from offline_queue.copies import resume
from offline_queue.model import Draft, QueuedTransaction, QueueError, TransactionState
from offline_queue.opening import latest_time
from offline_queue.store import Store

NOW = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def seal(draft: Draft, sequence: int) -> str:
    return f"sealed-{sequence}"


def broken_seal(draft: Draft, sequence: int) -> str:
    raise RuntimeError("no key")


def at(moment: datetime) -> Instant:
    return certain(lambda: moment)()


def draft(subject: str = "s", *, priority: int = 0, expires_at: datetime = NOW + 72 * HOUR) -> Draft:
    return Draft(uuid4(), "activation", priority, subject, NOW, expires_at, at(NOW), {"name": "张玲"})


def open_store(directory: Path, now: datetime = NOW) -> Store:
    return Store(directory, "k1", now)


def due(store: Store, now: datetime = NOW, limit: int = 9, excluding: tuple[UUID, ...] = ()) -> list[int]:
    return [row.sequence for row in store.due(at(now), HOUR, limit, excluding)]


def test_what_is_stored_is_read_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    content = draft()
    written = store.append(content, seal)
    store.close()
    again = open_store(tmp_path)
    assert again.get(content.id) == written
    assert written == QueuedTransaction(
        id=content.id,
        sequence=1,
        kind="activation",
        priority=0,
        subject="s",
        occurred_at=NOW,
        expires_at=NOW + 72 * HOUR,
        stored=at(NOW),
        state=TransactionState.PENDING,
        attempts=0,
        next_attempt_at=NOW,
        envelope="sealed-1",
        envelope_sha256=hashlib.sha256(b"sealed-1").hexdigest(),
    )
    assert again.measure(at(NOW + HOUR)).oldest == HOUR
    assert again.open_rows == 1
    again.close()


def test_durable_mode_is_really_on(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert store.connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    store.close()


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    store = open_store(tmp_path / "queue")
    store.append(draft(), seal)
    assert stat.S_IMODE((tmp_path / "queue").stat().st_mode) == 0o700
    for file in (tmp_path / "queue").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    store.close()


def test_a_failed_insert_uses_no_number(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.append(draft(), seal).sequence == 1
    with pytest.raises(RuntimeError):
        store.append(draft(), broken_seal)
    twice = draft()
    assert store.append(twice, seal).sequence == 2
    with pytest.raises(QueueError):
        store.append(twice, seal)
    assert store.append(draft(), seal).sequence == 3
    assert store.open_rows == 3
    store.close()


def test_second_writer_is_told_who_has_it(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(QueueError) as caught:
        open_store(tmp_path)
    assert caught.value.code is FaultCode.Q_LOCKED
    assert "in use by process " in caught.value.detail
    store.close()
    open_store(tmp_path).close()


def test_queue_of_another_kiosk(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with pytest.raises(QueueError) as caught:
        Store(tmp_path, "k2", NOW)
    assert caught.value.code is FaultCode.Q_UNAVAILABLE
    open_store(tmp_path).close()


def test_database_of_a_newer_program(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "queue.db")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(QueueError) as caught:
        open_store(tmp_path)
    assert (caught.value.code, "newer program" in caught.value.detail) == (FaultCode.Q_UNAVAILABLE, True)


def test_damaged_database_is_set_aside_whole_and_no_number_is_used_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for _ in range(40):
        store.append(draft(), seal)
    copies = {name: (tmp_path / name).read_bytes() for name in ("queue.db", "queue.db-wal")}
    store.close()
    damaged = bytearray(copies["queue.db"])
    damaged[0:100] = b"\x00" * 100
    files = {"queue.db": bytes(damaged), "queue.db-wal": b"x" + copies["queue.db-wal"][1:]}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    with pytest.raises(QueueError) as caught:
        open_store(tmp_path)
    assert caught.value.code is FaultCode.Q_DAMAGED
    (place,) = tmp_path.glob("damaged-*")
    assert place.name in caught.value.detail
    for name, content in files.items():
        assert (place / name).read_bytes() == content

    with pytest.raises(QueueError) as caught:  # not silently from 1 again
        open_store(tmp_path)
    assert caught.value.code is FaultCode.Q_DAMAGED
    assert resume(tmp_path, "k1", last_sequence=40) == 40
    store = open_store(tmp_path)
    assert store.append(draft(), seal).sequence == 41
    store.close()
    assert resume(tmp_path, "k1", last_sequence=0) == 41


@pytest.mark.parametrize(
    "flipped",
    [
        "id = 'g' || substr(id, 2)",
        "answer = '[}'",
        "answer = CAST(x'7bff7d' AS TEXT)",
        "expires_at = 9223372036854775807",
    ],
)
def test_a_value_that_was_never_written_is_damage_and_not_a_crash(tmp_path: Path, flipped: str) -> None:
    """The pages of such a database are sound; a kiosk that stumbles over it would start again and again."""
    store = open_store(tmp_path)
    store.append(draft(), seal)
    store.connection.execute(f"UPDATE transactions SET {flipped}")
    with pytest.raises(QueueError) as running:
        store.rows()
    assert running.value.code is FaultCode.Q_DAMAGED
    store.close()
    with pytest.raises(QueueError) as caught:
        open_store(tmp_path)
    assert (caught.value.code, "cannot be read" in caught.value.detail) == (FaultCode.Q_DAMAGED, True)
    (place,) = tmp_path.glob("damaged-*")
    assert {path.name for path in place.iterdir()} >= {"queue.db"}


def test_such_a_value_in_what_is_decided_stops_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.finish(store.append(draft(), seal).id, TransactionState.ACCEPTED, {})
    store.connection.execute("UPDATE transactions SET answer = '[}'")
    store.append(draft("another"), seal)
    store.close()
    again = open_store(tmp_path)
    assert due(again) == [2]
    again.close()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 300])
def test_other_damage_of_the_file(tmp_path: Path, content: bytes) -> None:
    open_store(tmp_path).close()
    (tmp_path / "queue.db").write_bytes(content)
    with pytest.raises(QueueError) as caught:
        open_store(tmp_path)
    assert caught.value.code is FaultCode.Q_DAMAGED


def test_database_taken_away_under_its_wal(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append(draft(), seal)
    wal = (tmp_path / "queue.db-wal").read_bytes()
    store.close()
    (tmp_path / "queue.db").unlink()
    (tmp_path / "queue.db-wal").write_bytes(wal)
    with pytest.raises(QueueError) as caught:
        open_store(tmp_path)
    assert caught.value.code is FaultCode.Q_DAMAGED


def test_half_made_database_is_made_again(tmp_path: Path) -> None:
    """A crash while the first database is made leaves it under its working name."""
    (tmp_path / "queue.new").write_bytes(b"half")
    store = open_store(tmp_path)
    assert store.append(draft(), seal).sequence == 1
    store.close()


def test_counter_behind_the_rows(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append(draft(), seal)
    store.connection.execute("UPDATE kiosk SET last_sequence = 0")
    store.close()
    with pytest.raises(QueueError) as caught:
        open_store(tmp_path)
    assert caught.value.code is FaultCode.Q_DAMAGED


def test_counter_that_the_disk_lost_is_damage_and_not_a_crash(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append(draft(), seal)
    store.connection.execute("DELETE FROM kiosk")
    store.close()
    assert latest_time(tmp_path) is None
    for read in (examine, open_store):
        with pytest.raises(QueueError) as caught:
            read(tmp_path)
        assert caught.value.code is FaultCode.Q_DAMAGED
    (place,) = tmp_path.glob("damaged-*")
    assert (place / "queue.db").exists()


def test_one_per_subject_in_order_others_pass_by(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    rows = [store.append(draft(subject), seal) for subject in "aabab"]
    assert due(store) == [1, 3]
    store.mark_sending(rows[0].id)
    assert due(store, excluding=(rows[0].id,)) == [3]
    store.postpone(rows[0].id, TransactionState.SENDING, FaultCode.NET_TIMEOUT, NOW + HOUR)
    assert due(store) == [3]
    store.finish(rows[0].id, TransactionState.REFUSED, {"reason": "x"})
    assert due(store) == [2, 3]
    assert due(store, limit=1) == [2]
    store.close()


def test_priority_before_sequence(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for subject, priority in (("a", 0), ("b", 0), ("c", 10)):
        store.append(draft(subject, priority=priority), seal)
    assert due(store) == [3, 1, 2]
    store.close()


def test_waiting_and_a_clock_put_back(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    row = store.append(draft(), seal)
    store.postpone(row.id, TransactionState.PENDING, FaultCode.NET_UNREACHABLE, NOW + HOUR / 2)
    assert due(store) == []
    assert due(store, NOW + HOUR / 2) == [1]
    assert due(store, NOW - timedelta(days=4000)) == [1]  # a wait that long was never planned
    assert store.get(row.id).problem is FaultCode.NET_UNREACHABLE
    store.close()


def test_only_network_waits_are_hastened(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for subject, problem in (("a", FaultCode.NET_UNREACHABLE), ("b", FaultCode.GW_ERROR)):
        row = store.append(draft(subject), seal)
        store.postpone(row.id, TransactionState.PENDING, problem, NOW + HOUR)
    assert store.hasten([FaultCode.NET_UNREACHABLE, FaultCode.NET_TIMEOUT], NOW) == 1
    assert due(store) == [1]
    store.close()


def test_expired_rows_stay_and_unknown_outcomes_do_not_expire(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    old = store.append(draft("a", expires_at=NOW), seal)
    sent = store.append(draft("b", expires_at=NOW), seal)
    young = store.append(draft("c"), seal)
    store.mark_sending(sent.id)
    assert store.expire(at(NOW), excluding=[old.id]) == []
    assert store.expire(at(NOW)) == [old.id]
    states = [store.get(row.id).state for row in (old, sent, young)]
    assert states == [TransactionState.EXPIRING, TransactionState.SENDING, TransactionState.PENDING]
    assert [row.sequence for row in store.rows()] == [1, 2, 3]
    assert store.open_rows == 3  # the gateway has to be told of the expired one
    store.close()


def test_a_final_row_is_never_changed(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    row = store.append(draft(), seal)
    store.finish(row.id, TransactionState.ACCEPTED, {"effective_at": "x"})
    settled = store.get(row.id)
    store.mark_sending(row.id)
    store.postpone(row.id, TransactionState.PENDING, None, NOW)
    store.finish(row.id, TransactionState.REFUSED, {})
    assert store.get(row.id) == settled
    assert store.measure(at(NOW)).waiting == store.open_rows == 0
    store.close()


def test_a_reason_of_another_version_does_not_stop_a_row(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    row = store.append(draft(), seal)
    store.close()
    connection = sqlite3.connect(tmp_path / "queue.db", isolation_level=None)
    connection.execute("UPDATE transactions SET problem = 'NET_OF_TOMORROW'")
    connection.close()
    again = open_store(tmp_path)
    assert again.get(row.id).problem is None
    assert due(again) == [row.sequence]
    again.close()
