"""What the kiosk keeps on its disk: settings, keys, queue, audit log."""

import os
import shutil
import time
from datetime import datetime
from pathlib import Path

from config.faults import FaultCode
from config.settings import Settings
from flows.prompts import Text
from kiosk import enrolment
from kiosk.audit.chain import HeadKey, HeadNotGenuine
from kiosk.audit.files import HEAD
from kiosk.audit.log import directory_of
from kiosk.diagnostics.check import Check, Figure, Finding, Group, Level, blocking
from kiosk.key_files import NotEnrolled
from kiosk.queue_desk.desk import Desk
from kiosk.queue_desk.summary import Standing
from offline_queue.checking import writer
from offline_queue.files import DATABASE
from offline_queue.model import QueueError

_MEGABYTE = 1_000_000
_LITTLE, _TOO_LITTLE = 2_000 * _MEGABYTE, 200 * _MEGABYTE  # bytes free
_SLOW_SYNC = 1.0  # seconds; each transaction waits for one


def storage_checks(settings: Settings) -> list[Check]:
    """The checks of the data directory."""
    return [
        Check("keys", Group.PROGRAM, blocking(lambda: keys(settings))),
        Check("disk", Group.STORAGE, blocking(lambda: disk(settings.data_directory))),
        Check("queue", Group.STORAGE, blocking(lambda: queue(settings))),
        Check("audit", Group.STORAGE, blocking(lambda: audit(settings)), Level.WARNING),
    ]


def keys(settings: Settings) -> Finding:
    """Is this kiosk enrolled, and since when are its keys as they are?"""
    directory = settings.data_directory / "keys"
    try:
        found = enrolment.load(directory)
    except NotEnrolled as error:
        return Finding(Level.ERROR, Text("found.not_enrolled", {"detail": str(error)}))
    made = datetime.fromtimestamp(enrolment.signing_key_file(directory).stat().st_mtime).astimezone()
    issued = found.gateway.issued_at
    values: dict[str, str | int] = {"kiosk": found.kiosk, "made": f"{made:%Y-%m-%d}", "version": found.gateway.version}
    figures: dict[str, Figure] = {
        "made": made.isoformat(timespec="seconds"),
        "issued": issued.isoformat() if issued else None,
    }
    return Finding(Level.OK, Text("found.keys", values), figures=figures | values)


def _try_out(file: Path) -> None:
    """Write a page, wait for the disk, and leave nothing. Raises ``OSError``."""
    try:
        with file.open("wb") as trial:
            trial.write(b"x" * 4096)
            trial.flush()
            os.fsync(trial.fileno())
    finally:
        file.unlink(missing_ok=True)


def disk(directory: Path) -> Finding:
    """Is there room, and does what is written reach the disk in time?"""
    place = next((each for each in (directory, *directory.parents) if each.is_dir()), Path("/"))
    usage = shutil.disk_usage(place)
    figures = {"free": usage.free, "total": usage.total}
    if place != directory:
        return Finding(Level.ERROR, Text("found.no_directory", {"directory": str(directory)}), figures=figures)
    begun = time.monotonic()
    try:
        _try_out(directory / f".check-{os.getpid()}")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Finding(Level.ERROR, Text("found.not_writable", {"reason": reason}), figures=figures)
    seconds = time.monotonic() - begun
    values = {"free": usage.free // _MEGABYTE, "milliseconds": round(seconds * 1000)}
    level = Level.ERROR if usage.free < _TOO_LITTLE else Level.WARNING if usage.free < _LITTLE else Level.OK
    if level is Level.OK and seconds > _SLOW_SYNC:
        return Finding(Level.WARNING, Text("found.disk_slow", values), figures={**figures, "sync": seconds})
    line = "found.disk" if level is Level.OK else "found.disk_full"
    return Finding(level, Text(line, values), figures={**figures, "sync": round(seconds, 4)})


def queue(settings: Settings) -> Finding:
    """How much waits, for how long, and whether anything new is taken."""
    desk = Desk.of(settings, "en")
    if not (desk.directory / DATABASE).exists():
        return Finding(Level.ABSENT, Text("found.no_queue"))
    try:
        standing = Standing(desk.inspection.summary(), desk.limits, writer(desk.directory), desk.words)
    except QueueError as error:
        return Finding.of_fault(Level.ERROR, error.code, error.detail)
    figures = {name: value for name, value in standing.record().items() if isinstance(value, str | int | float | None)}
    if standing.closed is not None:
        return Finding(
            Level.ERROR, Text("found.fault", {"code": standing.closed, "detail": "-"}), standing.closed, figures
        )
    oldest = standing.oldest
    values = {"waiting": standing.waiting, "minutes": round(oldest.total_seconds() / 60) if oldest else 0}
    if standing.share >= standing.limits.warn:
        return Finding(Level.WARNING, Text("found.queue_long", values), FaultCode.Q_FULL, figures)
    return Finding(Level.OK, Text("found.queue", values), figures=figures)


def audit(settings: Settings) -> Finding:
    """Is the head of the audit log signed by this kiosk? The whole chain is for ``kiosk audit verify``."""
    head = directory_of(settings.data_directory) / HEAD
    if not head.exists():
        return Finding(Level.ABSENT, Text("found.no_audit"))
    try:
        own = enrolment.load(settings.data_directory / "keys")
        link = HeadKey(own.kiosk, own.signing_key).read(head.read_bytes())
    except NotEnrolled as error:
        return Finding(Level.WARNING, Text("found.not_enrolled", {"detail": str(error)}))
    except HeadNotGenuine:
        return Finding(Level.ERROR, Text("found.audit_not_genuine"))
    return Finding(Level.OK, Text("found.audit", {"number": link.number}), figures={"number": link.number})
