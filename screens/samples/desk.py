"""Samples of the staff's own pages."""

from datetime import datetime

from config.faults import FaultCode
from flows.desk_prompts import (
    Deed,
    DeskAmount,
    DeskDigits,
    DeskFacts,
    DeskList,
    DeskRow,
    DeskText,
    DigitsKind,
    Fact,
    Facts,
    Mark,
)
from flows.prompts import Localised, Note, Text, Tone, Verbatim
from screens.samples.sample import Sample

_AT = datetime(2026, 11, 23, 13, 40)  # noqa: DTZ001 - a drawing
_TECHNICIAN = Text("desk.who", {"number": "S31", "role": Text("desk.role.technician")})
_ATTENDANT = Text("desk.who", {"number": "S07", "role": Text("desk.role.attendant")})
_GOOD = Mark(Tone.OK, Text("desk.state.online"))
_PAGES = (
    ("paper", _GOOD),
    ("closing", Mark(Tone.WAITING, Text("desk.closing.some_closed", {"count": 1}))),
    ("guide", None),
    ("devices", None),
    ("tests", None),
    ("queue", Mark(Tone.WAITING, Text("desk.queue.waiting", {"count": 3}))),
    ("logs", None),
    ("faults", None),
    ("configuration", None),
)


def samples() -> tuple[Sample, ...]:
    """Login, menu, and each page but those of devices and tests."""
    return (
        Sample("70_desk_number", DeskDigits(kind=DigitsKind.NUMBER, can_go_back=False)),
        Sample(
            "70_desk_number_wrong",
            DeskDigits(kind=DigitsKind.NUMBER, notice=Text("desk.login.wrong"), can_go_back=False),
        ),
        Sample("70_desk_pin", DeskDigits(kind=DigitsKind.PIN, can_go_back=False)),
        Sample("70_desk_pin_wait", DeskDigits(kind=DigitsKind.PIN, wait=60, can_go_back=False)),
        Sample("70_desk_code", DeskDigits(kind=DigitsKind.CODE, can_go_back=False)),
        Sample("71_desk_menu", _menu(_PAGES, _TECHNICIAN)),
        Sample("71_desk_menu_attendant", _menu(_PAGES[:3], _ATTENDANT)),
        Sample("72_desk_paper", _paper()),
        Sample("73_desk_closing", _closing()),
        Sample("73_desk_closing_reason", _reasons()),
        Sample("74_desk_guide", _guide()),
        Sample("75_desk_queue", _queue()),
        Sample("75_desk_queue_empty", _empty_queue()),
        Sample("75_desk_queue_row", _queue_row()),
        Sample("76_desk_logs", _logs()),
        Sample("76_desk_logs_entry", _entry()),
        Sample("77_desk_faults", _faults()),
        Sample("77_desk_fault", _fault()),
        Sample("78_desk_settings", _settings()),
        Sample("78_desk_settings_key", _setting()),
        Sample("78_desk_settings_number", _number()),
        Sample("78_desk_settings_text", _text()),
        Sample("78_desk_settings_text_refused", _refused()),
        Sample("78_desk_settings_list", _listed()),
        Sample("78_desk_settings_closed", _closed_setting()),
    )


def _menu(pages: tuple[tuple[str, Mark | None], ...], who: Text) -> DeskList:
    rows = tuple(
        DeskRow(page, Text(f"desk.page.{page}"), Text(f"desk.page.{page}.about"), mark) for page, mark in pages
    )
    log_out = (Deed("log_out", Text("desk.log_out")),)
    return DeskList(title=Text("desk.title"), who=who, rows=rows, deeds=log_out, can_go_back=False)


def _paper() -> DeskFacts:
    code = FaultCode.PRN_PAPER_OUT
    state = (
        Fact(Text("desk.fact.state"), Text("desk.state.offline"), Tone.STOP),
        Fact(Text("desk.fact.code"), Verbatim(code)),
        Fact(Text("desk.paper.left"), Text("desk.paper.metres", {"metres": "0"})),
    )
    steps = tuple(Fact(Text("desk.paper.step", {"number": at}), Text(f"desk.paper.step.{at}")) for at in (1, 2, 3, 4))
    return DeskFacts(
        title=Text("desk.page.paper"),
        who=_ATTENDANT,
        notes=(Note(Text(f"desk.paper.attendant.{code}"), Tone.WAITING),),
        groups=(Facts(state, Text("desk.paper.printer")), Facts(steps, Text("desk.paper.how"))),
        deeds=(Deed("new_roll", Text("desk.paper.new_roll")),),
    )


def _closing() -> DeskList:
    about = Text(
        "desk.closing.about",
        {"reason": Text("desk.closing.reason.no_paper"), "since": _AT, "by": "S07"},
    )
    titles = (
        ("loss_report", Localised("临时挂失", "Report a lost card")),
        ("contribution_certificate", Localised("打印参保缴费证明", "Contribution certificate")),
        ("pension_certificate", Localised("打印待遇领取证明", "Pension certificate")),
    )
    rows = [DeskRow("whole", Text("desk.closing.whole"), None, Mark(Tone.OK, Text("desk.closing.open")))]
    rows += [DeskRow(name, title, None, Mark(Tone.OK, Text("desk.closing.open"))) for name, title in titles[:1]]
    rows += [DeskRow(name, title, about, Mark(Tone.STOP, Text("desk.closing.closed"))) for name, title in titles[1:]]
    return DeskList(
        title=Text("desk.page.closing"),
        who=_ATTENDANT,
        explanation=Text("desk.closing.explanation"),
        rows=tuple(rows),
    )


def _reasons() -> DeskList:
    reasons = ("maintenance", "no_paper", "device_fault", "hall", "other")
    return DeskList(
        title=Text("desk.closing.whole"),
        who=_ATTENDANT,
        explanation=Text("desk.closing.why"),
        rows=tuple(DeskRow(reason, Text(f"desk.closing.reason.{reason}")) for reason in reasons),
        deeds=(Deed("cancel", Text("desk.cancel")),),
        can_go_back=False,
    )


def _guide() -> DeskFacts:
    topics = ("confirm", "forgotten", "offline", "fault", "closing", "engineer")
    facts = tuple(Fact(Text(f"desk.guide.{topic}"), Text(f"desk.guide.{topic}.how")) for topic in topics)
    return DeskFacts(title=Text("desk.page.guide"), who=_ATTENDANT, groups=(Facts(facts),))


def _queue() -> DeskList:
    def row(sequence: int, kind: Localised, mark: Mark, problem: str = "") -> DeskRow:
        about = Text(
            "desk.queue.row_problem" if problem else "desk.queue.row",
            {
                "age": Text("queue.age.hours", {"hours": 2, "minutes": 10}),
                "attempts": 4,
                "next": Text("queue.in", {"age": Text("queue.age.minutes", {"minutes": 3})}),
                "problem": problem,
            },
        )
        title = Text("desk.queue.title", {"number": f"JN03-{sequence:06d}", "kind": kind})
        return DeskRow(str(sequence), title, about, mark)

    loss = Localised("临时挂失", "Temporary loss report")
    return DeskList(
        title=Text("desk.page.queue"),
        who=_TECHNICIAN,
        rows=(
            row(121, loss, Mark(Tone.WAITING, Text("queue.state.pending"))),
            row(122, Localised("社保卡启用", "Card activation"), Mark(Tone.WAITING, Text("queue.state.pending"))),
            row(123, loss, Mark(Tone.STOP, Text("queue.state.refused")), "set_aside"),
        ),
        deeds=_queue_deeds(),
    )


def _queue_deeds() -> tuple[Deed, ...]:
    return (Deed("again", Text("desk.again")), Deed("export", Text("desk.export")))


def _empty_queue() -> DeskList:
    return DeskList(
        title=Text("desk.page.queue"),
        who=_TECHNICIAN,
        rows=(),
        notes=(Note(Text("desk.no_stick"), Tone.WAITING),),
        deeds=_queue_deeds(),
        empty=Text("desk.queue.empty"),
    )


def _queue_row() -> DeskFacts:
    values = {
        "id": "01936b2e-7c1d-7a40-9a55-3f6e0d6c2b11",
        "occurred": "2026-11-23 11:30:12",
        "expires": "2026-11-26 11:30:12",
        "attempts": "4",
        "envelope": "2304 bytes, sha256 5f1c0c2d4f1b7c0a9f0e8f0f34c1a0b29d6c5b8d7e6f5a4b3c2d1e0f9a8b7c6d",
    }
    facts = tuple(Fact(Text(f"queue.field.{name}"), Verbatim(value)) for name, value in values.items())
    state = Fact(Text("desk.fact.state"), Text("queue.state.pending"), Tone.WAITING)
    return DeskFacts(
        title=Verbatim("JN03-000121"),
        who=_TECHNICIAN,
        explanation=Text("queue.meaning.pending"),
        notes=(Note(Text("desk.queue.done.retry"), Tone.OK),),
        groups=(Facts((state, *facts)),),
        deeds=(Deed("hold", Text("desk.queue.hold")), Deed("retry", Text("desk.queue.retry"))),
    )


def _logs() -> DeskList:
    told = (
        ("visit_ended", "how=done", None),
        ("printed", "state=printed", None),
        ("submitted", "kind=loss_report  sequence=121  state=stored", None),
        ("fault", "code=PRN_PAPER_OUT  reference=4F2A91", Mark(Tone.STOP, Verbatim("PRN_PAPER_OUT"))),
        ("desk_login", "number=S07  role=attendant  way=card", None),
    )
    printer, online, offline = Text("check.printer"), Text("desk.state.online"), Text("desk.state.offline")
    rows = (
        *(
            DeskRow(str(at), Verbatim(f"11-23 14:2{at}:07  {event}"), Verbatim(fields), mark)
            for at, (event, fields, mark) in enumerate(told)
        ),
        DeskRow(
            "5",
            Verbatim("11-23 14:25:07"),
            Text("desk.logs.change", {"device": printer, "before": online, "state": offline}),
            Mark(Tone.STOP, Verbatim("PRN_PAPER_OUT")),
        ),
    )
    return DeskList(
        title=Text("desk.page.logs"),
        who=_TECHNICIAN,
        explanation=Text("desk.logs.filter.all"),
        rows=rows,
        deeds=(Deed("filter", Text("desk.logs.filter")), Deed("export", Text("desk.export"))),
    )


def _entry() -> DeskFacts:
    facts = (
        Fact(Text("desk.logs.number"), Verbatim("4711")),
        Fact(Text("desk.logs.at"), Verbatim("2026-11-23 14:23:07")),
        Fact(Text("desk.logs.visit"), Verbatim("0f3b8a52-6f7e-4f27-9a0e-2f3b8f8a1c77")),
        Fact(Verbatim("code"), Verbatim("PRN_PAPER_OUT")),
        Fact(Verbatim("reference"), Verbatim("4F2A91")),
        Fact(Text("desk.fault.cause"), Text("fault.PRN_PAPER_OUT.technician")),
    )
    deeds = tuple(Deed(name, Text(f"desk.logs.only_{name}")) for name in ("visit", "code", "device"))
    return DeskFacts(title=Verbatim("fault"), who=_TECHNICIAN, groups=(Facts(facts),), deeds=deeds)


def _faults() -> DeskList:
    rows = tuple(DeskRow(code, Verbatim(code), Text(f"fault.{code}.technician")) for code in FaultCode)
    return DeskList(title=Text("desk.page.faults"), who=_TECHNICIAN, rows=rows)


def _fault() -> DeskFacts:
    code = FaultCode.ID_READER_SILENT
    facts = (
        Fact(Text("desk.fault.cause"), Text(f"fault.{code}.technician")),
        Fact(Text("desk.fault.citizen"), Text(f"fault.{code}.citizen")),
        Fact(Text("desk.fault.action"), Text(f"fault.remedy.{code.action}")),
    )
    return DeskFacts(
        title=Verbatim(code),
        who=_TECHNICIAN,
        groups=(Facts(facts),),
        code=f"https://handbook.hall.example/faults#{code}",
    )


def _settings() -> DeskList:
    changed = Mark(Tone.WAITING, Text("desk.settings.here"))
    can = Mark(Tone.INFO, Text("desk.settings.changeable"))
    default = Text("desk.setting.place.default")
    rows = (
        DeskRow("screen.width", Verbatim("width"), _value("1080", default)),
        DeskRow("screen.language", Verbatim("language"), _value('"zh_CN"', _line("/etc/hall-kiosk/hall.toml", 4)), can),
        DeskRow("screen.idle_seconds", Verbatim("idle_seconds"), _value("90", _line("local.toml", 2)), changed),
    )
    return DeskList(title=Verbatim("screen"), who=_TECHNICIAN, rows=rows)


def _value(value: str, origin: Text) -> Text:
    return Text("desk.setting.row", {"value": Verbatim(value), "origin": origin})


def _line(file: str, line: int) -> Text:
    return Text("desk.setting.place.line", {"file": Verbatim(file), "line": str(line)})


def _setting() -> DeskFacts:
    facts = (
        Fact(Text("desk.settings.value"), Verbatim('"standard"')),
        Fact(Text("desk.settings.origin"), Text("desk.setting.place.default")),
        Fact(
            Text("desk.settings.allowed"),
            Text("desk.setting.kind.one_of", {"choices": Verbatim('"standard", "elders", "contrast"')}),
        ),
    )
    looks = ('"standard"', '"elders"', '"contrast"')
    deeds = tuple(Deed(f"value{at}", Verbatim(look), closed=at == 0) for at, look in enumerate(looks))
    return DeskFacts(
        title=Verbatim("screen.theme"),
        who=_TECHNICIAN,
        explanation=Text("desk.settings.checked"),
        groups=(Facts(facts),),
        deeds=deeds,
    )


def _number() -> DeskAmount:
    span = Text("desk.settings.from_to", {"least": "20", "most": "600"})
    return DeskAmount(title=Verbatim("screen.idle_seconds"), who=_TECHNICIAN, explanation=span, least=20, most=600)


def _text() -> DeskText:
    return DeskText(
        title=Verbatim("printer.host"),
        who=_TECHNICIAN,
        explanation=Text("desk.settings.allowed_is", {"what": Text("desk.setting.kind.text")}),
        value="192.168.7.11",
    )


def _refused() -> DeskText:
    why = Text("desk.setting.fault", {"key": Verbatim("camera.source"), "why": Text("desk.setting.rule.device")})
    return DeskText(
        title=Verbatim("camera.source"),
        who=_TECHNICIAN,
        notes=(Note(Text("desk.settings.refused", {"why": why}), Tone.STOP),),
        value="/home/hall/film.mp4",
    )


def _listed() -> DeskList:
    names = ("cancellation", "skill_subsidy")
    return DeskList(
        title=Verbatim("matters.disable"),
        who=_TECHNICIAN,
        explanation=Text("desk.list.changed"),
        rows=tuple(DeskRow(str(at), Verbatim(f"{at + 1}. {name}")) for at, name in enumerate(names)),
        deeds=(Deed("add", Text("desk.list.add")), Deed("keep", Text("desk.list.keep"))),
    )


def _closed_setting() -> DeskFacts:
    facts = (
        Fact(Text("desk.settings.value"), Verbatim('"https://gateway.example.invalid"')),
        Fact(Text("desk.settings.origin"), _line("/etc/hall-kiosk/province.toml", 7)),
        Fact(Text("desk.settings.allowed"), Text("desk.setting.kind.text")),
    )
    return DeskFacts(
        title=Verbatim("gateway.url"),
        who=_TECHNICIAN,
        explanation=Text("desk.settings.not_here.locks_out"),
        groups=(Facts(facts),),
        deeds=(),
    )
