"""Tests: one part after the other or everything, each outcome kept with who and when, and the readiness report."""

import logging
import time

from flows.desk_prompts import Deed, DeskFacts, DeskList, DeskRow, Fact, Facts
from flows.prompts import GoBack, Note, Text, Tone, Verbatim
from kiosk.desk import eyes
from kiosk.desk.kinds import DeskAct
from kiosk.desk.marks import level_mark
from kiosk.desk.readiness_page import not_there_yet, report
from kiosk.desk.shift import Shift
from kiosk.diagnostics.check import Check, Finding, Level, Outcome, carry_out, carry_out_all
from kiosk.diagnostics.commands import remedy
from kiosk.diagnostics.results import LastRun
from kiosk.racing import first_of

log = logging.getLogger(__name__)

_EVERYTHING, _SKIP = "everything", "skip"
_JUDGED_BY_EYE = {"print_page"}


async def tests(shift: Shift) -> None:
    """List all tests with their last outcomes; a touch runs one. Raises ``GoBack``, ``VisitEnded``."""
    checks = {check.name: check for check in shift.parts.checks()}
    while True:
        last = await shift.off_loop(shift.parts.results.last)
        chosen = await shift.ask(_list(list(checks.values()), last, not_there_yet(shift)))
        try:
            if chosen == _EVERYTHING:
                await _everything(shift, list(checks.values()))
            else:
                await test(shift, checks[chosen])
        except GoBack:
            continue


async def test(shift: Shift, check: Check) -> None:
    """Run one test, keep and show its outcome, again and again if wanted. Raises ``GoBack``, ``VisitEnded``."""
    while True:
        outcome = await _run(shift, check)
        if outcome is None:
            return
        await _keep(shift, [outcome])
        await shift.ask(_outcome_page(shift, outcome))


async def _everything(shift: Shift, checks: list[Check]) -> None:
    """First all that needs no hand, beside one another; then one by one what needs one; then the report."""
    without_hand = [check for check in checks if not check.needs_hand]
    outcomes = await first_of(
        _cancelled(shift, _running(Text("desk.tests.all_running", {"count": len(without_hand)}))),
        carry_out_all(without_hand, shift.hands.now),
    )
    if outcomes is None:
        return
    for check in checks:
        if check.needs_hand and (outcome := await _run(shift, check)) is not None:
            outcomes.append(outcome)
    await _keep(shift, outcomes)
    await report(shift, outcomes)


async def _run(shift: Shift, check: Check) -> Outcome | None:
    """The outcome; None if it was skipped. What only eyes can judge is asked for."""
    if check.name in eyes.TESTS:
        begun = time.monotonic()
        seen = await eyes.TESTS[check.name](shift)
        return Outcome(check, seen, round(time.monotonic() - begun, 3), shift.hands.now())
    running = _running(Text(f"check.{check.name}"), Text(f"check.{check.name}.what"))
    outcome = await first_of(_cancelled(shift, running), carry_out(check, shift.hands.now))
    if outcome is None or check.name not in _JUDGED_BY_EYE or outcome.finding.level is not Level.OK:
        return outcome
    judged = await shift.ask(
        DeskFacts(
            title=Text(f"check.{check.name}"),
            explanation=Text(f"desk.tests.look.{check.name}"),
            groups=(),
            deeds=eyes.JUDGE,
            can_go_back=False,
        )
    )
    if judged == eyes.GOOD:
        return outcome
    return Outcome(check, Finding(Level.ERROR, Text("desk.tests.judged_bad")), outcome.seconds, outcome.at)


async def _cancelled(shift: Shift, prompt: DeskFacts) -> None:
    await shift.ask(prompt)


async def _keep(shift: Shift, outcomes: list[Outcome]) -> None:
    """On disk for this kiosk, and in the audit log, which goes to the gateway."""
    try:
        await shift.off_loop(lambda: shift.parts.results.keep(outcomes, shift.member.number))
    except OSError as error:
        log.exception("results_not_kept", extra={"reason": error.strerror})
    for outcome in outcomes:
        shift.did(DeskAct.TESTED, question=f"check.{outcome.check.name}", level=outcome.finding.level)


def last_words(run: LastRun | None) -> Text:
    """When a test ran last, by whom, and how long it took."""
    if run is None:
        return Text("desk.tests.never")
    return Text("desk.tests.last", {"time": run.at, "who": Verbatim(run.who), "seconds": f"{run.seconds:.1f}"})


def _list(checks: list[Check], last: dict[str, LastRun], note: Note | None) -> DeskList:
    rows = tuple(
        DeskRow(
            check.name,
            Text(f"check.{check.name}"),
            last_words(last.get(check.name)),
            level_mark(last[check.name].level) if check.name in last else None,
        )
        for check in checks
    )
    return DeskList(
        title=Text("desk.page.tests"),
        rows=rows,
        notes=(note,) if note else (),
        deeds=(Deed(_EVERYTHING, Text("desk.tests.everything")),),
    )


def _running(title: Text, what: Text | None = None) -> DeskFacts:
    note = Note(what or Text("desk.tests.wait"), Tone.WAITING)
    skip = (Deed(_SKIP, Text("desk.tests.skip")),)
    return DeskFacts(title=title, notes=(note,), groups=(), deeds=skip, can_go_back=False)


def _outcome_page(shift: Shift, outcome: Outcome) -> DeskFacts:
    finding = outcome.finding
    mark = level_mark(finding.level)
    facts = [
        Fact(Text("desk.fact.state"), mark.words, mark.tone),
        Fact(Text("desk.tests.found"), finding.line),
        Fact(Text("desk.tests.took"), Text("desk.tests.seconds", {"seconds": f"{outcome.seconds:.1f}"})),
    ]
    if advice := remedy(outcome, shift.hands.catalogue()):
        facts.append(Fact(Text("desk.fault.cause"), Verbatim(advice)))
    figures = tuple(Fact(Verbatim(name), Verbatim(str(value))) for name, value in finding.figures.items())
    return DeskFacts(
        title=Text(f"check.{outcome.check.name}"),
        groups=(Facts(tuple(facts)), Facts(figures, Text("desk.tests.figures")))[: 2 if figures else 1],
        deeds=(Deed("again", Text("desk.tests.again")),),
    )
