"""Samples of the staff's pages about devices and tests."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flows.desk_prompts import Deed, DeskCamera, DeskFacts, DeskList, DeskRow, DeskTouch, Fact, Facts, Mark
from flows.face_progress import Alike, FaceHint, FaceProgress, Measured
from flows.prompts import Note, Text, Tone, Verbatim
from screens.samples.sample import Sample

_AT = datetime(2026, 11, 23, 13, 40)  # noqa: DTZ001 - a drawing
_TECHNICIAN = Text("desk.who", {"number": "S31", "role": Text("desk.role.technician")})


def samples(picture: bytes) -> tuple[Sample, ...]:
    """All of them; ``picture`` is what the camera sees, RGB, 640 x 480."""
    return (
        Sample("79_desk_devices", _devices()),
        Sample("79_desk_device", _device()),
        Sample("79_desk_tests", _tests()),
        Sample("79_desk_test_running", _running()),
        Sample("79_desk_report", _report()),
        Sample("79_desk_touch", _touch()),
        Sample("79_desk_picture", _camera("picture"), _seen(picture)),
        Sample(
            "79_desk_picture_not_told", _camera("picture"), _seen(picture, exposure=None, gain=None, automatic=None)
        ),
        Sample("79_desk_comparison", _camera("comparison"), _seen(picture, faces=1, box=None)),
        Sample("79_desk_comparison_same", _camera("comparison"), _compared(picture, Alike(0.71, "same"))),
        Sample("79_desk_comparison_unsure", _camera("comparison"), _compared(picture, Alike(0.44, "unsure"))),
        Sample("79_desk_comparison_different", _camera("comparison"), _compared(picture, Alike(-0.08, "different"))),
    )


_STATES = (
    ("card_reader", "ACS ACR39U", Mark(Tone.OK, Text("desk.state.online"))),
    ("id_scanner", "/dev/hall-kiosk/id-scanner", Mark(Tone.STOP, Text("desk.state.noDevice"))),
    ("camera", "Logitech C920", Mark(Tone.OK, Text("desk.state.online"))),
    ("face", "sface", Mark(Tone.INFO, Text("desk.state.starting"))),
    ("printer", "EPSON TM-T88V", Mark(Tone.WAITING, Text("desk.state.userError"))),
)


def _devices() -> DeskList:
    rows = tuple(DeskRow(name, Text(f"check.{name}"), Verbatim(model), mark) for name, model, mark in _STATES)
    return DeskList(title=Text("desk.page.devices"), who=_TECHNICIAN, rows=rows)


def _last(who: str = "S31") -> Text:
    return Text("desk.tests.last", {"time": _AT, "who": who, "seconds": "1.2"})


def _device() -> DeskFacts:
    state = (
        Fact(Text("desk.fact.state"), Text("desk.state.online"), Tone.OK),
        Fact(Text("desk.device.since"), Text("desk.device.at", {"time": _AT})),
        Fact(Text("desk.device.last"), Text("desk.device.last_fault", {"code": "PRN_COVER_OPEN", "time": _AT})),
        Fact(Text("desk.fault.cause"), Text("fault.PRN_COVER_OPEN.technician")),
    )
    identity = {"maker": "EPSON", "model": "TM-T88V", "serial": "J5FF004711", "firmware": "11.20 ESC/POS"}
    counts = {"papers": "1204", "cuts": "1204", "broken_off": "2", "paper_mm": "20450", "rolls": "17"}
    return DeskFacts(
        title=Text("check.printer"),
        who=_TECHNICIAN,
        groups=(
            Facts(state),
            Facts(tuple(Fact(Text(f"desk.identity.{name}"), Verbatim(value)) for name, value in identity.items()),
                  Text("desk.device.who")),
            Facts(tuple(Fact(Text(f"desk.count.{name}"), Verbatim(value)) for name, value in counts.items()),
                  Text("desk.device.counts")),
            Facts((Fact(Text("check.printer"), _last(), Tone.OK),), Text("desk.device.tested")),
        ),
        deeds=(
            Deed("printer", Text("desk.device.test", {"what": Text("check.printer")})),
            Deed("print_page", Text("check.print_page")),
            Deed("refresh", Text("desk.again")),
        ),
    )  # fmt: skip


def _tests() -> DeskList:
    well, wrong = Mark(Tone.OK, Text("doctor.level.ok")), Mark(Tone.STOP, Text("doctor.level.error"))
    told = (
        ("card_reader", _last(), well),
        ("read_card", _last("S32"), wrong),
        ("camera", Text("desk.tests.never"), None),
        ("printer", _last(), well),
        ("print_page", Text("desk.tests.never"), None),
        ("network", _last(), well),
        ("certificate", _last(), well),
        ("disk", _last("shell"), Mark(Tone.WAITING, Text("doctor.level.warning"))),
    )
    rows = tuple(DeskRow(name, Text(f"check.{name}"), words, mark) for name, words, mark in told)
    everything = (Deed("everything", Text("desk.tests.everything")),)
    return DeskList(title=Text("desk.page.tests"), who=_TECHNICIAN, rows=rows, deeds=everything)


def _running() -> DeskFacts:
    return DeskFacts(
        title=Text("check.read_card"),
        who=_TECHNICIAN,
        notes=(Note(Text("check.read_card.what"), Tone.WAITING),),
        groups=(),
        deeds=(Deed("skip", Text("desk.tests.skip")),),
        can_go_back=False,
    )


def _report() -> DeskFacts:
    found = (
        ("card_reader", Verbatim("ACS ACR39U"), Tone.OK),
        ("read_card", Text("found.timed_out", {"seconds": 40}), Tone.STOP),
        ("disk", Verbatim("31 GB"), Tone.OK),
    )
    return DeskFacts(
        title=Text("desk.tests.report"),
        who=_TECHNICIAN,
        explanation=Text("desk.ready.error"),
        groups=(
            Facts((Fact(Text("desk.readiness.gateway"), Text("desk.readiness.waiting"), Tone.WAITING),)),
            Facts(
                tuple(Fact(Text(f"check.{name}"), value, tone) for name, value, tone in found),
                Text("desk.readiness.tests"),
            ),
        ),
        deeds=(Deed("print", Text("desk.tests.print")), Deed("stick", Text("desk.export"))),
    )


def _touch() -> DeskTouch:
    return DeskTouch(
        title=Text("check.touch"), who=_TECHNICIAN, explanation=Text("check.touch.what"), can_go_back=False
    )


def _camera(name: str) -> DeskCamera:
    deeds = (Deed("good", Text("desk.tests.good")), Deed("bad", Text("desk.tests.bad")))
    return DeskCamera(
        title=Text(f"check.{name}"),
        who=_TECHNICIAN,
        explanation=Text(f"check.{name}.what"),
        deeds=deeds,
        can_go_back=False,
        compares=name == "comparison",
    )


def _seen(picture: bytes, **told: Any) -> FaceProgress:
    measured = Measured(width=1280, height=720, rate=15, brightness=118, faces=1, box=(0.36, 0.2, 0.28, 0.5),
                        exposure=15.6, gain=64, automatic=True)  # fmt: skip
    return FaceProgress(FaceHint.LOOK_HERE, picture, 640, 480, measured=replace(measured, **told))


def _compared(picture: bytes, alike: Alike) -> FaceProgress:
    return _seen(picture, faces=2, box=None, alike=alike)
