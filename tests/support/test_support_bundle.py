"""The bundle: what is in it, that only the gateway opens it, and what happens when a part fails or is too large."""

import asyncio
import json
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from config import settings as configuration
from kiosk import cli, enrolment
from kiosk.audit.files import AuditFiles
from kiosk.support import parts
from kiosk.support.bundle import Bounds, Bundle, make, write
from simulator.gateway.crypto import CryptoRefused
from simulator.gateway.keys import KeyDirectory
from simulator.gateway.open_bundle import files_in, open_bundle
from simulator.gateway.open_bundle import main as open_command
from tests.audit.trail import KEY, drafts
from tests.offline_queue.hall import TestHall, running_queue, submit
from tests.queue_desk.conftest import hall, server, terminal
from tests.queue_desk.terminal import Terminal

__all__ = ["hall", "server", "terminal"]

REAL_COMMAND = parts._command
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor and status in no time: a process of their own takes seconds to start."""
    monkeypatch.setattr(parts, "_command", lambda _, *command: json.dumps({"of": command[0]}))


def line(at: datetime, event: str = "visit_began", **fields: object) -> str:
    return json.dumps({"time": at.isoformat(), "level": "INFO", "logger": "kiosk", "event": event, **fields})


def log_file(directory: Path, *lines: str) -> Path:
    file = directory / "program.log"
    file.write_text("".join(f"{each}\n" for each in lines), "utf-8")
    return file


def made(terminal: Terminal, log: Path, bounds: Bounds | None = None, days: int = 7) -> Bundle:
    settings = configuration.load(terminal.config)
    return make(settings, terminal.config, NOW, days=days, log_file=log, bounds=bounds)


async def stored(hall: TestHall) -> None:
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)


async def test_it_holds_what_an_engineer_needs(hall: TestHall, terminal: Terminal) -> None:
    await stored(hall)
    (hall.directory / "counters.json").write_text('{"card_reader.faults": 3}')
    log = log_file(hall.directory, line(NOW - timedelta(days=9)), line(NOW, fault="PRN_PAPER_OUT"), "Killed")
    bundle = made(terminal, log)
    files = files_in(bundle.archive)
    assert set(files) >= {
        "about.json", "versions.json", "machine.json", "configuration.json", "queue.json", "queue_rows.jsonl",
        "doctor.json", "status.json", "counters.json", "program.log", "redaction.json", "errors.txt",
    }  # fmt: skip
    [told] = files["program.log"].splitlines()
    assert json.loads(told)["fault"] == "PRN_PAPER_OUT"
    [row] = [json.loads(row) for row in files["queue_rows.jsonl"].splitlines()]
    assert (row["kind"], row["state"], "envelope" in row, "subject" in row) == ("activation", "pending", False, False)
    assert json.loads(files["queue.json"])["waiting"] == 1
    assert json.loads(files["counters.json"]) == {"card_reader.faults": 3}
    assert json.loads(files["versions.json"])["hall-kiosk"]
    machine = json.loads(files["machine.json"])
    assert machine["memory"]["MemTotal"] > machine["memory"]["MemAvailable"] > 0
    settings = json.loads(files["configuration.json"])["settings"]
    assert settings["gateway.url"]["origin"] == f"{terminal.config}:{settings['gateway.url']['origin'].split(':')[-1]}"
    assert json.loads(files["redaction.json"]) == bundle.removed == {"line": 1}


async def test_only_the_gateway_opens_it_and_only_as_this_kiosks(
    hall: TestHall, terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "bundle.jwe"
    write(made(terminal, log_file(tmp_path, line(NOW))), file, hall.keys.sealer())
    text, kiosk = file.read_text("ascii"), hall.keys.signing_key.as_dict(private=False)
    assert b"visit_began" in files_in(open_bundle(text, gateway_keys(hall), kiosk))["program.log"]
    assert "visit_began" not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(CryptoRefused):
        open_bundle(text, KeyDirectory(tmp_path / "other").current.sealing_keys, kiosk)
    strangers = dict.fromkeys(gateway_keys(hall), OKPKey.generate_key("X25519"))
    with pytest.raises(CryptoRefused):  # the right name, the wrong key
        open_bundle(text, strangers, kiosk)
    other = OKPKey.generate_key("Ed25519").as_dict(private=False)
    with pytest.raises(CryptoRefused):
        open_bundle(text, gateway_keys(hall), {**kiosk, "x": other["x"]})
    with pytest.raises(CryptoRefused):
        open_bundle(text[:-9] + ("A" if text[-9] == "B" else "B") + text[-8:], gateway_keys(hall), kiosk)


def gateway_keys(hall: TestHall) -> dict[str, OKPKey]:
    return dict(KeyDirectory(hall.server.public_keys_file.parent).current.sealing_keys)


async def test_a_part_that_fails_does_not_stop_the_others(hall: TestHall, terminal: Terminal, tmp_path: Path) -> None:
    """No queue, no audit log, no program's log, and a file that is no JSON: each is told of, without its texts."""
    (hall.directory / "checks.json").write_text("370199198603150024 is not JSON")
    files = files_in(made(terminal, tmp_path / "nowhere.log").archive)
    errors = dict(each.split(": ", 1) for each in files["errors.txt"].decode().splitlines())
    assert set(errors) == {"queue.json", "queue_rows.jsonl", "checks.json", "audit.jsonl", "program.log"}
    assert errors["program.log"] == "nowhere.log: No such file or directory"
    assert errors["checks.json"].startswith("JSONDecodeError; ")
    assert b"370199" not in files["errors.txt"]
    assert {"about.json", "machine.json", "configuration.json", "doctor.json"} <= set(files)


def about(terminal: Terminal) -> parts.Wanted:
    return parts.Wanted(configuration.load(terminal.config), terminal.config, None, 1, NOW, 0)


async def test_a_report_of_another_command_is_taken_as_it_is(hall: TestHall, terminal: Terminal) -> None:
    command = ("doctor", "--json", "--language", "en", "--only", "configuration", "queue")
    report = json.loads(await asyncio.to_thread(REAL_COMMAND, about(terminal), *command))
    assert [check["name"] for check in report["checks"]] == ["configuration", "queue"]


async def test_a_command_that_gives_no_report_is_told_of(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(parts.CommandFailed, match=r"^kiosk status: exit code 1 and no report$"):
        REAL_COMMAND(about(terminal), "status")


async def test_a_command_that_hangs_is_ended(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = tmp_path / "hangs"
    hangs.write_text("#!/bin/sh\nexec sleep 60\n")
    hangs.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(hangs))
    monkeypatch.setattr(parts, "_SECONDS_OF_A_COMMAND", 0.2)
    with pytest.raises(parts.CommandFailed, match=r"^kiosk doctor: no answer in"):
        REAL_COMMAND(about(terminal), "doctor")


async def test_a_kiosk_without_a_journal_says_so(
    hall: TestHall, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    bundle = make(configuration.load(terminal.config), terminal.config, NOW)
    assert bundle.errors["program.log"] == "journalctl: No such file or directory"


async def test_a_journal_is_read_backwards(
    hall: TestHall, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a message is no text, which the journal has as numbers."""
    texts = [line(NOW, event="second"), list(line(NOW, event="first").encode())]
    tool = tmp_path / "journalctl"
    said = "\n".join(json.dumps({"MESSAGE": text}) for text in texts)
    tool.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/asked\ncat <<'END'\n{said}\nEND\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    files = files_in(make(configuration.load(terminal.config), terminal.config, NOW, days=3).archive)
    assert [json.loads(each)["event"] for each in files["program.log"].splitlines()] == ["first", "second"]
    assert "--unit hall-kiosk.service --since=-3d --reverse" in (tmp_path / "asked").read_text()


async def test_it_stays_within_its_size_and_leaves_out_the_oldest_lines(
    hall: TestHall, terminal: Terminal, tmp_path: Path
) -> None:
    lines = [
        line(NOW, event="visit_began", seconds=number * 7919 % 100003, sequence=number) for number in range(20_000)
    ]
    file = tmp_path / "bundle.jwe"
    bundle = made(terminal, log_file(tmp_path, *lines), Bounds(bytes=140_000))
    size = write(bundle, file, hall.keys.sealer())
    assert 60_000 < size == file.stat().st_size <= 140_000
    first, *rest = files_in(bundle.archive)["program.log"].decode().splitlines()
    assert first == '"older lines are left out"'
    kept = [json.loads(each)["sequence"] for each in rest]
    assert kept == list(range(20_000 - len(kept), 20_000))
    assert len(kept) > 1000


async def test_what_is_too_large_for_any_file_is_left_out_and_said(hall: TestHall, terminal: Terminal) -> None:
    bundle = made(terminal, log_file(hall.directory, line(NOW)), Bounds(bytes=12_000))
    assert bundle.errors["configuration.json"] == "too large"
    assert len(bundle.archive) < 12_000


async def test_no_part_is_begun_after_its_time(hall: TestHall, terminal: Terminal) -> None:
    bundle = made(terminal, log_file(hall.directory, line(NOW)), Bounds(seconds=-1))
    assert set(bundle.errors.values()) == {"no time was left for it"}
    assert set(files_in(bundle.archive)) == {"redaction.json", "errors.txt"}


async def test_a_bundle_of_the_full_size_is_opened(hall: TestHall, tmp_path: Path) -> None:
    """The library's own limits are far below."""
    archive = bytes(11_000_000)
    file = tmp_path / "large.jwe"
    assert write(Bundle(archive, {}, {}), file, hall.keys.sealer()) < 20_000_000
    assert open_bundle(file.read_text(), gateway_keys(hall), hall.keys.signing_key.as_dict(private=False)) == archive


async def test_the_command_writes_it_and_notes_it_and_the_gateway_opens_it(
    hall: TestHall, terminal: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await stored(hall)
    file, log, out = tmp_path / "one.jwe", log_file(tmp_path, line(datetime.now(UTC))), tmp_path / "opened"
    command = ["kiosk", "--config", str(terminal.config), "support-bundle", str(file), "--log", str(log), "--days", "2"]
    terminal.monkeypatch.setattr(sys, "argv", command)
    assert await asyncio.to_thread(cli.main) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"{file} ({file.stat().st_size} bytes), sealed for the gateway"
    assert await asyncio.to_thread(cli.main) == 2
    assert capsys.readouterr().err == f"kiosk: {file}: there is such a file already\n"
    kiosk = enrolment.public_key_file(hall.directory / "keys")
    directory = hall.server.public_keys_file.parent
    opener = ("opener", str(file), "--kiosk", str(kiosk), "--directory", str(directory), "--out", str(out))
    terminal.monkeypatch.setattr(sys, "argv", list(opener))
    await asyncio.to_thread(open_command)
    assert "visit_began" in (out / "program.log").read_text()
    audit = (hall.directory / "audit").rglob("*.jsonl")
    assert any('"act":"support_bundle"' in each.read_text() for each in audit)


def test_of_the_audit_log_no_more_is_read_than_the_days_that_are_wanted(hall: TestHall, terminal: Terminal) -> None:
    """It grows for years, and is read beside the running kiosk."""
    files = AuditFiles(hall.directory / "audit", KEY)
    files.append(drafts(1, NOW - timedelta(days=40)))
    files.append(drafts(2, NOW))
    (hall.directory / "audit" / "2020-01.jsonl").mkdir()  # who opens it fails
    wanted = parts.Wanted(configuration.load(terminal.config), terminal.config, None, 7, NOW, 0)
    assert [json.loads(line)["number"] for line in parts.newest_first(wanted)["audit.jsonl"]()] == [3, 2]
