"""The fault codes: what each means, what to check, and what the citizen reads; the same words as docs/faults.md."""

from contextlib import suppress

from config.faults import FaultCode
from flows.desk_prompts import DeskFacts, DeskList, DeskRow, Fact, Facts
from flows.prompts import GoBack, Text, Verbatim
from kiosk.desk.shift import Shift


async def faults(shift: Shift) -> None:
    """List all codes; a touch opens one. Raises ``GoBack``, ``VisitEnded``."""
    rows = tuple(DeskRow(code, Verbatim(code), Text(f"fault.{code}.technician")) for code in FaultCode)
    while True:
        chosen = await shift.ask(DeskList(title=Text("desk.page.faults"), rows=rows))
        with suppress(GoBack):
            await fault(shift, FaultCode(chosen))


async def fault(shift: Shift, code: FaultCode) -> None:
    """One code in full, with a QR code that leads to it. Raises ``GoBack``, ``VisitEnded``."""
    while True:
        await shift.ask(_page(shift, code))


def _page(shift: Shift, code: FaultCode) -> DeskFacts:
    technician, citizen = Text(f"fault.{code}.technician"), Text(f"fault.{code}.citizen")
    facts = (
        Fact(Text("desk.fault.cause"), technician),
        Fact(Text("desk.fault.citizen"), citizen),
        Fact(Text("desk.fault.action"), Text(f"fault.remedy.{code.action}")),
    )
    return DeskFacts(title=Verbatim(code), groups=(Facts(facts),), code=_code(shift, code, technician))


def _code(shift: Shift, code: FaultCode, technician: Text) -> str:
    """What the QR code says: the place in the hall's own copy of docs/faults.md, or, without one, the words."""
    handbook = shift.hands.settings.staff.handbook_url
    if handbook:
        return f"{handbook}#{code}"
    return f"{code}\n{shift.hands.catalogue().render(technician)}"
