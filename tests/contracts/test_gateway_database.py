"""The gateway's database file, and where several threads meet in it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from simulator.gateway.database import AnotherRelease
from simulator.gateway.models import Transaction, UsedSignature
from simulator.gateway.server import GatewayServer
from simulator.gateway.signatures import FRESH
from tests.contracts.caller import Caller, problem


def test_a_database_of_another_release_is_left_as_it_is(tmp_path: Path) -> None:
    GatewayServer(tmp_path).close()
    with sqlite3.connect(tmp_path / "gateway.db") as database:
        database.execute('ALTER TABLE "transaction" DROP COLUMN clock_trust')
    database.close()
    with pytest.raises(AnotherRelease, match=r"transaction has no \['clock_trust'\]"):
        GatewayServer(tmp_path)


def test_the_same_key_by_many_threads_at_once(caller: Caller) -> None:
    key = uuid4()
    content = caller.submission(key, 1)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: caller.submit(key, content), range(8)))
    decided = [answer for answer in answers if answer.status_code == 200]
    for answer in answers:
        if answer not in decided:
            assert problem(answer) == (409, "in_progress")
            assert answer.headers["Retry-After"] == "1"
    assert len({answer.text for answer in decided}) == 1
    assert [row.times_received for row in caller.rows(Transaction)] == [len(decided)]


def test_a_key_is_known_for_ever(caller: Caller) -> None:
    """Most servers forget theirs after a day; a kiosk may be off line for longer."""
    key = uuid4()
    content = caller.submission(key, 1)
    first = caller.submit(key, content).json()
    for days in (2, 400, 4000):
        caller.live_in(caller.now + days * 288 * FRESH)
        assert caller.submit(key, content).json() == first
        assert caller.get(f"/v1/transactions/{key}").json() == first


def test_used_signatures_are_forgotten_when_they_are_stale(caller: Caller) -> None:
    for _ in range(3):
        assert caller.get("/v1/kiosk").status_code == 200
    assert len(caller.rows(UsedSignature)) == 3
    caller.live_in(caller.now + 3 * FRESH)
    assert caller.get("/v1/kiosk").status_code == 200
    assert len(caller.rows(UsedSignature)) == 1
