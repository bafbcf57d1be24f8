"""The candidates beside the queue, each made as durable as it: WAL, synchronous=FULL, a commit for each item.

What had to be set: litequeue opens with synchronous=NORMAL, under which a power cut takes the last commits away;
persist-queue leaves SQLite's default, which is FULL as long as nobody builds SQLite otherwise, and keeps pickles
unless told to serialise to JSON. Neither keeps the order of one subject while others pass by, an idempotency key that
survives until the answer, whether the first byte has left, when to try again, a sequence without a gap, or a seal.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import persistqueue
from litequeue import LiteQueue
from persistqueue.serializers import json as as_json


@dataclass(frozen=True)
class Rival:
    """``put`` n items of ``text``; ``live`` through n items: put, taken, done; ``close``."""

    put: Callable[[int], None]
    live: Callable[[int], None]
    close: Callable[[], None]


def demand_durable(connection: sqlite3.Connection) -> None:
    """The same durability as the queue's own, and SQLite's word for it."""
    connection.execute("PRAGMA synchronous=FULL")
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2


def bare(directory: Path, text: str) -> Rival:
    """SQLite alone: a table with a number and a text, and a column for each step where a life is compared."""
    connection = sqlite3.connect(directory / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    demand_durable(connection)
    connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT, state TEXT)")

    def put(n: int) -> None:
        for _ in range(n):
            connection.execute("INSERT INTO item (text) VALUES (?)", (text,))

    def live(n: int) -> None:
        put(n)
        (last,) = connection.execute("SELECT max(id) FROM item").fetchone()
        for number in range(last - n + 1, last + 1):
            connection.execute("UPDATE item SET state = 'taken' WHERE id = ?", (number,))
            connection.execute("UPDATE item SET state = 'done' WHERE id = ?", (number,))

    return Rival(put, live, connection.close)


def persist_queue(directory: Path, text: str) -> Rival:
    """persist-queue's SQLiteAckQueue: the one that keeps an item until it is acknowledged."""
    queue = persistqueue.SQLiteAckQueue(str(directory / "persist-queue"), multithreading=True, serializer=as_json)
    for connection in (queue._getter, queue._putter):
        demand_durable(connection)

    def put(n: int) -> None:
        for _ in range(n):
            queue.put(text)

    def live(n: int) -> None:
        put(n)
        for _ in range(n):
            queue.ack(id=queue.get(raw=True)["pqid"])

    return Rival(put, live, queue.close)


def lite_queue(directory: Path, text: str) -> Rival:
    """litequeue: pop locks an item, done marks it."""
    queue = LiteQueue(directory / "litequeue.db")
    demand_durable(queue.conn)

    def put(n: int) -> None:
        for _ in range(n):
            queue.put(text)

    def live(n: int) -> None:
        put(n)
        for _ in range(n):
            queue.done(queue.pop().message_id)

    return Rival(put, live, queue.conn.close)
