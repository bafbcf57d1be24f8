"""Samples of the staff's pages about the touch panel."""

from datetime import datetime

from drivers.touch_panel.fit import CROSSES
from flows.desk_prompts import Deed, DeskCrosses, DeskDrag, DeskFacts, DeskKeep, Fact, Facts
from flows.prompts import Note, Text, Tone, Verbatim
from screens.samples.sample import Sample

_AT = datetime(2026, 11, 23, 13, 40)  # noqa: DTZ001 - a drawing
_TECHNICIAN = Text("desk.who", {"number": "S31", "role": Text("desk.role.technician")})
_LEAVE = Deed("leave", Text("desk.touch.leave"))


def samples() -> tuple[Sample, ...]:
    """All of them."""
    keep = DeskKeep(
        title=Text("desk.keep.title"),
        who=_TECHNICIAN,
        explanation=Text("desk.keep.what"),
        seconds=15,
        can_go_back=False,
    )
    return (
        Sample("79_desk_drag", _drag()),
        Sample("79_desk_calibration", _first()),
        Sample("79_desk_crosses", _crosses()),
        Sample("79_desk_crosses_middle", _crosses(4)),
        Sample("79_desk_calibration_found", _found()),
        Sample("79_desk_calibration_refused", _refused()),
        Sample("79_desk_keep", keep),
    )


def _drag() -> DeskDrag:
    return DeskDrag(title=Text("check.drag"), who=_TECHNICIAN, explanation=Text("check.drag.what"), can_go_back=False)


def _crosses(first: int = 0) -> DeskCrosses:
    return DeskCrosses(
        title=Text("check.calibration"),
        who=_TECHNICIAN,
        explanation=Text("desk.crosses.what"),
        crosses=CROSSES[first:],
        can_go_back=False,
    )


def _page(facts: tuple[Fact, ...], deeds: tuple[Deed, ...], *notes: Note) -> DeskFacts:
    return DeskFacts(
        title=Text("check.calibration"),
        who=_TECHNICIAN,
        explanation=None if notes else Text("check.calibration.what"),
        notes=notes,
        groups=(Facts(facts),) if facts else (),
        deeds=deeds,
        can_go_back=False,
    )


def _first() -> DeskFacts:
    facts = (
        Fact(Text("desk.touch.panel"), Verbatim("ILITEK Multi-Touch-V5100")),
        Fact(Text("desk.touch.turn"), Text("desk.touch.degrees", {"degrees": 90})),
        Fact(Text("desk.touch.set"), Text("desk.touch.set_by", {"time": _AT, "who": "S31"})),
    )
    begin, undo = Deed("begin", Text("desk.touch.begin")), Deed("undo", Text("desk.touch.undo"))
    return _page(facts, (begin, undo, _LEAVE))


def _off(pixels: str, millimetres: str) -> Text:
    return Text("desk.touch.off_mm", {"pixels": pixels, "mm": millimetres})


def _found() -> DeskFacts:
    facts = (
        Fact(Text("desk.touch.now"), _off("64", "23.5"), Tone.WAITING),
        Fact(Text("desk.touch.left"), _off("5", "1.8"), Tone.OK),
        Fact(Text("desk.touch.worst"), _off("9", "3.3")),
        Fact(Text("desk.touch.turn"), Text("desk.touch.degrees", {"degrees": 0})),
    )
    deeds = (Deed("use", Text("desk.touch.use")), _LEAVE)
    return _page(facts, deeds, Note(Text("desk.touch.corrects"), Tone.WAITING))


def _refused() -> DeskFacts:
    deeds = (Deed("begin", Text("desk.touch.begin")), _LEAVE)
    return _page((), deeds, Note(Text("desk.touch.misfit.crooked"), Tone.STOP))
