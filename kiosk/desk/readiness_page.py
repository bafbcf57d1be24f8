"""The readiness report: shown, handed in at the gateway, printed, taken away as a PDF."""

from collections.abc import Sequence
from functools import partial

from drivers.printer.blocks import SlipDocument
from flows.desk_prompts import Deed, DeskFacts, Fact, Facts
from flows.prompts import Note, SlipState, Text, Tone, Verbatim
from kiosk.desk import readiness
from kiosk.desk.kinds import DeskAct
from kiosk.desk.marks import level_tone
from kiosk.desk.shift import Shift
from kiosk.desk.stick import NoStickError, place_on_stick
from kiosk.diagnostics.check import Outcome
from kiosk.fleet.kinds import HandIn
from kiosk.fleet.readiness import HandInState

_PRINT, _STICK, _SEND = "print", "stick", "send"
_TONES = {
    HandIn.SENT: Tone.OK,
    HandIn.WAITING: Tone.WAITING,
    HandIn.REFUSED: Tone.STOP,
    HandIn.NOT_POSSIBLE: Tone.WAITING,
}


async def report(shift: Shift, outcomes: Sequence[Outcome]) -> None:
    """Hand the report in and show it; print it, take it away. Raises ``GoBack``, ``VisitEnded``."""
    handed_in = readiness.report_of(outcomes, shift.member.role)
    await shift.parts.readiness.hand_in(handed_in)
    document = readiness.document(shift.hands, outcomes, shift.member.number)
    note: Note | None = None
    while True:
        chosen = await shift.ask_live(partial(_page, shift, outcomes, note))
        if chosen == _SEND:
            note = None
            await shift.parts.readiness.hand_in(handed_in)
        else:
            note = await (_print(shift, document) if chosen == _PRINT else _pdf(shift, document))


def not_there_yet(shift: Shift) -> Note | None:
    """What is to be said of a report that has not come to the gateway; None if there is none."""
    state = shift.parts.readiness.state
    if state.state not in {HandIn.WAITING, HandIn.REFUSED}:
        return None
    return Note(Text(f"desk.readiness.last.{state.state}"), _TONES[state.state])


async def _print(shift: Shift, document: SlipDocument) -> Note:
    if await shift.hands.paper.document(document) is not SlipState.PRINTED:
        return Note(Text("desk.tests.not_printed"), Tone.STOP)
    shift.did(DeskAct.REPORTED)
    return Note(Text("desk.tests.printed"), Tone.OK)


async def _pdf(shift: Shift, document: SlipDocument) -> Note:
    hands = shift.hands

    def write() -> None:
        readiness.write_pdf(
            hands.paper.drawn(document), place_on_stick(hands.settings, "readiness", "pdf", hands.now())
        )

    try:
        await shift.off_loop(write)
    except NoStickError:
        return Note(Text("desk.no_stick"), Tone.WAITING)
    except OSError:
        return Note(Text("desk.not_written"), Tone.STOP)
    shift.did(DeskAct.REPORTED)
    return Note(Text("desk.tests.on_stick"), Tone.OK)


def _page(shift: Shift, outcomes: Sequence[Outcome], note: Note | None) -> DeskFacts:
    state = shift.parts.readiness.state
    catalogue = shift.hands.catalogue()
    facts = tuple(
        Fact(
            Text(f"check.{outcome.check.name}"),
            Verbatim(catalogue.render(outcome.finding.line)),
            level_tone(outcome.finding.level),
        )
        for outcome in outcomes
    )
    deeds = [Deed(_PRINT, Text("desk.tests.print")), Deed(_STICK, Text("desk.export"))]
    if state.state in {HandIn.REFUSED, HandIn.NOT_POSSIBLE}:
        deeds.append(Deed(_SEND, Text("desk.readiness.again")))
    return DeskFacts(
        title=Text("desk.tests.report"),
        explanation=readiness.verdict(outcomes),
        notes=(note,) if note else (),
        groups=(Facts((_handed_in(state),)), Facts(facts, Text("desk.readiness.tests"))),
        deeds=tuple(deeds),
    )


def _handed_in(state: HandInState) -> Fact:
    """Where the report is."""
    values = {"time": state.at} if state.at else {"code": Verbatim(state.code or "-")}
    return Fact(Text("desk.readiness.gateway"), Text(f"desk.readiness.{state.state}", values), _TONES.get(state.state))
