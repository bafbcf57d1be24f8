"""What the gateway holds about a person's insurance, read from its tables for the rules and for the look-ups."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.gateway.days import months_between
from simulator.gateway.details import EndReason, Insurance, Scheme
from simulator.gateway.lookup_schemas import PensionAnswer, PensionKind, SpanAnswer
from simulator.gateway.models_insured import Application, Contribution, Pension, Skill, Standing, Subsidy
from simulator.gateway.rules.facts import (
    EmployeeFacts,
    SkillFacts,
    SubsidyFacts,
    TransferFacts,
    UnemploymentFacts,
)


def contributions_of(session: Session, number: str) -> list[Contribution]:
    """What was paid for a person, oldest first."""
    order = (Contribution.first, Contribution.insurance, Contribution.id)
    return list(session.scalars(select(Contribution).where(Contribution.person_number == number).order_by(*order)))


def months_paid(spans: Iterable[Contribution]) -> int:
    """How many months were really paid."""
    return sum(1 for span in spans for month in months_between(span.first, span.last) if month not in span.unpaid)


def pension_of(session: Session, number: str) -> Pension | None:
    """The pension that a person draws."""
    return session.get(Pension, number)


def unemployment_of(session: Session, number: str) -> UnemploymentFacts:
    """What decides on benefit and allowance, what was applied for at a kiosk included."""
    standing = session.get_one(Standing, number)
    sent = _applied_for(session, number)
    return UnemploymentFacts(
        months_paid=_unemployment_months(session, number),
        employment_ended=standing.employment_ended,
        recorded_reason=None if standing.recorded_reason is None else EndReason(standing.recorded_reason),
        registered=standing.registered,
        benefit_until=standing.benefit_until,
        pending=standing.benefit_pending or "unemployment_benefit" in sent,
        allowance_received=standing.allowance_received or "unemployment_allowance" in sent,
        allowance_elsewhere=standing.allowance_elsewhere,
    )


def employee_of(session: Session, number: str) -> EmployeeFacts:
    """What decides on the skill-upgrade subsidy, newest certificate first."""
    skills = session.scalars(select(Skill).where(Skill.person_number == number).order_by(Skill.issued.desc()))
    subsidies = session.scalars(select(Subsidy).where(Subsidy.person_number == number).order_by(Subsidy.day))
    return EmployeeFacts(
        enterprise_employee=session.get_one(Standing, number).enterprise_employee,
        months_paid=_unemployment_months(session, number),
        skills={
            skill.number: SkillFacts(
                skill.number, skill.occupation, skill.level, skill.issued, training_subsidy=skill.training_subsidy
            )
            for skill in skills
        },
        subsidies=tuple(SubsidyFacts(each.occupation, each.level, each.day) for each in subsidies),
    )


def transfer_of(session: Session, number: str) -> TransferFacts:
    """Where a person is insured now."""
    standing = session.get_one(Standing, number)
    scheme = None if standing.scheme is None else Scheme(standing.scheme)
    return TransferFacts(scheme, pending=standing.transfer_pending or "transfer_in" in _applied_for(session, number))


def span_answer(span: Contribution) -> SpanAnswer:
    """One row of contributions as the contract shows it."""
    return SpanAnswer(
        insurance=Insurance(span.insurance),
        employer=span.employer,
        first=span.first,
        last=span.last,
        months_paid=months_paid([span]),
    )


def pension_answer(pension: Pension) -> PensionAnswer:
    """A pension as the contract shows it."""
    return PensionAnswer(
        kind=PensionKind(pension.kind),
        started=pension.started,
        monthly_fen=pension.monthly_fen,
        last_paid=pension.last_paid,
        review_due=pension.review_due,
    )


def _unemployment_months(session: Session, number: str) -> int:
    spans = contributions_of(session, number)
    return months_paid(span for span in spans if span.insurance == Insurance.UNEMPLOYMENT)


def _applied_for(session: Session, number: str) -> set[str]:
    return set(session.scalars(select(Application.kind).where(Application.person_number == number)))
