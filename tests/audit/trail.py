"""A log of its own for a test: a key, a clock that is moved by hand, and some entries in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc.jwk import OKPKey

from config.clock import Instant
from kiosk.audit.chain import Entry, HeadKey
from kiosk.audit.entries import Draft, Event
from kiosk.audit.files import AuditFiles, months
from kiosk.audit.log import AuditLog
from kiosk.audit.verifying import Snapshot, verify

BEGIN = datetime(2026, 9, 15, 1, 0, tzinfo=UTC)
KEY = HeadKey("JN03", OKPKey.generate_key("Ed25519", {"kid": "JN03"}))


@dataclass
class HandClock:
    """A clock that stands until it is moved."""

    time: datetime = BEGIN
    sure: bool = True
    uptime: float = 0.0

    def __call__(self) -> Instant:
        return Instant(self.time, self.sure, "boot", self.uptime)

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)
        self.uptime += timedelta(**time).total_seconds()


def new_log(directory: Path, clock: HandClock | None = None, key: HeadKey = KEY) -> AuditLog:
    """A log as the kiosk has it."""
    return AuditLog(directory, key, clock or HandClock(), {"contact.mobile.question"}.__contains__)


def drafts(count: int, at: datetime = BEGIN) -> list[Draft]:
    """Steps of a visit."""
    return [Draft(at, True, "a-visit", Event.CLOCK_SET, {"seconds": number}) for number in range(count)]


def filled(directory: Path, months_: int = 3, each: int = 4) -> AuditFiles:
    """A log over several months, an append for each two entries."""
    files = AuditFiles(directory, KEY)
    for month in range(months_):
        at = BEGIN + timedelta(days=31 * month)
        for _ in range(each // 2):
            files.append(drafts(2, at))
    return files


def entries(directory: Path) -> list[Entry]:
    """All that is in the log."""
    return [Entry.read(line) for path in months(directory) for line in path.read_bytes().splitlines()]


def told(found: Sequence[Entry]) -> list[tuple[str, dict[str, object]]]:
    """What they say."""
    return [(entry.event, dict(entry.fields)) for entry in found]


def assert_genuine(directory: Path) -> None:
    report = verify(Snapshot.of(directory), KEY)
    assert report.findings == []
