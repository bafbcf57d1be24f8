"""Finding people and cards, as they are at this moment: a temporary loss that is over is ended first."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.gateway.database import LOCKED
from simulator.gateway.models import Card, CardEvent, Person
from simulator.gateway.rules.card import loss_has_ended
from simulator.gateway.rules.facts import CardFacts, PersonFacts
from simulator.gateway.schemas import CardStatus


def find_card(session: Session, number: str | None, card_number: str | None, now: datetime) -> Card | None:
    """The card with that number, or the person's present card."""
    wanted = Card.number == card_number if card_number is not None else Card.person_number == number
    card = session.scalar(select(Card).where(wanted).with_for_update(**LOCKED))
    if card is not None:
        _end_loss(session, card, now)
    return card


def find_person(session: Session, number: str | None, card_number: str | None) -> Person | None:
    """The person with that number, or the holder of the card."""
    if number is None and card_number is not None:
        card = session.get(Card, card_number)
        number = None if card is None else card.person_number
    return None if number is None else session.get(Person, number)


def end_losses(session: Session, now: datetime) -> None:
    """End every temporary loss whose time is over, before all cards are looked at."""
    over = select(Card).where(Card.status == CardStatus.TEMPORARILY_LOST, Card.lost_until <= now)
    for card in session.scalars(over.order_by(Card.number).with_for_update(**LOCKED)):
        _end_loss(session, card, now)


def change_card(
    session: Session, card: Card, status: CardStatus, at: datetime, transaction_id: str | None = None
) -> None:
    """Bring a card into ``status``, and write the event down; what it was lost until is over with its state."""
    session.add(
        CardEvent(card_number=card.number, before=card.status, after=status, at=at, transaction_id=transaction_id)
    )
    card.status, card.lost_until, card.loss_ended_at = status, None, None


def card_facts(card: Card) -> CardFacts:
    """What the rules ask about a card."""
    return CardFacts(
        number=card.number,
        person_number=card.person_number,
        status=CardStatus(card.status),
        changed_at=card.changed_at,
        issuing_area=card.issuing_area,
        lost_until=card.lost_until,
        loss_ended_at=card.loss_ended_at,
    )


def person_facts(person: Person) -> PersonFacts:
    """What the rules ask about a person."""
    return PersonFacts(person.number, person.name, person.transfers_out)


def _end_loss(session: Session, card: Card, now: datetime) -> None:
    """Nobody works at the moment at which a loss ends; whoever looks next finds that it has ended then."""
    end = card.lost_until
    if end is not None and loss_has_ended(card_facts(card), now):
        change_card(session, card, CardStatus.NORMAL, end)
        card.changed_at = card.loss_ended_at = end
