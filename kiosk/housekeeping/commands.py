"""``kiosk housekeeping``: take away what nothing needs any more; a timer runs it once a day."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from config.files import sync_directory
from config.salvage import load_to_run
from kiosk import logs
from kiosk.audit.acts import files_of, note_housekeeping
from kiosk.housekeeping.old_files import ClockWrongError, Kind, OldFile, old_files
from kiosk.key_files import NotEnrolled

DONE, NOT_DONE = 0, 2


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``housekeeping``; its function takes the arguments and returns the exit code."""
    keeping = commands.add_parser("housekeeping", help="take away old copies and half files; never what waits")
    keeping.add_argument("--dry-run", action="store_true", help="name the files, and leave them")
    keeping.set_defaults(answer=_answer)


def _answer(arguments: argparse.Namespace) -> int:
    """Exit code 2 if the clock is wrong or a file cannot be taken away; what could be is gone then all the same."""
    settings = load_to_run(arguments.config).settings
    logs.set_up("ERROR")
    try:
        found = old_files(settings, datetime.now(UTC))
    except ClockWrongError:
        return _complain("the clock is behind the queue's: nothing is taken away by a wrong clock")
    except OSError as error:
        return _complain(f"{error.filename}: {error.strerror}; run this as the user of the kiosk's service")
    for each in found:
        sys.stdout.write(f"{each.kind:8} {each.bytes:>12}  {each.path}\n")
    if arguments.dry_run:
        sys.stdout.write(f"{len(found)} files would go\n")
        return DONE
    gone, failed = _take_away(settings.data_directory, found)
    note_housekeeping(settings.data_directory, gone)
    sys.stdout.write(f"{sum(gone[str(kind)] for kind in Kind)} files gone, {gone['bytes']} bytes\n")
    return _complain(failed) if failed else DONE


def _take_away(data_directory: Path, found: Sequence[OldFile]) -> tuple[dict[str, int], str]:
    """How many of each kind went, with their bytes; and what went wrong, if anything did."""
    gone = Counter[str]({str(kind): 0 for kind in Kind} | {"bytes": 0})
    failed = ""
    for each in found:
        size = each.bytes
        try:
            _delete(data_directory, each)
        except OSError as error:
            failed = f"{each.path}: {error.strerror}"
            continue
        except NotEnrolled as error:
            failed = f"{each.path} stays, what goes of the audit log is signed: {error}"
            continue
        gone[str(each.kind)] += 1
        gone["bytes"] += size
    return dict(gone), failed


def _delete(data_directory: Path, old: OldFile) -> None:
    if old.kind is Kind.MONTHS:
        files_of(data_directory).take_away(old.path)
        return
    old.path.unlink(missing_ok=True)
    sync_directory(old.path.parent)


def _complain(text: str) -> int:
    sys.stderr.write(f"kiosk: {text}\n")
    return NOT_DONE
