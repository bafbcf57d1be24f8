"""The gateway's decisions about applications, condition by condition of the guide (items 21 to 24, 28 to 30, 34)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from simulator.gateway.days import day_in_china, months_later, working_days_later
from simulator.gateway.details import EndReason, Scheme
from simulator.gateway.rules import decide
from simulator.gateway.rules.facts import (
    Accepted,
    Decision,
    Facts,
    IssuedFacts,
    SkillFacts,
    SubsidyFacts,
    TransferFacts,
    UnemploymentFacts,
)
from simulator.gateway.schemas import Reason, Result
from tests.contracts.facts import EMPLOYEE, ISSUED, NOW, UNEMPLOYED, WELDER, details, facts

DUE = date(2026, 3, 9)  # five working days after Monday, 2 March
WINDOW = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)


def outcome(case: Facts) -> Reason | None:
    """The reason of a refusal; None for an acceptance."""
    decision = decide(case)
    assert (decision.result is Result.ACCEPTED) is (decision.reason is None)
    return decision.reason


def at_china(year: int, month: int, day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - timedelta(hours=8)


# -- item 28: unemployment insurance benefit


def benefit(reason: str = "dismissed", **changes: Any) -> Facts:
    sent = details("unemployment_benefit", reason=reason)
    return facts("unemployment_benefit", sent, unemployment=replace(UNEMPLOYED, **changes))


def test_benefit_is_decided_within_five_working_days() -> None:
    assert decide(benefit()) == Decision(Result.ACCEPTED, application=Accepted(DUE))


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        pytest.param(benefit(months_paid=12), None, id="履行缴费义务满1年: 12 months"),
        pytest.param(benefit(months_paid=11), Reason.CONTRIBUTIONS_TOO_SHORT, id="履行缴费义务满1年: 11 months"),
        pytest.param(benefit(employment_ended=None), Reason.STILL_EMPLOYED, id="中断就业"),
        pytest.param(benefit("own_will"), Reason.LEFT_BY_OWN_WILL, id="非因本人意愿: as the person says"),
        pytest.param(
            benefit(recorded_reason=EndReason.OWN_WILL), Reason.LEFT_BY_OWN_WILL, id="非因本人意愿: as was reported"
        ),
        pytest.param(benefit(recorded_reason=None), None, id="非因本人意愿: nothing was reported"),
        pytest.param(benefit(registered=False), Reason.NOT_REGISTERED, id="已办理失业登记"),
        pytest.param(benefit(pending=True), Reason.APPLICATION_PENDING, id="once at a time"),
        pytest.param(benefit("bored"), Reason.DETAILS_INVALID, id="a reason that does not exist"),
        pytest.param(
            benefit(reasons=(EndReason.CONTRACT_ENDED,)), Reason.DETAILS_INVALID, id="a reason that is not offered"
        ),
        *(
            pytest.param(benefit(reason), None, id=f"reason {reason}")
            for reason in EndReason
            if reason is not EndReason.OWN_WILL
        ),
    ],
)
def test_conditions_of_the_benefit(case: Facts, reason: Reason | None) -> None:
    assert outcome(case) == reason


def test_nothing_known_about_a_person_is_no_unemployment() -> None:
    assert outcome(facts("unemployment_benefit", unemployment=None)) == Reason.STILL_EMPLOYED


# -- item 29: unemployment allowance

BEFORE = UnemploymentFacts(months_paid=8, employment_ended=date(2022, 5, 31), recorded_reason=EndReason.CONTRACT_ENDED)


def allowance(at: datetime = WINDOW, **changes: Any) -> Facts:
    return facts("unemployment_allowance", at=at, unemployment=replace(BEFORE, **changes))


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (at_china(2020, 12, 31, 23, 59, 59), Reason.WINDOW_CLOSED),
        (at_china(2021, 1, 1, 0, 0), None),
        (at_china(2022, 6, 1, 0, 0), None),
        (at_china(2023, 3, 31, 23, 59, 59), None),
        (at_china(2023, 4, 1, 0, 0), Reason.WINDOW_CLOSED),
        (NOW, Reason.WINDOW_CLOSED),
    ],
    ids=["before", "its first second", "inside", "受理期截至2023年3月31日: its last second", "the next day", "today"],
)
def test_the_window_of_the_allowance_is_the_day_of_the_visit_in_china(at: datetime, reason: Reason | None) -> None:
    assert outcome(allowance(at)) == reason


def test_a_visit_inside_the_window_counts_when_it_arrives_later() -> None:
    late = replace(allowance(at_china(2023, 3, 31, 23)), now=at_china(2023, 4, 2))
    assert decide(late) == Decision(Result.ACCEPTED, application=Accepted(date(2023, 4, 7)))


PAID_A_YEAR: dict[str, Any] = {"months_paid": 12}
OWN_WILL: dict[str, Any] = {"recorded_reason": EndReason.OWN_WILL}


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        pytest.param(allowance(months_paid=11), None, id="参保缴费不足1年: 11 months"),
        pytest.param(allowance(**PAID_A_YEAR), Reason.ENTITLED_TO_BENEFIT, id="参保缴费不足1年: 12 months"),
        pytest.param(allowance(**PAID_A_YEAR, **OWN_WILL), None, id="满1年但因本人意愿中断就业"),
        pytest.param(allowance(**PAID_A_YEAR, benefit_until="2022-11"), None, id="领取失业保险金期满"),
        pytest.param(
            allowance(**PAID_A_YEAR, benefit_until="2023-03"), Reason.ENTITLED_TO_BENEFIT, id="领取未期满: this month"
        ),
        pytest.param(
            allowance(**PAID_A_YEAR, benefit_until="2023-01"), Reason.ENTITLED_TO_BENEFIT, id="期满 after 2022-12-31"
        ),
        pytest.param(allowance(**PAID_A_YEAR, benefit_until="2022-12"), None, id="期满 in the last month of 2022"),
        pytest.param(
            allowance(at_china(2022, 11, 15), **PAID_A_YEAR, benefit_until="2022-11"),
            Reason.ENTITLED_TO_BENEFIT,
            id="领取未期满: this month of 2022",
        ),
        pytest.param(
            allowance(at_china(2022, 11, 15), **PAID_A_YEAR, benefit_until="2022-10"), None, id="期满 the month before"
        ),
        pytest.param(allowance(employment_ended=None), Reason.STILL_EMPLOYED, id="仍未就业"),
        pytest.param(allowance(employment_ended=date(2022, 12, 31)), None, id="至2022年12月31日期间: the last day"),
        pytest.param(
            allowance(employment_ended=date(2023, 1, 1)),
            Reason.NOT_UNEMPLOYED_THEN,
            id="至2022年12月31日期间: after it",
        ),
        pytest.param(allowance(allowance_received=True), Reason.ALLOWANCE_RECEIVED, id="只能申领享受一次"),
        pytest.param(allowance(allowance_elsewhere=True), Reason.ALLOWANCE_ELSEWHERE, id="不得跨统筹地区重复申领"),
    ],
)
def test_conditions_of_the_allowance(case: Facts, reason: Reason | None) -> None:
    assert outcome(case) == reason


def test_a_kiosk_whose_clock_is_ahead_opens_no_window() -> None:
    early = replace(allowance(at_china(2021, 1, 1)), now=at_china(2020, 12, 31))
    assert outcome(early) == Reason.WINDOW_CLOSED


# -- item 30: skill-upgrade subsidy


def subsidy(at: datetime = NOW, skill: SkillFacts = WELDER, *taken: SubsidyFacts, **changes: Any) -> Facts:
    employee = replace(EMPLOYEE, skills={skill.number: skill}, subsidies=taken, **changes)
    return facts("skill_subsidy", at=at, employee=employee)


def took(occupation: str, level: int, *days: date) -> tuple[SubsidyFacts, ...]:
    return tuple(SubsidyFacts(occupation, level, day) for day in days)


def three(*days: date) -> tuple[SubsidyFacts, ...]:
    return tuple(SubsidyFacts(f"工种{number}", 4, day) for number, day in enumerate(days))


def test_a_subsidy_is_decided_within_five_working_days_and_counts_from_its_day() -> None:
    taken = SubsidyFacts("焊工", 4, date(2026, 3, 2))
    assert decide(subsidy()) == Decision(Result.ACCEPTED, application=Accepted(DUE, taken))


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        pytest.param(subsidy(enterprise_employee=False), Reason.NOT_AN_EMPLOYEE, id="企业在职职工"),
        pytest.param(subsidy(months_paid=36), None, id="参加失业保险36个月及以上: 36"),
        pytest.param(subsidy(months_paid=35), Reason.SKILL_CONTRIBUTIONS_TOO_SHORT, id="参加失业保险36个月及以上: 35"),
        *(
            pytest.param(
                subsidy(NOW, replace(WELDER, level=level)),
                None if level >= 3 else Reason.SKILL_LEVEL_NOT_COVERED,
                id=f"五级、四级、三级: {level}",
            )
            for level in (1, 2, 3, 4, 5)
        ),
        pytest.param(
            facts("skill_subsidy", details("skill_subsidy", certificate_number="S2")),
            Reason.NO_SKILL_CERTIFICATE,
            id="可以在全国联网查询系统上查询到",
        ),
        pytest.param(
            subsidy(NOW, replace(WELDER, training_subsidy=True)),
            Reason.SKILL_TRAINING_SUBSIDY,
            id="技能提升补贴和职业培训补贴不可同时享受",
        ),
        pytest.param(
            subsidy(NOW, WELDER, *took("焊工", 4, date(2019, 5, 1))),
            Reason.SKILL_SAME_ALREADY,
            id="同一职业同一等级不可重复享受",
        ),
        pytest.param(
            subsidy(NOW, WELDER, *took("焊工", 3, date(2019, 5, 1))),
            Reason.SKILL_HIGHER_ALREADY,
            id="享受高级别证书补贴的不再享受低级别",
        ),
        pytest.param(subsidy(NOW, WELDER, *took("焊工", 5, date(2019, 5, 1))), None, id="a lower level before"),
        pytest.param(subsidy(NOW, WELDER, *took("电工", 4, date(2019, 5, 1))), None, id="another occupation before"),
        pytest.param(subsidy(NOW, WELDER, *took("电工", 3, date(2019, 5, 1))), None, id="another one, higher"),
    ],
)
def test_conditions_of_the_subsidy(case: Facts, reason: Reason | None) -> None:
    assert outcome(case) == reason


@pytest.mark.parametrize(
    ("issued", "at", "reason"),
    [
        (date(2025, 3, 2), at_china(2026, 3, 2, 23, 59, 59), None),
        (date(2025, 3, 2), at_china(2026, 3, 3, 0, 0), Reason.SKILL_TOO_OLD),
        (date(2024, 2, 29), at_china(2025, 2, 28, 23, 59), None),
        (date(2024, 2, 29), at_china(2025, 3, 1, 0, 0), Reason.SKILL_TOO_OLD),
        (date(2026, 3, 2), at_china(2026, 3, 2, 9), None),
    ],
    ids=["12 months to the day", "one day more", "from a leap day", "from a leap day and one more", "on its own day"],
)
def test_within_twelve_months_of_the_certificates_date(issued: date, at: datetime, reason: Reason | None) -> None:
    """需在证书批准日期 12 个月内提出申请."""
    assert outcome(subsidy(at, replace(WELDER, issued=issued))) == reason


@pytest.mark.parametrize(
    ("at", "days", "reason"),
    [
        (at_china(2026, 3, 2), (date(2026, 1, 1), date(2026, 2, 1)), None),
        (at_china(2026, 3, 2), (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)), Reason.SKILL_THREE_THIS_YEAR),
        (at_china(2026, 12, 31, 23, 59, 59), (date(2026, 1, 1),) * 3, Reason.SKILL_THREE_THIS_YEAR),
        (at_china(2027, 1, 1, 0, 0), (date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 31)), None),
        (at_china(2027, 1, 1, 0, 0), (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 1)), None),
    ],
    ids=["the third", "the fourth", "the year's last second", "the new year in China", "the third of the new year"],
)
def test_three_in_a_calendar_year(at: datetime, days: tuple[date, ...], reason: Reason | None) -> None:
    """每人每个自然年度享受技能提升补贴次数不得超过 3 次."""
    skill = replace(WELDER, issued=date(2026, 3, 2))
    assert outcome(subsidy(at, skill, *three(*days))) == reason


def test_nothing_known_about_a_person_is_no_employee() -> None:
    assert outcome(facts("skill_subsidy", employee=None)) == Reason.NOT_AN_EMPLOYEE


# -- items 21 to 24: transfers-in

ACROSS, WITHIN = "320100", "370600"
E, G = Scheme.ENTERPRISE, Scheme.GOVERNMENT


def transfer(
    route: str, region: str, old: Scheme, new: Scheme | None, *, pending: bool = False, agency: str = ""
) -> Facts:
    sent = details("transfer_in", route=f"transfer_{route}", region=region, old_scheme=old, agency=agency)
    return facts("transfer_in", sent, transfer=TransferFacts(new, pending=pending))


FITTING = {
    "enterprise_across": {(ACROSS, E, E)},
    "between_across": {(ACROSS, E, G), (ACROSS, G, E)},
    "between_within": {(WITHIN, E, G), (WITHIN, G, E)},
    "government_within": {(WITHIN, G, G)},
}


@pytest.mark.parametrize("new", [E, G])
@pytest.mark.parametrize("old", [E, G])
@pytest.mark.parametrize("region", [ACROSS, WITHIN])
@pytest.mark.parametrize("route", FITTING)
def test_the_route_fits_the_old_place_and_both_schemes(route: str, region: str, old: Scheme, new: Scheme) -> None:
    wanted = None if (region, old, new) in FITTING[route] else Reason.OTHER_TRANSFER
    assert outcome(transfer(route, region, old, new)) == wanted


def test_a_transfer_is_accepted_at_once() -> None:
    """即时办结."""
    assert decide(transfer("enterprise_across", ACROSS, E, E)) == Decision(Result.ACCEPTED, application=Accepted())


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        pytest.param(
            transfer("enterprise_across", ACROSS, E, None), Reason.NOT_INSURED_HERE, id="在新就业地参保缴费后"
        ),
        pytest.param(
            transfer("enterprise_across", ACROSS, E, E, pending=True), Reason.APPLICATION_PENDING, id="one at a time"
        ),
        pytest.param(
            transfer("enterprise_across", ACROSS, E, E, agency="32010001"), None, id="an agency of the region"
        ),
        pytest.param(
            transfer("enterprise_across", ACROSS, E, E, agency="33010001"), Reason.DETAILS_INVALID, id="one of another"
        ),
        pytest.param(transfer("enterprise_across", "810000", E, E), Reason.OTHER_TRANSFER, id="no such scheme there"),
        pytest.param(transfer("enterprise_across", "32010", E, E), Reason.DETAILS_INVALID, id="no division code"),
    ],
)
def test_conditions_of_a_transfer(case: Facts, reason: Reason | None) -> None:
    assert outcome(case) == reason


# -- item 34 and certificates


def test_a_review_holds_for_twelve_months() -> None:
    assert decide(facts("entitlement_review")) == Decision(Result.ACCEPTED, review_due=date(2027, 3, 2))


def test_a_review_is_for_who_draws_a_pension() -> None:
    """符合领取养老金条件的退休人员."""
    assert outcome(facts("entitlement_review", draws_pension=False)) == Reason.NO_PENSION


def void(copy: int = 2, certificate: IssuedFacts | None = ISSUED) -> Facts:
    return facts("certificate_void", details("certificate_void", copy=copy), certificate=certificate)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        pytest.param(void(), None, id="of the person"),
        pytest.param(
            void(certificate=replace(ISSUED, person_number="0", agent_number=ISSUED.person_number)),
            None,
            id="of the agent",
        ),
        pytest.param(void(certificate=None), Reason.CERTIFICATE_UNKNOWN, id="no such certificate"),
        pytest.param(void(3), Reason.CERTIFICATE_UNKNOWN, id="no such copy"),
        pytest.param(void(0), Reason.DETAILS_INVALID, id="no copy at all"),
        pytest.param(
            void(certificate=replace(ISSUED, person_number="0")), Reason.NOT_THE_SAME_PERSON, id="of somebody else"
        ),
    ],
)
def test_a_void_copy(case: Facts, reason: Reason | None) -> None:
    decision = decide(case)
    assert (decision.reason, decision.voided) == (reason, None if reason else 2)


# -- days


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 9)),
        (date(2026, 3, 6), date(2026, 3, 13)),
        (date(2026, 3, 7), date(2026, 3, 13)),
        (date(2026, 3, 8), date(2026, 3, 13)),
    ],
    ids=["Monday", "Friday", "Saturday", "Sunday"],
)
def test_five_working_days(received: date, due: date) -> None:
    assert working_days_later(received, 5) == due


def test_days_and_months_are_those_of_china() -> None:
    assert day_in_china(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert day_in_china(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 1, 31), -2) == date(2025, 11, 30)
