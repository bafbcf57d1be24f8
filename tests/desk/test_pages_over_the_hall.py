"""The technician's pages over the simulated hall: devices, tests and their outcomes, queue, logs, settings, paper."""

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from drivers.tally import Count
from drivers.touch_panel.path import Drawn
from flows.desk_prompts import DeskCamera, DeskDrag, DeskFacts, DeskList, DeskTouch
from flows.prompts import Confirm, Confirmed, Finished, GoBack, PresentDocument, Prompt, ShowResult
from kiosk.desk import stick
from kiosk.diagnostics.check import Level
from kiosk.diagnostics.results import Results
from kiosk.diagnostics.tally_file import TallyFile
from screens.text.catalogue import Catalogue, raise_missing
from simulator.gateway.crypto import CryptoRefused
from simulator.gateway.models_fleet import KioskReadiness
from simulator.gateway.open_bundle import open_bundle, open_log
from simulator.hall_state import NetworkState, PrinterState
from simulator.people import PEOPLE
from tests.desk.coming import LOG_OUT, by_gesture, desk_events, opens, technician, wait_for
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.flows.steps import start

BACK_LIST, BACK_FACTS = Then(DeskList, GoBack()), Then(DeskFacts, GoBack())
SAY = Catalogue.load("en", raise_missing).render


def facts_of(page: DeskFacts) -> dict[str, str]:
    """What a page of facts says, label to value."""
    return {SAY(fact.label): SAY(fact.value) for group in page.groups for fact in group.facts}


def pages(surface: ScriptedSurface, kind: type[Prompt[Any]], title: str) -> list[Any]:
    return [page for page in surface.shown if isinstance(page, kind) and SAY(page.title) == title]  # type: ignore[attr-defined]


def everything_shown(surface: ScriptedSurface) -> str:
    """All that stood on the staff's pages."""
    return "\n".join(repr(page) for page in surface.shown if isinstance(page, DeskList | DeskFacts))


@pytest.fixture
def secret(stand: Stand) -> str:
    return technician(stand.settings.data_directory)


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand: Stand) -> Path:
    """A stick that is in."""
    place = tmp_path / "stick"
    place.mkdir()
    monkeypatch.setattr(stick.Path, "is_mount", lambda path: path == place)
    return place


async def test_a_device_says_how_it_is_and_is_tested(stand: Stand, secret: str) -> None:
    surface = await stand.play(
        *by_gesture(secret),
        opens("devices"),
        Then(DeskList, "printer"),
        Then(DeskFacts, "printer"),  # the test
        Then(DeskFacts),  # while it runs
        BACK_FACTS,  # its outcome
        BACK_FACTS,
        BACK_LIST,
        LOG_OUT,
    )
    devices = pages(surface, DeskList, "Devices")[0]
    assert [row.name for row in devices.rows] == ["card_reader", "id_scanner", "camera", "face", "printer"]
    before, *_, after = pages(surface, DeskFacts, "printer")
    assert facts_of(before)["State"] == "online"
    assert "Serial number" in facts_of(after)
    last = Results(stand.settings.data_directory).last()["printer"]
    assert (last.level, last.who) == (Level.OK, "S31")
    tested = [fields for _, fields in desk_events(stand) if fields.get("act") == "tested"]
    assert tested == [{"number": "S31", "act": "tested", "question": "check.printer", "level": "ok"}]


async def test_everything_is_tested_then_by_hand_and_reported_on_paper_and_as_pdf(
    stand: Stand, secret: str, usb: Path
) -> None:
    stand.hall.insert_card("zhang_ling")
    surface = await stand.with_settings("staff", stick_directory=str(usb)).play(
        *by_gesture(secret),
        opens("tests"),
        Then(DeskList, "everything"),
        Then(DeskFacts),  # those without a hand
        Then(DeskFacts),  # the card that is in
        Then(DeskFacts, does=lambda: stand.hall.lay_id("zhang_ling")),
        Then(DeskFacts),  # the test page comes out
        Then(DeskFacts, "bad"),
        Then(DeskTouch, answer=True),
        Then(DeskDrag, answer=Drawn(1.0, (), ())),
        # The simulated hall has no touch panel: nothing to calibrate is asked for.
        Then(DeskCamera, "good"),
        Then(DeskCamera, "good"),  # the faces compared
        Then(DeskFacts, "good"),  # the chime
        Then(DeskFacts, "print"),
        Then(DeskFacts, "stick"),
        BACK_FACTS,
        BACK_LIST,
        LOG_OUT,
    )
    last = Results(stand.settings.data_directory).last()
    assert {
        last[name].level
        for name in (
            "card_reader",
            "id_scanner",
            "read_card",
            "read_id",
            "printer",
            "touch",
            "drag",
            "picture",
            "comparison",
        )
    } == {Level.OK}
    assert last["calibration"].level is Level.ABSENT
    assert last["print_page"].level is Level.ERROR  # judged by eye
    report = pages(surface, DeskFacts, "Readiness report")
    assert [SAY(note.text) for page in report for note in page.notes] == ["Printed.", "The PDF is on the stick."]
    assert SAY(report[0].explanation).startswith("Not ready")
    (at_the_gateway,) = reported(stand)
    assert at_the_gateway["role"] == "technician"
    assert {"test": "print_page", "outcome": "error", "code": None} in at_the_gateway["tests"]
    assert "S31" not in str(at_the_gateway)
    (file,) = taken_away(usb)
    assert file.read_bytes().startswith(b"%PDF")
    assert no_names_in(everything_shown(surface))


async def test_the_queue_is_held_released_tried_and_exported_without_a_name(
    stand: Stand, secret: str, usb: Path
) -> None:
    stand.hall.network(NetworkState.CUT)
    await stand.play(
        *start("loss_report"),
        Then(PresentDocument, does=lambda: stand.hall.insert_card("zhang_ling")),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
    )
    surface = await stand.with_settings("staff", stick_directory=str(usb)).play(
        *by_gesture(secret),
        opens("queue"),
        Then(DeskList, "1"),
        Then(DeskFacts, "hold"),
        Then(DeskFacts, "release"),
        Then(DeskFacts, "retry"),
        BACK_FACTS,
        Then(DeskList, "export"),
        BACK_LIST,
        LOG_OUT,
    )
    acts = [(fields["act"], fields.get("sequence")) for event, fields in desk_events(stand) if event == "desk_act"]
    assert acts == [("hold", 1), ("release", 1), ("retry", 1), ("export", None)]
    held = pages(surface, DeskFacts, surface.last(DeskFacts).title.value)[1]
    assert [deed.name for deed in held.deeds] == ["release"]
    assert no_names_in(everything_shown(surface))
    (file,) = taken_away(usb)
    (row,) = (json.loads(line) for line in file.read_text("utf-8").splitlines() if '"loss_report"' in line)
    assert row["envelope"]
    assert no_names_in(file.read_text("utf-8"))


async def test_logs_are_narrowed_and_exported_for_the_gateway_alone(stand: Stand, secret: str, usb: Path) -> None:
    surface = await stand.with_settings("staff", stick_directory=str(usb)).play(
        *by_gesture(secret),
        opens("logs"),
        Then(DeskList, "filter"),
        Then(DeskList, "staff"),
        Then(DeskList, "export"),
        Then(DeskList, "0"),
        BACK_FACTS,
        BACK_LIST,
        LOG_OUT,
    )
    whole, narrowed = (pages(surface, DeskList, "Logs")[at] for at in (0, 1))
    assert len(narrowed.rows) < len(whole.rows)
    assert all("desk_" in SAY(row.title) for row in narrowed.rows)
    (file,) = taken_away(usb)
    assert b"desk_login" not in file.read_bytes()
    keys = stand.hall.gateway.state.keys.sealing_keys
    kiosk = json.loads((stand.settings.data_directory / "keys" / "kiosk.jwk").read_text("ascii"))
    assert b"desk_login" in open_log(file.read_text("ascii"), keys, kiosk)
    with pytest.raises(CryptoRefused, match="something else"):
        open_bundle(file.read_text("ascii"), keys, kiosk)
    another = OKPKey.generate_key("Ed25519").as_dict(private=False)
    with pytest.raises(CryptoRefused, match="BadSignature"):
        open_log(file.read_text("ascii"), keys, {**another, "kid": kiosk["kid"]})


async def test_a_printer_without_paper_stands_in_the_logs_with_device_and_code(stand: Stand, secret: str) -> None:
    def paper_out_and_in() -> None:
        stand.hall.printer_state(PrinterState.PAPER_OUT)
        wait_for(stand, "PRN_PAPER_OUT")
        stand.hall.printer_state(PrinterState.READY)
        wait_for(stand, "ended")

    surface = await stand.play(
        *by_gesture(secret),
        opens("logs"),
        Then(DeskList, "filter", does=paper_out_and_in),
        Then(DeskList, "PRN"),
        Then(DeskList, "0"),
        Then(DeskFacts, "code"),
        BACK_LIST,
        LOG_OUT,
    )
    of_printer, of_code = pages(surface, DeskList, "Logs")[1:3]
    for page in (of_printer, of_code):
        assert [(SAY(row.about), SAY(row.mark.words)) for row in page.rows] == [
            ("printer: offline → online", "online"),
            ("printer: online → offline", "PRN_PAPER_OUT"),
        ]
    assert SAY(surface.last(DeskFacts).title) == "printer: offline → online"


async def test_without_a_stick_nothing_is_written_and_it_is_said(stand: Stand, secret: str) -> None:
    surface = await stand.play(*by_gesture(secret), opens("logs"), Then(DeskList, "export"), BACK_LIST, LOG_OUT)
    assert [note.text.key for note in pages(surface, DeskList, "Logs")[-1].notes] == ["desk.no_stick"]
    assert "logs_exported" not in str(desk_events(stand))


async def test_a_new_roll_is_counted_from_the_start(stand: Stand, secret: str) -> None:
    surface = await stand.play(*by_gesture(secret), opens("paper"), Then(DeskFacts, "new_roll"), BACK_FACTS, LOG_OUT)
    assert TallyFile(stand.settings.data_directory).tally[Count.ROLLS] == 1
    assert [note.text.key for note in surface.last(DeskFacts).notes] == ["desk.paper.counted"]


async def test_a_code_is_explained_with_a_qr_code(stand: Stand, secret: str) -> None:
    surface = await stand.with_settings("staff", handbook_url="https://handbook.example/faults").play(
        *by_gesture(secret), opens("faults"), Then(DeskList, "PRN_CUTTER"), BACK_FACTS, BACK_LIST, LOG_OUT
    )
    page = surface.last(DeskFacts)
    assert page.code == "https://handbook.example/faults#PRN_CUTTER"
    assert "blade" in facts_of(page)["Cause and what to check"]


def reported(stand: Stand) -> list[dict[str, Any]]:
    """The readiness reports that the gateway has."""
    with stand.hall.gateway.state.sessions() as session:
        return [row.content for row in session.query(KioskReadiness)]


def taken_away(usb: Path) -> list[Path]:
    return list(usb.iterdir())


def no_names_in(text: str) -> bool:
    """Nothing of any of the invented people."""
    return not any(person.name in text or person.number in text for person in PEOPLE)
