"""A disk that is really full: the log has room of its own, and goes on without a gap."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.audit.entries import Event
from kiosk.audit.files import AuditFiles, months
from tests.audit.trail import BEGIN, KEY, assert_genuine, drafts, entries, new_log, told
from tests.small_disk import fill, mounted


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 8 MiB, where the log will be."""
    with mounted(tmp_path, "8m"):
        yield tmp_path


def test_every_entry_is_there_also_after_a_restart(small_disk: Path) -> None:
    place = small_disk / "audit"
    files = AuditFiles(place, KEY)
    files.append(drafts(1))
    assert not files.short
    fill(small_disk)
    for _ in range(100):
        files.append(drafts(5))
        assert files.short
    AuditFiles(place, KEY).append(drafts(5))
    assert [entry.event for entry in entries(place)] == ["clock_set"] * 506
    assert_genuine(place)


async def test_when_its_own_room_is_used_up_too_entries_are_lost_and_counted(small_disk: Path) -> None:
    log = new_log(small_disk / "audit")
    log.note(Event.KIOSK_STARTED)
    await log.flush()
    filler, noted = fill(small_disk), 0
    while not log.failing:
        for _ in range(50):
            log.note(Event.CLOCK_SET, seconds=1)
        await log.flush()
        noted += 50
    assert noted > 2500
    filler.unlink()
    log.note(Event.KIOSK_STOPPED)
    await log.close()
    *_, lost, stopped = told(entries(small_disk / "audit"))
    assert stopped == ("kiosk_stopped", {})
    assert lost[0] == "entries_lost"
    assert len(entries(small_disk / "audit")) - 3 + int(str(lost[1]["entries"])) == noted
    assert_genuine(small_disk / "audit")


def test_a_month_that_ends_on_a_full_disk_goes_on_in_its_file(small_disk: Path) -> None:
    files = AuditFiles(small_disk, KEY)
    files.append(drafts(1))
    filler = fill(small_disk)
    files.append(drafts(1, BEGIN + timedelta(days=31)))
    assert [path.stem for path in months(small_disk)] == ["2026-09"]
    filler.unlink()
    files.append(drafts(1, BEGIN + timedelta(days=31)))
    assert [path.stem for path in months(small_disk)] == ["2026-09", "2026-10"]
    assert_genuine(small_disk)


def test_a_month_that_is_over_keeps_no_room(small_disk: Path) -> None:
    files = AuditFiles(small_disk, KEY)
    files.append(drafts(1))
    (first,) = months(small_disk)
    assert first.stat().st_blocks * 512 > 1_000_000
    files.append(drafts(1, BEGIN + timedelta(days=31)))
    assert first.stat().st_blocks * 512 < 10_000


def test_no_signature_of_before_stays_beside_the_head(tmp_path: Path) -> None:
    """With it whoever has no key could cut off what came after it."""
    files = AuditFiles(tmp_path, KEY)
    for _ in range(4):
        files.append(drafts(1))
        assert set((tmp_path / "head.jws.before").read_bytes()) == {0}
