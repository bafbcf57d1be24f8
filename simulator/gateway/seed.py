"""Filling the gateway with the invented people."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, time

from sqlalchemy import delete
from sqlalchemy.orm import Session

from simulator import people
from simulator.gateway.models import Base, Card, Kiosk, Person
from simulator.gateway.models_fleet import KioskReport, Sheet
from simulator.gateway.models_insured import Contribution, Pension, Skill, Standing, Subsidy
from simulator.insurance import Insured, Span, insured

_ABOUT_KIOSKS = {Kiosk.__tablename__, KioskReport.__tablename__, Sheet.__tablename__}
Portrait = Callable[[people.Person], bytes | None]


def no_portrait(person: people.Person) -> bytes | None:  # noqa: ARG001 - one of the callables that may be passed
    """A gateway without photos."""
    return None


def seed(session: Session, invented: Iterable[people.Person], portrait: Portrait, today: date) -> None:
    """Put ``invented`` people in, with their cards and their insurance; ``portrait`` gives a JPEG or None."""
    for person in invented:
        held = insured(person.key, today)
        session.add(
            Person(
                number=person.number,
                name=person.name,
                mobile=person.mobile,
                photo=portrait(person),
                transfers_out=held.transfers_out,
            )
        )
        session.flush()
        if person.card is not None:
            session.add(_card(person, person.card))
        session.add_all(_insurance(person.number, held))


def contributions(number: str, spans: Iterable[Span]) -> list[Contribution]:
    """The rows of a person's contributions."""
    return [Contribution(person_number=number, **{**asdict(span), "unpaid": list(span.unpaid)}) for span in spans]


def _insurance(number: str, held: Insured) -> list[Base]:
    rows: list[Base] = [_standing(number, held), *contributions(number, held.spans)]
    if held.pension is not None:
        rows.append(Pension(person_number=number, **asdict(held.pension)))
    rows += [Skill(person_number=number, **asdict(skill)) for skill in held.skills]
    rows += [Subsidy(person_number=number, **asdict(subsidy)) for subsidy in held.subsidies]
    return rows


def _standing(number: str, held: Insured) -> Standing:
    return Standing(
        person_number=number,
        scheme=held.scheme,
        enterprise_employee=held.enterprise_employee,
        transfer_pending=held.transfer_pending,
        employment_ended=held.employment_ended,
        recorded_reason=held.recorded_reason,
        registered=held.registered,
        benefit_until=held.benefit_until,
        benefit_pending=held.benefit_pending,
        allowance_received=held.allowance_received,
        allowance_elsewhere=held.allowance_elsewhere,
    )


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
    """Take everything out but the registered kiosks and what they say and are told; their numbers go on."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in _ABOUT_KIOSKS:
            session.execute(delete(table))
