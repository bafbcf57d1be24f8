"""The logs: what this kiosk wrote down, newest first, by visit, device and code; without personal data as they are."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from config.clock import CHINA
from config.faults import FaultCode
from drivers.device import DeviceState
from flows.desk_prompts import Deed, DeskFacts, DeskList, DeskRow, Fact, Facts, Mark
from flows.prompts import GoBack, Note, Text, Tone, Verbatim, Words
from kiosk.audit.chain import Entry
from kiosk.audit.entries import WITHHELD, Event
from kiosk.audit.log import directory_of
from kiosk.desk.kinds import DeskAct
from kiosk.desk.log_reading import FURTHEST, Filter, Newest, codes_of, export_sealed, groups_of, newest
from kiosk.desk.shift import Shift
from kiosk.desk.stick import NoStickError, place_on_stick
from kiosk.fleet.kinds import DeviceName

_MOST = 200
_EXPORT, _FILTER, _ALL = "export", "filter", "all"
_DEVICES = ("CARD", "ID", "FACE", "PRN", "NET", "GW", "Q", "DEV", "SW")
_BAD = {"fault", "entries_lost", "entries_missing", "tail_unsigned", "queue_closed"}


async def logs(shift: Shift) -> None:
    """List entries; a touch opens one, from which the list can be narrowed. Raises ``GoBack``, ``VisitEnded``."""
    wanted, note = Filter(), None
    while True:
        found = await _read(shift, wanted)
        chosen = await shift.ask(_list(found, wanted, note))
        note = None
        if chosen == _EXPORT:
            note = await _export(shift, wanted)
            continue
        with suppress(GoBack):
            if chosen == _FILTER:
                wanted = await _filter(shift)
            elif (narrower := await _one(shift, found.entries[int(chosen)], wanted)) is not None:
                wanted = narrower


async def _read(shift: Shift, wanted: Filter) -> Newest:
    await shift.hands.audit.flush()
    directory = directory_of(shift.hands.settings.data_directory)
    try:
        return await shift.off_loop(lambda: newest(directory, wanted, _MOST))
    except OSError:
        return Newest((), older_left=False)


async def _filter(shift: Shift) -> Filter:
    """What is wanted instead: everything, the faults, those of one device, or what the staff did."""
    rows = [DeskRow(name, Text(f"desk.logs.filter.{name}")) for name in (_ALL, "faults", "staff")]
    rows += [DeskRow(device, Text(f"desk.logs.device.{device}")) for device in _DEVICES]
    chosen = await shift.ask(DeskList(title=Text("desk.logs.filter"), rows=tuple(rows)))
    filters = {_ALL: Filter(), "faults": Filter(faults=True), "staff": Filter(staff=True)}
    return filters.get(chosen) or Filter(device=chosen)


async def _one(shift: Shift, entry: Entry, wanted: Filter) -> Filter | None:
    """One entry in full; the filter that a touch there asks for."""
    codes, groups = codes_of(entry), groups_of(entry)
    chosen = await shift.ask(_page(entry))
    narrower = {
        "visit": replace(Filter(), visit=entry.visit),
        "code": replace(wanted, code=next(iter(codes), "")),
        "device": replace(wanted, device=next(iter(groups), "")),
    }
    return narrower.get(chosen)


async def _export(shift: Shift, wanted: Filter) -> Note:
    def write() -> Newest:
        settings = shift.hands.settings
        file = place_on_stick(settings, "log", "jwe", shift.hands.now())
        return export_sealed(directory_of(settings.data_directory), wanted, file, shift.parts.sealer())

    try:
        written = await shift.off_loop(write)
    except NoStickError:
        return Note(Text("desk.no_stick"), Tone.WAITING)
    except OSError:
        return Note(Text("desk.not_written"), Tone.STOP)
    shift.did(DeskAct.LOGS_EXPORTED)
    said = "desk.logs.exported_newest" if written.older_left else "desk.logs.exported"
    return Note(Text(said, {"count": len(written.entries)}), Tone.OK)


def _list(found: Newest, wanted: Filter, note: Note | None) -> DeskList:
    notes = [note] if note else []
    if found.older_left and len(found.entries) < _MOST:
        notes.append(Note(Text("desk.logs.far_enough", {"count": FURTHEST})))
    return DeskList(
        title=Text("desk.page.logs"),
        explanation=_said(wanted),
        rows=tuple(_row(at, entry) for at, entry in enumerate(found.entries)),
        notes=tuple(notes),
        deeds=(Deed(_FILTER, Text("desk.logs.filter")), Deed(_EXPORT, Text("desk.export"))),
    )


def _said(wanted: Filter) -> Words:
    """What the list is narrowed to."""
    if wanted.visit:
        return Text("desk.logs.of_visit", {"visit": wanted.visit[:8]})
    if wanted.code:
        return Text("desk.logs.of_code", {"code": wanted.code})
    if wanted.device:
        return Text(f"desk.logs.device.{wanted.device}")
    return Text("desk.logs.filter.faults" if wanted.faults else f"desk.logs.filter.{'staff' if wanted.staff else _ALL}")


def _row(at: int, entry: Entry) -> DeskRow:
    if entry.event == Event.DEVICE_STATE:
        return _device_row(at, entry)
    fields = "  ".join(f"{name}={value}" for name, value in entry.fields.items())
    mark = Mark(Tone.STOP, Verbatim(str(entry.fields.get("code", "!")))) if entry.event in _BAD else None
    title = Verbatim(f"{_moment(entry):%m-%d %H:%M:%S}  {entry.event}")
    return DeskRow(str(at), title, Verbatim(fields) if fields else None, mark)


def _device_row(at: int, entry: Entry) -> DeskRow:
    """When which device went from which state into which."""
    code = str(entry.fields.get("code", ""))
    mark = Mark(Tone.STOP, Verbatim(code)) if code else Mark(Tone.OK, Text(f"desk.state.{DeviceState.ONLINE}"))
    return DeskRow(str(at), Verbatim(f"{_moment(entry):%m-%d %H:%M:%S}"), _change(entry), mark)


def _change(entry: Entry) -> Words:
    """Such as "printer: online → offline"."""
    device, before, state = (str(entry.fields.get(name, WITHHELD)) for name in ("device", "before", "state"))
    values = {"device": Text(f"check.{device}"), "before": _state(before), "state": _state(state)}
    return Text("desk.logs.change", values) if device in set(DeviceName) else Verbatim(entry.event)


def _state(state: str) -> Words:
    return Text(f"desk.state.{state}") if state in set(DeviceState) else Verbatim(state)


def _page(entry: Entry) -> DeskFacts:
    facts = [
        Fact(Text("desk.logs.number"), Verbatim(str(entry.number))),
        Fact(Text("desk.logs.at"), Verbatim(f"{_moment(entry):%Y-%m-%d %H:%M:%S}")),
    ]
    if entry.visit:
        facts.append(Fact(Text("desk.logs.visit"), Verbatim(entry.visit)))
    facts += [Fact(Verbatim(name), Verbatim(str(value))) for name, value in entry.fields.items()]
    deeds = [Deed("visit", Text("desk.logs.only_visit"))] if entry.visit else []
    codes = [code for code in codes_of(entry) if code in set(FaultCode)]
    if codes:
        facts.append(Fact(Text("desk.fault.cause"), Text(f"fault.{codes[0]}.technician")))
        deeds.append(Deed("code", Text("desk.logs.only_code")))
    if groups_of(entry):
        deeds.append(Deed("device", Text("desk.logs.only_device")))
    title = _change(entry) if entry.event == Event.DEVICE_STATE else Verbatim(entry.event)
    return DeskFacts(title=title, groups=(Facts(tuple(facts)),), deeds=tuple(deeds))


def _moment(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at).astimezone(CHINA)
