"""Certificates, entitlement record and review, played over the whole hall: own, by an agent, torn, and refused."""

from collections.abc import Callable
from typing import Any

import pytest

from config.services import ServiceName
from flows.months import Month
from flows.presence_prompts import Consent
from flows.prompts import (
    Change,
    Choose,
    ChooseMatter,
    ChooseMonth,
    Confirm,
    Confirmed,
    Finished,
    GoBack,
    OtherWay,
    PresentDocument,
    ShowRefusal,
    ShowResult,
    SlipState,
    Tone,
    VisitEnded,
    Whose,
)
from flows.start_prompts import Invitation, Touched
from simulator.hall_state import NetworkState
from simulator.insurance import employed
from simulator.people import BY_KEY
from tests.flows.album import Album
from tests.flows.conftest import Stand
from tests.flows.papers import issued, scanned
from tests.flows.play import Deed, ScriptedSurface, Then
from tests.flows.steps import amend, start, to_the_end, with_card_and_pin, with_id_and_face
from tests.staff.coming import ATTENDANT, confirms
from tests.staff.enrolled import enrol

WANG, ZHANG, LI = "wang_jianguo", "zhang_ling", "li_xiuying"
ENABLED = (ServiceName.ENTITLEMENT_RECORD, ServiceName.ENTITLEMENT_REVIEW)
OWN = Then(Choose, "own")


def for_another(stand: Stand, principal: Deed, agent: str) -> tuple[Then, ...]:
    """The principal's document, taken away when asked to, and then the agent's card."""
    return (Then(Choose, "for_another"), Then(PresentDocument, does=principal), *with_card_and_pin(stand, agent))


def taking(stand: Stand) -> Callable[[str], object]:
    """Takes every document that the screen asks to take, the principal's too."""

    def take(asked: str) -> None:
        stand.take(asked.replace("_principal", ""))

    return take


def shown(surface: ScriptedSurface) -> dict[str, str]:
    return {line.label.key: getattr(line.value, "value", "") for line in surface.last(ShowResult).lines}


async def test_a_contribution_certificate_for_oneself(stand: Stand, album: Album) -> None:
    hall, person = stand.hall, BY_KEY[WANG]
    surface = await stand.play(
        *start("contribution_certificate"),
        OWN,
        *with_id_and_face(stand, WANG),
        Then(Choose, "everything"),
        *to_the_end(hall.lift_id),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.slip) == (Tone.OK, SlipState.PRINTED)
    assert "note.arrears" in [note.text.key for note in surface.last(Confirm).notes]
    [(number, copy, void)] = issued(stand)
    assert (copy, void) == (1, False)
    [paper] = hall.cut_papers
    content = scanned(stand, paper)
    assert (content.number, content.copy, content.person, content.agent) == (
        number,
        1,
        (person.name, person.number),
        None,
    )
    assert set(content.months.values()) == {178}  # of 180 months, two are in arrears
    assert shown(surface)["label.certificate_number"] == number
    assert shown(surface)["label.verification_code"] == content.verification_code
    assert stand.transactions == ()
    await album.draw("contribution_certificate", surface.shown)


async def test_a_contribution_certificate_by_an_agent(stand: Stand, album: Album) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("contribution_certificate"),
        *for_another(stand, lambda: hall.insert_card(WANG), ZHANG),
        Then(Choose, "last_twelve"),
        *to_the_end(hall.pull_card),
        meanwhile=taking(stand),
    )
    asked = [prompt.whose for prompt in surface.shown if isinstance(prompt, PresentDocument)]
    assert list(dict.fromkeys(asked)) == [Whose.PRINCIPAL, Whose.AGENT]
    content = scanned(stand, hall.cut_papers[0])
    assert content.person == (BY_KEY[WANG].name, BY_KEY[WANG].number)
    assert content.agent == (BY_KEY[ZHANG].name, BY_KEY[ZHANG].number)
    await album.draw("contribution_certificate_agent", surface.shown)


async def test_the_period_can_be_changed_before_anything_is_issued(stand: Stand) -> None:
    hall = stand.hall
    first, last = Month(2024, 1), Month(2024, 3)
    surface = await stand.play(
        *start("contribution_certificate"),
        OWN,
        *with_card_and_pin(stand, ZHANG),
        Then(Choose, "everything"),
        Then(Confirm, Change("period")),
        Then(Choose, "another"),
        Then(ChooseMonth, first),
        Then(ChooseMonth, GoBack()),
        Then(ChooseMonth, first),
        Then(ChooseMonth, last),
        *to_the_end(hall.pull_card),
    )
    content = scanned(stand, hall.cut_papers[0])
    assert (content.first, content.last) == (first, last)
    assert set(content.months.values()) == {3}
    assert len({prompt.steps.number for prompt in surface.shown if isinstance(prompt, Confirm)}) == 1


async def test_a_pension_certificate_for_oneself(stand: Stand, album: Album) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("pension_certificate"), OWN, *with_card_and_pin(stand, LI), *to_the_end(hall.pull_card)
    )
    assert "3286" not in repr(surface.shown)
    content = scanned(stand, hall.cut_papers[0])
    assert (content.monthly_fen, content.person) == (328_650, (BY_KEY[LI].name, BY_KEY[LI].number))
    await album.draw("pension_certificate", surface.shown)


async def test_a_pension_certificate_by_an_agent_with_the_principals_id(stand: Stand, album: Album) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("pension_certificate"),
        *for_another(stand, lambda: hall.lay_id(LI), WANG),
        *to_the_end(hall.pull_card),
        meanwhile=taking(stand),
    )
    content = scanned(stand, hall.cut_papers[0])
    assert (content.person[1], content.agent) == (BY_KEY[LI].number, (BY_KEY[WANG].name, BY_KEY[WANG].number))
    await album.draw("pension_certificate_agent", surface.shown)


async def test_a_passport_goes_to_the_counter(stand: Stand) -> None:
    surface = await stand.play(
        *start("pension_certificate"), OWN, Then(PresentDocument, OtherWay.PASSPORT), Then(ShowRefusal, Finished())
    )
    assert surface.last(PresentDocument).passport
    assert surface.last(ShowRefusal).headline.key == "refusal.document_at_counter.headline"


async def test_one_person_cannot_be_both(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("pension_certificate"),
        Then(Choose, "for_another"),
        Then(PresentDocument, does=lambda: hall.insert_card(LI)),
        Then(PresentDocument, does=lambda: hall.lay_id(LI)),
        Then(ShowRefusal, Finished(), does=hall.lift_id),
        meanwhile=taking(stand),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.agent_is_principal.headline"


async def test_an_entitlement_record_where_the_hall_has_switched_it_on(stand: Stand, album: Album) -> None:
    hall = stand.hall
    surface = await stand.with_settings("matters", enable=ENABLED).play(
        *start("entitlement_record"),
        OWN,
        *with_card_and_pin(stand, ZHANG),
        Then(Choose, "2024"),
        *to_the_end(hall.pull_card),
    )
    content = scanned(stand, hall.cut_papers[0])
    assert (content.first, content.last, set(content.months.values())) == (Month(2024, 1), Month(2024, 12), {12})
    await album.draw("entitlement_record", surface.shown)


async def test_an_entitlement_review_where_the_hall_has_switched_it_on(stand: Stand, album: Album) -> None:
    hall = stand.hall
    surface = await stand.with_settings("matters", enable=ENABLED).play(
        *start("entitlement_review"),
        *with_id_and_face(stand, LI),
        *to_the_end(hall.lift_id),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.headline.key) == (Tone.OK, "entitlement_review.done.headline")
    [before] = [
        line.value.values["day"] for line in surface.last(Confirm).lines if line.label.key == "label.review_due"
    ]
    [note] = result.notes
    assert note.text.key == "note.next_review"
    assert note.text.values["day"] > before
    assert [(record.kind, record.result) for record in stand.transactions] == [("entitlement_review", "accepted")]
    await album.draw("entitlement_review", surface.shown)


async def test_what_the_hall_has_not_switched_on_is_not_on_the_home_screen(stand: Stand) -> None:
    surface = await stand.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    assert not {tile.matter for tile in surface.last(ChooseMatter).tiles} & set(ENABLED)


CONDITIONS: list[tuple[str, str, dict[str, Any], tuple[Then, ...], str]] = [
    ("contribution_certificate", ZHANG, {"spans": ()}, (), "no_contributions"),
    ("entitlement_record", ZHANG, {"spans": ()}, (), "no_contributions"),
    (
        "contribution_certificate",
        "gulimire",
        {},
        (Then(Choose, "another"), Then(ChooseMonth, Month(2023, 1)), Then(ChooseMonth, Month(2023, 6))),
        "nothing_paid_then",
    ),
    ("pension_certificate", ZHANG, {}, (), "no_pension"),
]


@pytest.mark.parametrize(("service", "key", "changes", "choices", "refusal"), CONDITIONS)
async def test_a_condition_that_is_not_met_is_told(
    stand: Stand, service: str, key: str, changes: dict[str, Any], choices: tuple[Then, ...], refusal: str
) -> None:
    amend(stand, key, **changes)
    surface = await stand.with_settings("matters", enable=ENABLED).play(
        *start(service),
        OWN,
        *with_card_and_pin(stand, key),
        *choices,
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == f"refusal.{refusal}.headline"
    assert issued(stand) == []
    assert stand.hall.cut_papers == []


async def test_a_review_of_who_draws_no_pension(stand: Stand) -> None:
    surface = await stand.with_settings("matters", enable=ENABLED).play(
        *start("entitlement_review"),
        *with_id_and_face(stand, ZHANG),
        Then(ShowRefusal, Finished(), does=stand.hall.lift_id),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.no_pension.headline"


LONG_AGO = employed("示例企业有限公司", "2010-01", "2010-12")
LATE: list[tuple[str, str, tuple[Then, ...], dict[str, Any], str]] = [
    ("contribution_certificate", ZHANG, (Then(Choose, "this_year"),), {"spans": ()}, "no_contributions"),
    ("contribution_certificate", ZHANG, (Then(Choose, "this_year"),), {"spans": LONG_AGO}, "nothing_paid_then"),
    ("pension_certificate", LI, (), {"pension": None}, "no_pension"),
]


@pytest.mark.parametrize(("service", "key", "choices", "meanwhile", "reason"), LATE)
async def test_what_the_gateway_does_not_certify_is_told_with_its_reason(
    stand: Stand, service: str, key: str, choices: tuple[Then, ...], meanwhile: dict[str, Any], reason: str
) -> None:
    """The records were other when the kiosk looked than when the gateway certifies."""
    surface = await stand.play(
        *start(service),
        OWN,
        *with_card_and_pin(stand, key),
        *choices,
        Then(Confirm, Confirmed(), does=lambda: amend(stand, key, **meanwhile)),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == f"refusal.{reason}.headline"
    assert stand.hall.cut_papers == []


async def test_what_the_gateway_does_not_review_is_told_with_its_reason(stand: Stand) -> None:
    surface = await stand.with_settings("matters", enable=ENABLED).play(
        *start("entitlement_review"),
        *with_id_and_face(stand, LI),
        *to_the_end(stand.hall.lift_id, before=lambda: amend(stand, LI, pension=None)),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.explanation.key) == (Tone.STOP, "refusal.no_pension.explanation")


async def test_a_pin_does_not_show_that_a_pensioner_is_here(stand: Stand) -> None:
    """A relative may have the card and know its PIN; who declines the camera is seen by a member of staff."""
    enrol(stand.settings.data_directory, ATTENDANT)
    surface = await stand.with_settings("matters", enable=ENABLED).play(
        *start("entitlement_review"),
        Then(PresentDocument, does=lambda: stand.hall.insert_card(LI)),
        Then(Consent, OtherWay.DECLINED),
        *confirms(stand),
        *to_the_end(stand.hall.pull_card),
    )
    assert not surface.last(Consent).card_way
    assert [(record.proof, record.result) for record in stand.transactions] == [("staff", "accepted")]


async def test_a_review_by_document_alone_is_refused_by_the_gateway(stand: Stand) -> None:
    """A hall cannot lower the level of a review by a setting: the guide wants the person."""
    hall = stand.hall
    lowered = stand.with_settings("matters", enable=ENABLED, identity={ServiceName.ENTITLEMENT_REVIEW: "document"})
    surface = await lowered.play(
        *start("entitlement_review"),
        Then(PresentDocument, does=lambda: hall.lay_id(LI)),
        *to_the_end(hall.lift_id),
    )
    assert surface.last(ShowResult).explanation.key == "refusal.presence_not_proved.explanation"


@pytest.mark.parametrize("service", ["contribution_certificate", "pension_certificate"])
async def test_certificates_are_closed_on_the_home_screen_while_the_gateway_is_away(stand: Stand, service: str) -> None:
    stand.hall.network(NetworkState.CUT)
    surface = await stand.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    closed = {tile.matter: tile.closed.key for tile in surface.last(ChooseMatter).tiles if tile.closed}
    assert closed[service] == "closed.gateway"


async def test_a_certificate_stops_when_the_gateway_goes_away_before_it_is_issued(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("pension_certificate"),
        OWN,
        *with_card_and_pin(stand, LI),
        Then(Confirm, Confirmed(), does=lambda: hall.network(NetworkState.CUT)),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.needs_gateway.headline"
    assert hall.cut_papers == []
