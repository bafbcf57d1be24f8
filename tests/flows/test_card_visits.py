"""Loss report, reinstatement and cancellation, played over the whole hall: on line, off line, and every refusal."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.presence_prompts import EnterPin
from flows.prompts import (
    Confirm,
    Confirmed,
    EnterNumber,
    Finished,
    Line,
    PresentDocument,
    ShowRefusal,
    ShowResult,
    SlipState,
    Tone,
    VisitEnded,
)
from simulator.gateway.schemas import CardStatus
from simulator.hall_state import NetworkState, PrinterState
from simulator.people import BY_KEY
from tests.flows.album import Album
from tests.flows.conftest import Stand
from tests.flows.play import Deed, Then
from tests.flows.speech import said
from tests.flows.steps import amend, results, start, to_the_end, with_card_and_pin, with_id_and_face

WANG = "wang_jianguo"  # a provincial card, normal, and a transfer out on record
YEAR = "1975"
LOST = CardStatus.TEMPORARILY_LOST


def elsewhere(stand: Stand, status: CardStatus) -> Deed:
    """Something happens to the card at a counter, now."""
    return lambda: amend(stand, WANG, card_status=status, card_changed_at=datetime.now(UTC))


def facts(lines: tuple[Line, ...]) -> dict[str, str]:
    return {line.label.key: said(line.value)[0] for line in lines if said(line.value)}


def messages(stand: Stand) -> list[str]:
    return [message.code for message in stand.hall.snapshot().gateway.messages]


async def test_a_loss_report_with_the_id(stand: Stand, album: Album) -> None:
    hall = stand.hall
    surface = await stand.play(*start("loss_report"), *with_id_and_face(stand, WANG), *to_the_end(hall.lift_id))
    result = surface.last(ShowResult)
    assert (result.tone, result.slip, result.headline.key) == (Tone.OK, SlipState.PRINTED, "loss_report.done.headline")
    assert stand.card_status(WANG) == "temporarily_lost"
    [record] = stand.transactions
    assert (record.kind, record.person_number, record.proof, record.result) == (
        "loss_report",
        BY_KEY[WANG].number,
        "face",
        "accepted",
    )
    assert "label.lost_until" in facts(result.lines)
    assert len(hall.cut_papers) == 1
    await album.draw("loss_report", surface.shown)


async def test_the_loss_says_the_exact_end_of_its_seven_days(stand: Stand) -> None:
    before = datetime.now(UTC)
    surface = await stand.play(
        *start("loss_report"), *with_card_and_pin(stand, WANG), *to_the_end(stand.hall.pull_card)
    )
    [until] = [
        line.value.values["at"] for line in surface.last(ShowResult).lines if line.label.key == "label.lost_until"
    ]
    assert before + timedelta(days=7) <= until <= datetime.now(UTC) + timedelta(days=7)


async def test_a_loss_made_off_line_is_stored_and_delivered(stand: Stand, album: Album) -> None:
    hall = stand.hall
    hall.network(NetworkState.CUT)
    surface = await stand.play(
        *start("loss_report"),
        Then(PresentDocument, does=lambda: hall.lay_id(WANG)),  # the card is lost: no PIN, and no photo to compare with
        *to_the_end(hall.lift_id),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.headline.key) == (Tone.WAITING, "loss_report.stored.headline")
    assert surface.last(Confirm).notes[0].tone is Tone.STOP
    assert len(hall.cut_papers) == 1
    await album.draw("loss_report_stored", surface.shown)
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert results(stand) == [("loss_report", "accepted", "")]
    assert [record.proof for record in stand.transactions] == ["document"]
    assert stand.card_status(WANG) == "temporarily_lost"


async def test_a_loss_goes_before_what_was_stored_earlier(stand: Stand) -> None:
    hall = stand.hall
    stand = stand.with_settings("queue", in_flight=1)  # else both would be on their way at once
    hall.network(NetworkState.CUT)
    amend(stand, WANG, card_status=LOST)
    for service, key, proof in (
        ("reinstatement", WANG, (Then(EnterPin, "123456"),)),
        ("loss_report", "zhang_ling", ()),
    ):
        await stand.play(
            *start(service),
            Then(PresentDocument, does=lambda key=key: hall.insert_card(key)),
            *proof,
            *to_the_end(hall.pull_card),
        )
    amend(stand, "zhang_ling", card_status=CardStatus.NORMAL)
    hall.network(NetworkState.UP)
    await stand.delivered()
    earlier, later = sorted(stand.transactions, key=lambda record: record.sequence)
    assert (earlier.kind, later.kind) == ("reinstatement", "loss_report")
    assert [record.kind for record in stand.transactions] == ["reinstatement", "loss_report"]  # latest first
    assert {record.result for record in stand.transactions} == {"accepted"}


@pytest.mark.parametrize("service", ["loss_report", "reinstatement"])
async def test_what_changed_elsewhere_supersedes_a_stored_visit_and_sms_says_so(stand: Stand, service: str) -> None:
    hall = stand.hall
    if service == "reinstatement":
        amend(stand, WANG, card_status=LOST)
    surface = await stand.play(
        *start(service),
        *with_card_and_pin(stand, WANG),
        *to_the_end(hall.pull_card, before=lambda: hall.network(NetworkState.CUT)),
    )
    assert surface.last(ShowResult).headline.key == f"{service}.stored.headline"
    elsewhere(stand, CardStatus.BEING_REPLACED)()
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert results(stand) == [(service, "superseded", "")]
    assert messages(stand) == ["superseded"]
    assert stand.card_status(WANG) == "being_replaced"


async def test_a_loss_of_a_card_that_was_lost_meanwhile_changes_nothing(stand: Stand) -> None:
    surface = await stand.play(
        *start("loss_report"),
        *with_card_and_pin(stand, WANG),
        *to_the_end(stand.hall.pull_card, before=elsewhere(stand, LOST)),
    )
    assert surface.last(ShowResult).tone is Tone.OK
    assert stand.card_status(WANG) == "temporarily_lost"


async def test_a_reinstatement(stand: Stand, album: Album) -> None:
    amend(stand, WANG, card_status=LOST)
    surface = await stand.play(*start("reinstatement"), *with_id_and_face(stand, WANG), *to_the_end(stand.hall.lift_id))
    assert "label.lost_until" in facts(surface.last(Confirm).lines)
    assert surface.last(ShowResult).headline.key == "reinstatement.done.headline"
    assert stand.card_status(WANG) == "normal"
    await album.draw("reinstatement", surface.shown)


async def test_a_reinstatement_made_off_line_is_stored_and_delivered(stand: Stand) -> None:
    hall = stand.hall
    amend(stand, WANG, card_status=LOST)
    hall.network(NetworkState.CUT)
    surface = await stand.play(
        *start("reinstatement"),
        Then(PresentDocument, does=lambda: hall.insert_card(WANG)),
        Then(EnterPin, "123456"),
        *to_the_end(hall.pull_card),
    )
    assert surface.last(ShowResult).headline.key == "reinstatement.stored.headline"
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert stand.card_status(WANG) == "normal"


async def test_a_loss_that_has_ended_by_itself_says_when(stand: Stand) -> None:
    ended = datetime.now(UTC) - timedelta(minutes=5)
    amend(stand, WANG, card_status=LOST, lost_until=ended)
    surface = await stand.play(
        *start("reinstatement"),
        *with_card_and_pin(stand, WANG),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    refusal = surface.last(ShowRefusal)
    assert refusal.headline.key == "refusal.loss_already_ended.headline"
    [line] = refusal.lines
    assert (line.label.key, line.value.values["at"]) == ("label.loss_ended_at", ended)
    assert stand.card_status(WANG) == "normal"


async def test_a_loss_ends_by_itself_when_its_days_are_over(stand: Stand) -> None:
    hall = stand.hall
    await stand.play(*start("loss_report"), *with_card_and_pin(stand, WANG), *to_the_end(hall.pull_card))
    amend(stand, WANG, lost_until=datetime.now(UTC) - timedelta(seconds=1))
    surface = await stand.play(*start("loss_report"), *with_card_and_pin(stand, WANG), Then(Confirm, VisitEnded()))
    assert surface.ending is surface.last(Confirm)
    assert stand.card_status(WANG) == "normal"


CARD_REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("loss_report", {"card_status": LOST}, "card_already_lost"),
    ("loss_report", {"card_status": CardStatus.SUSPENDED}, "card_not_normal"),
    ("reinstatement", {}, "card_not_lost"),
    ("cancellation", {"issuing_area": "370100"}, "card_not_provincial"),
    ("cancellation", {"card_status": LOST}, "card_not_normal"),
    ("cancellation", {"transfers_out": False}, "not_transferring_out"),
]


@pytest.mark.parametrize(("service", "changes", "refusal"), CARD_REFUSALS)
async def test_a_condition_that_is_not_met_is_told_before_anything_is_confirmed(
    stand: Stand, service: str, changes: dict[str, Any], refusal: str
) -> None:
    amend(stand, WANG, **changes)
    surface = await stand.play(
        *start(service),
        *with_card_and_pin(stand, WANG),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == f"refusal.{refusal}.headline"
    assert stand.transactions == ()
    assert stand.hall.cut_papers == []


MEANWHILE: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("loss_report", {}, {"card_status": CardStatus.SUSPENDED}, "card_not_normal"),
    ("reinstatement", {"card_status": LOST}, {"card_status": CardStatus.FORMALLY_LOST}, "card_not_lost"),
    ("reinstatement", {"card_status": LOST}, {"lost_until": datetime(2026, 1, 1, tzinfo=UTC)}, "loss_already_ended"),
    ("cancellation", {}, {"issuing_area": "370100"}, "card_not_provincial"),
    ("cancellation", {}, {"card_status": CardStatus.SUSPENDED}, "card_not_normal"),
    ("cancellation", {}, {"transfers_out": False}, "not_transferring_out"),
]


@pytest.mark.parametrize(("service", "before", "meanwhile", "reason"), MEANWHILE)
async def test_what_the_gateway_refuses_is_told_with_its_reason(
    stand: Stand, service: str, before: dict[str, Any], meanwhile: dict[str, Any], reason: str
) -> None:
    """The records were other when the kiosk looked than when the gateway decides."""
    amend(stand, WANG, **before)
    year = (Then(EnterNumber, YEAR),) if service == "cancellation" else ()
    surface = await stand.play(
        *start(service),
        *with_card_and_pin(stand, WANG),
        Then(Confirm, Confirmed(), does=lambda: amend(stand, WANG, **meanwhile)),
        *year,
        Then(ShowResult, Finished(), does=stand.hall.pull_card),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.headline.key) == (Tone.STOP, f"{service}.refused.headline")
    assert result.explanation.key == f"refusal.{reason}.explanation"
    assert results(stand) == [(service, "refused", reason)]


async def test_without_paper_the_loss_stands_all_the_same(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("loss_report"),
        *with_card_and_pin(stand, WANG),
        *to_the_end(hall.pull_card, before=lambda: hall.printer_state(PrinterState.PAPER_OUT)),
    )
    assert surface.last(ShowResult).slip is SlipState.NOT_PRINTED
    assert stand.card_status(WANG) == "temporarily_lost"


async def test_a_loss_whose_answer_is_lost_tells_to_call_and_has_one_effect(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.with_settings("gateway", patience_seconds=2.0).play(
        *start("loss_report"),
        *with_card_and_pin(stand, WANG),
        *to_the_end(hall.pull_card, before=lambda: hall.network(NetworkState.ANSWER_LOST)),
    )
    result = surface.last(ShowResult)
    assert result.headline.key in {"loss_report.processing.headline", "loss_report.stored.headline"}
    assert "12333" in said(result.notes)[0]
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert results(stand) == [("loss_report", "accepted", "")]
    assert stand.card_status(WANG) == "temporarily_lost"


async def test_a_stored_loss_that_has_become_too_old_has_no_effect(stand: Stand) -> None:
    """It stays with the staff; the gateway only learns that it will not come."""
    hall = stand.hall
    short = stand.with_settings("queue", expires_after_hours=1 / 3600)
    hall.network(NetworkState.CUT)
    await short.play(
        *start("loss_report"),
        Then(PresentDocument, does=lambda: hall.insert_card(WANG)),
        *to_the_end(hall.pull_card),
    )
    await asyncio.sleep(1.0)
    hall.network(NetworkState.UP)
    await short.delivered()
    [withdrawn] = stand.transactions
    assert (withdrawn.result, withdrawn.reason) == ("refused", "expired")
    assert stand.card_status(WANG) == "normal"
