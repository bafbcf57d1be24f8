"""``kiosk doctor``: looks at everything; ``kiosk status``: what the running kiosk says of itself."""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from config import clock
from config.salvage import load_to_run
from flows.prompts import Text
from kiosk import logs
from kiosk.columns import in_columns, padded, width
from kiosk.diagnostics.check import Level, Outcome, carry_out_all, worst
from kiosk.diagnostics.doctor import Configured, checks_of
from kiosk.diagnostics.results import Results
from kiosk.diagnostics.status_file import StatusFile
from kiosk.first_boot.user import become_owner_of
from screens.text.catalogue import LANGUAGES, Catalogue

SHELL = "shell"
_NO_SUCH, _NOT_RUNNING = 2, 1
_SCHEMA = 1  # of the JSON; raised when a field changes its meaning


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands; their functions take the arguments and return the exit code."""
    doctor = commands.add_parser("doctor", help="look at everything: exit code 0 well, 1 warnings, 2 errors")
    doctor.add_argument(
        "--only", nargs="+", metavar="NAME", default=[], help="only these checks, such as: printer queue"
    )
    status = commands.add_parser("status", help="what the running kiosk says of itself; exit code 1 if none runs")
    for command, work in ((doctor, _doctor), (status, _status)):
        command.add_argument("--json", action="store_true", help="for other programs")
        command.add_argument("--language", choices=LANGUAGES, help="of the answer; else that of the settings")
        command.set_defaults(answer=work)


def _doctor(arguments: argparse.Namespace) -> int:
    logs.set_up("CRITICAL")  # what is wrong is in the report
    configured = _as_the_kiosk(arguments.config)
    settings = configured.settings
    catalogue = Catalogue.load(arguments.language or (settings.screen.language if settings else LANGUAGES[0]))
    try:
        outcomes = asyncio.run(examined(configured, arguments.only))
    except KeyError as unknown:
        sys.stderr.write(f"kiosk: {catalogue.render(Text('doctor.no_such', {'names': str(unknown.args[0])}))}\n")
        return _NO_SUCH
    if settings is not None:
        with contextlib.suppress(OSError):  # not enrolled, or not the kiosk's user
            Results(settings.data_directory).keep(outcomes, SHELL)
    if arguments.json:
        print_line(json.dumps(record(outcomes, catalogue), ensure_ascii=False, indent=1))
    else:
        for line in report(outcomes, catalogue):
            print_line(line)
    return worst(outcomes).exit_code


def _as_the_kiosk(file: Path | None) -> Configured:
    """The settings, as the kiosk's user reads them. Root becomes that user, for good.

    So the doctor sees what the kiosk sees, and what it keeps is the kiosk's own.
    """
    configured = Configured.by(file)
    if configured.settings is not None:
        become_owner_of(configured.settings.data_directory)
    return Configured.by(file)


async def examined(configured: Configured, only: Sequence[str]) -> list[Outcome]:
    """Carry out the checks that are named in ``only``, or all. Raises ``KeyError`` for a name that none has."""
    async with checks_of(configured) as checks:
        names = [check.name for check in checks]
        if unknown := sorted(set(only) - set(names)):
            raise KeyError(f"{', '.join(unknown)} ({', '.join(names)})")
        return await carry_out_all([check for check in checks if not only or check.name in only], clock.now)


def print_line(text: str) -> None:
    """To standard output."""
    sys.stdout.write(f"{text}\n")


def remedy(outcome: Outcome, catalogue: Catalogue) -> str:
    """What to do about it; empty if nothing is."""
    finding = outcome.finding
    if finding.level in {Level.OK, Level.ABSENT}:
        return ""
    key = f"fault.{finding.code}.technician" if finding.code else f"{finding.line.key}.remedy"
    return catalogue.render(Text(key)) if catalogue.has(key) else ""


def report(outcomes: Sequence[Outcome], catalogue: Catalogue) -> Iterator[str]:
    """The report, one line for each check under its heading, the remedy below what is not well."""

    def say(key: str, **values: str | int) -> str:
        return catalogue.render(Text(key, values))

    levels = {level: say(f"doctor.level.{level}") for level in Level}
    titles = [say(f"check.{outcome.check.name}") for outcome in outcomes]
    first, second = max(map(width, levels.values())), max(map(width, titles), default=0)
    group = None
    for outcome, title in zip(outcomes, titles, strict=True):
        if outcome.check.group is not group:
            group = outcome.check.group
            yield f"\n{say(f'doctor.group.{group}')}"
        head = f"  {padded(levels[outcome.finding.level], first)}  {padded(title, second)}  "
        yield f"{head}{catalogue.render(outcome.finding.line)}"
        if advice := remedy(outcome, catalogue):
            yield f"{' ' * width(head)}→ {advice}"
    counts = {level: sum(outcome.finding.level is level for outcome in outcomes) for level in Level}
    yield ""
    yield say("doctor.sum", checks=len(outcomes), warnings=counts[Level.WARNING], errors=counts[Level.ERROR])


def record(outcomes: Sequence[Outcome], catalogue: Catalogue) -> dict[str, Any]:
    """The report for other programs."""
    level = worst(outcomes)
    return {
        "schema": _SCHEMA,
        "version": version("hall-kiosk"),
        "time": clock.now().isoformat(timespec="seconds"),
        "level": level,
        "exit_code": level.exit_code,
        "checks": [
            {
                "name": outcome.check.name,
                "group": outcome.check.group,
                "level": outcome.finding.level,
                "key": outcome.finding.line.key,
                "line": catalogue.render(outcome.finding.line),
                "code": outcome.finding.code,
                "remedy": remedy(outcome, catalogue),
                "figures": dict(outcome.finding.figures),
                "seconds": outcome.seconds,
            }
            for outcome in outcomes
        ],
    }


def _status(arguments: argparse.Namespace) -> int:
    settings = load_to_run(arguments.config).settings
    catalogue = Catalogue.load(arguments.language or settings.screen.language)
    record = StatusFile.of(settings).read()
    if arguments.json:
        print_line(json.dumps({"running": record is not None, **(record or {})}, ensure_ascii=False, indent=1))
    elif record is None:
        print_line(catalogue.render(Text("running.not_running")))
    else:
        for line in _status_lines(record, catalogue):
            print_line(line)
    return 0 if record is not None else _NOT_RUNNING


def _status_lines(record: dict[str, Any], catalogue: Catalogue) -> Iterator[str]:
    def say(key: str, **values: str | int) -> str:
        return catalogue.render(Text(key, values))

    names = {name: record[name] for name in ("hall", "kiosk", "version", "process")}
    yield say("running.running", **names, uptime=_span(record["uptime"]))
    yield say("running.online" if record["online"] else "running.offline")
    queue = record["queue"]
    yield say("running.queue", waiting=queue["waiting"], age=_span(queue["oldest_seconds"] or 0))
    if queue["closed"] is not None:
        yield say("running.closed", code=queue["closed"], sentence=say(f"fault.{queue['closed']}.technician"))
    yield say("running.services", count=len(record["services"]))
    yield say("running.paper", metres=str(record["paper_left_metres"]))
    yield ""
    yield from in_columns([_device_row(device, say(f"check.{device['device']}")) for device in record["devices"]])


def _device_row(device: dict[str, Any], name: str) -> list[str]:
    state = device["state"] + (f" {device['fault']}" if device["fault"] else "")
    identity = device["identity"]
    who = " ".join(identity[part] for part in ("maker", "model", "firmware", "serial") if part in identity)
    return [f"  {name}", state, _span(device["unchanged_seconds"]), who or identity.get("place", "")]


def _span(seconds: int) -> str:
    return str(timedelta(seconds=seconds))
