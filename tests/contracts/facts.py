"""Facts for the rules of the gateway: somebody for whom everything is right, from which a case takes one thing away."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from simulator.gateway.details import EndReason, Scheme
from simulator.gateway.rules.facts import (
    CardFacts,
    EmployeeFacts,
    Facts,
    IssuedFacts,
    PersonFacts,
    SkillFacts,
    TransferFacts,
    UnemploymentFacts,
)
from simulator.gateway.schemas import CardStatus, SealedPerson, SealedProof, SealedTransaction
from simulator.people import BY_KEY

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday, six in the evening in China
ZHANG = BY_KEY["zhang_ling"]
KNOWN = PersonFacts(ZHANG.number, ZHANG.name, transfers_out=True)
LONG_AGO = NOW - timedelta(days=90)
CARD = CardFacts("D21435690", ZHANG.number, CardStatus.NORMAL, LONG_AGO, issuing_area="370000")
UNEMPLOYED = UnemploymentFacts(months_paid=30, employment_ended=date(2026, 1, 31), recorded_reason=EndReason.DISMISSED)
WELDER = SkillFacts("S1", "焊工", 4, date(2025, 12, 1))
EMPLOYEE = EmployeeFacts(enterprise_employee=True, months_paid=60, skills={"S1": WELDER})
ISSUED = IssuedFacts("JF2026030200001", ZHANG.number, None, copies=2)

CONTACT: dict[str, str | int] = {"mobile": "13800000021", "bank_account": ""}
DETAILS: dict[str, dict[str, str | int]] = {
    "unemployment_benefit": {"reason": "dismissed", **CONTACT},
    "unemployment_allowance": CONTACT,
    "skill_subsidy": {"certificate_number": "S1", **CONTACT},
    "transfer_in": {
        "route": "transfer_enterprise_across",
        "region": "320100",
        "agency": "",
        "old_scheme": "enterprise",
        "mobile": "",
    },
    "certificate_void": {"certificate_number": ISSUED.number, "copy": 2},
}


def transaction(kind: str, **changes: Any) -> SealedTransaction:
    """A transaction of that kind, made just now by Zhang Ling in person."""
    occurred_at = changes.get("occurred_at", NOW)
    content: dict[str, Any] = {
        "id": UUID(int=7),
        "kiosk": "k",
        "sequence": 1,
        "kind": kind,
        "person": SealedPerson(number=ZHANG.number, name=ZHANG.name, document="resident_id"),
        "card_number": CARD.number,
        "card_status_seen": None,
        "proof": SealedProof(method="face", detail=""),
        "occurred_at": occurred_at,
        "expires_at": occurred_at + timedelta(hours=72),
        "clock": {"boot": "b", "uptime": 1.0, "sure": True},
        "details": DETAILS.get(kind, {}),
    }
    return SealedTransaction.model_validate({**content, **changes})


def facts(kind: str, sent: dict[str, Any] | None = None, *, at: datetime = NOW, **changes: Any) -> Facts:
    """Everything that is known; ``sent`` changes the transaction, ``changes`` what the gateway holds."""
    met = Facts(
        transaction=transaction(kind, **{"occurred_at": at, **(sent or {})}),
        person=KNOWN,
        card=CARD,
        now=at + timedelta(seconds=20),
        unemployment=UNEMPLOYED,
        employee=EMPLOYEE,
        transfer=TransferFacts(Scheme.ENTERPRISE),
        draws_pension=True,
        certificate=ISSUED,
    )
    return replace(met, **changes)


def details(kind: str, **changes: str | int) -> dict[str, Any]:
    """A transaction's details with some of them changed."""
    return {"details": {**DETAILS.get(kind, {}), **changes}}
