"""Several processes of the gateway on one PostgreSQL: the same promises as one."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from simulator.gateway import ledger
from simulator.gateway.database import LOCKED, done
from simulator.gateway.keys import KeyDirectory
from simulator.gateway.models import CardEvent, Kiosk, Person, SequenceGap, Transaction
from simulator.gateway.models_insured import Application
from simulator.gateway.rules.facts import LOSS
from simulator.gateway.seed import no_portrait
from simulator.gateway.server import utc_now
from simulator.gateway.state import GatewayState
from simulator.gateway.workers import GatewayWorkers
from simulator.people import BY_KEY, PEOPLE
from simulator.postgres import Postgres, binaries
from tests.contracts.caller import Caller, problem
from tests.contracts.test_gateway_directives import HEALTH, report, sheet
from tests.offline_queue.hall import enrol

AT_ONCE = 16
ZHANG = BY_KEY["zhang_ling"]
needs_postgres = pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
_kiosks = count(1)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[GatewayWorkers]:
    with GatewayWorkers(tmp_path_factory.mktemp("gateway"), workers=2, database_url=postgres.url) as running:
        yield running


def new_caller(directory: Path, workers: GatewayWorkers) -> Caller:
    name = f"worked-{next(_kiosks)}"
    return Caller(workers, enrol(directory / name, workers, name))


@pytest.fixture
def caller(tmp_path: Path, workers: GatewayWorkers) -> Caller:
    workers.state.reset()
    return new_caller(tmp_path, workers)


def at_once(calls: list[Callable[[], requests.Response]]) -> list[requests.Response]:
    """Send all of them in the same moment, each on its own connection."""
    ready = threading.Barrier(len(calls))

    def send(call: Callable[[], requests.Response]) -> requests.Response:
        ready.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(send, calls))


def outcomes(answers: list[requests.Response]) -> Counter[str]:
    return Counter(answer.json()["result"] if answer.status_code == 200 else problem(answer)[1] for answer in answers)


@needs_postgres
def test_the_same_key_at_several_workers_at_once(caller: Caller) -> None:
    key = uuid4()
    content = caller.submission(key, 1)
    answers = at_once([lambda: caller.submit(key, content)] * AT_ONCE)
    found = outcomes(answers)
    assert set(found) <= {"accepted", "in_progress"}
    assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 409)
    assert len({answer.text for answer in answers if answer.status_code == 200}) == 1
    assert [row.times_received for row in caller.rows(Transaction)] == [found["accepted"]]
    assert len(caller.rows(CardEvent)) == 1
    assert caller.submit(key, content).json()["result"] == "accepted"


@needs_postgres
def test_many_rows_of_one_kiosk_at_once(caller: Caller) -> None:
    rows = {uuid4(): sequence for sequence in range(1, 3 * AT_ONCE + 1)}
    contents = {key: caller.submission(key, sequence) for key, sequence in rows.items()}
    answers = at_once([lambda key=key: caller.submit(key, contents[key]) for key in rows])
    found = outcomes(answers)
    assert found["accepted"] == 1, "a card is activated once"
    assert set(found) <= {"accepted", "refused", "superseded"}, "nothing but decisions"
    assert sorted(row.sequence for row in caller.rows(Transaction)) == sorted(rows.values())
    assert all(gap.filled_at is not None for gap in caller.rows(SequenceGap))
    assert caller.get("/v1/kiosk").json()["highest_sequence"] == len(rows)


@needs_postgres
def test_one_number_for_several_keys_at_once(caller: Caller) -> None:
    keys = [uuid4() for _ in range(AT_ONCE)]
    contents = {key: caller.submission(key, 1) for key in keys}
    answers = at_once([lambda key=key: caller.submit(key, contents[key]) for key in keys])
    assert outcomes(answers) == {"accepted": 1, "sequence_reused": AT_ONCE - 1}


@needs_postgres
def test_one_key_from_several_kiosks_at_once(caller: Caller, tmp_path: Path, workers: GatewayWorkers) -> None:
    key = uuid4()
    callers = [caller, *(new_caller(tmp_path, workers) for _ in range(3))]
    contents = [each.submission(key, 1) for each in callers]
    pairs = list(zip(callers, contents, strict=True))
    found = outcomes(at_once([lambda each=each, content=content: each.submit(key, content) for each, content in pairs]))
    assert found["accepted"] == 1
    assert set(found) <= {"accepted", "key_reused", "in_progress"}


@needs_postgres
def test_several_kiosks_bring_nothing_twice(caller: Caller, tmp_path: Path, workers: GatewayWorkers) -> None:
    callers = [caller, *(new_caller(tmp_path, workers) for _ in range(5))]
    details = {"reason": "dismissed", "mobile": "13800000021", "bank_account": ""}
    with ThreadPoolExecutor(len(callers)) as threads:
        sent = [threads.submit(each.send, "unemployment_benefit", "zhao_qi", details=details) for each in callers]
        found = Counter(str(each.result()["reason"]) for each in sent)
    assert found == {"None": 1, "application_pending": len(callers) - 1}
    assert len(caller.rows(Application)) == 1


@needs_postgres
def test_a_signature_counts_once_in_all_workers(caller: Caller) -> None:
    query = {"number": ZHANG.number}
    signature = caller.signer.sign("POST", "/v1/persons/query", json.dumps(query).encode())
    answers = at_once([lambda: caller.post("/v1/persons/query", query, signature)] * AT_ONCE)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: AT_ONCE - 1}
    assert {problem(answer)[1] for answer in answers if answer.status_code == 401} == {"signature_replayed"}


@contextmanager
def working_on(state: GatewayState, key: UUID) -> Iterator[None]:
    """Another process has just begun with ``key``."""
    with state.sessions.begin() as session:
        assert session.scalar(select(ledger.claim(session, key)))
        yield


@needs_postgres
def test_a_key_that_another_process_works_on_is_in_progress(caller: Caller, workers: GatewayWorkers) -> None:
    key = uuid4()
    content = caller.submission(key, 1)
    with working_on(workers.state, key):
        for answer in (caller.submit(key, content), caller.get(f"/v1/transactions/{key}")):
            assert problem(answer) == (409, "in_progress")
            assert answer.headers["Retry-After"] == "1"
        other = uuid4()
        assert caller.get(f"/v1/transactions/{other}").status_code == 404
    assert caller.get(f"/v1/transactions/{key}").status_code == 404
    first = caller.submit(key, content)
    assert first.json()["result"] == "accepted"
    with working_on(workers.state, key):
        assert caller.get(f"/v1/transactions/{key}").json() == first.json(), "decided already: nothing to wait for"


@needs_postgres
def test_a_row_waits_for_the_one_before_it_of_its_kiosk(caller: Caller, workers: GatewayWorkers) -> None:
    key = uuid4()
    content = caller.submission(key, 1)
    with ThreadPoolExecutor(1) as threads:
        with workers.state.sessions.begin() as session:
            session.get_one(Kiosk, caller.keys.kiosk, with_for_update=LOCKED)
            waiting = threads.submit(caller.submit, key, content)
            until_somebody_waits(workers.state)
            assert not waiting.done()
        assert waiting.result().json()["result"] == "accepted"


def until_somebody_waits(state: GatewayState) -> None:
    """Until a process waits for a lock of another."""
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with state.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        while not connection.scalar(waits):
            time.sleep(0.01)


@needs_postgres
def test_a_deadlock_is_tried_again(workers: GatewayWorkers) -> None:
    both_have_one = threading.Barrier(2)
    attempts = count(0)

    def lock(first: str, second: str) -> str:
        def work(session: Session) -> str:
            begun = next(attempts)
            session.get_one(Person, BY_KEY[first].number, with_for_update=LOCKED)
            if begun < 2:
                both_have_one.wait()
            return session.get_one(Person, BY_KEY[second].number, with_for_update=LOCKED).name

        return done(workers.state.sessions, work)

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(lock, "zhang_ling", "zhao_qi")
        other = threads.submit(lock, "zhao_qi", "zhang_ling")
        assert {one.result(), other.result()} == {BY_KEY["zhao_qi"].name, ZHANG.name}
    assert next(attempts) == 3, "one of the two was tried again"


@needs_postgres
def test_what_never_goes_through_is_not_tried_for_ever(workers: GatewayWorkers) -> None:
    attempts = count(0)

    def work(session: Session) -> None:
        next(attempts)
        session.execute(text("INSERT INTO kiosk (id) VALUES (NULL)"))

    with pytest.raises(IntegrityError):
        done(workers.state.sessions, work)
    assert next(attempts) == 5


@needs_postgres
def test_people_are_invented_once_however_many_start_at_once(postgres: Postgres, tmp_path: Path) -> None:
    engine = create_engine(postgres.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE fresh"))
    engine.dispose()
    url = postgres.url.replace("/postgres?", "/fresh?")
    keys = KeyDirectory(tmp_path)

    def start(_: int) -> GatewayState:
        return GatewayState(url, keys, people=PEOPLE, portrait=no_portrait, clock=utc_now, loss=LOSS)

    with ThreadPoolExecutor(4) as threads:
        states = list(threads.map(start, range(4)))
    with states[0].sessions() as session:
        assert session.query(Person).count() == len(PEOPLE)
    for state in states:
        state.engine.dispose()


@needs_postgres
def test_all_workers_follow_when_keys_change(caller: Caller, workers: GatewayWorkers) -> None:
    first = uuid4()
    before = caller.submission(first, 1)
    changed = requests.post(f"{workers.url}/admin/rotate/sealing", timeout=10).json()["version"]
    workers.state.rotate_signing()
    sets = {caller.get("/v1/keys").status_code for _ in range(AT_ONCE)}
    assert sets == {200}
    assert workers.state.keys.version == changed + 1
    assert caller.submit(first, before).json()["result"] == "accepted"


@needs_postgres
def test_faults_are_switched_on_in_one_process_only_and_so_not_here(workers: GatewayWorkers) -> None:
    assert problem(requests.post(f"{workers.url}/admin/switch", json={"fault": "down"}, timeout=10))[0] == 404
    assert problem(requests.get(f"{workers.url}/admin/switch", timeout=10))[0] == 404


@needs_postgres
def test_a_worker_that_is_killed_loses_and_doubles_nothing(postgres: Postgres, tmp_path: Path) -> None:
    with GatewayWorkers(tmp_path / "gateway", workers=2, database_url=postgres.url) as workers:
        workers.state.reset()
        callers = [new_caller(tmp_path, workers) for _ in range(4)]
        done_before_the_kill = threading.Semaphore(0)
        told: list[dict[str, Any]] = []

        def visit(each: Caller) -> None:
            for sequence in range(1, 16):
                key = uuid4()
                told.append(sent_until_answered(each, key, each.submission(key, sequence)))
                done_before_the_kill.release()

        with ThreadPoolExecutor(len(callers)) as threads:
            visits = [threads.submit(visit, each) for each in callers]
            for _ in range(10):
                done_before_the_kill.acquire()
            workers.processes[0].send_signal(signal.SIGKILL)
            for each in visits:
                each.result()
        rows = {row.id: row for row in callers[0].rows(Transaction)}
        assert {answer["id"]: answer["result"] for answer in told} == {key: row.result for key, row in rows.items()}
        assert Counter(row.result for row in rows.values())["accepted"] == 1
        assert len(rows) == 60
        assert len(callers[0].rows(CardEvent)) == 1
        assert not callers[0].rows(SequenceGap)


def sent_until_answered(caller: Caller, key: UUID, content: dict[str, Any]) -> dict[str, Any]:
    while True:
        try:
            answer = caller.submit(key, content)
        except requests.ConnectionError:
            continue
        if answer.status_code == 200:
            found: dict[str, Any] = answer.json()
            return found
        assert problem(answer) == (409, "in_progress")


@needs_postgres
def test_workers_come_back_on_their_port(postgres: Postgres, tmp_path: Path) -> None:
    with GatewayWorkers(tmp_path / "gateway", workers=2, database_url=postgres.url) as workers:
        url = workers.url
        caller = new_caller(tmp_path, workers)
        key = uuid4()
        content = caller.submission(key, 1)
        first = caller.submit(key, content).json()
        workers.stop()
        with pytest.raises(requests.ConnectionError):
            caller.submit(key, content)
        for log in workers.public_keys_file.parent.glob("worker-*.log"):
            assert log.read_text("utf-8").splitlines()[1:] == ["stopped"]
        workers.start()
        assert workers.url == url
        assert caller.submit(key, content).json() == first


def test_several_workers_need_postgresql(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="PostgreSQL"):
        GatewayWorkers(tmp_path, workers=2, database_url=f"sqlite:///{tmp_path / 'gateway.db'}")
    command = [sys.executable, "-m", "simulator.gateway", "--directory", str(tmp_path), "--workers", "2"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (
        2,
        "python -m simulator.gateway: error: several workers need PostgreSQL",
    )


@needs_postgres
def test_the_command_line_starts_and_ends_them(postgres: Postgres, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulator.gateway", "--directory", str(tmp_path), "--workers", "2"]
    options = ["--port", "0", "--database", postgres.url]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout is not None
        url = gateway.stdout.readline().split()[2].rstrip(",")
        assert requests.get(url + "/v1/health", timeout=10).json()["service"] == "hall-gateway"
        gateway.send_signal(signal.SIGTERM)
        assert gateway.stdout.read() == "stopped\n"
    assert gateway.returncode == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(url + "/v1/health", timeout=10)


@needs_postgres
def test_orders_and_reports_at_once_each_count(caller: Caller) -> None:
    """Every order has a number of its own, a report never takes one back, and all workers show the last."""
    kiosk = caller.keys.kiosk
    url = f"{caller.server.url}/admin/directives/{kiosk}"
    wanted = [{"kind": "configuration", "version": f"v{number}"} for number in range(AT_ONCE)]
    orders = [lambda each=each: requests.put(url, json={"directives": [each]}, timeout=20) for each in wanted]
    reports = [lambda: caller.post(HEALTH, report(kiosk)) for _ in range(AT_ONCE)]
    answers = at_once([*orders, *reports])
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert sorted(answer.json()["number"] for answer in answers[:AT_ONCE]) == list(range(1, AT_ONCE + 1))
    last = next(each for each, answer in zip(wanted, answers, strict=False) if answer.json()["number"] == AT_ONCE)
    for _ in range(4):
        told = sheet(caller)
        assert (told["number"], told["directives"]) == (AT_ONCE, [last])
    page = requests.get(f"{caller.server.url}/hall", timeout=20).text
    assert kiosk in page
