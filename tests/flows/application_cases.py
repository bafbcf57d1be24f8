"""The seven applications as cases: a person who meets every condition, and what they answer."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from flows.prompts import Choose, Confirm, Prompt
from flows.records import (
    AgenciesOf,
    Agency,
    AgencyList,
    CardOf,
    CardRecord,
    CardStatus,
    EndReason,
    PersonOf,
    PersonRecord,
    Scheme,
    SkillCertificate,
    SkillLevel,
    SkillRecord,
    SkillsOf,
    TransferOf,
    TransferRecord,
    UnemploymentOf,
    UnemploymentRecord,
)
from flows.skill_subsidy import apply_for_subsidy
from flows.transfer_in import (
    transfer_between_across,
    transfer_between_within,
    transfer_enterprise_across,
    transfer_government_within,
)
from flows.unemployment_allowance import apply_for_allowance
from flows.unemployment_benefit import apply_for_benefit
from flows.visit import Outcome, Refused, Visit
from tests.flows.light import HOLDER, LightVisit
from tests.flows.speech import CATALOGUES, all_is_said, said

Flow = Callable[[Visit], Awaitable[Outcome]]

TODAY = date(2026, 11, 23)
INSIDE = date(2023, 3, 15)  # a day on which the allowance was accepted
MOBILE, ACCOUNT = "13900000035", "6222020000000000006"
PERSON = PersonRecord(HOLDER.number, HOLDER.name, mobile_masked="138****0021")
CARD = CardRecord("D2143569X", HOLDER.number, CardStatus.NORMAL, "370100", "泉城示例银行", "400-000-0000")
AGENCY = Agency("32010001", "社会保险事业中心")

UNEMPLOYED = UnemploymentRecord(
    months_paid=12,
    employment_ended=date(2026, 9, 28),
    recorded_reason=EndReason.EMPLOYER_CLOSED,
    registered=True,
    reasons=tuple(EndReason),
    benefit_until=None,
    pending=False,
    allowance_received=False,
    allowance_elsewhere=False,
)
TOO_SHORT_THEN = dataclasses.replace(UNEMPLOYED, months_paid=11, employment_ended=date(2022, 12, 31))
WELDER = SkillCertificate("S1", "焊工", SkillLevel.ADVANCED, date(2026, 9, 16), None)
SKILLED = SkillRecord(enterprise_employee=True, months_paid=36, certificates=(WELDER,))
KNOWN: dict[type, object] = {PersonOf: PERSON, CardOf: CARD, AgenciesOf: AgencyList((AGENCY,))}


@dataclasses.dataclass(frozen=True)
class Case:
    """A matter, the look-up that decides on it, a record that meets every condition, and what is then answered."""

    flow: Flow
    name: str
    query: type
    record: object
    answers: tuple[str, ...]
    details: dict[str, str]
    today: date = TODAY

    def visit(self, record: object = None, **changes: Any) -> LightVisit:
        records = {**KNOWN, self.query: record or self.record}
        return LightVisit(**{"records": records, "answers": list(self.answers), "today": self.today, **changes})

    @property
    def words(self) -> str:
        return "transfer" if self.query is TransferOf else self.name

    @property
    def kind(self) -> str:
        return "transfer_in" if self.query is TransferOf else self.name


CONTACT = {"mobile": "", "bank_account": ""}
BENEFIT = Case(
    apply_for_benefit,
    "unemployment_benefit",
    UnemploymentOf,
    UNEMPLOYED,
    ("employer_closed", "yes", "known", "known"),
    {"reason": "employer_closed", **CONTACT},
)
ALLOWANCE = Case(
    apply_for_allowance,
    "unemployment_allowance",
    UnemploymentOf,
    TOO_SHORT_THEN,
    ("known", "known"),
    CONTACT,
    INSIDE,
)
SUBSIDY = Case(
    apply_for_subsidy,
    "skill_subsidy",
    SkillsOf,
    SKILLED,
    ("S1", "known", "known"),
    {"certificate_number": "S1", **CONTACT},
)


def transfer(flow: Flow, scheme: Scheme, answers: tuple[str, ...], region: str, old: Scheme) -> Case:
    agency = AGENCY.code if AGENCY.code in answers else ""
    details = {"route": flow.__name__, "region": region, "agency": agency, "old_scheme": str(old), "mobile": ""}
    return Case(flow, flow.__name__, TransferOf, TransferRecord(scheme, pending=False), answers, details)


ACROSS = ("320000", "320100", "320102", AGENCY.code, "known")
WITHIN = ("370200", "370202", AGENCY.code, "known")
TRANSFERS = (
    transfer(transfer_enterprise_across, Scheme.ENTERPRISE, ACROSS, "320102", Scheme.ENTERPRISE),
    transfer(transfer_between_across, Scheme.ENTERPRISE, ("government", *ACROSS), "320102", Scheme.GOVERNMENT),
    transfer(transfer_between_across, Scheme.GOVERNMENT, ("enterprise", *ACROSS), "320102", Scheme.ENTERPRISE),
    transfer(transfer_between_within, Scheme.ENTERPRISE, ("government", *WITHIN), "370202", Scheme.GOVERNMENT),
    transfer(transfer_between_within, Scheme.GOVERNMENT, ("enterprise", *WITHIN), "370202", Scheme.ENTERPRISE),
    transfer(transfer_government_within, Scheme.GOVERNMENT, WITHIN, "370202", Scheme.GOVERNMENT),
)
CASES = (BENEFIT, ALLOWANCE, SUBSIDY, *TRANSFERS)
EVERY = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}_{case.details.get('old_scheme', '')}")


async def done(case: Case, visit: LightVisit) -> Outcome:
    outcome = await case.flow(visit)
    all_is_said(visit, outcome)
    assert visit.answers == []
    return outcome


async def refused(case: Case, visit: LightVisit) -> Refused:
    with pytest.raises(Refused) as caught:
        await case.flow(visit)
    assert (visit.submitted, visit.slips) == ([], [])
    all_is_said(visit, caught.value)
    return caught.value


def summary(visit: LightVisit) -> Confirm:
    return [prompt for prompt in visit.asked if isinstance(prompt, Confirm)][-1]


def facts(confirm: Confirm) -> dict[str, str]:
    return {line.label.key: CATALOGUES[0].render(line.value) for line in confirm.lines}


def closed(prompt: Prompt[Any]) -> dict[str, str]:
    assert isinstance(prompt, Choose)
    return {option.name: said(option.closed)[0] for option in prompt.options if option.closed is not None}
