"""What the page of the readiness report says of its way to the gateway, and that it can be sent again."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config import clock
from config.faults import FaultCode
from flows.desk_prompts import DeskFacts
from flows.prompts import GoBack, Text
from kiosk.desk.readiness_page import not_there_yet, report
from kiosk.desk.shift import Shift
from kiosk.diagnostics.check import Check, Finding, Group, Level, Outcome
from kiosk.fleet.kinds import HandIn
from kiosk.fleet.readiness import HandInState, ReadinessReport
from kiosk.staff.member import Member, Role, StaffNumber
from screens.text.catalogue import Catalogue, raise_missing
from tests.flows.play import ScriptedSurface, Then

CATALOGUE = Catalogue.load("en", raise_missing)
SAY = CATALOGUE.render
MEMBER = Member(StaffNumber("S31"), Role.TECHNICIAN, "", "", clock.now().date(), clock.now().date())
BACK = Then(DeskFacts, GoBack())


async def _unused() -> Finding:
    raise AssertionError


def outcome() -> Outcome:
    found = Finding.of_fault(Level.ERROR, FaultCode.PRN_PAPER_OUT)
    return Outcome(Check("printer", Group.DEVICES, _unused), found, 0.5, clock.now())


@dataclass
class AtTheGateway:
    """As ``Readiness``, in a state that does not change."""

    state: HandInState
    handed_in: list[ReadinessReport] = field(default_factory=list)

    async def hand_in(self, handed_in: ReadinessReport) -> None:
        self.handed_in.append(handed_in)


def shift_with(surface: ScriptedSurface, readiness: AtTheGateway) -> Shift:
    hall = SimpleNamespace(name="济南市政务服务大厅", kiosk="03")
    hands = SimpleNamespace(
        surface=surface, settings=SimpleNamespace(hall=hall), catalogue=lambda: CATALOGUE, now=clock.now
    )
    return Shift(cast("Any", hands), cast("Any", SimpleNamespace(readiness=readiness)), MEMBER)


async def shown(state: HandInState, *script: Then) -> tuple[DeskFacts, AtTheGateway]:
    surface, readiness = ScriptedSurface([*script, BACK]), AtTheGateway(state)
    with pytest.raises(GoBack):
        await report(shift_with(surface, readiness), [outcome()])
    assert surface.script == []
    return surface.last(DeskFacts), readiness


@pytest.mark.parametrize(
    ("state", "says", "again"),
    [
        (HandInState(HandIn.SENT, clock.now()), "The gateway has it", False),
        (HandInState(HandIn.WAITING), "Kept here.", False),
        (HandInState(HandIn.REFUSED, code=FaultCode.GW_REJECTED), "did not take it (GW_REJECTED)", True),
        (HandInState(HandIn.NOT_POSSIBLE), "cannot take it yet", True),
    ],
    ids=lambda value: str(getattr(value, "state", value)),
)
async def test_the_page_says_where_the_report_is(state: HandInState, says: str, again: bool) -> None:
    page, readiness = await shown(state)
    gateway, tests = page.groups
    assert says in SAY(gateway.facts[0].value)
    assert SAY(tests.facts[0].label) == "printer"
    assert ("send" in {deed.name for deed in page.deeds}) is again
    (handed_in,) = readiness.handed_in
    assert "S31" not in str(handed_in.content())


async def test_it_is_sent_again_by_touch() -> None:
    _, readiness = await shown(HandInState(HandIn.NOT_POSSIBLE), Then(DeskFacts, "send"))
    first, second = readiness.handed_in
    assert first == second


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (HandIn.NONE, None),
        (HandIn.SENT, None),
        (HandIn.NOT_POSSIBLE, None),
        (HandIn.WAITING, Text("desk.readiness.last.waiting")),
        (HandIn.REFUSED, Text("desk.readiness.last.refused")),
    ],
)
def test_the_page_of_the_tests_says_what_has_not_come(state: HandIn, told: Text | None) -> None:
    note = not_there_yet(shift_with(ScriptedSurface([]), AtTheGateway(HandInState(state))))
    assert (note.text if note else None) == told
