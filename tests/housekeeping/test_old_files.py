"""kiosk housekeeping: old copies go, what waits and what is evidence stays; every run is in the audit log."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from uuid6 import uuid7

from config.clock import Instant
from kiosk import cli, enrolment
from kiosk.audit.chain import HeadKey
from kiosk.audit.entries import Draft as Noted
from kiosk.audit.entries import Event
from kiosk.audit.files import AuditFiles, months
from offline_queue.copies import backup, backup_in_turn
from offline_queue.model import Draft, TransactionState
from offline_queue.store import Store
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory

LONG_AGO = timedelta(days=400)
NOW = datetime.now(UTC)
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A kiosk with one transaction that was delivered and none that waits."""
    KeyDirectory(tmp_path / "gateway")
    data = tmp_path / "data"
    enrolment.create(data / "keys", "JN03")
    enrolment.trust_gateway(data / "keys", (tmp_path / "gateway" / PUBLIC_KEYS_FILE).read_text("ascii"))
    store_one(data, TransactionState.ACCEPTED)
    return data


@pytest.fixture
def housekeeping(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    def run(*words: str, audit_months: int = 0) -> tuple[int, str]:
        file = tmp_path / "kiosk.toml"
        file.write_text(f'data_directory = "{data}"\n[housekeeping]\naudit_months = {audit_months}\n')
        monkeypatch.setattr("sys.argv", ["kiosk", "--config", str(file), "housekeeping", *words])
        monkeypatch.setattr("kiosk.logs.set_up", lambda _level: None)
        code = cli.main()
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def store_one(data: Path, state: TransactionState) -> None:
    store = Store(data / "queue", "JN03", NOW)
    made = Instant(NOW, sure=True, boot="b", uptime=1.0)
    row = store.append(
        Draft(uuid7(), "activation", 0, "s", NOW, NOW, made, {}), enrolment.load(data / "keys").sealer().seal
    )
    if state is not TransactionState.PENDING:
        store.finish(row.id, state, {})
    store.close()


def age(path: Path, by: timedelta = LONG_AGO) -> Path:
    moment = (NOW - by).timestamp()
    os.utime(path, (moment, moment))
    return path


def last_entry(data: Path) -> dict[str, object]:
    line = months(data / "audit")[-1].read_text("utf-8").splitlines()[-1]
    return dict(json.loads(line))


def write_month(data: Path, month: int, year: int = 2020) -> int:
    """An entry of that month in the log; returns its number."""
    keys = enrolment.load(data / "keys")
    log = AuditFiles(data / "audit", HeadKey(keys.kiosk, keys.signing_key))
    return log.append([Noted(datetime(year, month, 3, tzinfo=UTC), True, "", Event.KIOSK_STARTED, {})]).number


def test_old_backups_go_and_the_newest_seven_stay_however_old(data: Path, housekeeping: Command) -> None:
    made = [backup_in_turn(data / "queue", data / "backup", 100, NOW - timedelta(days=500 - day)) for day in range(10)]
    for path in made:
        age(path)
    code, said = housekeeping("--dry-run")
    assert (code, said.splitlines()[-1]) == (0, "3 files would go")
    assert all(path.exists() for path in made)
    assert not (data / "audit").exists()
    code, said = housekeeping()
    assert (code, [path.exists() for path in made]) == (0, [False] * 3 + [True] * 7)
    entry = last_entry(data)
    assert (entry["event"], entry["fields"]["backups"]) == ("housekeeping", 3)  # type: ignore[index]  # an entry of the log, as JSON
    assert housekeeping()[1].splitlines()[-1] == "0 files gone, 0 bytes"
    assert last_entry(data)["number"] == 2


def test_young_backups_stay_however_many(data: Path, housekeeping: Command) -> None:
    for day in range(9):
        backup_in_turn(data / "queue", data / "backup", 100, NOW - timedelta(days=day))
    assert housekeeping()[1] == "0 files gone, 0 bytes\n"


def test_a_copy_from_before_an_update_goes_only_when_the_queue_went_on_from_it(
    data: Path, housekeeping: Command
) -> None:
    copy = data / "queue" / "queue-schema-1.db"
    backup(data / "queue", copy)
    assert housekeeping()[1].endswith("0 files gone, 0 bytes\n")
    age(copy)
    damaged = data / "queue" / "damaged-20200101T000000000000"
    damaged.mkdir()
    age(damaged)
    whole = data / "queue" / "queue.db"
    whole.rename(damaged / "queue.db")
    assert housekeeping()[1].endswith("0 files gone, 0 bytes\n")
    (damaged / "queue.db").rename(whole)
    assert housekeeping()[1].splitlines()[-1].startswith("1 files gone")
    assert (copy.exists(), damaged.exists(), whole.exists()) == (False, True, True)


def test_half_files_of_a_crash_go_after_a_day_and_nothing_else_of_the_queue(data: Path, housekeeping: Command) -> None:
    (data / "backup").mkdir()
    store_one(data, TransactionState.PENDING)
    halves = [data / "backup" / "queue-20260101T000000Z.backup.new", data / "queue" / "queue-schema-1.db.new-wal"]
    young = data / "backup" / "queue-20260102T000000Z.backup.new"
    for path in (*halves, young):
        path.write_bytes(b"half")
    for path in (*halves, *(data / "queue").iterdir()):
        age(path)
    before = {path.name for path in (data / "queue").iterdir()}
    assert housekeeping()[1].splitlines()[-1] == "2 files gone, 8 bytes"
    looked_at = {"queue.db-wal", "queue.db-shm"}  # empty ones, which SQLite makes for a reader
    assert {path.name for path in (data / "queue").iterdir()} - looked_at == before - {halves[1].name}
    assert young.exists()


def test_the_audit_log_stays_for_ever_unless_the_hall_says_otherwise(data: Path, housekeeping: Command) -> None:
    numbers = [write_month(data, month) for month in (1, 2, 3)]
    (data / "audit" / "forwarded.json").write_text(
        json.dumps({"number": numbers[1], "file": "2020-02.jsonl", "offset": 0})
    )
    housekeeping()
    assert [path.stem for path in months(data / "audit")][:3] == ["2020-01", "2020-02", "2020-03"]
    code, said = housekeeping(audit_months=6)
    assert (code, "2 files gone" in said) == (0, True)
    assert months(data / "audit")[0].stem == "2020-03"  # the gateway has not all of it


def test_what_a_log_has_left_can_be_verified(
    data: Path,
    tmp_path: Path,
    housekeeping: Command,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    numbers = [write_month(data, month) for month in (1, 2)]
    (data / "audit" / "forwarded.json").write_text(
        json.dumps({"number": numbers[0], "file": "2020-01.jsonl", "offset": 0})
    )
    assert housekeeping(audit_months=6)[0] == 0
    assert not (data / "audit" / "2020-01.jsonl").exists()

    def verified(*words: str) -> tuple[int, list[str]]:
        command = ["kiosk", "--config", str(tmp_path / "kiosk.toml"), "audit", "verify", *words]
        monkeypatch.setattr("sys.argv", command)
        return cli.main(), capsys.readouterr().out.splitlines()

    code, told = verified()
    assert (code, told[-1]) == (0, "genuine")
    assert told[1] == (
        "NOT LOOKED AT, not here: entries 1 to 1; housekeeping has taken them away, as this kiosk has signed"
    )
    assert verified("--archived")[0] == 0
    write_month(data, 3)
    (data / "audit" / "2020-02.jsonl").unlink()  # by somebody else, who cannot sign
    code, told = verified()
    assert (code, told[-1]) == (1, "NOT GENUINE: 1 findings")
    assert "--archived" in next(line for line in told if line.startswith("NOT LOOKED AT"))


def test_of_the_audit_log_nothing_goes_that_cannot_be_signed(data: Path, housekeeping: Command) -> None:
    numbers = [write_month(data, month) for month in (1, 2)]
    position = {"number": numbers[0], "file": "2020-01.jsonl", "offset": 0}
    (data / "audit" / "forwarded.json").write_text(json.dumps(position))
    (data / "keys" / "signing.jwk").unlink()
    code, said = housekeeping(audit_months=6)
    assert (code, "2020-01.jsonl stays" in said) == (2, True)
    assert months(data / "audit")[0].stem == "2020-01"


def test_a_clock_that_is_years_ahead_takes_no_young_month_away(
    data: Path, housekeeping: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [write_month(data, month, year=2020) for month in (1, 9, 10)]
    position = {"number": numbers[2], "file": "2020-10.jsonl", "offset": 0}
    (data / "audit" / "forwarded.json").write_text(json.dumps(position))
    latest = datetime(2020, 10, 4, tzinfo=UTC)
    monkeypatch.setattr("kiosk.housekeeping.old_files.latest_time", lambda _queue: latest)
    assert housekeeping(audit_months=6)[0] == 0
    assert [path.stem for path in months(data / "audit")][:2] == ["2020-09", "2020-10"]


def test_no_part_of_the_audit_log_goes_while_something_waits(data: Path, housekeeping: Command) -> None:
    numbers = [write_month(data, month) for month in (1, 2)]
    (data / "audit" / "forwarded.json").write_text(
        json.dumps({"number": numbers[0], "file": "2020-01.jsonl", "offset": 0})
    )
    store_one(data, TransactionState.PENDING)
    assert housekeeping(audit_months=6)[1].endswith("0 files gone, 0 bytes\n")


def test_a_clock_that_was_set_back_takes_nothing_away(
    data: Path, housekeeping: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [backup_in_turn(data / "queue", data / "backup", 100, NOW - timedelta(days=500 - day)) for day in range(9)]
    for path in old:
        age(path, timedelta(days=40_000))
    monkeypatch.setattr("kiosk.housekeeping.old_files.latest_time", lambda _queue: NOW + timedelta(days=1))
    assert housekeeping()[0] == 2
    assert all(path.exists() for path in old)


@pytest.mark.parametrize("wrong", [1, 5])
def test_less_than_six_months_of_audit_log_are_not_possible(housekeeping: Command, wrong: int) -> None:
    code, said = housekeeping(audit_months=wrong)
    assert (code, "from 6 on" in said) == (2, True)
