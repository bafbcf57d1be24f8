"""Paper: how the printer is, and what to do about it."""

from functools import partial

from config.faults import FaultCode
from drivers.printer.paper_used import paper_left
from flows.desk_prompts import Deed, DeskFacts, Fact, Facts
from flows.prompts import Note, Text, Tone, Verbatim
from kiosk.desk.kinds import DeskAct
from kiosk.desk.marks import health_mark
from kiosk.desk.shift import Shift
from kiosk.staff.member import Role

_TOLD_TO_ATTENDANTS = {
    FaultCode.PRN_PAPER_OUT,
    FaultCode.PRN_COVER_OPEN,
    FaultCode.PRN_CUTTER,
    FaultCode.PRN_HEAD_HOT,
    FaultCode.PRN_GONE,
    FaultCode.PRN_SILENT,
}


async def paper(shift: Shift) -> None:
    """Show the printer's state as it changes, and how a roll is put in. Raises ``GoBack``, ``VisitEnded``."""
    counted = False
    while True:
        await shift.ask_live(partial(_page, shift, counted=counted))
        shift.parts.tally.roll_changed()
        shift.did(DeskAct.ROLL_CHANGED)
        counted = True


def _page(shift: Shift, *, counted: bool) -> DeskFacts:
    health = shift.hands.devices.printer.health
    mark = health_mark(health)
    facts = [Fact(Text("desk.fact.state"), mark.words, mark.tone)]
    notes: tuple[Note, ...] = ()
    if health.fault is not None:
        facts.append(Fact(Text("desk.fact.code"), Verbatim(health.fault)))
        notes = (Note(remedy(health.fault, shift.member.role), Tone.WAITING),)
    left = paper_left(shift.parts.tally, shift.hands.settings.printer.roll_metres)
    facts.append(Fact(Text("desk.paper.left"), Text("desk.paper.metres", {"metres": f"{left:.0f}"})))
    if counted:
        notes = (*notes, Note(Text("desk.paper.counted"), Tone.OK))
    steps = tuple(Fact(Text("desk.paper.step", {"number": at}), Text(f"desk.paper.step.{at}")) for at in (1, 2, 3, 4))
    return DeskFacts(
        title=Text("desk.page.paper"),
        notes=notes,
        groups=(Facts(tuple(facts), Text("desk.paper.printer")), Facts(steps, Text("desk.paper.how"))),
        deeds=(Deed("new_roll", Text("desk.paper.new_roll")),),
    )


def remedy(fault: FaultCode, role: Role) -> Text:
    """A technician reads what to check; an attendant what to do with the hands, and when to ask a technician."""
    if role is Role.TECHNICIAN:
        return Text(f"fault.{fault}.technician")
    return Text(f"desk.paper.attendant.{fault if fault in _TOLD_TO_ATTENDANTS else 'other'}")
