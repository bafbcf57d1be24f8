"""The queue: what waits, since when, why, and when it is tried next. Never a name: the kiosk itself knows none."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from flows.desk_prompts import Deed, DeskFacts, DeskList, DeskRow, Fact, Facts, Mark
from flows.prompts import GoBack, Note, Text, Tone, Verbatim
from kiosk.audit.log import Act
from kiosk.desk.shift import Shift
from kiosk.desk.stick import NoStickError, place_on_stick
from kiosk.queue_desk import export
from kiosk.queue_desk.desk import Desk
from kiosk.queue_desk.report import QueueReport, behind
from offline_queue.inspection import Inspection, NotPossibleError
from offline_queue.model import SET_ASIDE, QueuedTransaction, QueueError, TransactionState

_MOST = 200  # rows on the pages; who has more of them works with `kiosk queue`
_WAITING = [state for state in TransactionState if state.open]
_BLOCKING = (TransactionState.PENDING, TransactionState.SENDING)
_AGAIN, _EXPORT = "again", "export"


@dataclass(frozen=True)
class _Seen:
    """The queue as it was read: what is worth showing, and the words for it."""

    rows: tuple[QueuedTransaction, ...]
    more: int
    report: QueueReport

    @classmethod
    def of(cls, desk: Desk) -> "_Seen":
        """Raises ``QueueError``."""
        waiting, decided = list(desk.rows(_WAITING)), desk.inspection.alarming()
        # What waits comes first, then the newest of the rest: that stays for ever, and must not hide it.
        rows = [*waiting[:_MOST], *decided[::-1][: max(0, _MOST - len(waiting))]]
        return cls(
            tuple(sorted(rows, key=lambda row: row.sequence)),
            len(waiting) + len(decided) - len(rows),
            QueueReport(desk.words, behind(desk.rows(_BLOCKING))),
        )


async def queue(shift: Shift) -> None:
    """List what waits or wants a person; a touch opens one. Raises ``GoBack``, ``VisitEnded``."""
    note: Note | None = None
    while True:
        try:
            seen = await shift.off_loop(lambda: _Seen.of(_desk(shift)))
        except QueueError as error:
            await shift.ask(_unusable(error))
            continue
        chosen = await shift.ask(_list(seen, note))
        note = None
        if chosen == _EXPORT:
            note = await _export(shift)
        elif chosen != _AGAIN:
            with suppress(GoBack):
                await _one(shift, int(chosen))


async def _one(shift: Shift, sequence: int) -> None:
    """One row in full, with what can be done to it."""
    note: Note | None = None
    while True:
        row, report = await shift.off_loop(lambda: _look(_desk(shift), sequence))
        chosen = await shift.ask(_page(row, report, note))
        note = await _done(shift, Act(chosen), row.id, sequence)


def _look(desk: Desk, sequence: int) -> tuple[QueuedTransaction, QueueReport]:
    return desk.inspection.find(sequence), QueueReport(desk.words, behind(desk.rows(_BLOCKING)))


async def _done(shift: Shift, act: Act, row: UUID, sequence: int) -> Note:
    """Do it, and say how it went."""
    inspection = Inspection(shift.hands.settings.data_directory / "queue")
    change = {Act.HOLD: inspection.hold, Act.RELEASE: inspection.release, Act.RETRY: inspection.retry}
    try:
        await shift.off_loop(lambda: change[act](row))
    except NotPossibleError:
        return Note(Text("desk.queue.not_possible"), Tone.WAITING)
    except QueueError:
        return Note(Text("desk.not_written"), Tone.STOP)
    shift.did(act, sequence=sequence)
    return Note(Text(f"desk.queue.done.{act}"), Tone.OK)


async def _export(shift: Shift) -> Note:
    """All rows with their sealed envelopes onto the stick, for the gateway's operators."""

    def write() -> export.Exported:
        desk = _desk(shift)
        file = place_on_stick(shift.hands.settings, "queue", "jsonl", shift.hands.now())
        return export.write(
            file,
            ({**export.record(row, desk.words.number(row.sequence)), **export.sealed(row)} for row in desk.rows()),
        )

    try:
        written = await shift.off_loop(write)
    except NoStickError:
        return Note(Text("desk.no_stick"), Tone.WAITING)
    except (OSError, QueueError):
        return Note(Text("desk.not_written"), Tone.STOP)
    shift.did(Act.EXPORT)
    return Note(Text("desk.queue.exported", {"rows": written.rows, "sealed": written.sealed}), Tone.OK)


def _desk(shift: Shift) -> Desk:
    return Desk.of(shift.hands.settings, shift.hands.catalogue().language)


def _unusable(error: QueueError) -> DeskFacts:
    facts = (Fact(Text("desk.fact.code"), Verbatim(error.code), Tone.STOP),)
    note = Note(Text(f"fault.{error.code}.technician"), Tone.STOP)
    return DeskFacts(
        title=Text("desk.page.queue"),
        notes=(note,),
        groups=(Facts(facts),),
        deeds=(Deed(_AGAIN, Text("desk.again")),),
    )


def _list(seen: _Seen, note: Note | None) -> DeskList:
    notes = [note] if note else []
    if seen.more:
        notes.append(Note(Text("desk.queue.more", {"count": seen.more})))
    return DeskList(
        title=Text("desk.page.queue"),
        rows=tuple(_row(row, seen.report) for row in seen.rows),
        notes=tuple(notes),
        deeds=(Deed(_AGAIN, Text("desk.again")), Deed(_EXPORT, Text("desk.export"))),
        empty=Text("desk.queue.empty"),
    )


def _row(row: QueuedTransaction, report: QueueReport) -> DeskRow:
    words = report.words
    problem = row.problem or row.answer.get("reason", "")
    about = Text(
        "desk.queue.row_problem" if problem else "desk.queue.row",
        {
            "age": Verbatim(words.age(row)),
            "attempts": row.attempts,
            "next": Verbatim(report.next_attempt(row)),
            "problem": Verbatim(problem),
        },
    )
    title = Text("desk.queue.title", {"number": words.number(row.sequence), "kind": Verbatim(words.kind(row.kind))})
    return DeskRow(str(row.sequence), title, about, Mark(_tone(row), Verbatim(words.state(row))))


def _tone(row: QueuedTransaction) -> Tone:
    if row.held or row.problem is not None or not row.state.open:
        return Tone.STOP
    return Tone.WAITING if row.attempts else Tone.INFO


def _page(row: QueuedTransaction, report: QueueReport, note: Note | None) -> DeskFacts:
    words = report.words
    facts = tuple(Fact(Text(f"queue.field.{name}"), Verbatim(value)) for name, value in report.fields(row))
    state = Fact(Text("desk.fact.state"), Verbatim(words.state(row)), _tone(row))
    kind = Fact(Text("desk.queue.kind"), Verbatim(words.kind(row.kind)))
    return DeskFacts(
        title=Verbatim(words.number(row.sequence)),
        explanation=Verbatim(words.meaning(row)),
        notes=(note,) if note else (),
        groups=(Facts((kind, state, *facts)),),
        deeds=_deeds(row),
    )


def _deeds(row: QueuedTransaction) -> tuple[Deed, ...]:
    if row.state.open and row.held:
        return (Deed(Act.RELEASE, Text("desk.queue.release")),)
    if row.state.open:
        return (Deed(Act.HOLD, Text("desk.queue.hold")), Deed(Act.RETRY, Text("desk.queue.retry")))
    return (Deed(Act.RETRY, Text("desk.queue.retry")),) if row.answer.get("reason") == SET_ASIDE else ()
