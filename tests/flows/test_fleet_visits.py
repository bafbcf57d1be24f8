"""The kiosk as one of many, over the whole hall: reports, directives and metrics while visits are played."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families as parse
from sqlalchemy import delete

from config.faults import FaultCode
from config.services import ServiceName
from drivers.device import DeviceState
from drivers.tally import Count
from flows.presence_prompts import Consent, LookAtCamera
from flows.prompts import (
    ChooseMatter,
    Confirm,
    Confirmed,
    Finished,
    Localised,
    Note,
    PresentDocument,
    ShowResult,
    Text,
    VisitEnded,
)
from flows.start_prompts import Invitation, Touched
from kiosk.audit.entries import Ending, Event
from kiosk.fleet.kinds import BundleState, DeviceName, PaperState
from kiosk.gateway import NotFound
from kiosk.support.sending import SentBundles
from kiosk.wiring import Kiosk
from screens.text.catalogue import Catalogue
from simulator.gateway.fleet_schemas import Directive, MatterOff, Message, OutOfService, SendSupportBundle, StopReason
from simulator.gateway.models import Kiosk as RegisteredKiosk
from simulator.gateway.models_fleet import KioskReport
from simulator.gateway.open_bundle import files_in, open_bundle
from simulator.hall_state import NetworkState, PrinterState
from simulator.people import BY_KEY
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.flows.test_activation import AGREED


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def open_kiosk(stand: Stand) -> AsyncIterator[Kiosk]:
    """A kiosk that nobody visits, with the gateway in reach and its devices watched."""
    kiosk = await stand.start(ScriptedSurface([]))
    background = kiosk.background()
    background.pop("report").close()
    jobs = [asyncio.create_task(job, name=name) for name, job in background.items()]
    try:
        await kiosk.gateway.check()
        yield kiosk
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await kiosk.stop()


def reported(stand: Stand) -> dict[str, Any]:
    with stand.hall.gateway.state.sessions() as session:
        (row,) = session.query(KioskReport)
        return dict(row.content)


def left(directory: Path) -> list[Path]:
    """Bundles that lie there still."""
    return list(directory.glob("*.jwe"))


def tiles(surface: ScriptedSurface) -> dict[str, Text | None]:
    return {tile.matter: tile.closed for tile in surface.last(ChooseMatter).tiles}


async def until(condition: Any, seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def test_metrics_of_a_played_visit_are_scraped(stand: Stand) -> None:
    """Over HTTP, while the last screen is shown: the visit is counted, and nobody is in the figures."""
    hall, port, scraped = stand.hall, free_port(), []

    def leave() -> None:
        scraped.append(requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text)
        hall.pull_card()

    await stand.with_settings("metrics", port=port).play(
        Then(Invitation, Touched()),
        Then(ChooseMatter, "activation"),
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand("zhang_ling")),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=leave),
    )
    samples = [each for family in parse(scraped[0]) for each in family.samples]
    found = {(each.name, *sorted(each.labels.values())): each.value for each in samples}
    assert found["hall_kiosk_visits_total", "activation", "done"] == 1
    assert found["hall_kiosk_visits_total", "activation", "left"] == 0
    assert found["hall_kiosk_visit_seconds_count", "activation"] == 1
    steps = {name: found["hall_kiosk_step_seconds_count", name] for name in ("document_read", "looked_up", "printed")}
    assert min(steps.values()) >= 1, steps
    assert found["hall_kiosk_device_state", "online", "printer"] == 1
    assert found["hall_kiosk_matter_open", "activation"] == 1
    assert {each[1:] for each in found if each[0] == "hall_kiosk_device_counts"} >= {
        ("card_reader", "cards_read"),
        ("paper_mm", "printer"),
    }
    person = BY_KEY["zhang_ling"]
    for secret in (person.name, person.number, person.card.number, person.born.isoformat()):
        assert secret not in scraped[0]
    _labels_are_words(samples)
    with pytest.raises(requests.ConnectionError):
        await asyncio.to_thread(requests.get, f"http://127.0.0.1:{port}/metrics", timeout=5)


def _labels_are_words(samples: list[Any]) -> None:
    """Every label value is a member of a closed set, a version, or a bucket's bound."""
    sets = (ServiceName, Ending, FaultCode, Event, DeviceName, DeviceState, PaperState)
    words = {str(member.value) for each in sets for member in each} | {count.what for count in Count}
    free = {(name, value) for each in samples for name, value in each.labels.items() if value not in words}
    assert {name for name, _ in free} == {"version", "configuration", "le"}


async def test_the_gateway_hears_how_the_kiosk_is(stand: Stand) -> None:
    stand.hall.printer_state(PrinterState.PAPER_OUT)
    async with open_kiosk(stand) as kiosk:
        printer = kiosk.devices.printer
        await until(lambda: printer.health.fault is FaultCode.PRN_PAPER_OUT)
        assert await kiosk.office.reporting.report()
        told = reported(stand)
        assert told["paper"] == "out"
        assert {"device": "printer", "state": "offline", "fault": "PRN_PAPER_OUT"} in told["devices"]
        assert {"service": "contribution_certificate", "open": False} in told["matters"]
        assert told["queue"]["waiting"] == told["uptime_seconds"] // 3600 == 0
        assert told["versions"]["program"] == version("hall-kiosk")
        stand.hall.printer_state(PrinterState.NEAR_END)
        await until(lambda: printer.health.state is DeviceState.ONLINE and printer.paper_low)
        assert await kiosk.office.reporting.report()
        assert reported(stand)["paper"] == "low"


def order(stand: Stand, *directives: Directive) -> int:
    """Tell every kiosk of the hall the same."""
    state = stand.hall.gateway.state
    with state.sessions() as session:
        names = [kiosk.id for kiosk in session.query(RegisteredKiosk)]
    return max(state.fleet.order(name, directives) for name in names)


async def test_what_the_gateway_orders_closes_the_front_desk_and_is_acknowledged(stand: Stand) -> None:
    """A matter off, then everything; over a restart; and on again."""
    number = order(stand, MatterOff(kind="matter_off", service="activation"))
    async with open_kiosk(stand) as kiosk:
        assert await kiosk.office.reporting.report()
        assert kiosk.office.directives.number == number
        assert await kiosk.office.reporting.report()
        told = reported(stand)
        assert told["directives"]["number"] == number, "the acknowledgement"
        assert {each["service"]: each["open"] for each in told["matters"]}["activation"] is False
    surface = await stand.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    assert tiles(surface)["activation"] == Text("closed.switched_off")
    assert tiles(surface)["loss_report"] is None
    order(stand, OutOfService(kind="out_of_service", reason=StopReason.MAINTENANCE))
    async with open_kiosk(stand) as kiosk:
        assert await kiosk.office.reporting.report()
    surface = await stand.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    assert all(closed == Text("closed.stopped.maintenance") for closed in tiles(surface).values())
    order(stand)
    async with open_kiosk(stand) as kiosk:
        assert await kiosk.office.reporting.report()
        assert await kiosk.office.reporting.report()
        assert {each["service"]: each["open"] for each in reported(stand)["matters"]}["activation"] is True
    _audited(stand, ["directives_taken", "directive", "directives_taken", "directive", "directives_taken"])


def _audited(stand: Stand, expected: list[str]) -> None:
    files = sorted((stand.settings.data_directory / "audit").glob("*.jsonl"))
    events = [json.loads(line)["event"] for file in files for line in file.read_text("utf-8").splitlines()]
    assert [event for event in events if event.startswith("directive")] == expected


async def test_the_gateways_message_stands_on_the_start_screen_and_above_the_matters(stand: Stand) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    order(stand, Message(kind="message", zh="今天四点停电", en="No power from four", until=tomorrow))
    async with open_kiosk(stand) as kiosk:
        assert await kiosk.office.reporting.report()
    surface = await stand.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    words = Text("home.notice", {"message": Localised("今天四点停电", "No power from four")})
    assert surface.last(ChooseMatter).notice == Note(words)
    first = next(prompt for prompt in surface.shown if isinstance(prompt, Invitation))
    assert first.state.notes[0] == Note(words)
    assert Catalogue.load("zh_CN").render(words) == "今天四点停电"


async def test_a_gateway_of_an_earlier_release_is_no_trouble(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It does not know the way: that is said once, and no fault of the kiosk."""
    async with open_kiosk(stand) as kiosk:

        async def unknown(_report: object) -> int:
            raise NotFound("not_found")

        monkeypatch.setattr(kiosk.gateway, "report_health", unknown)
        assert not await kiosk.office.reporting.report()
        assert not await kiosk.office.reporting.report()
        assert kiosk.office.directives.fault is None
    assert [record.msg for record in caplog.records].count("health_not_reported") == 1


async def test_reports_go_by_themselves(stand: Stand) -> None:
    """The product does it: whoever starts a kiosk sees it in the hall's page a few seconds later."""
    with stand.hall.gateway.state.sessions.begin() as session:
        session.execute(delete(KioskReport))
    kiosk = await stand.start(ScriptedSurface([]))
    kiosk.office.reporting._spread = 0
    jobs = [asyncio.create_task(job) for job in kiosk.background().values()]
    try:
        await until(lambda: _rows(stand) == 1)
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await kiosk.stop()


def _rows(stand: Stand) -> int:
    with stand.hall.gateway.state.sessions() as session:
        return session.query(KioskReport).count()


async def test_the_file_for_node_exporter_is_written_and_taken_away(stand: Stand, tmp_path: Path) -> None:
    file = tmp_path / "kiosk.prom"
    seen: list[str] = []

    def leave() -> None:
        deadline = time.monotonic() + 5
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        seen.append(file.read_text("utf-8"))

    stand = stand.with_settings("metrics", textfile=str(file))
    await stand.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded(), does=leave))
    assert "hall_kiosk_visits_total" in seen[0]
    assert not file.exists()


async def test_a_port_that_is_taken_keeps_nobody_from_being_served(stand: Stand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        await stand.with_settings("metrics", port=other.getsockname()[1]).play(
            Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded())
        )


@pytest.mark.timeout(240)
async def test_a_support_bundle_goes_to_the_gateway_and_only_its_key_opens_it(stand: Stand, tmp_path: Path) -> None:
    hall = stand.hall
    async with open_kiosk(stand) as kiosk:
        bundles = SentBundles(kiosk.gateway, tmp_path, hall.write_configuration())
        assert await bundles.send() is BundleState.SENT
    url = f"{hall.gateway.url}/admin/bundles/{stand.settings.hall.receipt_prefix}"
    sealed = await asyncio.to_thread(lambda: requests.get(url, timeout=10).text)
    public = json.loads((tmp_path / "keys" / "kiosk.jwk").read_text("utf-8"))
    files = files_in(open_bundle(sealed, hall.gateway.state.keys.sealing_keys, public))
    assert json.loads(files["about.json"])["kiosk"] == stand.settings.hall.kiosk
    assert not left(tmp_path)


async def test_reports_go_on_while_a_support_bundle_is_made(stand: Stand, tmp_path: Path) -> None:
    """Making one may take minutes; a kiosk that is silent so long looks as if it had gone."""
    order(stand, SendSupportBundle(kind="support_bundle"))
    slow = ("/bin/sh", "-c", 'touch "$2.begun"; exec sleep 60', "-")
    async with open_kiosk(stand) as kiosk:
        kiosk.office.directives._bundles = SentBundles(kiosk.gateway, tmp_path, None, slow)
        async with asyncio.timeout(10):
            assert await kiosk.office.reporting.report()
            await until(lambda: bool(list(tmp_path.glob("*.begun"))))
            assert await kiosk.office.reporting.report()
    assert reported(stand)["directives"]["support_bundle"] == "none"
    assert not left(tmp_path)


async def test_a_bundle_that_cannot_be_made_or_sent_is_told_as_failed(stand: Stand, tmp_path: Path) -> None:
    async with open_kiosk(stand) as kiosk:
        assert await SentBundles(kiosk.gateway, tmp_path, None, ("/bin/false",)).send() is BundleState.FAILED
        writes = ("/bin/sh", "-c", 'echo sealed > "$2"', "-")
        stand.hall.network(NetworkState.CUT)
        assert await SentBundles(kiosk.gateway, tmp_path, None, writes).send() is BundleState.FAILED
    assert not left(tmp_path)
