"""The log as the desk reads it: from its end, whatever its length, and the same as from its beginning."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.audit import verifying
from kiosk.audit.entries import Event
from kiosk.audit.files import AuditFiles, months
from kiosk.desk import log_reading
from kiosk.desk.log_reading import Filter, newest
from tests.audit.trail import BEGIN, KEY, drafts, entries, filled
from tests.offline_queue.script import SEALER


@pytest.mark.parametrize("block", [7, 64, 1 << 16])
def test_read_backwards_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(verifying, "_BLOCK", block)
    filled(tmp_path, months_=3, each=4)
    found = newest(tmp_path, Filter(), 100)
    assert list(found.entries) == entries(tmp_path)[::-1]
    assert not found.older_left


def test_half_a_line_and_a_line_of_somebody_else_are_passed_over(tmp_path: Path) -> None:
    filled(tmp_path, months_=2, each=2)
    whole = entries(tmp_path)
    with months(tmp_path)[0].open("ab") as file:
        file.write(b"not an entry\n")
    with months(tmp_path)[1].open("ab") as file:
        file.write(b'{"number": 5, "at"')
    assert list(newest(tmp_path, Filter(), 100).entries) == whole[::-1]


def test_no_more_is_read_than_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, months_=3, each=4)
    oldest = months(tmp_path)[0]
    oldest.unlink()
    oldest.mkdir()  # who opens it fails
    read: list[bytes] = []
    original = log_reading.Entry.read
    monkeypatch.setattr(log_reading.Entry, "read", lambda line: (read.append(line), original(line))[1])
    found = newest(tmp_path, Filter(), 3)
    assert (len(found.entries), found.older_left, len(read)) == (3, True, 3)


def test_a_search_for_something_rare_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_reading, "FURTHEST", 5)
    files = AuditFiles(tmp_path, KEY)
    files.append(drafts(20))
    found = newest(tmp_path, Filter(visit="nobody"), 3)
    assert (list(found.entries), found.older_left) == ([], True)
    monkeypatch.setattr(log_reading, "FURTHEST", 20)
    assert not newest(tmp_path, Filter(visit="nobody"), 3).older_left
    later = BEGIN + timedelta(minutes=1)
    files.append(drafts(1, later))
    assert newest(tmp_path, Filter(visit="a-visit"), 1).entries[0].event == Event.CLOCK_SET


def test_an_export_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, months_=2, each=4)
    monkeypatch.setattr(log_reading, "_MOST_BYTES", 500)
    sealed: list[bytes] = []
    monkeypatch.setattr(log_reading, "write_sealed", lambda content, *_: sealed.append(content))
    found = log_reading.export_sealed(tmp_path, Filter(), tmp_path / "log.jwe", SEALER)
    assert found.older_left
    assert sealed == [b"".join(entry.line for entry in entries(tmp_path)[-len(found.entries) :])]
    assert 500 <= len(sealed[0]) < 1000
