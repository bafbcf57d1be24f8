"""The seven applications: every condition of the guide met, and each of them alone not met."""

import dataclasses
from datetime import date
from typing import Any

import pytest

from config.masking import mask_account, mask_mobile
from flows.months import Month
from flows.prompts import Change, Choose, Confirmed, EnterNumber, NumberKind, Tone
from flows.records import (
    EndReason,
    PersonOf,
    Scheme,
    SkillObjection,
    TransferOf,
    UnemploymentOf,
)
from flows.transactions import ReceiptState
from flows.visit import Refusal
from tests.flows.application_cases import (
    ACCOUNT,
    AGENCY,
    ALLOWANCE,
    BENEFIT,
    EVERY,
    KNOWN,
    MOBILE,
    PERSON,
    SKILLED,
    SUBSIDY,
    TOO_SHORT_THEN,
    TRANSFERS,
    UNEMPLOYED,
    WELDER,
    Case,
    closed,
    done,
    facts,
    refused,
    summary,
)
from tests.flows.light import HOLDER
from tests.flows.speech import said


@EVERY
async def test_who_meets_every_condition_is_accepted(case: Case) -> None:
    visit = case.visit()
    outcome = await done(case, visit)
    [application] = visit.submitted
    assert (application.KIND, application.details()) == (case.kind, case.details)
    assert application.applicant.person_number == HOLDER.number
    assert (outcome.tone, outcome.headline.key) == (Tone.OK, f"{case.words}.done.headline")
    assert [slip.headline for slip in visit.slips] == [outcome.headline]


@EVERY
async def test_every_row_of_the_summary_shows_what_was_answered_and_what_follows(case: Case) -> None:
    visit = case.visit()
    await done(case, visit)
    confirm = summary(visit)
    shown = facts(confirm)
    assert (shown["label.name"], shown["label.mobile"]) == ("张*", "138****0021")
    assert HOLDER.number not in repr(visit.asked)
    assert [note.tone for note in confirm.notes] == [Tone.INFO]
    answered = {line.change for line in confirm.lines if line.change}
    asked_for = {"mobile"} | ({"region"} if case.query is TransferOf else {"account"})
    assert asked_for <= answered


@EVERY
@pytest.mark.parametrize("state", [ReceiptState.STORED, ReceiptState.PROCESSING, ReceiptState.SUPERSEDED])
async def test_an_end_that_is_not_acceptance_is_said_in_shared_words(case: Case, state: ReceiptState) -> None:
    outcome = await done(case, case.visit(state=state))
    assert outcome.headline.key == f"application.{state}.headline"
    assert outcome.tone is not Tone.OK


@EVERY
async def test_off_line_everything_is_asked_and_it_is_said_that_it_is_not_handed_in_yet(case: Case) -> None:
    if case is SUBSIDY:
        assert (await refused(case, case.visit(records={}))).refusal is Refusal.NEEDS_GATEWAY
        return
    answers = [answer for answer in case.answers if answer != AGENCY.code]
    answers[answers.index("known")] = MOBILE
    visit = case.visit(records={}, answers=answers, state=ReceiptState.STORED)
    await done(case, visit)
    [application] = visit.submitted
    assert application.details() == {**case.details, "mobile": MOBILE} | (
        {"agency": ""} if "agency" in case.details else {}
    )
    assert application.applicant.card_status_seen is None
    assert [note.text.key for note in summary(visit).notes] == ["note.offline"]


REFUSALS: list[tuple[Case, dict[str, Any], Refusal, str]] = [
    (BENEFIT, {"pending": True}, Refusal.APPLICATION_PENDING, ""),
    (BENEFIT, {"employment_ended": None}, Refusal.STILL_EMPLOYED, ""),
    (BENEFIT, {"months_paid": 11}, Refusal.CONTRIBUTIONS_TOO_SHORT, "11 个月"),
    (BENEFIT, {"recorded_reason": EndReason.OWN_WILL}, Refusal.LEFT_BY_OWN_WILL, ""),
    (BENEFIT, {"registered": False}, Refusal.NOT_REGISTERED, ""),
    (ALLOWANCE, {"allowance_received": True}, Refusal.ALLOWANCE_RECEIVED, ""),
    (ALLOWANCE, {"allowance_elsewhere": True}, Refusal.ALLOWANCE_ELSEWHERE, ""),
    (ALLOWANCE, {"employment_ended": None}, Refusal.STILL_EMPLOYED, ""),
    (ALLOWANCE, {"employment_ended": date(2023, 1, 1)}, Refusal.NOT_UNEMPLOYED_THEN, "2023年1月1日"),
    (ALLOWANCE, {"months_paid": 12}, Refusal.ENTITLED_TO_BENEFIT, "12 个月"),
    (ALLOWANCE, {"benefit_until": Month(2023, 3)}, Refusal.ENTITLED_TO_BENEFIT, "2023年3月"),
    (ALLOWANCE, {"benefit_until": Month(2023, 1)}, Refusal.ENTITLED_TO_BENEFIT, "2023年1月"),
    (SUBSIDY, {"enterprise_employee": False}, Refusal.NOT_AN_EMPLOYEE, ""),
    (SUBSIDY, {"months_paid": 35}, Refusal.SKILL_CONTRIBUTIONS_TOO_SHORT, "35 个月"),
    (SUBSIDY, {"certificates": ()}, Refusal.NO_SKILL_CERTIFICATE, ""),
    *[(case, {"scheme": None}, Refusal.NOT_INSURED_HERE, "") for case in TRANSFERS],
    *[(case, {"pending": True}, Refusal.APPLICATION_PENDING, "") for case in TRANSFERS],
    (TRANSFERS[0], {"scheme": Scheme.GOVERNMENT}, Refusal.OTHER_TRANSFER, "企业与机关跨省转入"),
    (TRANSFERS[5], {"scheme": Scheme.ENTERPRISE}, Refusal.OTHER_TRANSFER, "企业与机关省内转入"),
]


@pytest.mark.parametrize(("case", "change", "refusal", "fact"), REFUSALS)
async def test_one_condition_alone_not_met_is_named_before_anything_is_asked(
    case: Case, change: dict[str, Any], refusal: Refusal, fact: str
) -> None:
    visit = case.visit(dataclasses.replace(case.record, **change))  # type: ignore[type-var]  # a record
    stopped = await refused(case, visit)
    assert stopped.refusal is refusal
    assert visit.asked == []
    assert [said(line.value)[0] for line in stopped.lines] == ([fact] if fact else [])


@pytest.mark.parametrize(
    "change",
    [
        {"benefit_until": Month(2022, 12), "months_paid": 60},
        {"recorded_reason": EndReason.OWN_WILL, "months_paid": 60},
        {"months_paid": 11},
        {"employment_ended": date(2021, 1, 1)},
    ],
    ids=["benefit over", "left by own will", "paid for less than a year", "out of work since then"],
)
async def test_the_allowance_is_for_each_who_has_no_right_to_the_benefit(change: dict[str, Any]) -> None:
    visit = ALLOWANCE.visit(dataclasses.replace(TOO_SHORT_THEN, **change))
    assert (await done(ALLOWANCE, visit)).tone is Tone.OK


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [(["own_will"], Refusal.LEFT_BY_OWN_WILL), (["contract_ended", "no"], Refusal.NOT_SEEKING_WORK)],
)
async def test_what_the_person_says_can_stand_against_the_benefit(answers: list[str], refusal: Refusal) -> None:
    assert (await refused(BENEFIT, BENEFIT.visit(answers=list(answers)))).refusal is refusal
    offline = BENEFIT.visit(answers=list(answers), records={})
    assert (await refused(BENEFIT, offline)).refusal is refusal


async def test_the_reasons_are_those_of_the_gateway_and_what_the_employer_reported_is_said() -> None:
    offered = (EndReason.CONTRACT_ENDED, EndReason.DISMISSED)
    visit = BENEFIT.visit(dataclasses.replace(UNEMPLOYED, reasons=offered), answers=["dismissed", *BENEFIT.answers[1:]])
    await done(BENEFIT, visit)
    first = visit.asked[0]
    assert isinstance(first, Choose)
    assert [option.name for option in first.options] == list(offered)
    assert said(first.explanation)[0] == "单位报的原因：单位破产或关闭。"


@pytest.mark.parametrize("reason", [reason for reason in EndReason if reason is not EndReason.OWN_WILL])
async def test_every_other_reason_is_accepted(reason: EndReason) -> None:
    visit = BENEFIT.visit(answers=[reason, *BENEFIT.answers[1:]])
    await done(BENEFIT, visit)
    assert visit.submitted[0].details()["reason"] == reason


@pytest.mark.parametrize("objection", list(SkillObjection))
async def test_each_certificate_shows_whether_it_can_be_subsidised_and_why_not(objection: SkillObjection) -> None:
    objected = dataclasses.replace(WELDER, number="S2", objection=objection)
    visit = SUBSIDY.visit(dataclasses.replace(SKILLED, certificates=(objected, WELDER)))
    await done(SUBSIDY, visit)
    assert list(closed(visit.asked[0])) == ["S2"]
    alone = SUBSIDY.visit(dataclasses.replace(SKILLED, certificates=(objected,)))
    stopped = await refused(SUBSIDY, alone)
    assert stopped.refusal is Refusal.NO_ELIGIBLE_CERTIFICATE
    assert alone.asked == []
    [line] = stopped.lines
    assert (line.label.values["occupation"], said(line.value)) == ("焊工", [closed(visit.asked[0])["S2"]])


async def test_every_certificate_without_a_subsidy_is_named_with_its_reason() -> None:
    objected = tuple(
        dataclasses.replace(WELDER, number=f"S{number}", objection=objection)
        for number, objection in enumerate(SkillObjection)
    )
    stopped = await refused(SUBSIDY, SUBSIDY.visit(dataclasses.replace(SKILLED, certificates=objected)))
    assert len({said(line.value)[0] for line in stopped.lines}) == len(SkillObjection)


@EVERY
async def test_another_mobile_number_is_sent_whole_and_shown_masked(case: Case) -> None:
    place = len(case.answers) - 1 - case.answers[::-1].index("known") - (case.query is not TransferOf)
    answers = [*case.answers[:place], "another", MOBILE, *case.answers[place + 1 :]]
    visit = case.visit(answers=answers)
    await done(case, visit)
    assert visit.submitted[0].details()["mobile"] == MOBILE
    assert facts(summary(visit))["label.mobile"] == mask_mobile(MOBILE)
    assert MOBILE not in repr((visit.asked, visit.slips))
    assert [prompt.kind for prompt in visit.asked if isinstance(prompt, EnterNumber)] == [NumberKind.MOBILE]


async def test_without_a_number_on_record_it_is_asked_for_at_once() -> None:
    records = {**KNOWN, UnemploymentOf: UNEMPLOYED, PersonOf: dataclasses.replace(PERSON, mobile_masked="")}
    visit = BENEFIT.visit(records=records, answers=["dismissed", "yes", MOBILE, "known"])
    await done(BENEFIT, visit)
    assert visit.submitted[0].details()["mobile"] == MOBILE


@pytest.mark.parametrize(
    ("account", "bank"), [(ACCOUNT, "工商银行"), ("1234567890123452", "其他银行")], ids=["known", "unknown"]
)
@pytest.mark.parametrize("case", [BENEFIT, ALLOWANCE, SUBSIDY], ids=lambda case: case.name)
async def test_another_account_is_sent_whole_and_shown_with_its_bank(case: Case, account: str, bank: str) -> None:
    visit = case.visit(answers=[*case.answers[:-1], "another", account])
    await done(case, visit)
    assert visit.submitted[0].details()["bank_account"] == account
    assert facts(summary(visit))["label.account"] == f"{bank}，尾号 {mask_account(account)}"
    assert account not in repr((visit.asked, visit.slips))


async def test_the_cards_own_account_is_shown_with_its_bank() -> None:
    visit = BENEFIT.visit()
    await done(BENEFIT, visit)
    assert facts(summary(visit))["label.account"] == "社保卡账户，泉城示例银行"


CHANGES = [
    (BENEFIT, "reason", ["dismissed"], {"reason": "dismissed"}),
    (BENEFIT, "seeking", ["yes"], {}),
    (BENEFIT, "mobile", ["another", MOBILE], {"mobile": MOBILE}),
    (BENEFIT, "account", ["another", ACCOUNT], {"bank_account": ACCOUNT}),
    (ALLOWANCE, "mobile", ["another", MOBILE], {"mobile": MOBILE}),
    (ALLOWANCE, "account", ["another", ACCOUNT], {"bank_account": ACCOUNT}),
    (SUBSIDY, "certificate", ["S1"], {}),
    (SUBSIDY, "mobile", ["another", MOBILE], {"mobile": MOBILE}),
    (SUBSIDY, "account", ["another", ACCOUNT], {"bank_account": ACCOUNT}),
    (TRANSFERS[0], "region", ["110000", "110101", "unknown"], {"region": "110101", "agency": ""}),
    (TRANSFERS[0], "mobile", ["another", MOBILE], {"mobile": MOBILE}),
    (TRANSFERS[3], "region", ["370100", "370100", AGENCY.code], {"region": "370100"}),
    (TRANSFERS[3], "old_scheme", ["government"], {}),
]


@pytest.mark.parametrize(("case", "name", "answers", "changed"), CHANGES)
async def test_each_answer_can_be_changed_and_the_others_stay(
    case: Case, name: str, answers: list[str], changed: dict[str, str]
) -> None:
    visit = case.visit(answers=[*case.answers, Change(name), *answers, Confirmed()])
    await done(case, visit)
    assert visit.submitted[0].details() == {**case.details, **changed}
    assert name in {line.change for line in summary(visit).lines}


async def test_a_changed_reason_is_checked_again() -> None:
    visit = BENEFIT.visit(answers=[*BENEFIT.answers, Change("reason"), "own_will"])
    assert (await refused(BENEFIT, visit)).refusal is Refusal.LEFT_BY_OWN_WILL
