"""The gateway's decisions, without a network."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from simulator.gateway.rules import decide
from simulator.gateway.rules.facts import CardFacts, Decision, Facts, PersonFacts
from simulator.gateway.schemas import CardStatus, Reason, Result, SealedPerson, SealedProof, SealedTransaction
from simulator.people import BY_KEY

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ZHANG = BY_KEY["zhang_ling"]
KNOWN = PersonFacts(ZHANG.number, ZHANG.name)


def facts(
    *,
    status: CardStatus = CardStatus.NOT_ACTIVATED,
    changed_at: datetime = NOW - timedelta(days=90),
    name: str = ZHANG.name,
    kind: str = "activation",
    document: str = "resident_id",
    method: str = "face",
    expires_in: timedelta = timedelta(hours=72),
    card_of: str = ZHANG.number,
    person: PersonFacts | None = KNOWN,
    card: bool = True,
) -> Facts:
    transaction = SealedTransaction(
        id=UUID(int=7),
        kiosk="k",
        sequence=1,
        kind=kind,
        person=SealedPerson(number=ZHANG.number, name=name, document=document),
        card_number="D21435690",
        card_status_seen=None,
        proof=SealedProof(method=method, detail=""),
        occurred_at=NOW,
        expires_at=NOW + expires_in,
    )
    found = CardFacts("D21435690", card_of, status, changed_at) if card else None
    return Facts(transaction, person, found, NOW + timedelta(minutes=1))


def test_activation_of_a_card_never_activated() -> None:
    assert decide(facts()) == Decision(Result.ACCEPTED, None, CardStatus.NORMAL)


def test_a_card_that_changed_after_the_visit_is_left_as_it_is() -> None:
    late = facts(status=CardStatus.NORMAL, changed_at=NOW + timedelta(seconds=1))
    assert decide(late) == Decision(Result.SUPERSEDED)


def test_a_name_unknown_off_line_is_no_contradiction() -> None:
    assert decide(facts(name="")).result is Result.ACCEPTED


@pytest.mark.parametrize("status", [status for status in CardStatus if status is not CardStatus.NOT_ACTIVATED])
def test_only_a_card_never_activated(status: CardStatus) -> None:
    reason = Reason.CARD_ALREADY_ACTIVE if status is CardStatus.NORMAL else Reason.CARD_NOT_ACTIVATABLE
    assert decide(facts(status=status)) == Decision(Result.REFUSED, reason)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (facts(kind="teleport"), Reason.KIND_NOT_OFFERED),
        (facts(expires_in=timedelta()), Reason.EXPIRED),
        (facts(person=None), Reason.PERSON_NOT_FOUND),
        (facts(name="李四"), Reason.NOT_THE_SAME_PERSON),
        (facts(card_of="370199194302120406"), Reason.NOT_THE_SAME_PERSON),
        (facts(document="library_card"), Reason.DOCUMENT_NOT_ACCEPTED),
        (facts(method="none"), Reason.PRESENCE_NOT_PROVED),
        (facts(card=False), Reason.CARD_NOT_FOUND),
    ],
)
def test_refusals(case: Facts, reason: Reason) -> None:
    assert decide(case) == Decision(Result.REFUSED, reason)
