"""Every look-up as the contract writes it: what is asked, what is taken, and what is not."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from config.faults import FaultCode
from flows.months import Month
from flows.records import (
    AgenciesOf,
    Agency,
    AgencyList,
    CardOf,
    CardRecord,
    CardStatus,
    ContributionRecord,
    ContributionsOf,
    ContributionSpan,
    EndReason,
    Insurance,
    PensionKind,
    PensionOf,
    PensionRecord,
    PersonOf,
    PersonRecord,
    Query,
    Scheme,
    SkillCertificate,
    SkillLevel,
    SkillObjection,
    SkillRecord,
    SkillsOf,
    TransferOf,
    TransferRecord,
    UnemploymentOf,
    UnemploymentRecord,
)
from kiosk.contract import ContractBroken, TransactionAnswer
from kiosk.gateway import Gateway, GatewayError, NotFound
from simulator.people import BY_KEY
from tests.contracts.answering import Answering, answering_server, client_of

ZHANG = BY_KEY["zhang_ling"]
CARD = "D2143569X"
PERSON_JSON = {"number": ZHANG.number, "name": "张玲", "photo": None, "mobile_masked": "", "transfers_out": True}
CARD_JSON = {
    "number": CARD,
    "person_number": ZHANG.number,
    "status": "temporarily_lost",
    "issuing_area": "370000",
    "bank": "泉城示例银行",
    "bank_telephone": "400-000-0000",
    "lost_until": "2026-11-30T14:26:00+08:00",
    "loss_ended_at": None,
}
SPAN = {"insurance": "pension", "employer": "泉水纺织", "first": "2015-03", "last": "2020-02", "months_paid": 60}
PENSION_JSON = {
    "kind": "enterprise",
    "started": "2003-03",
    "monthly_fen": 328650,
    "last_paid": "2026-11",
    "review_due": "2027-02-12",
}
UNEMPLOYMENT_JSON = {
    "months_paid": 58,
    "employment_ended": "2026-09-30",
    "recorded_reason": "contract_ended",
    "registered": True,
    "reasons": ["contract_ended", "dismissed"],
    "benefit_until": "2027-03",
    "pending": False,
    "allowance_received": False,
    "allowance_elsewhere": True,
}
SKILL = {"number": "S2637-0001", "occupation": "焊工", "level": 4, "issued": "2026-03-02", "objection": None}
SKILLS_JSON = {
    "enterprise_employee": True,
    "months_paid": 40,
    "certificates": [SKILL, {**SKILL, "level": 2, "objection": "skill_level_not_covered"}],
}
AGENCY = {"code": "370100-01", "name": "济南市社会保险事业中心"}

CASES: list[tuple[Query[Any], str, dict[str, str], dict[str, Any], object]] = [
    (
        PersonOf(ZHANG.number),
        "/v1/persons/query",
        {"number": ZHANG.number},
        PERSON_JSON,
        PersonRecord(ZHANG.number, "张玲", None, "", transfers_out=True),
    ),
    (
        CardOf("", CARD),
        "/v1/cards/query",
        {"card_number": CARD},
        CARD_JSON,
        CardRecord(
            CARD,
            ZHANG.number,
            CardStatus.TEMPORARILY_LOST,
            "370000",
            "泉城示例银行",
            "400-000-0000",
            lost_until=datetime(2026, 11, 30, 6, 26, tzinfo=UTC),
        ),
    ),
    (
        ContributionsOf(ZHANG.number, CARD),
        "/v1/contributions/query",
        {"number": ZHANG.number, "card_number": CARD},
        {"spans": [SPAN]},
        ContributionRecord((ContributionSpan(Insurance.PENSION, "泉水纺织", Month(2015, 3), Month(2020, 2), 60),)),
    ),
    (ContributionsOf("1"), "/v1/contributions/query", {"number": "1"}, {"spans": []}, ContributionRecord(())),
    (
        PensionOf(ZHANG.number),
        "/v1/pensions/query",
        {"number": ZHANG.number},
        PENSION_JSON,
        PensionRecord(PensionKind.ENTERPRISE, Month(2003, 3), 328650, Month(2026, 11), date(2027, 2, 12)),
    ),
    (
        UnemploymentOf(ZHANG.number),
        "/v1/unemployment/query",
        {"number": ZHANG.number},
        UNEMPLOYMENT_JSON,
        UnemploymentRecord(
            months_paid=58,
            employment_ended=date(2026, 9, 30),
            recorded_reason=EndReason.CONTRACT_ENDED,
            registered=True,
            reasons=(EndReason.CONTRACT_ENDED, EndReason.DISMISSED),
            benefit_until=Month(2027, 3),
            pending=False,
            allowance_received=False,
            allowance_elsewhere=True,
        ),
    ),
    (
        SkillsOf(ZHANG.number),
        "/v1/skills/query",
        {"number": ZHANG.number},
        SKILLS_JSON,
        SkillRecord(
            enterprise_employee=True,
            months_paid=40,
            certificates=(
                SkillCertificate("S2637-0001", "焊工", SkillLevel.INTERMEDIATE, date(2026, 3, 2), None),
                SkillCertificate(
                    "S2637-0001", "焊工", SkillLevel.TECHNICIAN, date(2026, 3, 2), SkillObjection.LEVEL_NOT_COVERED
                ),
            ),
        ),
    ),
    (
        TransferOf(ZHANG.number),
        "/v1/transfers/query",
        {"number": ZHANG.number},
        {"scheme": "government", "pending": True},
        TransferRecord(Scheme.GOVERNMENT, pending=True),
    ),
    (
        TransferOf("1"),
        "/v1/transfers/query",
        {"number": "1"},
        {"scheme": None, "pending": False},
        TransferRecord(None, pending=False),
    ),
    (
        AgenciesOf("370100"),
        "/v1/agencies/query",
        {"region": "370100"},
        {"agencies": [AGENCY]},
        AgencyList((Agency("370100-01", "济南市社会保险事业中心"),)),
    ),
    (  # as old registers have them: ends of lines within a name and after it
        ContributionsOf("2"),
        "/v1/contributions/query",
        {"number": "2"},
        {"spans": [{**SPAN, "employer": "泉水\u2029纺织\r\n"}]},
        ContributionRecord((ContributionSpan(Insurance.PENSION, "泉水 纺织", Month(2015, 3), Month(2020, 2), 60),)),
    ),
]

BROKEN: list[tuple[Query[Any], dict[str, Any], str]] = [
    (PersonOf("370199194302120406"), PERSON_JSON, "about somebody else"),
    (CardOf("", "D0"), CARD_JSON, "about somebody else"),
    (CardOf("370199194302120406"), CARD_JSON, "about somebody else"),
    (PersonOf(ZHANG.number), {**PERSON_JSON, "transfers_out": "no"}, "transfers_out"),
    (CardOf("", CARD), {**CARD_JSON, "lost_until": "2026-11-30T14:26:00"}, "lost_until"),
    (CardOf("", CARD), {**CARD_JSON, "status": "eaten"}, "status"),
    (ContributionsOf("1"), {}, "spans"),
    (ContributionsOf("1"), {"spans": [{**SPAN, "first": "2015-3"}]}, "spans.0.first"),
    (ContributionsOf("1"), {"spans": [{**SPAN, "first": "2015-13"}]}, "spans.0.first"),
    (ContributionsOf("1"), {"spans": [{**SPAN, "first": 201503}]}, "spans.0.first"),
    (ContributionsOf("1"), {"spans": [{**SPAN, "first": "2020-03"}]}, "spans.0"),
    (ContributionsOf("1"), {"spans": [{**SPAN, "months_paid": 61}]}, "spans.0"),
    (ContributionsOf("1"), {"spans": [{**SPAN, "months_paid": -1}]}, "spans.0.months_paid"),
    (ContributionsOf("1"), {"spans": [{**SPAN, "insurance": "health"}]}, "spans.0.insurance"),
    (ContributionsOf("1"), {"spans": [{**SPAN, "employer": "\r\n"}]}, "spans.0.employer"),
    (PensionOf("1"), {**PENSION_JSON, "monthly_fen": 3286.5}, "monthly_fen"),
    (PensionOf("1"), {**PENSION_JSON, "review_due": "2027-02-30"}, "review_due"),
    (PensionOf("1"), {**PENSION_JSON, "review_due": "2027-02-12T00:00:00Z"}, "review_due"),
    (UnemploymentOf("1"), {**UNEMPLOYMENT_JSON, "reasons": ["bored"]}, "reasons.0"),
    (UnemploymentOf("1"), {**UNEMPLOYMENT_JSON, "benefit_until": "soon"}, "benefit_until"),
    (UnemploymentOf("1"), {**UNEMPLOYMENT_JSON, "pending": None}, "pending"),
    (SkillsOf("1"), {**SKILLS_JSON, "certificates": [{**SKILL, "level": 6}]}, "certificates.0.level"),
    (SkillsOf("1"), {**SKILLS_JSON, "certificates": [{**SKILL, "level": "4"}]}, "certificates.0.level"),
    (TransferOf("1"), {"scheme": "private", "pending": False}, "scheme"),
    (AgenciesOf("370100"), {"agencies": [{"code": "", "name": "x"}]}, "agencies.0.code"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[type[Answering], str]]:
    with answering_server() as running:
        yield running


@pytest.fixture
async def gateway(server: tuple[type[Answering], str]) -> AsyncIterator[Gateway]:
    server[0].status = 200
    server[0].asked.clear()
    async with client_of(server[1]) as gateway:
        yield gateway


@pytest.mark.parametrize(("query", "path", "asked", "answer", "record"), CASES)
async def test_each_query_has_its_path_and_its_record(
    server: tuple[type[Answering], str],
    gateway: Gateway,
    query: Query[Any],
    path: str,
    asked: dict[str, str],
    answer: dict[str, Any],
    record: object,
) -> None:
    server[0].answer = answer | {"something": "that the contract gained later"}
    assert await gateway.look_up(query) == record
    assert server[0].asked == [(path, asked, None)]


@pytest.mark.parametrize(("query", "answer", "field"), BROKEN)
async def test_an_answer_that_breaks_the_contract_is_named_by_its_field(
    server: tuple[type[Answering], str],
    gateway: Gateway,
    caplog: pytest.LogCaptureFixture,
    query: Query[Any],
    answer: dict[str, Any],
    field: str,
) -> None:
    server[0].answer = answer
    with caplog.at_level(logging.ERROR), pytest.raises(GatewayError) as caught:
        await gateway.look_up(query)
    assert caught.value.code is FaultCode.GW_UNEXPECTED
    assert caught.value.detail.endswith(field)
    assert not any(secret in str(vars(record)) for record in caplog.records for secret in ("张玲", ZHANG.number, CARD))


@pytest.mark.parametrize(
    ("query", "code"), [(PensionOf("1"), "no_pension"), (ContributionsOf("1"), "person_not_found")]
)
async def test_nothing_to_tell_has_its_reason(
    server: tuple[type[Answering], str], gateway: Gateway, query: Query[Any], code: str
) -> None:
    server[0].status, server[0].answer = 404, {"status": 404, "code": code, "title": "x"}
    with pytest.raises(NotFound) as caught:
        await gateway.look_up(query)
    assert caught.value.code == code
    assert gateway.online is False  # only a good answer brings the line up


async def test_a_query_without_a_look_up_is_a_fault_of_the_program(gateway: Gateway) -> None:
    with pytest.raises(TypeError, match="no route for Query"):
        await gateway.look_up(Query())


def test_what_is_kept_of_an_answer_names_nobody() -> None:
    """The queue's clear columns hold strings, times as in ISO 8601, and nothing that was not said."""
    answer = {
        "id": "0191",
        "envelope_sha256": "5f" * 32,
        "result": "accepted",
        "reason": None,
        "effective_at": "2026-11-23T14:26:00+08:00",
        "card_status": None,
        "acceptance_number": "SY20261123-00042",
        "due": "2026-11-30",
        "lost_until": None,
    }
    kept = TransactionAnswer.read(json.dumps(answer).encode()).without_person()
    assert kept == {
        "effective_at": "2026-11-23T14:26:00+08:00",
        "acceptance_number": "SY20261123-00042",
        "due": "2026-11-30",
    }
    assert datetime.fromisoformat(kept["effective_at"]) == datetime(2026, 11, 23, 6, 26, tzinfo=UTC)
    with pytest.raises(ContractBroken, match="acceptance_number"):
        TransactionAnswer.read(json.dumps(answer | {"acceptance_number": "张玲"}).encode())
