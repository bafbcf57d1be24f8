"""Every screen of the card and of the certificates fits the window, in both languages, in the largest type."""

import dataclasses
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from config.fonts import FontSet
from flows.cancellation import cancel
from flows.contribution_certificate import certify_contributions
from flows.entitlement_record import print_entitlement_record
from flows.entitlement_review import review_entitlement
from flows.loss_report import report_loss
from flows.months import Month
from flows.pension_certificate import certify_pension
from flows.prompts import (
    Confirmed,
    Line,
    Localised,
    Prompt,
    ShowRefusal,
    ShowResult,
    SlipState,
    Steps,
    Text,
)
from flows.records import CardOf, ContributionsOf, PersonOf
from flows.reinstatement import reinstate
from flows.transactions import ReceiptState
from flows.visit import Outcome, Refusal, Visit
from screens.ease import Ease
from screens.gallery import Easel
from screens.samples import Sample
from screens.stage import StageSettings
from screens.text.catalogue import LANGUAGES
from screens.theme.tokens import ThemeName
from tests.flows.light import LightVisit
from tests.flows.test_card_rules import LEAVING, LOST, NORMAL, PROVINCIAL, UNTIL
from tests.flows.test_certificate_rules import ARREARS, CERTIFICATE, PAID, RECORDS

STEPS = Steps(Localised("参保缴费证明", "Contribution certificate"), 5, 6)
CARDS: dict[type, object] = {CardOf: PROVINCIAL, PersonOf: LEAVING}
Visits = list[tuple[Callable[[Visit], Awaitable[Outcome]], LightVisit]]


def card_visits() -> Visits:
    """Every end of the card's matters."""
    visits: Visits = []
    for state in ReceiptState:
        records = {} if state is ReceiptState.STORED else None
        lost = UNTIL if state is ReceiptState.DONE else None
        visits += [
            (report_loss, LightVisit(records=records or {CardOf: NORMAL}, state=state, lost_until=lost)),
            (reinstate, LightVisit(records={CardOf: LOST}, state=state)),
        ]
        if state is not ReceiptState.STORED:
            answers = [Confirmed(), "1957", "1986"]
            visits.append((cancel, LightVisit(records=dict(CARDS), state=state, answers=answers)))
            visits.append((review_entitlement, LightVisit(records=dict(RECORDS), state=state)))
    visits += [(flow, LightVisit(records={}, state=ReceiptState.STORED)) for flow in (report_loss, reinstate)]
    return visits


def certificate_visits() -> Visits:
    """By an agent, whose line makes the summaries the longest, with arrears, torn, and printed again."""
    own_months = ["another", Month(2024, 1), Month(2026, 10)]
    second = dataclasses.replace(CERTIFICATE, copy=3, voided=(1, 2))
    both = {**RECORDS, ContributionsOf: dataclasses.replace(PAID, spans=(*PAID.spans, *ARREARS.spans))}
    choices = ((certify_contributions, own_months), (print_entitlement_record, ["2024"]), (certify_pension, []))
    return [
        (
            flow,
            LightVisit(
                records=dict(both),
                answers=["for_another", *answers, Confirmed()],
                certificate=second,
                printed=printed,
            ),
        )
        for flow, answers in choices
        for printed in (True, False)
    ]


def result(outcome: Outcome) -> ShowResult:
    """As the session shows it, without a slip: the receipt number then takes the most room."""
    return ShowResult(
        tone=outcome.tone,
        headline=outcome.headline,
        explanation=outcome.explanation,
        lines=(Line(Text("label.matter"), STEPS.matter), *outcome.lines),
        notes=outcome.notes,
        receipt_number=outcome.receipt.number if outcome.receipt else "",
        slip=SlipState.NOT_PRINTED,
    )


def refusals() -> list[ShowRefusal]:
    lines = (Line(Text("label.loss_ended_at"), Text("value.moment", {"at": UNTIL}), strong=True),)
    spoken = list(Refusal)[list(Refusal).index(Refusal.EXPIRED) : list(Refusal).index(Refusal.APPLICATION_PENDING)]
    return [
        ShowRefusal(
            headline=Text(f"refusal.{refusal}.headline"),
            explanation=Text(f"refusal.{refusal}.explanation"),
            lines=lines,
        )
        for refusal in (Refusal.AGENT_IS_PRINCIPAL, Refusal.DOCUMENT_AT_COUNTER, *spoken)
    ]


async def everything_shown() -> list[Prompt[Any]]:
    shown: list[Prompt[Any]] = list(refusals())
    for flow, visit in (*card_visits(), *certificate_visits()):
        outcome = await flow(visit)
        shown += [dataclasses.replace(prompt, steps=STEPS) for prompt in visit.asked]
        shown.append(result(outcome))
    return [prompt for place, prompt in enumerate(shown) if prompt not in shown[:place]]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_fits(
    language: str, window: Any, faces: FontSet, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = StageSettings(Ease(language, ThemeName.ELDERS), motion=False)
    easel = Easel(window, faces, settings)
    high: list[str] = []
    try:
        for prompt in await everything_shown():
            caplog.clear()
            with caplog.at_level(logging.WARNING, "screens.touching"):
                await easel.draw(Sample(type(prompt).__name__, prompt), tmp_path / "screen.bmp")
            high += [repr(prompt)] * bool(caplog.records)
    finally:
        easel.close()
    assert high == []
