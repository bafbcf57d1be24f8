"""The parts of a bundle, each a file in it. A part that fails is told of in errors.txt, and the others go on."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from config.configuration import Configuration
from config.settings import Settings
from kiosk.audit.chain import Entry
from kiosk.audit.log import directory_of
from kiosk.audit.verifying import Snapshot
from kiosk.contract import ContractBroken
from kiosk.queue_desk import export
from kiosk.queue_desk.desk import Desk
from kiosk.queue_desk.summary import Standing
from kiosk.support.machine import machine, versions
from kiosk.support.program_log import from_file, from_journal, redacted
from kiosk.support.redaction import Redactor
from offline_queue.checking import writer
from offline_queue.model import TransactionState

_LATEST_ROWS = 2_000
_MOST_ROWS = 20_000
_SECONDS_OF_A_COMMAND = 40.0
_LEFT_BEHIND = ("counters.json", "checks.json", "directives.json")  # in the data directory, where there are any
_OPEN = tuple(state for state in TransactionState if state.open)


@dataclass(frozen=True)
class Wanted:
    """What a bundle is about. ``file``: the settings' (None for KIOSK_CONFIG); ``log``: None for the journal.

    ``deadline``: by the monotonic clock; what has not been read by then stays out.
    """

    settings: Settings
    file: Path | None
    log: Path | None
    days: int
    now: datetime
    deadline: float
    redactor: Redactor = field(default_factory=Redactor)


def whole(wanted: Wanted) -> dict[str, Callable[[], str]]:
    """What goes in as it is, by its file's name."""
    parts: dict[str, Callable[[Wanted], str]] = {
        "about.json": _about,
        "versions.json": lambda _: _json(versions()),
        "machine.json": lambda of: _json(of.redactor.value(machine(of.settings.data_directory))),
        "configuration.json": _configuration,
        "queue.json": _queue,
        "queue_rows.jsonl": _rows,
        "doctor.json": lambda of: _command(of, "doctor", "--json", "--language", "en"),
        "status.json": lambda of: _command(of, "status", "--json"),
    }
    there = (name for name in _LEFT_BEHIND if (wanted.settings.data_directory / name).exists())
    parts |= {name: partial(_left_behind, name=name) for name in there}
    return {name: partial(part, wanted) for name, part in parts.items()}


def newest_first(wanted: Wanted) -> dict[str, Callable[[], Iterator[str]]]:
    """What goes in as far as there is room, line by line, the newest first."""
    return {"audit.jsonl": partial(_audit, wanted), "program.log": partial(_program, wanted)}


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, default=str)


def _about(wanted: Wanted) -> str:
    hall, made_at = wanted.settings.hall, wanted.now.isoformat()
    since = (wanted.now - timedelta(days=wanted.days)).isoformat()
    return _json({"kiosk": hall.kiosk, "hall": hall.name, "made_at": made_at, "since": since})


def _left_behind(wanted: Wanted, name: str) -> str:
    """A file that the running kiosk keeps for itself."""
    return _json(wanted.redactor.value(json.loads((wanted.settings.data_directory / name).read_bytes())))


def _configuration(wanted: Wanted) -> str:
    """The settings in force with their origin, without passwords."""
    loaded = Configuration.load(wanted.file)
    shown = {view.key: {"value": view.value, "origin": str(view.origin)} for view in loaded.views()}
    return _json(wanted.redactor.value({"settings": shown, "sha256": loaded.version.sha256}))


def _queue(wanted: Wanted) -> str:
    desk = Desk.of(wanted.settings, "en")
    return _json(Standing(desk.inspection.summary(), desk.limits, writer(desk.directory), desk.words).record())


def _rows(wanted: Wanted) -> str:
    """The latest rows and all that are open, without envelopes and pseudonyms."""
    desk = Desk.of(wanted.settings, "en")
    last = desk.inspection.summary().last_sequence
    after = max(0, last - _LATEST_ROWS)
    older = (row for row in islice(desk.rows(_OPEN), _MOST_ROWS) if row.sequence <= after)
    rows = [*older, *desk.inspection.rows(after=after, limit=_LATEST_ROWS)]
    records = (wanted.redactor.value(export.record(row, desk.words.number(row.sequence))) for row in rows)
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records)


class CommandFailed(Exception):
    """A command of the kiosk gave no JSON. The text says which, never what it said."""


def _command(wanted: Wanted, *command: str) -> str:
    """What a command of the kiosk answers, in a process that can be ended when a device holds it."""
    configured = () if wanted.file is None else ("--config", str(wanted.file))
    try:
        done = subprocess.run(
            (sys.executable, "-m", "kiosk.cli", *configured, *command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS_OF_A_COMMAND,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"kiosk {command[0]}: no answer in {_SECONDS_OF_A_COMMAND:.0f} s") from None
    try:
        return _json(wanted.redactor.value(json.loads(done.stdout)))
    except ValueError:
        raise CommandFailed(f"kiosk {command[0]}: exit code {done.returncode} and no report") from None


def _audit(wanted: Wanted) -> Iterator[str]:
    """The entries of the last days; the hashes of the chain stay as they are."""
    since = (wanted.now - timedelta(days=wanted.days)).timestamp()
    for line in Snapshot.of(directory_of(wanted.settings.data_directory)).newest_first():
        try:
            entry = Entry.read(line)
            at = datetime.fromisoformat(entry.at).timestamp()
        except (ContractBroken, ValueError):
            yield '"not an entry"'
            continue
        if at < since:
            return
        yield _line_of(json.loads(line), wanted.redactor)


def _line_of(content: Mapping[str, object], redactor: Redactor) -> str:
    kept = {name: value if name == "at" else redactor.value(value) for name, value in content.items()}
    return json.dumps(kept, ensure_ascii=False)


def _program(wanted: Wanted) -> Iterator[str]:
    if wanted.log is None:
        lines = from_journal(wanted.days, wanted.deadline)
    else:
        lines = from_file(wanted.log, wanted.days, wanted.now)
    for line in lines:
        told = redacted(line, wanted.redactor)
        if told is not None:
            yield told
