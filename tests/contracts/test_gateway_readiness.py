"""The readiness report at the gateway: kept, shown on the page of the hall, and handed in however the line is."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from config.faults import FaultCode
from kiosk.diagnostics.check import Level
from kiosk.fleet.kinds import HandIn
from kiosk.fleet.readiness import PartTested, Readiness, ReadinessReport
from kiosk.staff.member import Role
from simulator.gateway import api
from simulator.gateway.models_fleet import KioskReadiness
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from tests.contracts.caller import Caller, problem
from tests.contracts.test_hall_page import NOW, Wall
from tests.offline_queue.hall import TestHall, new_server, running_hall

PATH = "/v1/kiosk/readiness"
AT = datetime(2026, 11, 29, 6, 20, tzinfo=UTC)
GOOD = PartTested("card_reader", Level.OK, None)
REPORT = ReadinessReport(AT, Role.TECHNICIAN, (GOOD, PartTested("printer", Level.ERROR, FaultCode.PRN_PAPER_OUT)))


def sent(kiosk: str, **changes: Any) -> dict[str, Any]:
    return {"kiosk": kiosk, **json.loads(json.dumps(REPORT.content())), **changes}


def kept(server: GatewayServer, kiosk: str) -> dict[str, Any] | None:
    with server.state.sessions() as session:
        found = session.get(KioskReadiness, kiosk)
        return None if found is None else found.content


def test_the_last_report_of_a_kiosk_is_kept(caller: Caller) -> None:
    kiosk = caller.keys.kiosk
    assert caller.post(PATH, sent(kiosk, tests=[{"test": "disk", "outcome": "ok", "code": None}])).status_code == 200
    answer = caller.post(PATH, sent(kiosk))
    assert datetime.fromisoformat(answer.json()["received_at"]) <= datetime.now(UTC)
    rows = requests.get(f"{caller.server.url}/admin/readiness", timeout=10).json()
    ((role, tests),) = [(row["content"]["role"], row["content"]["tests"]) for row in rows if row["kiosk_id"] == kiosk]
    assert role == "technician"
    assert tests[1] == {"test": "printer", "outcome": "error", "code": "PRN_PAPER_OUT"}


def test_a_kiosk_reports_itself_only_and_signs(caller: Caller) -> None:
    assert problem(caller.post(PATH, sent("another"))) == (403, "not_your_kiosk")
    assert problem(caller.post(PATH, sent(caller.keys.kiosk), "a.b.c")) == (401, "signature_invalid")


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "周明"},
        {"who": "S31"},
        {"tests": []},
        {"tests": [{"test": "printer", "outcome": "broken", "code": None}]},
        {"tests": [{"test": "printer", "outcome": "ok", "code": "张伶的卡"}]},
    ],
    ids=repr,
)
def test_there_is_no_place_for_a_person(caller: Caller, changes: dict[str, Any]) -> None:
    assert problem(caller.post(PATH, sent(caller.keys.kiosk, **changes)))[0] == 400


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    with new_server(tmp_path / "gateway") as server:
        yield Wall(server, tmp_path / "keys")


def test_the_page_of_the_hall_says_when_and_what_failed(wall: Wall) -> None:
    wall.tell()
    assert "全部测试" not in wall.card()[1]
    wall.caller.post(PATH, sent("JN-03"))
    standing, words = wall.card()
    assert standing == "good", "how it is now, its own report tells"
    for word in ("14:20 不能服务", "打印机 PRN_PAPER_OUT"):
        assert word in words
    assert "14:20, not ready" in wall.card("en")[1]
    wall.caller.post(PATH, sent("JN-03", at=NOW.isoformat(), tests=[sent("JN-03")["tests"][0]]))
    words = wall.card()[1]
    assert "14:26 可以服务" in words
    assert "没通过" not in words


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server, health_seconds=0.05) as running:
        yield running


@asynccontextmanager
async def handing_in(hall: TestHall) -> AsyncIterator[Readiness]:
    """A kiosk's readiness, tried again every tenth of a second."""
    readiness = Readiness(hall.gateway, hall.directory, every=0.1)
    jobs = [asyncio.create_task(job) for job in (readiness.run(), hall.gateway.watch())]
    try:
        yield readiness
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def becomes(readiness: Readiness, state: HandIn) -> None:
    async with asyncio.timeout(10):
        while readiness.state.state is not state:
            await asyncio.sleep(0.02)


async def test_it_is_handed_in_at_once_while_the_line_is_there(hall: TestHall) -> None:
    async with handing_in(hall) as readiness:
        assert readiness.state.state is HandIn.NONE
        await hall.gateway.check()
        await readiness.hand_in(REPORT)
        await becomes(readiness, HandIn.SENT)
    assert readiness.state.at is not None
    assert (found := kept(hall.server, hall.keys.kiosk)) is not None
    assert found["tests"] == REPORT.content()["tests"]
    assert not (hall.directory / "readiness.json").exists()


async def test_off_line_it_is_kept_over_a_restart_and_sent_when_the_line_is_back(hall: TestHall) -> None:
    hall.server.switches.set(Fault.DOWN)
    async with handing_in(hall) as readiness:
        await readiness.hand_in(REPORT)
        await asyncio.sleep(0.3)
        assert readiness.state.state is HandIn.WAITING
    async with handing_in(hall) as again:
        assert again.state.state is HandIn.WAITING
        hall.server.switches.set(Fault.NONE)
        await becomes(again, HandIn.SENT)
    assert kept(hall.server, hall.keys.kiosk) is not None
    assert not (hall.directory / "readiness.json").exists()


async def test_an_error_of_the_gateway_is_tried_again(hall: TestHall) -> None:
    hall.server.switches.set(Fault.UNAVAILABLE_503, times=2, path=PATH)
    async with handing_in(hall) as readiness:
        await readiness.hand_in(REPORT)
        await becomes(readiness, HandIn.SENT)


async def test_what_the_gateway_refuses_is_said_and_can_be_sent_again(hall: TestHall) -> None:
    async with handing_in(hall) as readiness:
        await readiness.hand_in(ReadinessReport(AT, Role.TECHNICIAN, ()))
        await becomes(readiness, HandIn.REFUSED)
        assert readiness.state.code is FaultCode.GW_REJECTED
        await asyncio.sleep(0.3)
        assert readiness.state.state is HandIn.REFUSED, "not by itself"
        await readiness.hand_in(REPORT)
        await becomes(readiness, HandIn.SENT)


async def test_a_newer_report_takes_the_place_of_one_that_waits(hall: TestHall) -> None:
    hall.server.switches.set(Fault.DOWN)
    async with handing_in(hall) as readiness:
        await readiness.hand_in(ReadinessReport(AT, Role.ATTENDANT, (GOOD,)))
        await readiness.hand_in(REPORT)
        hall.server.switches.set(Fault.NONE)
        await becomes(readiness, HandIn.SENT)
    assert (found := kept(hall.server, hall.keys.kiosk)) is not None
    assert found["role"] == "technician"


async def test_a_newer_report_outlives_the_one_that_is_just_being_cleared_away(
    hall: TestHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    clearing, go_on, cleared = threading.Event(), threading.Event(), threading.Event()
    really_unlink = Path.unlink

    def slow(path: Path, missing_ok: bool = False) -> None:
        if path.name != "readiness.json":
            return really_unlink(path, missing_ok)
        clearing.set()
        go_on.wait(10)
        really_unlink(path, missing_ok)
        cleared.set()
        return None

    monkeypatch.setattr(Path, "unlink", slow)
    async with handing_in(hall) as readiness:
        await readiness.hand_in(ReadinessReport(AT, Role.ATTENDANT, (GOOD,)))
        await asyncio.to_thread(clearing.wait, 10)
        hall.server.switches.set(Fault.DOWN)
        newer = asyncio.create_task(readiness.hand_in(REPORT))
        await asyncio.sleep(0.1)
        go_on.set()
        await newer
        await asyncio.to_thread(cleared.wait, 10)
        assert readiness.state.state is HandIn.WAITING
    assert json.loads((hall.directory / "readiness.json").read_bytes())["role"] == "technician"


async def test_a_disk_that_takes_nothing_keeps_nobody_from_sending(
    hall: TestHall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.fleet.readiness.replace", full)
    async with handing_in(hall) as readiness:
        await readiness.hand_in(REPORT)
        await becomes(readiness, HandIn.SENT)
    assert "readiness_not_kept" in caplog.text


async def test_an_older_gateway_cannot_take_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    routes = [route for route in api.router.routes if getattr(route, "path", "") != PATH]
    assert len(routes) == len(api.router.routes) - 1
    monkeypatch.setattr(api.router, "routes", routes)
    with new_server(tmp_path / "gateway") as server:
        async with running_hall(tmp_path, server, health_seconds=0.05) as hall, handing_in(hall) as readiness:
            await readiness.hand_in(REPORT)
            await becomes(readiness, HandIn.NOT_POSSIBLE)
            assert hall.gateway.online
            await readiness.hand_in(REPORT)  # once more, by the button
            await becomes(readiness, HandIn.NOT_POSSIBLE)
