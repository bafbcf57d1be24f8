"""The seven applications, played over the whole hall: on line, off line, changed, and refused by the gateway."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from flows.presence_prompts import Consent, EnterPin
from flows.prompts import (
    Change,
    Choose,
    ChooseMatter,
    Confirm,
    EnterNumber,
    Finished,
    GoBack,
    OtherWay,
    PresentDocument,
    ShowRefusal,
    ShowResult,
    SlipState,
    Tone,
    VisitEnded,
)
from flows.start_prompts import Invitation, Touched
from flows.visit import Refusal
from simulator.gateway.details import Scheme
from simulator.gateway.models import Transaction
from simulator.hall_state import NetworkState, PrinterState
from simulator.insurance import Skill, Subsidy
from simulator.people import BY_KEY
from tests.flows.album import Album
from tests.flows.conftest import Stand
from tests.flows.play import Deed, Then
from tests.flows.speech import said
from tests.flows.steps import amend, results, start, to_the_end, with_card_and_pin

MOBILE, ACCOUNT = "13900000035", "6222020000000000006"
NEW_SKILL = "S370099000001"
ACROSS = (Then(Choose, "320000"), Then(Choose, "320100"), Then(Choose, "320102"))
WITHIN = (Then(Choose, "370200"), Then(Choose, "370202"))
OLD_GOVERNMENT, OLD_ENTERPRISE = Then(Choose, "government"), Then(Choose, "enterprise")
# Who comes, and what is asked before agency, mobile number and bank account.
QUESTIONS: dict[str, tuple[str, tuple[Then, ...]]] = {
    "unemployment_benefit": ("zhao_qi", (Then(Choose, "employer_closed"), Then(Choose, "yes"))),
    "skill_subsidy": ("wang_jianguo", (Then(Choose, NEW_SKILL),)),
    "transfer_enterprise_across": ("chan", ACROSS),
    "transfer_between_across": ("zhang_ling", (OLD_ENTERPRISE, *ACROSS)),
    "transfer_between_within": ("chan", (OLD_GOVERNMENT, *WITHIN)),
    "transfer_government_within": ("zhang_ling", WITHIN),
}
KINDS = {service: "transfer_in" if service.startswith("transfer") else service for service in QUESTIONS}
WORDS = {service: "transfer" if service.startswith("transfer") else service for service in QUESTIONS}
SERVICES = pytest.mark.parametrize("service", QUESTIONS)
STORED = [service for service in QUESTIONS if service != "skill_subsidy"]


def off_line(stand: Stand, key: str) -> tuple[Then, ...]:
    """Without the gateway there is no photo: the card's PIN is asked for at once."""
    return (Then(PresentDocument, does=lambda: stand.hall.insert_card(key)), Then(EnterPin, "123456"))


def form(service: str, *, on_line: bool = True) -> tuple[Then, ...]:
    """Every question of the form: off line no agency is named, and no mobile number is known."""
    _, questions = QUESTIONS[service]
    known = Then(Choose, "known")
    mobile = known if on_line else Then(EnterNumber, MOBILE)
    if KINDS[service] != "transfer_in":
        return (*questions, mobile, known)
    agency = (Then(Choose, f"{questions[-1].answer}01"),) if on_line else ()
    return (*questions, *agency, mobile)


def whole(stand: Stand, service: str, before: Deed | None = None) -> tuple[Then, ...]:
    """The usual visit for ``service``."""
    key, _ = QUESTIONS[service]
    asked = form(service)
    return (*start(service), *with_card_and_pin(stand, key), *asked, *to_the_end(stand.hall.pull_card, before))


def sent(stand: Stand) -> dict[str, Any]:
    """The details of the one transaction that reached the gateway."""
    with stand.hall.gateway.state.sessions.begin() as session:
        [transaction] = session.scalars(select(Transaction).where(Transaction.kind != "audit"))
        return dict(transaction.payload["details"])


@SERVICES
async def test_an_application_is_accepted_with_its_number(stand: Stand, album: Album, service: str) -> None:
    surface = await stand.play(*whole(stand, service))
    result = surface.last(ShowResult)
    assert (result.tone, result.slip) == (Tone.OK, SlipState.PRINTED)
    assert result.headline.key == f"{WORDS[service]}.done.headline"
    assert results(stand) == [(KINDS[service], "accepted", "")]
    assert [record.person_number for record in stand.transactions] == [BY_KEY[QUESTIONS[service][0]].number]
    labels = [line.label.key for line in result.lines]
    assert "label.acceptance_number" in labels
    assert ("label.due" in labels) is (WORDS[service] != "transfer")  # a transfer is accepted at once
    assert len(stand.hall.cut_papers) == 1
    await album.draw(service, surface.shown)


@pytest.mark.parametrize("service", STORED)
async def test_an_application_made_off_line_is_stored_and_delivered(stand: Stand, album: Album, service: str) -> None:
    hall, (key, _) = stand.hall, QUESTIONS[service]
    hall.network(NetworkState.CUT)
    surface = await stand.play(
        *start(service),
        *off_line(stand, key),
        *form(service, on_line=False),
        *to_the_end(hall.pull_card),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.headline.key) == (Tone.WAITING, "application.stored.headline")
    assert [note.text.key for note in surface.last(Confirm).notes] == ["note.offline"]
    assert len(hall.cut_papers) == 1
    if service == "unemployment_benefit":
        await album.draw(f"{service}_stored", surface.shown)
    hall.network(NetworkState.UP)
    await stand.delivered(later=timedelta(seconds=90))  # the person has long left
    assert results(stand) == [(KINDS[service], "accepted", "")]
    assert [(message.code, message.mobile) for message in hall.snapshot().gateway.messages] == [
        ("accepted_late", MOBILE)
    ]


async def test_off_line_a_subsidy_is_closed_on_the_home_screen(stand: Stand) -> None:
    stand.hall.network(NetworkState.CUT)
    surface = await stand.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    closed = {tile.matter: tile.closed.key for tile in surface.last(ChooseMatter).tiles if tile.closed}
    assert closed.get("skill_subsidy", "closed.gateway") == "closed.gateway"
    assert not closed.keys() & set(STORED)


async def test_a_subsidy_stops_when_the_gateway_goes_away_before_the_certificates_are_seen(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("skill_subsidy"),
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED, does=lambda: hall.network(NetworkState.CUT)),
        Then(EnterPin, "123456"),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.needs_gateway.headline"


async def test_a_card_of_the_third_version_off_line_is_enough_for_an_application(stand: Stand) -> None:
    """It tells no name and no number: the gateway finds out whose it is."""
    hall = stand.hall
    hall.network(NetworkState.CUT)
    await stand.play(
        *start("transfer_enterprise_across"),
        *off_line(stand, "berg"),
        *ACROSS,
        Then(EnterNumber, MOBILE),
        *to_the_end(hall.pull_card),
    )
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert results(stand) == [("transfer_in", "accepted", "")]


async def test_every_answer_of_a_form_reaches_the_gateway_as_it_was_given(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("unemployment_benefit"),
        *with_card_and_pin(stand, "zhao_qi"),
        Then(Choose, "contract_ended"),
        Then(Choose, "yes"),
        Then(Choose, "another"),
        Then(EnterNumber, "13800000000"),
        Then(Choose, "known"),
        Then(Confirm, Change("mobile")),
        Then(Choose, "another"),
        Then(EnterNumber, MOBILE),
        Then(Confirm, Change("account")),
        Then(Choose, "another"),
        Then(EnterNumber, ACCOUNT),
        Then(Confirm, Change("reason")),
        Then(Choose, "employer_closed"),
        *to_the_end(hall.pull_card),
    )
    assert sent(stand) == {"reason": "employer_closed", "mobile": MOBILE, "bank_account": ACCOUNT}
    shown = [said(line.value)[0] for line in surface.last(Confirm).lines if line.label.key == "label.account"]
    assert shown == ["工商银行，尾号 ***0006"]
    told = [repr(prompt) for prompt in surface.shown]
    assert not [prompt for prompt in told if MOBILE in prompt or ACCOUNT in prompt]


async def test_back_leads_through_the_form_question_by_question(stand: Stand) -> None:
    await stand.play(
        *start("transfer_enterprise_across"),
        *with_card_and_pin(stand, "chan"),
        *ACROSS[:2],
        Then(Choose, GoBack()),  # from the county
        Then(Choose, GoBack()),  # from the city
        Then(Choose, "330000"),
        Then(Choose, "330100"),
        Then(Choose, "330106"),
        Then(Choose, "unknown"),
        Then(Choose, "known"),
        Then(Confirm, Change("region")),
        *ACROSS,
        Then(Choose, "32010201"),
        *to_the_end(stand.hall.pull_card),
    )
    assert sent(stand) == {
        "route": "transfer_enterprise_across",
        "region": "320102",
        "agency": "32010201",
        "old_scheme": "enterprise",
        "mobile": "",
    }


EARLY: list[tuple[str, dict[str, Any], Refusal]] = [
    ("unemployment_benefit", {"benefit_pending": True}, Refusal.APPLICATION_PENDING),
    ("unemployment_benefit", {"employment_ended": None}, Refusal.STILL_EMPLOYED),
    ("unemployment_benefit", {"months_paid": 11}, Refusal.CONTRIBUTIONS_TOO_SHORT),
    ("unemployment_benefit", {"recorded_reason": "own_will"}, Refusal.LEFT_BY_OWN_WILL),
    ("unemployment_benefit", {"registered": False}, Refusal.NOT_REGISTERED),
    ("skill_subsidy", {"enterprise_employee": False}, Refusal.NOT_AN_EMPLOYEE),
    ("skill_subsidy", {"months_paid": 35}, Refusal.SKILL_CONTRIBUTIONS_TOO_SHORT),
    ("skill_subsidy", {"skills": ()}, Refusal.NO_SKILL_CERTIFICATE),
    ("transfer_enterprise_across", {"scheme": None}, Refusal.NOT_INSURED_HERE),
    ("transfer_between_across", {"transfer_pending": True}, Refusal.APPLICATION_PENDING),
    ("transfer_enterprise_across", {"scheme": Scheme.GOVERNMENT}, Refusal.OTHER_TRANSFER),
    ("transfer_government_within", {"scheme": Scheme.ENTERPRISE}, Refusal.OTHER_TRANSFER),
]
MEANWHILE: list[tuple[str, dict[str, Any], Refusal]] = [
    *EARLY,
    ("transfer_between_within", {"scheme": Scheme.GOVERNMENT}, Refusal.OTHER_TRANSFER),
]


@pytest.mark.parametrize(("service", "changes", "refusal"), EARLY)
async def test_a_condition_that_is_not_met_is_told_before_anything_is_asked(
    stand: Stand, service: str, changes: dict[str, Any], refusal: Refusal
) -> None:
    key, _ = QUESTIONS[service]
    amend(stand, key, **changes)
    surface = await stand.play(
        *start(service),
        *with_card_and_pin(stand, key),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == f"refusal.{refusal}.headline"
    assert stand.transactions == ()
    assert stand.hall.cut_papers == []


@pytest.mark.parametrize(("service", "changes", "refusal"), MEANWHILE)
async def test_what_the_gateway_refuses_is_told_with_its_reason(
    stand: Stand, service: str, changes: dict[str, Any], refusal: Refusal
) -> None:
    """The records were other when the kiosk looked than when the gateway decides."""
    key, _ = QUESTIONS[service]
    surface = await stand.play(*whole(stand, service, before=lambda: amend(stand, key, **changes)))
    result = surface.last(ShowResult)
    assert (result.tone, result.headline.key) == (Tone.STOP, "application.refused.headline")
    assert result.explanation.key == f"refusal.{refusal}.explanation"
    assert results(stand) == [(KINDS[service], "refused", refusal)]
    assert len(stand.hall.cut_papers) == 1


TODAY = datetime.now(UTC).date()
LAST_MONTH = TODAY - timedelta(days=30)


def welder(level: int = 4, issued: date = LAST_MONTH, *, training: bool = False) -> Skill:
    return Skill(NEW_SKILL, "焊工", level, issued, training_subsidy=training)


OBJECTIONS: list[tuple[dict[str, Any], Refusal]] = [
    ({"skills": (welder(level=2),)}, Refusal.SKILL_LEVEL_NOT_COVERED),
    ({"skills": (welder(issued=TODAY - timedelta(days=367)),)}, Refusal.SKILL_TOO_OLD),
    ({"subsidies": tuple(Subsidy(f"工种{number}", 5, TODAY) for number in range(3))}, Refusal.SKILL_THREE_THIS_YEAR),
    ({"subsidies": (Subsidy("焊工", 4, date(2024, 5, 6)),)}, Refusal.SKILL_SAME_ALREADY),
    ({"subsidies": (Subsidy("焊工", 3, date(2024, 5, 6)),)}, Refusal.SKILL_HIGHER_ALREADY),
    ({"skills": (welder(training=True),)}, Refusal.SKILL_TRAINING_SUBSIDY),
]


@pytest.mark.parametrize(("changes", "refusal"), OBJECTIONS)
async def test_a_certificate_without_a_subsidy_is_named_with_its_reason(
    stand: Stand, changes: dict[str, Any], refusal: Refusal
) -> None:
    """Before it can be chosen; and when the reason comes up only after the choice, by the gateway."""
    amend(stand, "wang_jianguo", skills=(welder(),), subsidies=())
    late = await stand.play(*whole(stand, "skill_subsidy", before=lambda: amend(stand, "wang_jianguo", **changes)))
    assert late.last(ShowResult).explanation.key == f"refusal.{refusal}.explanation"
    assert results(stand) == [("skill_subsidy", "refused", refusal)]
    early = await stand.play(
        *start("skill_subsidy"),
        *with_card_and_pin(stand, "wang_jianguo"),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    refused = early.last(ShowRefusal)
    assert refused.headline.key == "refusal.no_eligible_certificate.headline"
    assert [line.value.key for line in refused.lines] == [f"skill_objection.{refusal}"]


async def test_each_certificate_of_the_register_is_shown_with_what_stands_against_it(stand: Stand) -> None:
    surface = await stand.play(*whole(stand, "skill_subsidy"))
    choice = next(prompt for prompt in surface.shown if isinstance(prompt, Choose))
    closed = [said(option.closed)[0] for option in choice.options if option.closed is not None]
    assert len(choice.options) - len(closed) == 2
    assert len(set(closed)) == len(closed) == 5


async def test_what_was_applied_for_cannot_be_applied_for_again(stand: Stand) -> None:
    await stand.play(*whole(stand, "unemployment_benefit"))
    surface = await stand.play(
        *start("unemployment_benefit"),
        *with_card_and_pin(stand, "zhao_qi"),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.application_pending.headline"
    assert len(stand.transactions) == 1


async def test_without_paper_the_number_stays_on_the_screen(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *whole(stand, "unemployment_benefit", before=lambda: hall.printer_state(PrinterState.PAPER_OUT))
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.slip) == (Tone.OK, SlipState.NOT_PRINTED)
    assert result.receipt_number


async def test_a_lost_answer_is_told_as_waiting_and_found_later(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *whole(stand, "unemployment_benefit", before=lambda: hall.network(NetworkState.ANSWER_LOST))
    )
    assert surface.last(ShowResult).headline.key in {
        "application.processing.headline",
        "application.stored.headline",
    }
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert results(stand) == [("unemployment_benefit", "accepted", "")]
