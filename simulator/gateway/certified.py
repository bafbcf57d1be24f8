"""What a certificate certifies: the contributions of a period, or a pension."""

from http import HTTPStatus

from pydantic import BaseModel
from sqlalchemy.orm import Session

from simulator.gateway.certificate_schemas import CertificateKind, CertificateOrder, Party
from simulator.gateway.days import months_between
from simulator.gateway.details import Insurance
from simulator.gateway.insured import contributions_of, pension_answer, pension_of
from simulator.gateway.lookup_schemas import PensionAnswer, SpanAnswer
from simulator.gateway.models import Person
from simulator.gateway.models_insured import Contribution
from simulator.gateway.problems import ProblemRaised
from simulator.gateway.schemas import ProblemCode


class Contents(BaseModel):
    """The part of a certificate that is the same in all its copies."""

    person: Party
    agent: Party | None
    first: str | None
    last: str | None
    spans: list[SpanAnswer]
    arrears: int
    pension: PensionAnswer | None


def contents_of(session: Session, person: Person, order: CertificateOrder) -> Contents:
    """What there is to certify. Raises ``ProblemRaised`` when there is nothing."""
    spans: list[SpanAnswer] = []
    arrears, pension = 0, None
    if order.kind is CertificateKind.PENSION or order.first is None or order.last is None:
        pension = _pension(session, person)
    else:
        spans, arrears = _contributions(session, person, order.first, order.last)
    return Contents(
        person=Party(number=person.number, name=person.name),
        agent=None if order.agent is None else Party(number=order.agent.number, name=order.agent.name),
        first=order.first,
        last=order.last,
        spans=spans,
        arrears=arrears,
        pension=pension,
    )


def _pension(session: Session, person: Person) -> PensionAnswer:
    pension = pension_of(session, person.number)
    if pension is None:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.NO_PENSION)
    return pension_answer(pension)


def _contributions(session: Session, person: Person, first: str, last: str) -> tuple[list[SpanAnswer], int]:
    """The spans inside the period with the months really paid, and how many months have one missing."""
    held = contributions_of(session, person.number)
    if not held:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.NO_CONTRIBUTIONS)
    inside = [span for span in held if span.first <= last and span.last >= first]
    cut = [_cut(span, first, last) for span in inside]
    paid = [span for span in cut if span.months_paid]
    if not paid:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.NOTHING_PAID_THEN)
    arrears = {month for span in inside for month in span.unpaid if first <= month <= last}
    return paid, len(arrears)


def _cut(span: Contribution, first: str, last: str) -> SpanAnswer:
    begins, ends = max(span.first, first), min(span.last, last)
    return SpanAnswer(
        insurance=Insurance(span.insurance),
        employer=span.employer,
        first=begins,
        last=ends,
        months_paid=sum(1 for month in months_between(begins, ends) if month not in span.unpaid),
    )
