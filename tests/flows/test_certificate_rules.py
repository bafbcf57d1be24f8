"""Certificates, entitlement record and review: periods, agents, arrears, and each condition alone not met."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from flows.certificates import Certificate, CertificateKind
from flows.contribution_certificate import certify_contributions
from flows.entitlement_record import print_entitlement_record
from flows.entitlement_review import review_entitlement
from flows.months import Month
from flows.pension_certificate import certify_pension
from flows.prompts import Change, Choose, ChooseMonth, Confirm, Confirmed, GoBack, Option, Tone, Verbatim, Whose
from flows.records import (
    ContributionRecord,
    ContributionsOf,
    ContributionSpan,
    DocumentKind,
    Holder,
    Insurance,
    PensionKind,
    PensionOf,
    PensionRecord,
    Query,
)
from flows.transactions import Proof, ReceiptState
from flows.visit import Outcome, Refusal, Refused, Visit
from tests.flows.light import AGENT, HOLDER, NOW, LightVisit
from tests.flows.speech import all_is_said, said

Flow = Callable[[Visit], Awaitable[Outcome]]


def span(insurance: Insurance, employer: str, first: str, last: str, paid: int) -> ContributionSpan:
    return ContributionSpan(insurance, employer, Month.parse(first), Month.parse(last), paid)


PAID = ContributionRecord(
    (
        span(Insurance.PENSION, "泉城示例厂", "2015-03", "2020-02", 60),
        span(Insurance.UNEMPLOYMENT, "泉城示例厂", "2015-03", "2020-02", 60),
        span(Insurance.PENSION, "泉城示例公司", "2024-01", "2026-10", 34),
    )
)
ARREARS = ContributionRecord((span(Insurance.PENSION, "泉城示例厂", "2024-01", "2026-10", 30),))
NEVER_PAID = ContributionRecord((span(Insurance.PENSION, "泉城示例厂", "2024-01", "2026-10", 0),))
LONG_AGO = ContributionRecord((span(Insurance.PENSION, "泉城示例厂", "2015-03", "2020-02", 60),))
PENSION = PensionRecord(PensionKind.ENTERPRISE, Month(2003, 3), 328650, Month(2026, 11), date(2027, 2, 12))
CERTIFICATE = Certificate(
    number="3701-2026-000001",
    kind=CertificateKind.CONTRIBUTIONS,
    copy=1,
    verification_code="7KQ2-M4XD",
    issued_at=NOW,
    person_name=HOLDER.name,
    person_number=HOLDER.number,
    agent_name="",
    agent_number="",
    first=Month(2015, 3),
    last=Month(2026, 10),
    spans=PAID.spans,
    arrears=0,
    pension=None,
    token="e30.e30.e30",
)
RECORDS: dict[type[Query[Any]], object] = {ContributionsOf: PAID, PensionOf: PENSION}

CHOICES: dict[Flow, list[object]] = {
    certify_contributions: ["everything"],
    certify_pension: [],
    print_entitlement_record: ["2025"],
}
CERTIFYING = pytest.mark.parametrize("flow", list(CHOICES), ids=["contributions", "pension", "record"])
FROM_CONTRIBUTIONS = pytest.mark.parametrize("flow", [certify_contributions, print_entitlement_record])


class CertificateVisit(LightVisit):
    """Notes whose documents are asked for, and who is proved to be here."""

    def __init__(self, *answers: object, **changes: Any) -> None:
        super().__init__(answers=list(answers), **{"records": dict(RECORDS), "certificate": CERTIFICATE, **changes})
        self.shown: list[tuple[Whose, tuple[DocumentKind, ...], bool]] = []
        self.proved: list[Holder] = []

    async def identify(self, *accepted: DocumentKind, whose: Whose = Whose.OWN, passport: bool = False) -> Holder:
        self.shown.append((whose, accepted, passport))
        return await super().identify(*accepted, whose=whose, passport=passport)

    async def prove_presence(self, holder: Holder, *, lost: DocumentKind | None = None) -> Proof:
        self.proved.append(holder)
        return await super().prove_presence(holder, lost=lost)


async def done(flow: Flow, visit: LightVisit) -> Outcome:
    outcome = await flow(visit)
    assert visit.answers == []
    all_is_said(visit, outcome)
    return outcome


async def refused(flow: Flow, visit: LightVisit) -> Refused:
    with pytest.raises(Refused) as caught:
        await flow(visit)
    assert (visit.submitted, visit.slips, visit.ordered) == ([], [], [])
    all_is_said(visit, caught.value)
    return caught.value


def summaries(visit: LightVisit) -> list[Confirm]:
    return [prompt for prompt in visit.asked if isinstance(prompt, Confirm)]


def rows(summary: Confirm) -> list[tuple[str, str]]:
    return [(said(line.label)[0], _value(line.value)) for line in summary.lines]


def _value(words: object) -> str:
    return words.value if isinstance(words, Verbatim) else said(words)[0]


def options(visit: LightVisit, question: str) -> dict[str, Option]:
    [prompt] = [prompt for prompt in visit.asked if isinstance(prompt, Choose) and prompt.question.key == question]
    return {option.name: option for option in prompt.options}


@CERTIFYING
async def test_for_oneself(flow: Flow) -> None:
    visit = CertificateVisit("own", *CHOICES[flow])
    visit.answers.append(Confirmed())
    outcome = await done(flow, visit)
    [order] = visit.ordered
    assert (order.holder, order.agent, order.document) == (HOLDER, None, HOLDER.document)
    assert visit.proved == [HOLDER]
    assert [whose for whose, _, _ in visit.shown] == [Whose.OWN]
    assert outcome.tone is Tone.OK
    assert outcome.receipt is None
    assert [_value(line.value) for line in outcome.lines] == [CERTIFICATE.number, CERTIFICATE.verification_code]
    assert visit.submitted == []


@CERTIFYING
async def test_by_an_agent_both_documents_are_read_and_the_agent_is_proved(flow: Flow) -> None:
    visit = CertificateVisit("for_another", *CHOICES[flow], Confirmed())
    await done(flow, visit)
    [order] = visit.ordered
    assert (order.holder, order.agent) == (HOLDER, AGENT)
    assert visit.proved == [AGENT]
    assert [whose for whose, _, _ in visit.shown] == [Whose.PRINCIPAL, Whose.AGENT]
    assert ("代办人", "王*国") in rows(summaries(visit)[0])


@CERTIFYING
async def test_nobody_is_an_agent_for_themselves(flow: Flow) -> None:
    visit = CertificateVisit("for_another", holders=[HOLDER, dataclasses.replace(HOLDER, card_number="D2143569X")])
    assert (await refused(flow, visit)).refusal is Refusal.AGENT_IS_PRINCIPAL
    assert visit.proved == []


@CERTIFYING
async def test_only_the_pension_certificate_knows_the_passport(flow: Flow) -> None:
    for whose in ("own", "for_another"):
        visit = CertificateVisit(whose, *CHOICES[flow], Confirmed())
        await done(flow, visit)
        for _, accepted, passport in visit.shown:
            assert set(accepted) == {DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID}
            assert passport is (flow is certify_pension)


@CERTIFYING
async def test_without_the_gateway_there_is_no_certificate(flow: Flow) -> None:
    assert (await refused(flow, CertificateVisit("own", records={}))).refusal is Refusal.NEEDS_GATEWAY


@CERTIFYING
async def test_the_screen_shows_no_name_and_number_in_full(flow: Flow) -> None:
    visit = CertificateVisit("for_another", *CHOICES[flow], Confirmed())
    outcome = await done(flow, visit)
    shown = repr((visit.asked, outcome))
    for secret in (HOLDER.number, HOLDER.name, AGENT.number, AGENT.name, "328650", "3286"):
        assert secret not in shown


@CERTIFYING
async def test_going_back_from_the_summary_orders_nothing(flow: Flow) -> None:
    visit = CertificateVisit("own", *CHOICES[flow], GoBack())
    with pytest.raises(GoBack):
        await flow(visit)
    assert visit.ordered == []


async def test_an_agents_summary_is_still_about_the_principal() -> None:
    visit = CertificateVisit("for_another", Confirmed())
    await done(certify_pension, visit)
    assert rows(summaries(visit)[0]) == [
        ("姓名", "张*"),
        ("社会保障号码", "370199********0022"),
        ("代办人", "王*国"),
        ("养老金种类", "企业职工养老金"),
        ("开始领取", "2003年3月"),
        ("最近发放", "2026年11月"),
    ]
    assert visit.queries == [PensionOf(HOLDER.number, HOLDER.card_number)]


PERIODS = [
    (["everything"], "2015-03", "2026-10", [("养老保险", "94 个月"), ("失业保险", "60 个月")]),
    (["last_twelve"], "2025-12", "2026-11", [("养老保险", "11 个月")]),
    (["this_year"], "2026-01", "2026-11", [("养老保险", "10 个月")]),
    (
        ["another", Month(2019, 12), Month(2024, 2)],
        "2019-12",
        "2024-02",
        [("养老保险", "5 个月"), ("失业保险", "3 个月")],
    ),
    (["another", Month(2026, 10), Month(2026, 10)], "2026-10", "2026-10", [("养老保险", "1 个月")]),
]


@pytest.mark.parametrize(("answers", "first", "last", "months"), PERIODS)
async def test_the_period_is_chosen(
    answers: list[object], first: str, last: str, months: list[tuple[str, str]]
) -> None:
    visit = CertificateVisit("own", *answers, Confirmed())
    await done(certify_contributions, visit)
    [order] = visit.ordered
    assert (order.kind, str(order.first), str(order.last)) == (CertificateKind.CONTRIBUTIONS, first, last)
    [summary] = summaries(visit)
    assert rows(summary)[3:] == months
    assert summary.notes == ()


async def test_months_of_ones_own_lie_between_the_first_contribution_and_today() -> None:
    visit = CertificateVisit("own", "another", Month(2018, 1), Month(2019, 1), Confirmed())
    await done(certify_contributions, visit)
    first, last = [prompt for prompt in visit.asked if isinstance(prompt, ChooseMonth)]
    assert (first.first, first.last) == (Month(2015, 3), Month(2026, 11))
    assert (last.first, last.last) == (Month(2018, 1), Month(2026, 11))


async def test_a_change_asks_for_the_whole_period_again_and_nothing_else() -> None:
    visit = CertificateVisit(
        "own", "another", Month(2018, 1), Month(2019, 1), Change("period"), "another", Month(2024, 1), Month(2024, 6)
    )
    visit.answers.append(Confirmed())
    await done(certify_contributions, visit)
    before, after = summaries(visit)
    assert [line.change for line in before.lines if line.change] == ["period"]
    assert (rows(before)[2], rows(after)[2]) == (
        ("证明时间", "2018年1月 到 2019年1月"),
        ("证明时间", "2024年1月 到 2024年6月"),
    )
    assert len(visit.shown) == 1
    assert str(visit.ordered[0].last) == "2024-06"


async def test_arrears_are_told_and_their_months_left_to_the_certificate() -> None:
    visit = CertificateVisit("own", "last_twelve", Confirmed(), records={ContributionsOf: ARREARS})
    await done(certify_contributions, visit)
    [summary] = summaries(visit)
    assert [note.text.key for note in summary.notes] == ["note.arrears"]
    assert rows(summary)[3:] == [("养老保险", "以证明为准")]


async def test_arrears_within_the_period_are_counted() -> None:
    visit = CertificateVisit("own", "everything", Confirmed(), records={ContributionsOf: ARREARS})
    await done(certify_contributions, visit)
    assert rows(summaries(visit)[0])[3:] == [("养老保险", "30 个月")]


async def test_arrears_outside_the_period_are_not_told() -> None:
    owed = span(Insurance.PENSION, "泉城示例厂", "2020-03", "2020-12", 2)
    records = {ContributionsOf: ContributionRecord((*PAID.spans, owed))}
    visit = CertificateVisit("own", "this_year", Confirmed(), records=records)
    await done(certify_contributions, visit)
    assert summaries(visit)[0].notes == ()


@FROM_CONTRIBUTIONS
async def test_who_never_contributed_has_nothing_to_print(flow: Flow) -> None:
    visit = CertificateVisit("own", records={ContributionsOf: ContributionRecord(())})
    assert (await refused(flow, visit)).refusal is Refusal.NO_CONTRIBUTIONS


async def test_a_period_without_a_contribution_says_which() -> None:
    visit = CertificateVisit("own", "another", Month(2021, 1), Month(2022, 1))
    end = await refused(certify_contributions, visit)
    assert end.refusal is Refusal.NOTHING_PAID_THEN
    assert [_value(line.value) for line in end.lines] == ["2021年1月 到 2022年1月"]


async def test_months_on_record_of_which_none_was_paid_are_no_contributions() -> None:
    visit = CertificateVisit("own", "everything", records={ContributionsOf: NEVER_PAID})
    assert (await refused(certify_contributions, visit)).refusal is Refusal.NOTHING_PAID_THEN


async def test_usual_periods_without_a_contribution_are_shown_as_closed() -> None:
    visit = CertificateVisit("own", "everything", Confirmed(), records={ContributionsOf: LONG_AGO})
    await done(certify_contributions, visit)
    closed = {name: option.closed is not None for name, option in options(visit, "period.question").items()}
    assert closed == {"everything": False, "last_twelve": True, "this_year": True, "another": False}


async def test_the_record_offers_the_years_of_contributions_newest_first() -> None:
    visit = CertificateVisit("own", "2015", Confirmed())
    await done(print_entitlement_record, visit)
    years = list(options(visit, "entitlement_record.year.question"))
    assert years == ["2026", "2025", "2024", "2020", "2019", "2018", "2017", "2016", "2015"]


@pytest.mark.parametrize(("year", "last"), [("2025", "2025-12"), ("2026", "2026-11")])
async def test_the_record_of_a_year_goes_to_december_or_the_present_month(year: str, last: str) -> None:
    visit = CertificateVisit("own", "2024", Change("year"), year, Confirmed())
    await done(print_entitlement_record, visit)
    [order] = visit.ordered
    assert (order.kind, str(order.first), str(order.last)) == (
        CertificateKind.ENTITLEMENT_RECORD,
        f"{year}-01",
        last,
    )


async def test_a_record_of_years_in_which_nothing_was_paid_does_not_exist() -> None:
    visit = CertificateVisit("own", records={ContributionsOf: NEVER_PAID})
    assert (await refused(print_entitlement_record, visit)).refusal is Refusal.NO_CONTRIBUTIONS


@CERTIFYING
async def test_a_certificate_that_did_not_come_out_is_said_to_be_void(flow: Flow) -> None:
    visit = CertificateVisit("own", *CHOICES[flow], Confirmed(), printed=False)
    outcome = await done(flow, visit)
    assert outcome.tone is Tone.STOP
    assert outcome.headline.key == "certificate.not_printed.headline"
    assert [_value(line.value) for line in outcome.lines] == [CERTIFICATE.number]
    assert "作废" in said(outcome.explanation)[0]


@pytest.mark.parametrize(
    ("copy", "voided", "notes"),
    [
        (1, (), ["certificate.printed.next"]),
        (2, (), ["note.reprint", "certificate.printed.next"]),
        (3, (1, 2), ["note.copies_void", "certificate.printed.next"]),
    ],
)
async def test_a_further_copy_says_so_and_names_those_that_are_void(
    copy: int, voided: tuple[int, ...], notes: list[str]
) -> None:
    certificate = dataclasses.replace(CERTIFICATE, copy=copy, voided=voided)
    outcome = await done(certify_pension, CertificateVisit("own", Confirmed(), certificate=certificate))
    assert [note.text.key for note in outcome.notes] == notes
    if voided:
        assert said(outcome.notes[0]) == ["这是第 3 次打印。第 1, 2 次没有打完整，那一张已经作废。"]


async def test_a_review_is_submitted_in_person_and_tells_the_next_one() -> None:
    visit = CertificateVisit()
    outcome = await done(review_entitlement, visit)
    [transaction] = visit.submitted
    assert (transaction.KIND, transaction.details()) == ("entitlement_review", {})
    assert visit.proved == [HOLDER]
    assert rows(summaries(visit)[0])[-1] == ("应在此前认证", "2027年2月12日")
    assert said(outcome.notes) == ["下次认证，请在 2027年2月12日 以前办。"]
    assert "label.next_review" in [line.label.key for line in visit.slips[0].lines]


async def test_a_review_stays_done_when_the_gateway_goes_away_after_it() -> None:
    class Going(CertificateVisit):
        async def submit(self, transaction: Any) -> Any:
            self.records.clear()
            return await super().submit(transaction)

    visit = Going()
    outcome = await done(review_entitlement, visit)
    assert (outcome.tone, outcome.notes) == (Tone.OK, ())
    assert "label.next_review" not in [line.label.key for line in visit.slips[0].lines]


@pytest.mark.parametrize("state", [ReceiptState.PROCESSING, ReceiptState.REFUSED, ReceiptState.SUPERSEDED])
async def test_a_review_that_is_not_done_names_no_next_one(state: ReceiptState) -> None:
    visit = CertificateVisit(state=state)
    outcome = await done(review_entitlement, visit)
    assert outcome.notes[0].text.key == f"entitlement_review.{state}.next"
    assert len(visit.queries) == 1


async def test_a_review_needs_the_gateway() -> None:
    assert (await refused(review_entitlement, CertificateVisit(records={}))).refusal is Refusal.NEEDS_GATEWAY
