"""The technicians' part: records and switches. Loopback only, and not in the contract."""

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field
from sqlalchemy import select

from simulator.gateway.callers import State
from simulator.gateway.finding import end_losses
from simulator.gateway.fleet_schemas import WantedDirectives
from simulator.gateway.keys import Purpose
from simulator.gateway.models import Base, Card, CardEvent, Person, SequenceGap, Sms, Transaction
from simulator.gateway.models_audit import AuditEntry
from simulator.gateway.models_certificates import Certificate, CertificateCopy
from simulator.gateway.models_fleet import KioskBundle, KioskReadiness, KioskReport, Sheet
from simulator.gateway.models_insured import Application, Contribution, Pension, Skill, Standing, Subsidy
from simulator.gateway.problems import ProblemRaised
from simulator.gateway.schemas import ProblemCode
from simulator.gateway.state import GatewayState
from simulator.gateway.switches import Fault

_HIDDEN = {"envelope", "envelope_sha256", "photo"}


def _from_this_machine(request: Request) -> None:
    host = "" if request.client is None else request.client.host
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.NOT_FOUND)


def _only_worker(state: State) -> None:
    """A fault would be switched on in one worker only, whichever that may be."""
    if state.one_of_several:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.NOT_FOUND)


router = APIRouter(prefix="/admin", dependencies=[Depends(_from_this_machine)], include_in_schema=False)


class InsuranceTable(StrEnum):
    """The tables about insurance."""

    CONTRIBUTIONS = "contributions"
    PENSIONS = "pensions"
    STANDINGS = "standings"
    SKILLS = "skills"
    SUBSIDIES = "subsidies"


_INSURANCE: Mapping[InsuranceTable, type[Base]] = {
    InsuranceTable.CONTRIBUTIONS: Contribution,
    InsuranceTable.PENSIONS: Pension,
    InsuranceTable.STANDINGS: Standing,
    InsuranceTable.SKILLS: Skill,
    InsuranceTable.SUBSIDIES: Subsidy,
}


class SwitchBody(BaseModel):
    """Which fault to switch on: for ``times`` requests (None: until switched off) whose path begins with ``path``."""

    fault: Fault
    seconds: float = 0.0
    times: Annotated[int, Field(ge=1)] | None = None
    path: str = "/"


@router.get("/transactions")
def transactions(state: State) -> list[dict[str, Any]]:
    """Every transaction received."""
    return _all(state, Transaction)


@router.get("/cards")
def cards(state: State) -> list[dict[str, Any]]:
    """Every card."""
    return _all(state, Card)


@router.get("/persons")
def persons(state: State) -> list[dict[str, Any]]:
    """Every person, without photo."""
    return _all(state, Person)


@router.get("/events")
def events(state: State) -> list[dict[str, Any]]:
    """Every change of a card."""
    return _all(state, CardEvent)


@router.get("/sms")
def messages(state: State) -> list[dict[str, Any]]:
    """Every message sent."""
    return _all(state, Sms)


@router.get("/gaps")
def gaps(state: State) -> list[dict[str, Any]]:
    """Every sequence number that was jumped over."""
    return _all(state, SequenceGap)


@router.get("/applications")
def applications(state: State) -> list[dict[str, Any]]:
    """Every application accepted."""
    return _all(state, Application)


@router.get("/certificates")
def certificates(state: State) -> list[dict[str, Any]]:
    """Every certificate issued."""
    return _all(state, Certificate)


@router.get("/copies")
def copies(state: State) -> list[dict[str, Any]]:
    """Every copy of a certificate."""
    return _all(state, CertificateCopy)


@router.get("/audit")
def audit_entries(state: State) -> list[dict[str, Any]]:
    """Every entry of the kiosks' audit logs, and what is wrong with it."""
    return _all(state, AuditEntry)


@router.get("/insurance/{table}")
def insurance(table: InsuranceTable, state: State) -> list[dict[str, Any]]:
    """What is held about everybody's insurance."""
    return _all(state, _INSURANCE[table])


@router.get("/switch", dependencies=[Depends(_only_worker)])
def switch_now(state: State) -> SwitchBody:
    """The fault that is on."""
    now = state.switches.current
    return SwitchBody(fault=now.fault, seconds=now.seconds, times=now.times, path=now.path)


@router.post("/switch", dependencies=[Depends(_only_worker)])
def switch(body: SwitchBody, state: State) -> SwitchBody:
    """Switch a fault on, or all off with ``none``."""
    state.switches.set(body.fault, seconds=body.seconds, times=body.times, path=body.path)
    return body


@router.post("/reset")
def reset(state: State) -> dict[str, str]:
    """Back to the people as they were invented."""
    state.reset()
    return {"state": "reset"}


@router.post("/rotate/{purpose}")
def rotate(purpose: Purpose, state: State) -> dict[str, int]:
    """Add a key, which is the one in use from now on: sealing or signing."""
    return {"version": state.rotate(purpose)}


@router.post("/kiosks")
def register(public_jwk: Annotated[dict[str, Any], Body()], state: State) -> dict[str, str]:
    """Register a kiosk by its public key."""
    try:
        return {"kiosk": state.register(public_jwk)}
    except ValueError:
        raise ProblemRaised(HTTPStatus.BAD_REQUEST, ProblemCode.MALFORMED) from None


@router.get("/health")
def reports(state: State) -> list[dict[str, Any]]:
    """The last report of every kiosk."""
    return _all(state, KioskReport)


@router.get("/readiness")
def readiness(state: State) -> list[dict[str, Any]]:
    """The last readiness report of every kiosk."""
    return _all(state, KioskReadiness)


@router.get("/bundles/{kiosk}", response_class=PlainTextResponse)
def bundle(kiosk: str, state: State) -> str:
    """The last support bundle of a kiosk, sealed."""
    with state.sessions.begin() as session:
        found = session.get(KioskBundle, kiosk)
    if found is None:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.NOT_FOUND)
    return found.content


@router.get("/directives")
def sheets(state: State) -> list[dict[str, Any]]:
    """What every kiosk is told to do."""
    return _all(state, Sheet)


@router.put("/directives/{kiosk}")
def order(kiosk: str, wanted: WantedDirectives, state: State) -> dict[str, int]:
    """Tell a kiosk what to do from now on, in place of all that it was told before."""
    try:
        return {"number": state.fleet.order(kiosk, wanted.directives)}
    except KeyError:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.NOT_FOUND) from None


def _all(state: GatewayState, table: type[Base]) -> list[dict[str, Any]]:
    columns = [column.name for column in table.__table__.columns if column.name not in _HIDDEN]
    with state.sessions.begin() as session:
        end_losses(session, state.clock())
        return [{name: getattr(row, name) for name in columns} for row in session.scalars(select(table))]
