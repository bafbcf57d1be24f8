"""The program's log of the last days, newest first: from the journal, or from a file into which it was written."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.logs import ALLOWED_FIELDS
from kiosk.support.redaction import Redactor, Removed

UNIT = "hall-kiosk.service"

_OWN = frozenset({"time", "level", "logger", "event", "dropped", "exception"})
_FURTHEST = 64_000_000  # bytes from the end of a file that are looked through


class LogUnreadable(Exception):
    """There is no log to be read. The text says why."""


def from_journal(days: int, deadline: float) -> Iterator[str]:
    """The lines of the service, newest first, until ``deadline`` (monotonic). Raises ``LogUnreadable``."""
    since = f"--since=-{days}d"
    command = ("journalctl", "--unit", UNIT, since, "--reverse", "--output=json", "--no-pager", "--quiet")
    try:
        reading = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise LogUnreadable(f"journalctl: {error.strerror}") from None
    with reading:
        assert reading.stdout is not None  # noqa: S101 - it was asked for
        try:
            for line in reading.stdout:
                if time.monotonic() > deadline:
                    return
                yield _message(line)
        finally:
            reading.kill()
    if reading.returncode > 0:
        raise LogUnreadable(f"journalctl ended with {reading.returncode}")


def _message(line: bytes) -> str:
    """What the program wrote; the journal has bytes as a list of numbers when they are no text."""
    with suppress(ValueError, TypeError, AttributeError):
        message = json.loads(line).get("MESSAGE")
        return bytes(message).decode("utf-8", "replace") if isinstance(message, list) else str(message)
    return ""


def from_file(file: Path, days: int, now: datetime) -> Iterator[str]:
    """The lines of ``file`` from the last ``days``, newest first. Raises ``LogUnreadable``."""
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - _FURTHEST))
            lines = opened.read().splitlines()
    except OSError as error:
        raise LogUnreadable(f"{file.name}: {error.strerror}") from None
    for line in reversed(lines):
        text = line.decode("utf-8", "replace")
        moment = _moment(text)
        if moment is not None and moment < now - timedelta(days=days):
            return
        yield text


def _moment(line: str) -> datetime | None:
    entry = _entry(line)
    if entry is None:
        return None
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(str(entry["time"]))
    return None


def _entry(line: str) -> dict[str, object] | None:
    """The line as ``kiosk.logs`` writes it; None for any other."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and {"time", "level", "logger", "event"} <= entry.keys() else None


def redacted(line: str, redactor: Redactor) -> str | None:
    """The line with the fields that are on the list, redacted; None for one that no part of the program wrote.

    Such a line, of a library or of the interpreter, may hold anything, a name too: it is counted and left out.
    """
    entry = _entry(line)
    if entry is None:
        redactor.dropped(Removed.LINE, times=bool(line.strip()))
        return None
    kept = {name: value for name, value in entry.items() if name in _OWN or name in ALLOWED_FIELDS}
    redactor.dropped(Removed.FIELD, len(entry) - len(kept))
    told = {name: _value(name, value, redactor) for name, value in kept.items()}
    return json.dumps(told, ensure_ascii=False)


def _value(name: str, value: object, redactor: Redactor) -> object:
    if name == "time":  # whose digits are no number of anybody
        with suppress(ValueError):
            datetime.fromisoformat(str(value))
            return value
    return redactor.log_value(value)
