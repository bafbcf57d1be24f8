"""Played visits: what the log tells of them, and that it names nobody."""

import asyncio
from pathlib import Path

import pytest

from flows.presence_prompts import Agreed, Consent, EnterPin, LookAtCamera
from flows.prompts import (
    Again,
    Choose,
    ChooseMatter,
    Confirm,
    Confirmed,
    Finished,
    GoBack,
    OtherWay,
    PresentDocument,
    PrintStopped,
    ShowFault,
    ShowRefusal,
    ShowResult,
    VisitEnded,
)
from flows.start_prompts import Invitation, Touched
from kiosk import enrolment
from kiosk.audit.chain import Entry, HeadKey
from kiosk.audit.files import months
from kiosk.audit.log import directory_of
from kiosk.audit.verifying import Snapshot, verify
from simulator.gateway.models_audit import AuditEntry
from simulator.gateway.server import GatewayServer
from simulator.hall_state import NetworkState
from simulator.people import BY_KEY, Person
from tests.audit.trail import entries, told
from tests.faults.conftest import hall, stand
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.flows.steps import start, with_card_and_pin

__all__ = ["hall", "stand"]

START = (Then(Invitation, Touched()), Then(ChooseMatter, "activation"))
PIN = "123456"


def _log(stand: Stand) -> Path:
    return directory_of(stand.settings.data_directory)


def _visits(stand: Stand) -> list[Entry]:
    return [entry for entry in entries(_log(stand)) if entry.visit]


def _assert_genuine(stand: Stand) -> None:
    keys = enrolment.load(stand.settings.data_directory / "keys")
    assert verify(Snapshot.of(_log(stand)), HeadKey(keys.kiosk, keys.signing_key)).findings == []


def _values(person: Person) -> list[str]:
    day = person.born
    birth = [f"{day:%Y%m%d}", f"{day:%Y-%m-%d}", f"{day:%Y%m}"]
    pinyin = person.key.split("_")
    card = [person.card.number] if person.card else []
    parts = [person.number[:6] + person.number[6:10], person.number[-4:], person.mobile[-4:]]
    return [person.name, person.number, person.mobile, person.address, *card, *birth, *pinyin, *parts, PIN]


async def test_the_steps_of_a_visit_without_a_word_about_the_person(stand: Stand) -> None:
    stand_hall, person = stand.hall, BY_KEY["zhang_ling"]
    await stand.play(
        *START,
        Then(PresentDocument, does=lambda: stand_hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, PIN),
        Then(Confirm, GoBack()),
        Then(Consent, Agreed("2026-11")),
        Then(LookAtCamera, does=lambda: stand_hall.stand("zhang_ling")),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
    )
    found = _visits(stand)
    assert told(found) == [
        ("visit_began", {"matter": "activation"}),
        ("document_read", {"document": "social_card", "whose": "own"}),
        ("looked_up", {"query": "PersonOf", "outcome": "found"}),
        ("presence_proved", {"method": "card_pin"}),
        ("looked_up", {"query": "CardOf", "outcome": "found"}),
        ("went_back", {}),
        ("presence_proved", {"method": "face"}),
        ("looked_up", {"query": "CardOf", "outcome": "found"}),
        ("answered", {"question": "activation.confirm.question"}),
        ("submitting", {"kind": "activation"}),
        ("submitted", {"kind": "activation", "sequence": 1, "state": "done"}),
        ("printed", {"state": "printed"}),
        ("visit_ended", {"how": "done"}),
    ]
    assert len({entry.visit for entry in found}) == 1
    whole = entries(_log(stand))
    assert (whole[0].event, whole[-1].event) == ("kiosk_started", "kiosk_stopped")
    _assert_genuine(stand)
    assert _names(stand, person) == []


def _names(stand: Stand, person: Person) -> list[str]:
    """What of ``person`` stands in what the log says; a hash, a time and a random id have digits of their own."""
    said = [f"{entry.event} {sorted(entry.fields.items())}" for entry in entries(_log(stand))]
    files = b"".join(path.read_bytes() for path in _log(stand).iterdir()).decode("utf-8", "replace")
    assert said
    long = [value for value in _values(person) if len(value) > 8 or not value.isascii()]
    return [value for value in _values(person) if any(value in each for each in said)] + [
        value for value in long if value in files
    ]


@pytest.mark.parametrize("network", [NetworkState.UP, NetworkState.CUT])
async def test_a_visit_left_in_the_middle_names_nobody(stand: Stand, network: NetworkState) -> None:
    stand_hall, person = stand.hall, BY_KEY["zhang_ling"]
    await stand.play(
        *START,
        Then(PresentDocument, does=lambda: stand_hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED, does=lambda: stand_hall.network(network)),
        Then(EnterPin, PIN),
        Then(Confirm, VisitEnded()),
    )
    stand_hall.network(NetworkState.UP)
    assert told(_visits(stand))[-1] == ("visit_ended", {"how": "left"})
    assert _names(stand, person) == []
    _assert_genuine(stand)


async def test_a_torn_copy_is_noted_with_its_number_in_the_queue(stand: Stand) -> None:
    stand_hall = stand.hall
    await stand.play(
        *start("contribution_certificate"),
        Then(Choose, "own"),
        *with_card_and_pin(stand, "wang_jianguo"),
        Then(Choose, "everything"),
        Then(Confirm, Confirmed(), does=lambda: stand_hall.printer.end_paper_after(300)),
        Then(PrintStopped, does=stand_hall.printer.refill),
        Then(PrintStopped, Again.RETRY),
        Then(ShowResult, Finished(), does=stand_hall.pull_card),
    )
    assert told(_visits(stand))[-3:] == [
        ("submitted", {"kind": "certificate_void", "sequence": 1, "state": "done"}),
        ("certified", {"kind": "contributions", "copy": 2, "printed": True}),
        ("visit_ended", {"how": "done"}),
    ]
    assert _names(stand, BY_KEY["wang_jianguo"]) == []


async def test_a_refusal_and_its_reason(stand: Stand) -> None:
    await stand.play(*START, Then(PresentDocument, OtherWay.NO_DOCUMENT), Then(ShowRefusal, Finished()))
    assert told(_visits(stand))[-2:] == [
        ("refused", {"reason": "no_document"}),
        ("visit_ended", {"how": "refused"}),
    ]


async def test_a_fault_bears_the_reference_on_the_screen(stand: Stand) -> None:
    stand_hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: stand_hall.insert_card("zhang_ling")),
        Then(Consent, does=stand_hall.pull_card),
        Then(ShowFault, Finished()),
    )
    reference = surface.ending.reference
    assert told(_visits(stand))[-2:] == [
        ("fault", {"code": "CARD_REMOVED", "reference": reference}),
        ("visit_ended", {"how": "fault"}),
    ]


async def test_the_visit_is_at_the_gateway_when_it_is_over(stand: Stand) -> None:
    gateway = stand.hall.gateway
    surface = ScriptedSurface([*START, Then(PresentDocument, VisitEnded())])
    kiosk = await stand.start(surface)
    await kiosk.gateway.check()
    jobs = [asyncio.create_task(job) for job in kiosk.background().values()]
    try:
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(_at_gateway, gateway, "visit_ended"):
                await asyncio.sleep(0.05)
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await kiosk.stop()
    assert len(months(_log(stand))) == 1


def _at_gateway(gateway: GatewayServer, event: str) -> bool:
    with gateway.state.sessions() as session:
        return any(entry.content["event"] == event for entry in session.query(AuditEntry))
