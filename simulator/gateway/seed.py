"""Filling the gateway with the invented people."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time

from sqlalchemy import delete
from sqlalchemy.orm import Session

from simulator import people
from simulator.gateway.models import Base, Card, Kiosk, Person

Portrait = Callable[[people.Person], bytes | None]


def no_portrait(person: people.Person) -> bytes | None:  # noqa: ARG001 - one of the callables that may be passed
    """A gateway without photos."""
    return None


def seed(session: Session, invented: Iterable[people.Person], portrait: Portrait) -> None:
    """Put ``invented`` people and their cards in; ``portrait`` gives a JPEG or None."""
    for person in invented:
        session.add(Person(number=person.number, name=person.name, mobile=person.mobile, photo=portrait(person)))
        session.flush()
        if person.card is not None:
            session.add(_card(person, person.card))


def _card(person: people.Person, card: people.Card) -> Card:
    return Card(
        number=card.number,
        person_number=person.number,
        status=card.status,
        issuing_area=card.issuing_area,
        bank=card.bank,
        bank_telephone=card.bank_telephone,
        changed_at=datetime.combine(card.issued, time(9), UTC),
    )


def clear(session: Session) -> None:
    """Take everything out but the registered kiosks, whose sequence begins again where it stands."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name != Kiosk.__tablename__:
            session.execute(delete(table))
