"""Loss report, reinstatement and cancellation: every condition met, and each of them alone not met."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.cancellation import cancel
from flows.loss_report import report_loss
from flows.prompts import Confirm, Confirmed, EnterNumber, GoBack, NumberKind, Prompt, Text, Tone, Verbatim
from flows.records import CardOf, CardRecord, CardStatus, PersonOf, PersonRecord
from flows.reinstatement import reinstate
from flows.transactions import ReceiptState
from flows.visit import Outcome, Refusal, Refused, Visit
from tests.flows.light import HOLDER, LightVisit
from tests.flows.speech import all_is_said, said

Flow = Callable[[Visit], Awaitable[Outcome]]

UNTIL = datetime(2026, 11, 30, 6, 26, tzinfo=UTC)
ENDED = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
NORMAL = CardRecord("D2143569X", HOLDER.number, CardStatus.NORMAL, "370100", "泉城示例银行", "400-000-0000")
LOST = dataclasses.replace(NORMAL, status=CardStatus.TEMPORARILY_LOST, lost_until=UNTIL)
PROVINCIAL = dataclasses.replace(NORMAL, issuing_area="370000")
LEAVING = PersonRecord(HOLDER.number, HOLDER.name, transfers_out=True)

GOOD: dict[Flow, dict[type, object]] = {
    report_loss: {CardOf: NORMAL},
    reinstate: {CardOf: LOST},
    cancel: {CardOf: PROVINCIAL, PersonOf: LEAVING},
}
NAMES = {report_loss: "loss_report", reinstate: "reinstatement", cancel: "cancellation"}
FLOWS = pytest.mark.parametrize("flow", list(NAMES), ids=list(NAMES.values()))


def visit_to(flow: Flow, **changes: Any) -> LightVisit:
    answers: list[object] = [Confirmed(), "1986"] if flow is cancel else []
    return LightVisit(**{"records": dict(GOOD[flow]), "answers": answers, **changes})


async def done(flow: Flow, visit: LightVisit) -> Outcome:
    outcome = await flow(visit)
    all_is_said(visit, outcome)
    return outcome


async def refused(flow: Flow, visit: LightVisit) -> Refused:
    with pytest.raises(Refused) as caught:
        await flow(visit)
    assert (visit.submitted, visit.slips) == ([], [])
    all_is_said(visit, caught.value)
    return caught.value


def labels(prompt: Prompt[Any]) -> list[str]:
    assert isinstance(prompt, Confirm)
    return [line.label.key for line in prompt.lines]


@FLOWS
async def test_a_person_who_meets_every_condition(flow: Flow) -> None:
    visit = visit_to(flow)
    outcome = await done(flow, visit)
    [transaction] = visit.submitted
    assert (transaction.KIND, transaction.details()) == (NAMES[flow], {})
    applicant = transaction.applicant
    card = GOOD[flow][CardOf]
    assert isinstance(card, CardRecord)
    assert (applicant.person_number, applicant.card_number) == (HOLDER.number, "D2143569X")
    assert applicant.card_status_seen is card.status
    assert outcome.tone is Tone.OK
    assert outcome.headline.key == f"{NAMES[flow]}.done.headline"
    [slip] = visit.slips
    assert "label.bank_telephone" in [line.label.key for line in slip.lines]


@FLOWS
async def test_the_bank_side_is_said_to_be_separate(flow: Flow) -> None:
    visit = visit_to(flow)
    outcome = await done(flow, visit)
    summary = visit.asked[0]
    assert isinstance(summary, Confirm)
    for notes in (summary.notes, outcome.notes):
        assert any("泉城示例银行" in words and "400-000-0000" in words for words in said(notes))


@FLOWS
@pytest.mark.parametrize("state", [ReceiptState.PROCESSING, ReceiptState.REFUSED, ReceiptState.SUPERSEDED])
async def test_every_other_end_has_its_words(flow: Flow, state: ReceiptState) -> None:
    visit = visit_to(flow, state=state)
    outcome = await done(flow, visit)
    assert outcome.tone is not Tone.OK
    assert outcome.notes[0].text.key == f"{NAMES[flow]}.{state}.next"
    assert visit.slips[0].headline == outcome.headline


REFUSALS: list[tuple[Flow, dict[str, Any], Refusal, list[str]]] = [
    (
        report_loss,
        {"status": CardStatus.TEMPORARILY_LOST, "lost_until": UNTIL},
        Refusal.CARD_ALREADY_LOST,
        ["11月30日 14:26"],
    ),
    (report_loss, {"status": CardStatus.NOT_ACTIVATED}, Refusal.CARD_NOT_NORMAL, ["未启用"]),
    (report_loss, {"status": CardStatus.FORMALLY_LOST}, Refusal.CARD_NOT_NORMAL, ["正式挂失"]),
    (report_loss, {"status": CardStatus.BEING_REPLACED}, Refusal.CARD_NOT_NORMAL, ["正在补换"]),
    (report_loss, {"status": CardStatus.EXPIRED}, Refusal.CARD_NOT_NORMAL, ["已过期"]),
    (report_loss, {"status": CardStatus.SUSPENDED}, Refusal.CARD_NOT_NORMAL, ["已停用"]),
    (report_loss, {"status": CardStatus.CANCELLED}, Refusal.CARD_NOT_NORMAL, ["已注销"]),
    (reinstate, {"status": CardStatus.NORMAL, "loss_ended_at": ENDED}, Refusal.LOSS_ALREADY_ENDED, ["11月20日 09:05"]),
    (reinstate, {"status": CardStatus.NORMAL}, Refusal.CARD_NOT_LOST, ["正常"]),
    (reinstate, {"status": CardStatus.FORMALLY_LOST, "loss_ended_at": ENDED}, Refusal.CARD_NOT_LOST, ["正式挂失"]),
    (reinstate, {"status": CardStatus.NOT_ACTIVATED}, Refusal.CARD_NOT_LOST, ["未启用"]),
    (cancel, {"issuing_area": "370100"}, Refusal.CARD_NOT_PROVINCIAL, []),
    (cancel, {"status": CardStatus.TEMPORARILY_LOST}, Refusal.CARD_NOT_NORMAL, ["临时挂失"]),
    (cancel, {"status": CardStatus.NOT_ACTIVATED}, Refusal.CARD_NOT_NORMAL, ["未启用"]),
    (cancel, {"status": CardStatus.CANCELLED}, Refusal.CARD_NOT_NORMAL, ["已注销"]),
]


@pytest.mark.parametrize(
    ("flow", "card", "refusal", "facts"), REFUSALS, ids=[f"{NAMES[case[0]]}-{case[2]}-{case[3]}" for case in REFUSALS]
)
async def test_a_card_that_fails_one_condition(
    flow: Flow, card: dict[str, Any], refusal: Refusal, facts: list[str]
) -> None:
    good = GOOD[flow][CardOf]
    assert isinstance(good, CardRecord)
    other = dataclasses.replace(good, **{"lost_until": None, **card})
    end = await refused(flow, visit_to(flow, records={**GOOD[flow], CardOf: other}))
    assert end.refusal is refusal
    assert [said(line.value)[0] for line in end.lines] == facts


async def test_who_does_not_transfer_out_cannot_cancel() -> None:
    records = {**GOOD[cancel], PersonOf: dataclasses.replace(LEAVING, transfers_out=False)}
    assert (await refused(cancel, visit_to(cancel, records=records))).refusal is Refusal.NOT_TRANSFERRING_OUT


@pytest.mark.parametrize("days", [7, 3])
async def test_a_loss_says_after_how_many_days_it_ends(days: int) -> None:
    visit = visit_to(report_loss, loss_days=days)
    await done(report_loss, visit)
    assert Text("note.loss.ends_by_itself", {"days": days}) in [note.text for note in visit.asked[0].notes]


async def test_an_accepted_loss_says_until_when_on_screen_and_slip() -> None:
    visit = visit_to(report_loss, lost_until=UNTIL)
    outcome = await done(report_loss, visit)
    for lines in (outcome.lines, visit.slips[0].lines):
        [until] = [line for line in lines if line.label.key == "label.lost_until"]
        assert said(until.value) == ["11月30日 14:26"]


async def test_a_reinstatement_shows_until_when_the_loss_would_run() -> None:
    visit = visit_to(reinstate)
    await done(reinstate, visit)
    assert labels(visit.asked[0])[-1] == "label.lost_until"
    assert said(visit.asked[0].lines[-1].value) == ["11月30日 14:26"]


@pytest.mark.parametrize("flow", [report_loss, reinstate])
async def test_without_the_gateway_it_is_stored_and_says_so(flow: Flow) -> None:
    visit = visit_to(flow, records={}, state=ReceiptState.STORED)
    outcome = await done(flow, visit)
    [transaction] = visit.submitted
    assert (transaction.applicant.card_number, transaction.applicant.card_status_seen) == (None, None)
    assert labels(visit.asked[0]) == ["label.name", "label.number"]
    assert outcome.tone is Tone.WAITING
    assert "没有生效" in said(outcome.headline)[0]
    assert "没有生效" in said(visit.slips[0].headline)[0]


async def test_a_stored_loss_tells_to_call_at_once_before_and_after() -> None:
    visit = visit_to(report_loss, records={}, state=ReceiptState.STORED)
    outcome = await done(report_loss, visit)
    first = visit.asked[0].notes[0]
    assert first.tone is Tone.STOP
    slip = visit.slips[0]
    for words in (first.text, outcome.headline, outcome.notes[0].text, slip.headline, slip.what_next):
        assert "12333" in "".join(said(words))
    assert "还没有停用" in said(outcome.explanation)[0]


async def test_a_loss_with_the_card_itself_names_it_even_without_the_gateway() -> None:
    holder = dataclasses.replace(HOLDER, card_number="D2143569X")
    visit = visit_to(report_loss, records={}, holders=[holder], state=ReceiptState.STORED)
    await done(report_loss, visit)
    assert visit.submitted[0].applicant.card_number == "D2143569X"


@pytest.mark.parametrize("missing", [CardOf, PersonOf])
async def test_a_cancellation_needs_the_gateway(missing: type) -> None:
    records = {kind: record for kind, record in GOOD[cancel].items() if kind is not missing}
    assert (await refused(cancel, visit_to(cancel, records=records))).refusal is Refusal.NEEDS_GATEWAY


async def test_a_cancellation_is_confirmed_in_two_ways_before_anything_is_sent() -> None:
    visit = visit_to(cancel)
    await done(cancel, visit)
    summary, year = visit.asked
    assert isinstance(summary, Confirm)
    assert summary.final
    assert [note.tone for note in summary.notes] == [Tone.STOP, Tone.INFO]
    assert "不能恢复" in said(summary.notes)[0]
    assert isinstance(year, EnterNumber)
    assert (year.kind, year.notice) == (NumberKind.BIRTH_YEAR, None)
    assert year.final == summary.action


async def test_a_wrong_year_is_told_and_asked_again() -> None:
    visit = visit_to(cancel, answers=[Confirmed(), "1968", "2026", "1986"])
    await done(cancel, visit)
    notices = [prompt.notice for prompt in visit.asked[1:]]
    assert notices == [None, Text("cancellation.year.wrong"), Text("cancellation.year.wrong")]
    assert len(visit.submitted) == 1


async def test_three_wrong_years_end_the_visit_and_change_nothing() -> None:
    visit = visit_to(cancel, answers=[Confirmed(), "1968", "1968", "1968", "1986"])
    assert (await refused(cancel, visit)).refusal is Refusal.PRESENCE_NOT_PROVED
    assert visit.answers == ["1986"]


@FLOWS
async def test_going_back_before_the_summary_is_confirmed_sends_nothing(flow: Flow) -> None:
    visit = visit_to(flow, answers=[GoBack()])
    with pytest.raises(GoBack):
        await flow(visit)
    assert visit.submitted == []


async def test_going_back_from_the_year_sends_nothing() -> None:
    visit = visit_to(cancel, answers=[Confirmed(), GoBack()])
    with pytest.raises(GoBack):
        await cancel(visit)
    assert visit.submitted == []


@FLOWS
async def test_names_and_numbers_are_masked(flow: Flow) -> None:
    visit = visit_to(flow)
    outcome = await done(flow, visit)
    shown = repr((visit.asked, visit.slips, outcome))
    assert HOLDER.number not in shown
    assert Verbatim("张*") in [line.value for line in visit.asked[0].lines]
