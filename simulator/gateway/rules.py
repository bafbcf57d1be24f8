"""What the gateway decides about a transaction, as plain functions of facts (DOMAIN.md 2, 5 and 6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from simulator.gateway.schemas import CardStatus, Reason, Result, SealedTransaction

_DOCUMENTS = {"resident_id", "social_card"}
_PROOFS = {"face", "card_pin"}


@dataclass(frozen=True)
class PersonFacts:
    """Who the gateway found."""

    number: str
    name: str


@dataclass(frozen=True)
class CardFacts:
    """Which card the gateway found, and how it is now."""

    number: str
    person_number: str
    status: CardStatus
    changed_at: datetime


@dataclass(frozen=True)
class Facts:
    """Everything that a decision depends on."""

    transaction: SealedTransaction
    person: PersonFacts | None
    card: CardFacts | None
    now: datetime


@dataclass(frozen=True)
class Decision:
    """The outcome; ``new_status`` only when the card changes."""

    result: Result
    reason: Reason | None = None
    new_status: CardStatus | None = None


def refused(reason: Reason) -> Decision:
    """A refusal."""
    return Decision(Result.REFUSED, reason)


def decide(facts: Facts) -> Decision:
    """The decision for any kind."""
    rule = _RULES.get(facts.transaction.kind)
    if rule is None:
        return refused(Reason.KIND_NOT_OFFERED)
    if (objection := _objection(facts)) is not None:
        return refused(objection)
    return rule(facts)


def _objection(facts: Facts) -> Reason | None:
    """What stands against every kind alike."""
    transaction = facts.transaction
    checks = (
        (facts.now >= transaction.expires_at, Reason.EXPIRED),
        (facts.person is None, Reason.PERSON_NOT_FOUND),
        (_other_name(facts), Reason.NOT_THE_SAME_PERSON),
        (transaction.person.document not in _DOCUMENTS, Reason.DOCUMENT_NOT_ACCEPTED),
        (transaction.proof.method not in _PROOFS, Reason.PRESENCE_NOT_PROVED),
    )
    return next((reason for applies, reason in checks if applies), None)


def _other_name(facts: Facts) -> bool:
    shown = facts.transaction.person.name
    return facts.person is not None and bool(shown) and shown != facts.person.name


def activation(facts: Facts) -> Decision:
    """Activation (启用): only from not activated, and only if nothing happened to the card since."""
    card = facts.card
    if card is None:
        return refused(Reason.CARD_NOT_FOUND)
    if facts.person is None or card.person_number != facts.person.number:
        return refused(Reason.NOT_THE_SAME_PERSON)
    if card.changed_at > facts.transaction.occurred_at:
        return Decision(Result.SUPERSEDED)
    if card.status is CardStatus.NORMAL:
        return refused(Reason.CARD_ALREADY_ACTIVE)
    if card.status is not CardStatus.NOT_ACTIVATED:
        return refused(Reason.CARD_NOT_ACTIVATABLE)
    return Decision(Result.ACCEPTED, new_status=CardStatus.NORMAL)


_RULES: Mapping[str, Callable[[Facts], Decision]] = {"activation": activation}
