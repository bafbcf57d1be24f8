"""Changing what the gateway holds about one invented person, for one test or for one afternoon at the bench."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from simulator.gateway.days import day_in_china, months_later
from simulator.gateway.finding import change_card
from simulator.gateway.models import Card, Person
from simulator.gateway.models_insured import Contribution, Pension, Skill, Standing, Subsidy
from simulator.gateway.rules.facts import LOSS
from simulator.gateway.schemas import CardStatus
from simulator.gateway.seed import contributions
from simulator.insurance import Pension as InventedPension
from simulator.insurance import Skill as InventedSkill
from simulator.insurance import Span, employed
from simulator.insurance import Subsidy as InventedSubsidy


class Amendment(TypedDict, total=False):
    """What can be changed; what is not named stays.

    ``card_status`` with ``card_changed_at``: a change elsewhere at that moment; without it: the card has been so for
    long. ``months_paid``: of every insurance, in total, the last months before the employment ended or before now.
    """

    mobile: str
    transfers_out: bool

    card_status: CardStatus
    card_changed_at: datetime
    issuing_area: str
    lost_until: datetime | None
    loss_ended_at: datetime | None

    spans: tuple[Span, ...]
    months_paid: int
    pension: InventedPension | None
    skills: tuple[InventedSkill, ...]
    subsidies: tuple[InventedSubsidy, ...]

    scheme: str | None
    enterprise_employee: bool
    transfer_pending: bool
    employment_ended: date | None
    recorded_reason: str | None
    registered: bool
    benefit_until: str | None
    benefit_pending: bool
    allowance_received: bool
    allowance_elsewhere: bool


_PERSON = ("mobile", "transfers_out")
_STANDING = (
    "scheme",
    "enterprise_employee",
    "transfer_pending",
    "employment_ended",
    "recorded_reason",
    "registered",
    "benefit_until",
    "benefit_pending",
    "allowance_received",
    "allowance_elsewhere",
)
_EMPLOYER = "示例企业有限公司"


def amend(session: Session, number: str, changes: Amendment, now: datetime) -> None:
    """Change what is held about the person with that number. Raises sqlalchemy's NoResultFound for a stranger."""
    person, standing = session.get_one(Person, number), session.get_one(Standing, number)
    for row, names in ((person, _PERSON), (standing, _STANDING)):
        for name, value in changes.items():
            if name in names:
                setattr(row, name, value)
    card = session.scalar(select(Card).where(Card.person_number == number))
    if card is not None:
        _amend_card(session, card, changes, now)
    _amend_insurance(session, standing, changes, day_in_china(now))


def _amend_card(session: Session, card: Card, changes: Amendment, now: datetime) -> None:
    card.issuing_area = changes.get("issuing_area", card.issuing_area)
    card.changed_at = changes.get("card_changed_at", card.changed_at)
    if (status := changes.get("card_status")) is not None:
        change_card(session, card, status, card.changed_at)
        card.lost_until = now + LOSS if status is CardStatus.TEMPORARILY_LOST else None
    card.lost_until = changes.get("lost_until", card.lost_until)
    card.loss_ended_at = changes.get("loss_ended_at", card.loss_ended_at)


def _amend_insurance(session: Session, standing: Standing, changes: Amendment, today: date) -> None:
    number = standing.person_number
    if "months_paid" in changes:
        changes = {**changes, "spans": _months(changes["months_paid"], standing.employment_ended or today)}
    if "spans" in changes:
        _replace(session, Contribution, number, contributions(number, changes["spans"]))
    if "pension" in changes:
        pension = changes["pension"]
        rows = [] if pension is None else [Pension(person_number=number, **asdict(pension))]
        _replace(session, Pension, number, rows)
    if "skills" in changes:
        _replace(session, Skill, number, [Skill(person_number=number, **asdict(each)) for each in changes["skills"]])
    if "subsidies" in changes:
        rows_taken = [Subsidy(person_number=number, **asdict(each)) for each in changes["subsidies"]]
        _replace(session, Subsidy, number, rows_taken)


def _months(paid: int, until: date) -> tuple[Span, ...]:
    if not paid:
        return ()
    last = months_later(until, -1)
    return employed(_EMPLOYER, f"{months_later(last, 1 - paid):%Y-%m}", f"{last:%Y-%m}")


def _replace(
    session: Session,
    table: type[Contribution] | type[Pension] | type[Skill] | type[Subsidy],
    number: str,
    rows: Iterable[Contribution] | Iterable[Pension] | Iterable[Skill] | Iterable[Subsidy],
) -> None:
    session.execute(delete(table).where(table.person_number == number))
    session.add_all(rows)
