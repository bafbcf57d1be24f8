"""One transaction decided: the facts for the rules, what they say written down, and the person told."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.gateway import audit
from simulator.gateway.audit_schemas import SealedAudit
from simulator.gateway.database import LOCKED
from simulator.gateway.days import day_in_china
from simulator.gateway.finding import card_facts, change_card, find_card, person_facts
from simulator.gateway.insured import employee_of, pension_of, transfer_of, unemployment_of
from simulator.gateway.issued import issued_facts, void_copy
from simulator.gateway.models import Card, CardEvent, Person, Sms, Transaction
from simulator.gateway.models_insured import Application, Subsidy
from simulator.gateway.moments import Moments
from simulator.gateway.rules import decide
from simulator.gateway.rules.facts import Accepted, CardFacts, Decision, Facts, refused
from simulator.gateway.schemas import Reason, Result, SealedTransaction

_STILL_HERE = timedelta(seconds=60)  # who waited no longer for the answer has read it on the screen
_MOBILE = re.compile(r"1[0-9]{10}")
_OF_NO_INTEREST = {"certificate_void"}  # the kiosk's own report about its paper: nobody waits for its outcome
_WITHDRAWN = refused(Reason.EXPIRED)  # its time was over at the kiosk already


# What the rules of a kind ask beside the person and the card; the others of Facts are not looked up for it.
_LOOKED_AT: Mapping[str, Callable[[Session, str, SealedTransaction], dict[str, Any]]] = {
    "unemployment_benefit": lambda session, number, _: {"unemployment": unemployment_of(session, number)},
    "unemployment_allowance": lambda session, number, _: {"unemployment": unemployment_of(session, number)},
    "skill_subsidy": lambda session, number, _: {"employee": employee_of(session, number)},
    "transfer_in": lambda session, number, _: {"transfer": transfer_of(session, number)},
    "entitlement_review": lambda session, number, _: {"draws_pension": pension_of(session, number) is not None},
    "certificate_void": lambda session, _, content: {
        "certificate": issued_facts(session, str(content.details.get("certificate_number", "")))
    },
}


@dataclass(frozen=True)
class Received:
    """A transaction as it came: the envelope with its hash, by which a repetition is known; when; what is inside."""

    envelope: str
    sha256: str
    moments: Moments
    withdrawn: bool
    content: SealedTransaction | SealedAudit


@dataclass(frozen=True)
class _Found:
    """Whom and what a transaction is about."""

    person: Person | None
    card: Card | None


def decide_and_apply(session: Session, received: Received, loss: timedelta) -> Transaction:
    """Decide, write the decision down, and do what it says."""
    if isinstance(received.content, SealedAudit):
        return _take_audit(session, received, received.content)
    content = _as_it_happened(received.content, received.moments)
    found = _find(session, content, received.moments.received_at)
    facts = _facts(session, content, found, received.moments.received_at, loss)
    decision = _WITHDRAWN if received.withdrawn else decide(facts)
    transaction = _record(session, received, decision, found.card)
    _apply(session, transaction, decision, found)
    _tell(session, transaction, found.person)
    return transaction


def _as_it_happened(content: SealedTransaction, moments: Moments) -> SealedTransaction:
    """The transaction with the times that count."""
    return content.model_copy(update={"occurred_at": moments.occurred_at, "expires_at": moments.expires_at})


def _take_audit(session: Session, received: Received, content: SealedAudit) -> Transaction:
    """A log is never too old, and kept whatever it says; nobody is told."""
    transaction = _record(session, received, _WITHDRAWN if received.withdrawn else Decision(Result.ACCEPTED), None)
    if not received.withdrawn:
        audit.take(session, transaction, content.entries)
    return transaction


def _find(session: Session, content: SealedTransaction, now: datetime) -> _Found:
    """The card, then the person, both locked, always in this order.

    One decision about a person at a time: nothing is had twice.
    """
    number = content.person.number or None
    card = find_card(session, number, content.card_number, now)
    if number is None and card is not None:
        number = card.person_number
    return _Found(None if number is None else session.get(Person, number, with_for_update=LOCKED), card)


def _facts(session: Session, content: SealedTransaction, found: _Found, now: datetime, loss: timedelta) -> Facts:
    card = None if found.card is None else card_facts(found.card)
    if card is not None and card.changed_at > content.occurred_at and _changed_by_an_earlier(session, content, card):
        card = replace(card, changed_at=content.occurred_at)
    if found.person is None:
        return Facts(content, None, card, now, loss)
    facts = Facts(content, person_facts(found.person), card, now, loss)
    look = _LOOKED_AT.get(content.kind)
    return facts if look is None else replace(facts, **look(session, found.person.number, content))


def _changed_by_an_earlier(session: Session, content: SealedTransaction, card: CardFacts) -> bool:
    """Whether what changed the card last was made at the same kiosk before: its numbers say so better than any clock.

    A time set right by a boot clock is late by as long as its request took.
    """
    last = select(CardEvent).where(CardEvent.card_number == card.number).order_by(CardEvent.id.desc()).limit(1)
    event = session.scalar(last)
    made = None if event is None or event.transaction_id is None else session.get(Transaction, event.transaction_id)
    return made is not None and made.kiosk_id == content.kiosk and made.sequence < content.sequence


def _record(session: Session, received: Received, decision: Decision, card: Card | None) -> Transaction:
    content, moments = received.content, received.moments
    transaction = Transaction(
        id=str(content.id),
        kiosk_id=content.kiosk,
        sequence=content.sequence,
        kind=content.kind,
        envelope=received.envelope,
        envelope_sha256=received.sha256,
        payload=content.model_dump(mode="json", exclude={"entries"}),  # those of a log have a table of their own
        card_number=None if card is None else card.number,
        result=decision.result,
        reason=decision.reason,
        card_status=None if card is None else decision.new_status or card.status,
        clock_trust=moments.trust,
        occurred_at=moments.occurred_at,
        expires_at=moments.expires_at,
        received_at=moments.received_at,
        withdrawn=received.withdrawn,
        effective_at=moments.received_at if decision.result is Result.ACCEPTED else None,
        due=None if decision.application is None else decision.application.due,
        lost_until=decision.lost_until,
        times_received=1,
    )
    session.add(transaction)
    session.flush()  # what follows refers to it
    return transaction


def _apply(session: Session, transaction: Transaction, decision: Decision, found: _Found) -> None:
    if decision.new_status is not None and found.card is not None:
        change_card(session, found.card, decision.new_status, transaction.received_at, transaction.id)
        found.card.lost_until = decision.lost_until
        found.card.changed_at = min(transaction.occurred_at, transaction.received_at)
    if found.person is None:
        return
    if decision.application is not None:
        transaction.acceptance_number = _enter(session, transaction, decision.application, found.person)
    pension = None if decision.review_due is None else pension_of(session, found.person.number)
    if pension is not None and decision.review_due is not None:
        pension.review_due = decision.review_due
    if decision.voided is not None:
        number = str(transaction.payload["details"]["certificate_number"])
        void_copy(session, number, decision.voided, transaction.received_at)


def _enter(session: Session, transaction: Transaction, accepted: Accepted, person: Person) -> str:
    """Write an application down, which is a fact from now on; returns its acceptance number, 20261123-00042."""
    application = Application(
        transaction_id=transaction.id,
        person_number=person.number,
        kind=transaction.kind,
        accepted_at=transaction.received_at,
        due=accepted.due,
    )
    session.add(application)
    session.flush()  # gives it its running number
    application.number = f"{day_in_china(transaction.received_at):%Y%m%d}-{application.id:05d}"
    if (taken := accepted.subsidy) is not None:
        session.add(Subsidy(person_number=person.number, occupation=taken.occupation, level=taken.level, day=taken.day))
    return application.number


def _tell(session: Session, transaction: Transaction, person: Person | None) -> None:
    """Send a message when the person could not read the answer at the kiosk, and always when it is superseded."""
    code = _message(transaction)
    if code is None or person is None:
        return
    given = str(transaction.payload["details"].get("mobile", ""))
    mobile = given if _MOBILE.fullmatch(given) else person.mobile
    if mobile:
        at, reference = transaction.received_at, transaction.id
        session.add(Sms(person_number=person.number, mobile=mobile, text_code=code, at=at, transaction_id=reference))


def _message(transaction: Transaction) -> str | None:
    if transaction.kind in _OF_NO_INTEREST:
        return None
    if transaction.result == Result.SUPERSEDED:
        return "superseded"
    if not transaction.withdrawn and transaction.received_at - transaction.occurred_at <= _STILL_HERE:
        return None
    if transaction.reason == Reason.EXPIRED:
        return "expired"
    return "accepted_late" if transaction.result == Result.ACCEPTED else "refused_late"
