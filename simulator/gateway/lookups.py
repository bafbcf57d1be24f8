"""The public routes that say what is held about a person's insurance."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from fastapi import APIRouter
from sqlalchemy.orm import Session

from simulator.gateway.agencies import agencies_of
from simulator.gateway.callers import Caller, State
from simulator.gateway.days import day_in_china
from simulator.gateway.details import SkillLevel
from simulator.gateway.finding import find_person
from simulator.gateway.insured import (
    contributions_of,
    employee_of,
    pension_answer,
    pension_of,
    span_answer,
    transfer_of,
    unemployment_of,
)
from simulator.gateway.lookup_schemas import (
    AgenciesAnswer,
    AgenciesQuery,
    AgencyAnswer,
    ContributionsAnswer,
    PensionAnswer,
    SkillAnswer,
    SkillObjection,
    SkillsAnswer,
    TransferAnswer,
    UnemploymentAnswer,
)
from simulator.gateway.models import Person
from simulator.gateway.problems import ProblemRaised, documented
from simulator.gateway.rules.skills import skill_objection
from simulator.gateway.schemas import ProblemCode, Query
from simulator.gateway.state import GatewayState

router = APIRouter(prefix="/v1")

_ASKING = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


@router.post("/contributions/query", operation_id="queryContributions", responses=_ASKING)
def query_contributions(query: Query, caller: Caller, state: State) -> ContributionsAnswer:  # noqa: ARG001 - the caller only has to be known
    """What was paid for a person."""
    with _asked_about(state, query) as (session, person):
        return ContributionsAnswer(spans=[span_answer(span) for span in contributions_of(session, person.number)])


@router.post("/pensions/query", operation_id="queryPension", responses=_ASKING)
def query_pension(query: Query, caller: Caller, state: State) -> PensionAnswer:  # noqa: ARG001 - as above
    """The pension of a person; 404 with ``no_pension`` for who draws none."""
    with _asked_about(state, query) as (session, person):
        pension = pension_of(session, person.number)
        if pension is None:
            raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.NO_PENSION)
        return pension_answer(pension)


@router.post("/unemployment/query", operation_id="queryUnemployment", responses=_ASKING)
def query_unemployment(query: Query, caller: Caller, state: State) -> UnemploymentAnswer:  # noqa: ARG001 - as above
    """What decides on benefits for the unemployed."""
    with _asked_about(state, query) as (session, person):
        known = unemployment_of(session, person.number)
        return UnemploymentAnswer(
            months_paid=known.months_paid,
            employment_ended=known.employment_ended,
            recorded_reason=known.recorded_reason,
            registered=known.registered,
            reasons=list(known.reasons),
            benefit_until=known.benefit_until,
            pending=known.pending,
            allowance_received=known.allowance_received,
            allowance_elsewhere=known.allowance_elsewhere,
        )


@router.post("/skills/query", operation_id="querySkills", responses=_ASKING)
def query_skills(query: Query, caller: Caller, state: State) -> SkillsAnswer:  # noqa: ARG001 - as above
    """The certificates of skill in the national register, each with why there is no subsidy for it, newest first."""
    with _asked_about(state, query) as (session, person):
        known = employee_of(session, person.number)
        answers = []
        for skill in known.skills.values():
            objection = skill_objection(skill, known.subsidies, day_in_china(state.clock()))
            answers.append(
                SkillAnswer(
                    number=skill.number,
                    occupation=skill.occupation,
                    level=SkillLevel(skill.level),
                    issued=skill.issued,
                    objection=None if objection is None else SkillObjection(objection.value),
                )
            )
        return SkillsAnswer(
            enterprise_employee=known.enterprise_employee, months_paid=known.months_paid, certificates=answers
        )


@router.post("/transfers/query", operation_id="queryTransfer", responses=_ASKING)
def query_transfer(query: Query, caller: Caller, state: State) -> TransferAnswer:  # noqa: ARG001 - as above
    """Where a person is insured now, and whether a transfer is under way."""
    with _asked_about(state, query) as (session, person):
        known = transfer_of(session, person.number)
        return TransferAnswer(scheme=known.scheme, pending=known.pending)


@router.post(
    "/agencies/query",
    operation_id="queryAgencies",
    responses=documented(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED),
)
def query_agencies(query: AgenciesQuery, caller: Caller) -> AgenciesAnswer:  # noqa: ARG001 - as above
    """The social insurance agencies of a region."""
    return AgenciesAnswer(
        agencies=[AgencyAnswer(code=agency.code, name=agency.name) for agency in agencies_of(query.region)]
    )


@contextmanager
def _asked_about(state: GatewayState, query: Query) -> Iterator[tuple[Session, Person]]:
    """The person of a query. Raises ``ProblemRaised`` for nobody known."""
    with state.sessions.begin() as session:
        person = find_person(session, query.number, query.card_number)
        if person is None:
            raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.PERSON_NOT_FOUND)
        yield session, person
