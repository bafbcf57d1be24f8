"""``kiosk queue hold``, ``release``, ``retry``, ``export`` and ``backup``: done beside a kiosk that runs or not."""

import asyncio
import json
import os
import re
import stat
import sys
from pathlib import Path

import pytest

from offline_queue.model import (
    TransactionState,
)
from tests.offline_queue.hall import TestHall, final, running_queue, submit
from tests.offline_queue.script import Script
from tests.queue_desk.terminal import LATER, NO, UNKNOWN, UNREADABLE, Terminal, a_bad_night, attempted, put_back


async def test_what_is_held_is_not_sent_until_it_is_released(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    script.answers["activation"] = [LATER]
    async with running_queue(hall, deliver=script) as queue:
        first = await attempted(queue, await submit(queue, "zhang_ling"))
        second = await submit(queue, "zhang_ling", kind="loss_report")
        held = await terminal.english("hold", str(first.id))
        other = await final(queue, await submit(queue, "zhao_qi"))
        assert other.state is TransactionState.ACCEPTED
        calls = list(script.calls)
        assert held.lines[0] == "JN03-000001 is held and not sent. kiosk queue release lets it go."
        assert held.lines[-1] == "Later ones of the same person that wait behind it: 1."
        behind = await terminal.english("retry", "2")
        assert behind.lines[-1] == "It still waits for JN03-000001 of the same person."
        await asyncio.sleep(0.2)
        assert script.calls == calls
        released = await terminal.english("release", "1")
        assert released.lines == ["JN03-000001 is released and goes by itself."]
        assert (await final(queue, first)).state is TransactionState.ACCEPTED
        assert (await final(queue, second)).state is TransactionState.ACCEPTED


async def test_what_has_left_already_is_not_called_back(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    script.answers["activation"] = [UNKNOWN]
    async with running_queue(hall, deliver=script) as queue:
        await attempted(queue, await submit(queue))
        said = await terminal.english("hold", "1")
    assert said.lines[1:] == ["It has left already or is just leaving: it may be in effect."]


async def test_a_reader_that_has_seen_enough_is_no_error(hall: TestHall, terminal: Terminal) -> None:
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)
        reading, writing = os.pipe()
        os.close(reading)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kiosk.cli", "--config", str(terminal.config), "queue", "list"),
            stdout=writing,
            stderr=asyncio.subprocess.PIPE,
        )
        os.close(writing)
        assert await child.communicate() == (None, b"")
    assert child.returncode == 0


async def test_retry_does_not_wait_for_the_next_attempt(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    script.answers["activation"] = [LATER]
    async with running_queue(hall, deliver=script) as queue:
        row = await attempted(queue, await submit(queue))
        waits = await terminal.english("list")
        assert re.search(r"in (49|50) min +NET_UNREACHABLE", waits.out)
        assert (await terminal.english("retry", "1")).lines == ["JN03-000001 is tried again at once."]
        assert (await final(queue, row)).state is TransactionState.ACCEPTED


async def test_what_was_set_aside_can_be_tried_again(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    script.answers["activation"] = [UNREADABLE]
    async with running_queue(hall, deliver=script) as queue:
        row = await final(queue, await submit(queue))
        said = await terminal.english("retry", "1")
        assert said.lines == ["JN03-000001 is open again. The gateway is asked for it first, then it is sent."]
        assert (await final(queue, row)).state is TransactionState.ACCEPTED
    assert [call for call, _ in script.calls] == ["send", "outcome", "send"]


async def test_what_cannot_be_done_is_refused_with_the_reason(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    script.answers["reinstatement"] = [NO]
    script.answers["loss_report"] = [LATER]
    async with running_queue(hall, deliver=script) as queue:
        await final(queue, await submit(queue, "zhang_ling"))
        await final(queue, await submit(queue, "zhao_qi", kind="reinstatement"))
        await attempted(queue, await submit(queue, "berg", kind="loss_report"))
        done = "JN03-000001 is decided and cannot be changed: accepted. The gateway has done it."
        no = "JN03-000002 is decided and cannot be changed: refused. The gateway will not do it. It is not sent again."
        for action in ("hold", "retry"):
            assert (await terminal.english(action, "1")).err == f"kiosk: {done}\n"
            assert (await terminal.english(action, "2")).err == f"kiosk: {no}\n"
        assert (await terminal.english("release", "3")).err == "kiosk: JN03-000003 is not held.\n"
        await terminal.english("hold", "3")
        refused = await terminal.english("retry", "3")
        assert refused.err == "kiosk: JN03-000003 is held. First: kiosk queue release.\n"
        assert {said.code for said in terminal.printed} == {0, 1}


async def test_the_export_has_every_row_and_no_envelope(hall: TestHall, terminal: Terminal, tmp_path: Path) -> None:
    script, file = Script(), tmp_path / "queue.jsonl"
    async with running_queue(hall, deliver=script) as queue:
        await a_bad_night(queue, script)
        said = await terminal.english("export", str(file))
        rows = {row.sequence: row for row in await queue.rows()}
    assert said.lines == ["queue.jsonl: 6 transactions, 0 of them with their envelope."]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [record["sequence"] for record in records] == sorted(rows)
    assert all(record["envelope_sha256"] == rows[record["sequence"]].envelope_sha256 for record in records)
    text = file.read_text("utf-8")
    assert not [row for row in rows.values() if row.subject in text or (row.envelope and row.envelope in text)]


async def test_a_sealed_export_is_for_the_gateways_operators(
    hall: TestHall, terminal: Terminal, tmp_path: Path
) -> None:
    script, file = Script(), tmp_path / "queue.jsonl"
    async with running_queue(hall, deliver=script) as queue:
        await a_bad_night(queue, script)
        said = await terminal.english("export", "--sealed", str(file))
        rows = {row.sequence: row for row in await queue.rows()}
    assert said.lines == ["queue.jsonl: 6 transactions, 5 of them with their envelope."]
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {record["sequence"]: record.get("envelope", "") for record in records} == {
        sequence: row.envelope for sequence, row in rows.items()
    }
    assert not [row for row in rows.values() if row.subject in file.read_text("utf-8")]


@pytest.mark.parametrize("action", ["export", "backup"])
async def test_no_file_is_overwritten(hall: TestHall, terminal: Terminal, tmp_path: Path, action: str) -> None:
    (tmp_path / "there").write_text("as it was")
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)
        there = await terminal.english(action, str(tmp_path / "there"))
        nowhere = await terminal.english(action, str(tmp_path / "no" / "file"))
    assert (there.code, there.err) == (1, f"kiosk: {tmp_path / 'there'} exists and is not overwritten.\n")
    assert (tmp_path / "there").read_text() == "as it was"
    assert nowhere.code == 2
    assert "No such file or directory" in nowhere.err


async def test_a_backup_that_is_put_back_is_known_as_one(hall: TestHall, terminal: Terminal, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    async with running_queue(hall) as queue:
        await final(queue, await submit(queue, "zhang_ling"))
        said = await terminal.english("backup", str(backup))
        await final(queue, await submit(queue, "zhao_qi"))
    assert re.fullmatch(r"backup.db: \d+ bytes, up to number JN03-000001\.", said.lines[0])
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    put_back(hall, backup)
    listed = await terminal.english("list")
    assert listed.lines[-2].startswith("NO new transactions are taken: this is a backup put back.")
    assert listed.lines[-1] == "The kiosk does not run: nothing is sent until it does."
    checked = await terminal.english("check")
    assert checked.code == 1
    assert "the gateway has JN03-000002, this queue only JN03-000001: it is an older one put back" in checked.out


async def test_the_commands_work_beside_another_process_that_holds_the_queue(
    hall: TestHall, terminal: Terminal, tmp_path: Path
) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.queue_child", str(hall.directory), hall.server.url, "hold"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        assert await child.stdout.readline() == b"open\n"
        listed = json.loads((await terminal.english("list", "--json")).out)
        assert listed["summary"]["process"] == child.pid
        assert (await terminal.english("check")).code == 0
        assert (await terminal.english("backup", str(tmp_path / "b"))).code == 0
        assert (await terminal.english("export", str(tmp_path / "e"))).code == 0
    finally:
        child.kill()
        await child.communicate()
    assert json.loads((await terminal.english("list", "--json")).out)["summary"]["process"] is None
