"""Every service under the same faults: whatever fails, the world and what the citizen was told agree.

The loop over all questions is in test_visit_faults.py; here each service meets each fault at the question at which it
matters most, the summary before it is submitted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from typing_extensions import override

from flows.presence_prompts import Consent, EnterPin
from flows.prompts import (
    Choose,
    ChooseMatter,
    Confirm,
    Confirmed,
    EnterNumber,
    Finished,
    OtherWay,
    PresentDocument,
    PrintStopped,
    Prompt,
    ShowFault,
    ShowRefusal,
    ShowResult,
    Tone,
    VisitEnded,
)
from simulator.gateway.schemas import CardStatus
from simulator.hall import Hall
from simulator.hall_state import NetworkState, PrinterState
from simulator.people import BY_KEY
from tests.flows.conftest import Stand
from tests.flows.play import HabitualSurface, Then
from tests.flows.steps import amend

PEOPLE = {
    "loss_report": "wang_jianguo",
    "reinstatement": "wang_jianguo",
    "cancellation": "wang_jianguo",
    "contribution_certificate": "wang_jianguo",
    "pension_certificate": "li_xiuying",
    "unemployment_benefit": "zhao_qi",
    "skill_subsidy": "wang_jianguo",
    "transfer_enterprise_across": "chan",
}
AT_ONCE = {"cancellation", "skill_subsidy"}
CERTIFICATES = {"contribution_certificate", "pension_certificate"}
FAULTS: dict[str, Callable[[Hall], object] | VisitEnded] = {
    "card pulled": Hall.pull_card,
    "network cut": lambda hall: hall.network(NetworkState.CUT),
    "answer lost": lambda hall: hall.network(NetworkState.ANSWER_LOST),
    "printer off": lambda hall: hall.printer_state(PrinterState.OFF),
    "nobody there": VisitEnded(),
}


@dataclass
class Willing(HabitualSurface):
    """A citizen who takes the first thing that is offered."""

    @override
    def line_for(self, prompt: Prompt[Any]) -> Then | None:
        if isinstance(prompt, Choose):
            return Then(Choose, next(option.name for option in prompt.options if option.closed is None))
        return super().line_for(prompt)


def habits(hall: Hall, service: str, key: str) -> dict[type[Prompt[Any]], Then]:
    lines = [
        Then(ChooseMatter, service),
        Then(PresentDocument, does=lambda: hall.insert_card(key)),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, "123456"),
        Then(EnterNumber, f"{BY_KEY[key].born.year}"),
        Then(Confirm, Confirmed()),
        Then(PrintStopped, Finished()),
        Then(ShowResult, Finished(), does=hall.pull_card),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
        Then(ShowFault, Finished(), does=hall.pull_card),
    ]
    return {line.question: line for line in lines}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("service", PEOPLE)
async def test_a_fault_before_the_end(stand: Stand, service: str, fault: str) -> None:
    hall, key = stand.hall, PEOPLE[service]
    if service == "reinstatement":
        amend(stand, key, card_status=CardStatus.TEMPORARILY_LOST)
    strikes = FAULTS[fault]
    surface = Willing([], habits=habits(hall, service, key), strikes_at=Confirm, meanwhile=stand.take)
    surface.fault = strikes if isinstance(strikes, VisitEnded) else lambda: strikes(hall)
    patient = stand.with_settings("gateway", patience_seconds=2.0)
    await patient.let(surface)
    assert surface.wiped >= 1
    hall.network(NetworkState.UP)
    hall.printer_state(PrinterState.READY)
    await stand.delivered()
    decided = [(record.kind, record.result) for record in stand.transactions]
    told = [prompt for prompt in surface.shown if isinstance(prompt, ShowResult)]
    if not told:
        assert decided == []
        return
    [result] = told
    if service in CERTIFICATES:
        voids = [("certificate_void", "accepted")]
        assert decided == ([] if result.tone is Tone.OK else voids)
        return
    if result.tone is Tone.STOP:  # not done at once: never done
        assert service in AT_ONCE
        assert decided in ([], [(service, "refused")])  # withdrawn, if it was stored at all
        return
    assert len(decided) == 1
    assert result.tone in {Tone.OK, Tone.WAITING}
    # What is done at once or never may have been withdrawn while nobody could know: then it was called open, not done.
    withdrawn = service in AT_ONCE and result.tone is Tone.WAITING
    assert decided[0][1] in ({"accepted", "refused"} if withdrawn else {"accepted"})
