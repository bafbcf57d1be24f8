"""The gateway's decisions, without a network: what stands against every kind, and the card (guide items 25 to 27)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.gateway.details import DETAILS
from simulator.gateway.rules import decide
from simulator.gateway.rules.card import loss_has_ended
from simulator.gateway.rules.facts import CardFacts, Decision, Facts
from simulator.gateway.schemas import CardStatus, Reason, Result, SealedPerson, SealedProof
from tests.contracts.facts import CARD, KNOWN, NOW, ZHANG, facts

NEW = replace(CARD, status=CardStatus.NOT_ACTIVATED)
LOST = replace(CARD, status=CardStatus.TEMPORARILY_LOST, lost_until=NOW + timedelta(days=3))
ENDED = replace(CARD, loss_ended_at=NOW - timedelta(hours=1))
RIGHT_CARD = {"activation": NEW, "loss_report": CARD, "reinstatement": LOST, "cancellation": CARD}
LATER = NOW + timedelta(seconds=1)


def of_card(kind: str, card: CardFacts | None, sent: dict[str, Any] | None = None, **changes: Any) -> Facts:
    return facts(kind, sent, card=card, **changes)


def right(kind: str, sent: dict[str, Any] | None = None, **changes: Any) -> Facts:
    """A case of that kind in which everything is right."""
    return facts(kind, sent, **{"card": RIGHT_CARD.get(kind, CARD), **changes})


def shown(**changes: str) -> dict[str, Any]:
    person = {"number": ZHANG.number, "name": ZHANG.name, "document": "resident_id", **changes}
    return {"person": SealedPerson.model_validate(person)}


def proved(method: str) -> dict[str, Any]:
    return {"proof": SealedProof(method=method, detail="")}


EVERY_KIND = [kind for kind in DETAILS if kind != "unemployment_allowance"]  # its window is closed today


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_all_conditions_met(kind: str) -> None:
    assert decide(right(kind)).result is Result.ACCEPTED


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize(
    ("sent", "held", "reason"),
    [
        ({"expires_at": NOW + timedelta(seconds=20)}, {}, Reason.EXPIRED),
        ({}, {"person": None}, Reason.PERSON_NOT_FOUND),
        (shown(name="李四"), {}, Reason.NOT_THE_SAME_PERSON),
        (shown(document="library_card"), {}, Reason.DOCUMENT_NOT_ACCEPTED),
        (proved("none"), {}, Reason.PRESENCE_NOT_PROVED),
        ({"details": {"colour": "red"}}, {}, Reason.DETAILS_INVALID),
    ],
    ids=["too old", "person unknown", "another name", "another document", "not in person", "details of another kind"],
)
def test_what_stands_against_every_kind(kind: str, sent: dict[str, Any], held: dict[str, Any], reason: Reason) -> None:
    assert decide(right(kind, sent, **held)) == Decision(Result.REFUSED, reason)


def test_a_kind_that_nobody_offers() -> None:
    assert decide(facts("teleport")) == Decision(Result.REFUSED, Reason.KIND_NOT_OFFERED)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_one_second_before_it_is_too_old(kind: str) -> None:
    assert decide(right(kind, {"expires_at": NOW + timedelta(seconds=21)})).result is Result.ACCEPTED


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_document_alone_is_enough_for_certificates_and_for_a_loss_that_cannot_wait(kind: str) -> None:
    """Who has lost the card has no PIN to type, and off line a kiosk has no photo to compare with."""
    accepted = kind in {"certificate_void", "loss_report"}
    assert (decide(right(kind, proved("document"))).result is Result.ACCEPTED) is accepted


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("method", ["face", "card_pin", "staff"])
@pytest.mark.parametrize("document", ["resident_id", "social_card"])
def test_every_way_of_coming_in_person(kind: str, method: str, document: str) -> None:
    assert decide(right(kind, {**proved(method), **shown(document=document)})).result is Result.ACCEPTED


def test_a_name_unknown_off_line_is_no_contradiction() -> None:
    assert decide(right("activation", shown(name=""))).result is Result.ACCEPTED


@pytest.mark.parametrize(
    ("case", "after", "lost_until"),
    [
        (right("activation"), CardStatus.NORMAL, None),
        (right("loss_report"), CardStatus.TEMPORARILY_LOST, NOW + timedelta(days=7, seconds=20)),
        (
            right("loss_report", loss=timedelta(hours=5)),
            CardStatus.TEMPORARILY_LOST,
            NOW + timedelta(hours=5, seconds=20),
        ),
        (right("reinstatement"), CardStatus.NORMAL, None),
        (right("cancellation"), CardStatus.CANCELLED, None),
    ],
    ids=["activation", "loss for 7 days from its effect", "loss for the hall's time", "reinstatement", "cancellation"],
)
def test_what_becomes_of_the_card(case: Facts, after: CardStatus, lost_until: datetime | None) -> None:
    assert decide(case) == Decision(Result.ACCEPTED, new_status=after, lost_until=lost_until)


STATES = {
    "activation": {
        CardStatus.NORMAL: Reason.CARD_ALREADY_ACTIVE,
        **dict.fromkeys(set(CardStatus) - {CardStatus.NORMAL, CardStatus.NOT_ACTIVATED}, Reason.CARD_NOT_ACTIVATABLE),
    },
    "loss_report": dict.fromkeys(
        set(CardStatus) - {CardStatus.NORMAL, CardStatus.TEMPORARILY_LOST, CardStatus.FORMALLY_LOST},
        Reason.CARD_NOT_NORMAL,
    ),
    "reinstatement": dict.fromkeys(sorted(set(CardStatus) - {CardStatus.TEMPORARILY_LOST}), Reason.CARD_NOT_LOST),
    "cancellation": dict.fromkeys(set(CardStatus) - {CardStatus.NORMAL}, Reason.CARD_NOT_NORMAL),
}


@pytest.mark.parametrize("status", CardStatus)
@pytest.mark.parametrize("kind", STATES)
def test_every_state_of_the_card(kind: str, status: CardStatus) -> None:
    """社会保障卡未启用 for activation, 卡状态正常 for cancellation; a loss only of a card that is in use."""
    decision = decide(of_card(kind, replace(CARD, status=status)))
    assert decision.reason == STATES[kind].get(status)
    assert decision.result is (Result.REFUSED if status in STATES[kind] else Result.ACCEPTED)


@pytest.mark.parametrize("kind", RIGHT_CARD)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"card": None}, Reason.CARD_NOT_FOUND),
        ({"card": replace(CARD, person_number="370199194302120406")}, Reason.NOT_THE_SAME_PERSON),
    ],
    ids=["no card", "somebody else's card"],
)
def test_the_card_must_be_the_persons(kind: str, change: dict[str, Any], reason: Reason) -> None:
    assert decide(facts(kind, **change)) == Decision(Result.REFUSED, reason)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (of_card("cancellation", replace(CARD, issuing_area="370100")), Reason.CARD_NOT_PROVINCIAL),
        (of_card("cancellation", LOST), Reason.CARD_NOT_NORMAL),
        (right("cancellation", person=replace(KNOWN, transfers_out=False)), Reason.NOT_TRANSFERRING_OUT),
        (of_card("reinstatement", CARD), Reason.CARD_NOT_LOST),
        (of_card("reinstatement", ENDED), Reason.LOSS_ALREADY_ENDED),
        (of_card("reinstatement", replace(ENDED, status=CardStatus.FORMALLY_LOST)), Reason.CARD_NOT_LOST),
    ],
    ids=["省直社会保障卡", "卡状态正常", "转出统筹外人员", "never lost", "7天后自动解挂", "formally lost since"],
)
def test_conditions_of_items_26_and_27(case: Facts, reason: Reason) -> None:
    assert decide(case) == Decision(Result.REFUSED, reason)


@pytest.mark.parametrize("until", [NOW + timedelta(days=3), None], ids=["temporarily", "formally"])
@pytest.mark.parametrize("changed_at", [CARD.changed_at, LATER], ids=["before the visit", "after it"])
def test_a_loss_reported_again_changes_nothing(until: datetime | None, changed_at: datetime) -> None:
    status = CardStatus.FORMALLY_LOST if until is None else CardStatus.TEMPORARILY_LOST
    card = replace(CARD, status=status, lost_until=until, changed_at=changed_at)
    assert decide(of_card("loss_report", card)) == Decision(Result.ACCEPTED, lost_until=until)


@pytest.mark.parametrize("kind", RIGHT_CARD)
@pytest.mark.parametrize("status", CardStatus)
def test_a_card_that_changed_after_the_visit_is_left_as_it_is(kind: str, status: CardStatus) -> None:
    lost = {CardStatus.TEMPORARILY_LOST, CardStatus.FORMALLY_LOST}
    late = decide(of_card(kind, replace(CARD, status=status, changed_at=LATER)))
    wanted = Result.ACCEPTED if kind == "loss_report" and status in lost else Result.SUPERSEDED
    assert (late.result, late.reason, late.new_status) == (wanted, None, None)


@pytest.mark.parametrize("kind", RIGHT_CARD)
def test_a_card_that_changed_in_the_visits_own_moment_is_not_superseded(kind: str) -> None:
    assert decide(of_card(kind, replace(RIGHT_CARD[kind], changed_at=NOW))).result is Result.ACCEPTED


@pytest.mark.parametrize("kind", sorted(set(EVERY_KIND) - set(RIGHT_CARD)))
@pytest.mark.parametrize("card", [None, replace(CARD, status=CardStatus.CANCELLED, changed_at=LATER)])
def test_what_is_not_about_the_card_does_not_ask_for_it(kind: str, card: CardFacts | None) -> None:
    assert decide(of_card(kind, card)).result is Result.ACCEPTED


@pytest.mark.parametrize(("seconds", "ended"), [(-1, False), (0, True), (1, True)])
def test_a_loss_ends_to_the_second(seconds: int, *, ended: bool) -> None:
    end = datetime(2026, 3, 9, 10, 0, 20, tzinfo=UTC)
    assert loss_has_ended(replace(LOST, lost_until=end), end + timedelta(seconds=seconds)) is ended


@pytest.mark.parametrize("status", sorted(set(CardStatus) - {CardStatus.TEMPORARILY_LOST}))
def test_nothing_else_ends_by_itself(status: CardStatus) -> None:
    assert not loss_has_ended(replace(LOST, status=status), NOW + timedelta(days=30))
