"""The log on disk: kept in order, whole after a crash, and never in the way of a visit."""

import asyncio
import logging
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from config.faults import FaultCode
from flows.presence_prompts import Consent
from flows.visit import Refusal, Refused
from kiosk.audit.chain import BEGINNING, HeadKey
from kiosk.audit.entries import Draft, Vocabulary
from kiosk.audit.files import HEAD, AuditFiles, months
from kiosk.audit.log import Act, AuditLog, Ending, Event, Found, Reference, note_beside
from kiosk.audit.verifying import Snapshot, verify
from kiosk.staff.member import StaffNumber, StaffRefusal
from tests.audit.trail import BEGIN, KEY, HandClock, assert_genuine, drafts, entries, filled, new_log, told


async def test_a_visit_is_written_in_its_order_under_a_random_id(tmp_path: Path) -> None:
    log = new_log(tmp_path / "audit")
    trails = [log.begin("activation"), log.begin("loss_report")]
    assert log.visits == 2
    trails[0].note(Event.LOOKED_UP, query="PersonOf", outcome=Found.FOUND)
    trails[1].refused(Refused(Refusal.NO_DOCUMENT))
    trails[1].end()
    trails[0].ends(Ending.DONE)
    trails[0].end()
    await log.close()
    found = entries(tmp_path / "audit")
    assert told(found) == [
        ("visit_began", {"matter": "activation"}),
        ("visit_began", {"matter": "loss_report"}),
        ("looked_up", {"query": "PersonOf", "outcome": "found"}),
        ("refused", {"reason": "no_document"}),
        ("visit_ended", {"how": "refused"}),
        ("visit_ended", {"how": "done"}),
    ]
    first, second = trails[0].visit, trails[1].visit
    assert [entry.visit for entry in found] == [first, second, first, second, second, first]
    assert UUID(first).version == 4
    assert found[0].previous == BEGINNING
    assert [entry.number for entry in found] == [1, 2, 3, 4, 5, 6]
    assert log.visits == 0
    assert_genuine(tmp_path / "audit")


async def test_many_notes_keep_their_order(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    for seconds in range(500):
        log.note(Event.CLOCK_SET, seconds=seconds)
        if seconds % 50 == 0:
            await asyncio.sleep(0)
    await log.flush()
    assert log.last.number == 500
    await log.close()
    assert [entry.fields["seconds"] for entry in entries(tmp_path)] == list(range(500))
    assert_genuine(tmp_path)


async def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    log = new_log(tmp_path / "audit")
    log.note(Event.KIOSK_STARTED)
    await log.close()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "audit").iterdir()}
    assert modes == {"2026-09.jsonl": 0o600, "audit.lock": 0o600, HEAD: 0o600, f"{HEAD}.before": 0o600}
    assert stat.S_IMODE((tmp_path / "audit").stat().st_mode) == 0o700


async def test_what_is_noted_after_the_end_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = new_log(tmp_path)
    await log.close()
    log.note(Event.KIOSK_STARTED)
    assert [record.message for record in caplog.records] == ["audit_closed"]


# -- personal data


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        (Event.VISIT_BEGAN, {"matter": "zhang_ling"}),
        (Event.ANSWERED, {"question": "张玲"}),
        (Event.ANSWERED, {"question": "13805310001"}),
        (Event.SUBMITTED, {"kind": "370102199001011234"}),
        (Event.SUBMITTED, {"sequence": 13805310001}),
        (Event.SUBMITTED, {"sequence": 370102199001011234}),
        (Event.SUBMITTED, {"sequence": True}),
        (Event.CLOCK_SET, {"seconds": 1.5}),
        (Event.LOOKED_UP, {"query": "370102199001011234", "outcome": "Li"}),
        (Event.PRESENCE_PROVED, {"method": "123456"}),
        (Event.STAFF_CONFIRMED, {"number": "S07"}),
        (Event.STAFF_REFUSED, {"reason": "张玲", "number": "370102199001011234"}),
        (Event.STAFF_CHANGED, {"act": "123456"}),
        (Event.SETTING_CHANGED, {"setting": "zhang.ling", "number": "S07"}),
        (Event.FAULT, {"reference": "123456"}),
        (Event.FAULT, {"code": "a name"}),
        (Event.CERTIFIED, {"printed": "yes"}),
    ],
)
def test_values_that_are_not_allowed_are_withheld(event: Event, fields: dict[str, object]) -> None:
    kept, wrong = Vocabulary({"contact.mobile.question"}.__contains__).allowed(event, fields)
    assert wrong == list(fields)
    assert set(kept.values()) == {"withheld"}


def test_the_number_of_a_member_of_staff_is_a_class_of_its_own() -> None:
    fields = {"reason": StaffRefusal.WRONG_PIN, "number": StaffNumber("S07")}
    assert Vocabulary(lambda _: False).allowed(Event.STAFF_REFUSED, fields) == (
        {"reason": "wrong_pin", "number": "S07"},
        [],
    )


def test_fields_that_are_not_allowed_are_dropped() -> None:
    assert Vocabulary(lambda _: True).allowed(Event.VISIT_BEGAN, {"name": "x"}) == ({}, ["name"])


def test_words_that_are_allowed() -> None:
    words = Vocabulary({"contact.mobile.question"}.__contains__)
    reference = Reference.new()
    for event, fields in (
        (Event.ANSWERED, {"question": Consent.__name__}),
        (Event.ANSWERED, {"question": "contact.mobile.question"}),
        (Event.FAULT, {"code": FaultCode.SW_BUG, "reference": reference}),
        (Event.SUBMITTED, {"kind": "activation", "sequence": 9_999_999_999, "state": "done"}),
    ):
        kept, wrong = words.allowed(event, fields)
        assert (kept, wrong) == (fields, [])
        assert {type(value) for value in kept.values()} <= {str, int}


async def test_a_withheld_value_is_reported_without_the_value(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = new_log(tmp_path)
    log.note(Event.ANSWERED, question="张玲")
    await log.close()
    assert told(entries(tmp_path)) == [("answered", {"question": "withheld"})]
    (record,) = caplog.records
    assert (record.message, record.__dict__["reason"]) == ("audit_field_refused", "question")
    assert "张玲" not in repr(vars(record))


# -- months and clocks


async def test_the_file_of_a_clock_that_was_ahead_gets_the_first_month_that_is_sure(tmp_path: Path) -> None:
    clock = HandClock(BEGIN.replace(year=2038), sure=False)
    log = new_log(tmp_path, clock)
    for sure in (False, True, True):
        clock.sure = sure
        clock.time = BEGIN if sure else clock.time
        log.note(Event.KIOSK_STARTED)
        await log.flush()
    clock.pass_by(days=31)
    log.note(Event.KIOSK_STOPPED)
    await log.close()
    assert [path.stem for path in months(tmp_path)] == ["2026-09", "2026-10"]
    assert [entry.number for entry in entries(tmp_path)] == [1, 2, 3, 4]
    assert_genuine(tmp_path)


def test_a_clock_that_goes_back_to_a_month_that_is_over_begins_none(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, KEY)
    for days in (0, 31, 0):
        files.append(drafts(1, BEGIN + timedelta(days=days)))
    assert [path.stem for path in months(tmp_path)] == ["2026-09", "2026-10"]
    assert_genuine(tmp_path)


def test_a_new_month_begins_a_file_and_the_chain_goes_on(tmp_path: Path) -> None:
    filled(tmp_path, months_=3)
    assert [path.name for path in months(tmp_path)] == ["2026-09.jsonl", "2026-10.jsonl", "2026-11.jsonl"]
    assert_genuine(tmp_path)


def test_a_clock_that_jumps_begins_no_file_and_goes_back_into_none(tmp_path: Path) -> None:
    files = filled(tmp_path, months_=2)
    for at, sure in (
        (datetime(2099, 1, 1, tzinfo=UTC), False),  # nobody knows whether that is true
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (BEGIN, True),
    ):
        files.append([Draft(at, sure, "", Event.KIOSK_STARTED, {})])
    assert [path.name for path in months(tmp_path)] == ["2026-09.jsonl", "2026-10.jsonl"]
    assert_genuine(tmp_path)


# -- crashes


@pytest.mark.parametrize("kept", [1, 40, 300])
def test_a_torn_last_line_is_moved_out_and_noted(tmp_path: Path, kept: int) -> None:
    files = filled(tmp_path, months_=1, each=4)
    path = tmp_path / "2026-09.jsonl"
    half = path.read_bytes()[:kept].replace(b"\n", b"")
    with path.open("ab") as file:
        file.write(half)
    files.append(drafts(1))
    assert told(entries(tmp_path))[4:] == [("tail_cut", {"bytes": len(half)}), ("clock_set", {"seconds": 0})]
    assert (tmp_path / "torn-000000005").read_bytes() == half
    assert_genuine(tmp_path)


def test_what_was_moved_before_a_crash_is_noted_after_it(tmp_path: Path) -> None:
    files = filled(tmp_path, months_=1, each=2)
    (tmp_path / "torn-000000003").write_bytes(b"half")
    files.append(drafts(1))
    assert told(entries(tmp_path))[2] == ("tail_cut", {"bytes": 4})
    assert_genuine(tmp_path)


def test_a_file_that_holds_nothing_but_half_a_line(tmp_path: Path) -> None:
    files = filled(tmp_path, months_=1, each=2)
    (tmp_path / "2026-10.jsonl").write_bytes(b'{"at":"2026-10')
    files.append(drafts(1, BEGIN + timedelta(days=31)))
    assert [event for event, _ in told(entries(tmp_path))] == ["clock_set", "clock_set", "tail_cut", "clock_set"]
    assert_genuine(tmp_path)


def test_entries_that_were_never_signed_are_noted(tmp_path: Path) -> None:
    """A crash between the entries and the head looks the same as an entry that somebody put in."""
    files = filled(tmp_path, months_=1, each=4)
    head = (tmp_path / HEAD).read_bytes()
    files.append(drafts(2))
    (tmp_path / HEAD).write_bytes(head)
    AuditFiles(tmp_path, KEY).append(drafts(1))
    assert told(entries(tmp_path))[6] == ("tail_unsigned", {"last": 6})
    assert_genuine(tmp_path)


@pytest.mark.parametrize("head", [None, b"", b"no head"])
def test_a_missing_head_is_noted(tmp_path: Path, head: bytes | None) -> None:
    files = filled(tmp_path, months_=1, each=2)
    (tmp_path / HEAD).unlink()
    if head is not None:
        (tmp_path / HEAD).write_bytes(head)
    files.append(drafts(1))
    assert told(entries(tmp_path))[2] == ("tail_unsigned", {"last": 2})


def test_a_tail_that_was_cut_off_is_noted_and_stays_missing_for_ever(tmp_path: Path) -> None:
    """A restart does not make it good: the numbers go on where they were signed."""
    files = filled(tmp_path, months_=2, each=4)
    (tmp_path / "2026-10.jsonl").unlink()
    files.append(drafts(1))
    assert told(entries(tmp_path))[4] == ("entries_missing", {"first": 5, "last": 8})
    report = verify(Snapshot.of(tmp_path), KEY)
    assert [str(finding) for finding in report.findings] == [
        "2026-09.jsonl, line 5, entry 9: entries 5 to 8 are missing before it"
    ]


def test_damage_in_the_middle_does_not_stop_the_log_and_is_not_hidden(tmp_path: Path) -> None:
    files = filled(tmp_path, months_=1, each=4)
    path = tmp_path / "2026-09.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"\0" * 200_000 + b"\n"]))
    files.append(drafts(1))
    assert entries_that_can_be_read(path) == [1, 2, 3, 5, 6]
    assert not verify(Snapshot.of(tmp_path), KEY).genuine


def entries_that_can_be_read(path: Path) -> list[int]:
    return [int(line.split(b'"number":')[1].split(b",")[0]) for line in path.read_bytes().splitlines() if b"{" in line]


def test_the_beginning_of_a_long_file_is_not_read(tmp_path: Path) -> None:
    """What stands before the last lines costs nothing: half a gigabyte of nothing does not slow the start."""
    files = filled(tmp_path, months_=1, each=2)
    path = tmp_path / "2026-09.jsonl"
    text = path.read_bytes()
    with path.open("wb") as file:
        file.truncate(1 << 29)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + text)
    before = os.times().user
    files.append(drafts(1))
    assert os.times().user - before < 0.2
    with path.open("rb") as file:
        file.seek(-len(text) * 2, os.SEEK_END)
        assert file.read().splitlines()[-1].count(b'"number":3') == 1


def test_a_technicians_act(tmp_path: Path) -> None:
    note_beside(tmp_path, KEY, HandClock(), Event.TECHNICIAN, act=Act.RETRY, sequence=7)
    note_beside(tmp_path, KEY, HandClock(), Event.TECHNICIAN, act=Act.BACKUP)
    assert told(entries(tmp_path)) == [
        ("technician", {"act": "retry", "sequence": 7}),
        ("technician", {"act": "backup"}),
    ]


# -- a disk that is full


class FullDisk:
    """The writes of one log fail after some bytes, as on a full disk, until there is room again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: int | None = None
        self._write = os.write
        monkeypatch.setattr(os, "write", self.write)

    def write(self, handle: int, text: bytes) -> int:
        if self.room is None:
            return self._write(handle, text)
        if self.room == 0:
            raise OSError(28, "No space left on device")
        written = self._write(handle, text[: self.room])
        self.room -= written
        return written


@pytest.mark.parametrize("room", [0, 1, 150, 400])
async def test_a_full_disk_loses_entries_and_says_how_many(
    tmp_path: Path, room: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    disk = FullDisk(monkeypatch)
    log = new_log(tmp_path)
    log.note(Event.KIOSK_STARTED)
    await log.flush()
    disk.room = room
    for seconds in (1, 2, 3):
        log.note(Event.CLOCK_SET, seconds=seconds)
        await log.flush()
        if room == 400:
            disk.room = 0
    assert log.failing
    disk.room = None
    log.note(Event.CLOCK_SET, seconds=4)
    await log.flush()
    assert not log.failing
    await log.close()
    lost = 2 if room == 400 else 3  # the first of them found room, but its head did not
    assert told(entries(tmp_path))[-2:] == [
        ("entries_lost", {"entries": lost}),
        ("clock_set", {"seconds": 4}),
    ]
    assert_genuine(tmp_path)
    assert [record.message for record in caplog.records] == ["audit_not_written", "audit_written_again"]
    assert caplog.records[0].levelno == logging.CRITICAL


async def test_a_place_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where the directory should be", "ascii")
    log = new_log(tmp_path / "audit")
    trail = log.begin("activation")
    trail.end()
    await log.close()
    assert log.failing


# -- the cost


async def test_a_note_costs_the_screens_next_to_nothing(tmp_path: Path) -> None:
    log: AuditLog = new_log(tmp_path)
    loop = asyncio.get_running_loop()
    worst: list[float] = []
    for _ in range(200):
        before = loop.time()
        log.note(Event.ANSWERED, question="Consent")
        worst.append(loop.time() - before)
        await asyncio.sleep(0.001)
    await log.close()
    assert sorted(worst)[len(worst) // 2] < 0.001  # tests/bench quotes the true figure; here a machine may be busy


def test_the_key_does_not_show() -> None:
    assert "OKP" not in repr(HeadKey("JN03", KEY.key))
