"""``kiosk queue``: what a technician sees of the queue and does with it, beside the running kiosk or without it."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from config.salvage import load_to_run
from kiosk import logs
from kiosk.audit.acts import note_act
from kiosk.audit.log import Act
from kiosk.first_boot.user import become_owner_of
from kiosk.queue_desk import care, export
from kiosk.queue_desk.desk import Desk, NotDone, Told
from kiosk.queue_desk.report import QueueReport, behind
from kiosk.queue_desk.summary import Standing
from offline_queue.checking import writer
from offline_queue.copies import backup, backup_in_turn
from offline_queue.inspection import NotPossibleError
from offline_queue.model import KEY_TAKEN, SET_ASIDE, QueuedTransaction, QueueError, TransactionState
from screens.text.catalogue import LANGUAGES

REFUSED, UNUSABLE = 1, 2

_HELD = "held"
_DAYS = 7
_MOST_COPIES = 100
_MOST_DAYS = 36_500
_NOT_ACCEPTED = tuple(state for state in TransactionState if state is not TransactionState.ACCEPTED)
_BLOCKING = (TransactionState.PENDING, TransactionState.SENDING)
Work = Callable[[Desk, argparse.Namespace], Told]


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``queue`` to the command line; its functions take the arguments and return the exit code."""
    queue = commands.add_parser("queue", help="see and work the queue of stored transactions; see docs/queue.md")
    actions = queue.add_subparsers(required=True, metavar="ACTION")
    listing = _action(
        actions, "list", "what waits, what somebody must look at, and what was refused lately; newest last", _list
    )
    states = [*TransactionState, _HELD]
    listing.add_argument("--state", nargs="+", choices=states, metavar="STATE", help=f"only these: {', '.join(states)}")
    days = "what ended as it should is listed so many days; without --state"
    listing.add_argument("--days", type=_days, default=_DAYS, help=f"{days} (default {_DAYS})")
    for action in (listing, _one(actions, "show", "all that is known of one transaction", _show)):
        action.add_argument("--json", action="store_true", help="for other programs")
    _one(actions, "hold", "stop one, and later ones of the same person with it", _hold)
    _one(actions, "release", "let a held one go on", _release)
    _one(actions, "retry", "try a waiting one, or one that was set aside, at once", _retry)
    export = _action(
        actions, "export", "write all to a new file, JSON Lines, without personal data", _export, Act.EXPORT
    )
    export.add_argument("file", type=Path)
    export.add_argument("--sealed", action="store_true", help="with the envelopes of those not delivered")
    copy = _action(actions, "backup", "copy the queue into a new file, also while the kiosk runs", _backup, Act.BACKUP)
    copy.add_argument("file", type=Path, help="the new file; with --keep the folder of the copies")
    copy.add_argument("--keep", type=_copies, metavar="N", help="name the copy by its time, and keep only the newest N")
    resume = _action(
        actions,
        "resume",
        "go on after a restore, or after a damaged queue was set aside",
        care.resume,
        Act.RESUME,
    )
    resume.add_argument("--after", required=True, metavar="NUMBER", help="the highest number that was ever given out")
    resume.add_argument("--yes", action="store_true", help="do not ask")
    check = _action(actions, "check", "look whether the queue is sound: exit code 0 sound, 1 not", care.check)
    check.add_argument(
        "--from", dest="start", metavar="NUMBER", default="1", help="the first number that must be there"
    )


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    what: str,
    work: Work,
    act: Act | None = None,
) -> argparse.ArgumentParser:
    """``act``: what is noted in the audit log when it is done, of a command that concerns the whole queue."""
    action = actions.add_parser(name, help=what, description=what)
    action.add_argument("--language", choices=LANGUAGES, help="of the answer; else that of the settings")
    action.set_defaults(answer=_answer, work=work, act=act)
    return action


def _one(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, work: Work
) -> argparse.ArgumentParser:
    action = _action(actions, name, what, work)
    action.add_argument("which", metavar="NUMBER", help="the number on the slip, 123 for short, or the id")
    return action


def _answer(arguments: argparse.Namespace) -> int:
    """Do the work and tell it: exit code 1 for what is refused, 2 when the queue or a file cannot be used."""
    settings = load_to_run(arguments.config).settings
    logs.set_up("ERROR")
    if arguments.work in _CHANGES:
        become_owner_of(settings.data_directory)  # so that it is noted, and the service can read what is left
    desk = Desk.of(settings, arguments.language)
    try:
        told: Told = arguments.work(desk, arguments)
    except NotDone as refusal:
        return _complain(str(refusal), REFUSED)
    except QueueError as error:
        return _complain(desk.why_unusable(error), UNUSABLE)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _complain(desk.words.say("queue.file_failed", file=str(error.filename), reason=reason), UNUSABLE)
    if arguments.act is not None:
        note_act(settings.data_directory, arguments.act)
    _print(told.lines)
    return told.code


def _print(lines: Iterable[str]) -> None:
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"kiosk: {text}\n")
    return code


def _list(desk: Desk, arguments: argparse.Namespace) -> Told:
    found = (
        _stated(desk, set(arguments.state)) if arguments.state else _of_interest(desk, timedelta(days=arguments.days))
    )
    standing = Standing(desk.inspection.summary(), desk.limits, writer(desk.directory), desk.words)
    if arguments.json:
        rows = [export.record(row, desk.words.number(row.sequence)) for row in found]
        return Told([json.dumps({"rows": rows, "summary": standing.record()}, ensure_ascii=False, indent=1)])
    return Told([*QueueReport(desk.words, behind(desk.rows(_BLOCKING))).table(found), "", *standing.lines()])


def _stated(desk: Desk, wanted: set[str]) -> list[QueuedTransaction]:
    """What is in one of the states, or held if that is wanted."""
    states = [state for state in TransactionState if state in wanted or (_HELD in wanted and state.open)]
    return [row for row in desk.rows(states) if row.state in wanted or desk.words.held(row)]


def _of_interest(desk: Desk, recent: timedelta) -> list[QueuedTransaction]:
    """What waits, what a person must look at, and of the rest what was not accepted lately."""

    def shown(row: QueuedTransaction) -> bool:
        return row.state.open or row.answer.get("reason") == SET_ASIDE or desk.words.since(row.stored) <= recent

    # Not all rows one by one: there may be a million that were accepted.
    found = {row.sequence: row for row in desk.rows(_NOT_ACCEPTED) if shown(row)}
    found |= {row.sequence: row for row in desk.inspection.alarming()}
    return [found[sequence] for sequence in sorted(found)]


def _show(desk: Desk, arguments: argparse.Namespace) -> Told:
    row = desk.find(arguments.which)
    if arguments.json:
        return Told([json.dumps(export.record(row, desk.words.number(row.sequence)), ensure_ascii=False, indent=1)])
    return Told(QueueReport(desk.words, behind(desk.rows(_BLOCKING))).details(row))


def _hold(desk: Desk, arguments: argparse.Namespace) -> Told:
    row = _change(desk, arguments, desk.inspection.hold, Act.HOLD)
    lines = [desk.words.say("queue.held", number=desk.words.number(row.sequence))]
    if row.state is TransactionState.SENDING:
        lines.append(desk.words.say("queue.held_late"))
    later = sum(other.subject == row.subject and other.sequence > row.sequence for other in desk.rows(_BLOCKING))
    if later and row.state in _BLOCKING:
        lines.append(desk.words.say("queue.behind", count=later))
    return Told(lines)


def _release(desk: Desk, arguments: argparse.Namespace) -> Told:
    return _goes_on(desk, "queue.released", _change(desk, arguments, desk.inspection.release, Act.RELEASE))


def _retry(desk: Desk, arguments: argparse.Namespace) -> Told:
    before = desk.find(arguments.which)
    key = "queue.retried" if before.state.open else "queue.reopened"
    return _goes_on(desk, key, _change(desk, arguments, desk.inspection.retry, Act.RETRY))


def _goes_on(desk: Desk, key: str, row: QueuedTransaction) -> Told:
    words = desk.words
    lines = [words.say(key, number=words.number(row.sequence))]
    if earlier := behind(desk.rows(_BLOCKING)).get(row.sequence):
        lines.append(words.say("queue.still_behind", number=words.number(earlier)))
    if writer(desk.directory) is None:
        lines.append(words.say("queue.not_running"))
    return Told(lines)


def _change(
    desk: Desk, arguments: argparse.Namespace, change: Callable[[UUID], QueuedTransaction], act: Act
) -> QueuedTransaction:
    row = desk.find(arguments.which)
    try:
        changed = change(row.id)
    except NotPossibleError:
        raise NotDone(_why_not(desk, desk.inspection.find(row.id))) from None
    note_act(desk.settings.data_directory, act, row.sequence)
    return changed


def _why_not(desk: Desk, row: QueuedTransaction) -> str:
    words, number = desk.words, desk.words.number(row.sequence)
    if not row.state.open and (row.answer.get("reason") != SET_ASIDE or row.answer.get("problem") == KEY_TAKEN):
        return words.say("queue.decided", number=number, state=words.state(row), meaning=words.meaning(row))
    return words.say("queue.is_held" if row.held else "queue.not_held", number=number)


def _export(desk: Desk, arguments: argparse.Namespace) -> Told:
    def records() -> Iterable[dict[str, object]]:
        for row in desk.rows():
            envelope = export.sealed(row) if arguments.sealed else {}
            yield {**export.record(row, desk.words.number(row.sequence)), **envelope}

    _demand_new(desk, arguments.file)
    written = export.write(arguments.file, records())
    return Told([desk.words.say("queue.exported", file=arguments.file.name, rows=written.rows, sealed=written.sealed)])


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"a number from 0 to {_MOST_DAYS}, not {text!r}")
    return int(text)


def _copies(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_COPIES:
        raise argparse.ArgumentTypeError(f"a number from 1 to {_MOST_COPIES}, not {text!r}")
    return int(text)


def _backup(desk: Desk, arguments: argparse.Namespace) -> Told:
    file: Path = arguments.file
    last = desk.inspection.summary().last_sequence
    if arguments.keep:
        file = backup_in_turn(desk.directory, file, arguments.keep, datetime.now(UTC))
    else:
        _demand_new(desk, file)
        backup(desk.directory, file)
    said = desk.words.say("queue.backed_up", file=file.name, bytes=file.stat().st_size, number=desk.words.number(last))
    return Told([said, desk.words.say("queue.backup_is_a_copy")])


def _demand_new(desk: Desk, file: Path) -> None:
    file.absolute().parent.stat()
    if file.exists():
        raise NotDone(desk.words.say("queue.file_exists", file=str(file)))


_CHANGES = (_hold, _release, _retry, care.resume)
