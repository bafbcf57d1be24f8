"""``kiosk queue resume`` and ``check``: after a restore, after damage, and whether all is sound."""

import argparse
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.faults import FaultCode
from kiosk.queue_desk import commands as queue_commands
from offline_queue.files import DATABASE
from offline_queue.model import (
    TransactionState,
)
from simulator.people import PEOPLE
from tests.offline_queue.hall import TestHall, final, running_queue, submit
from tests.queue_desk.terminal import (
    Terminal,
    put_back,
    settings_file,
)


async def test_resume_refuses_a_number_that_the_gateway_has_already(
    hall: TestHall, terminal: Terminal, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    async with running_queue(hall) as queue:
        await final(queue, await submit(queue, "zhang_ling"))
        await terminal.english("backup", str(backup))
        await final(queue, await submit(queue, "zhao_qi"))
    put_back(hall, backup)
    refused = await terminal.english("resume", "--after", "JN03-000001", "--yes")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "kiosk: Refused: the gateway has number JN03-000002 already. Use --after JN03-000002.\n"
    resumed = await terminal.english("resume", "--after", "JN03-000002", "--yes")
    assert resumed.lines == ["The queue goes on. The next number is JN03-000003; new transactions are taken."]
    async with running_queue(hall) as queue:
        assert (await final(queue, await submit(queue, "gulimire"))).sequence == 3
    gap = await terminal.english("check")
    assert "number JN03-000002 is missing." in gap.out
    assert gap.code == 1
    assert (await terminal.english("check", "--from", "3")).code == 0


@pytest.mark.parametrize("answer", ["", "no\n", "y\n"])
async def test_resume_does_nothing_unless_it_is_confirmed(hall: TestHall, terminal: Terminal, answer: str) -> None:
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)
        terminal.types(answer)
        asked = await terminal.english("resume", "--after", "40")
        assert (asked.code, asked.err) == (1, "kiosk: Not confirmed. Nothing was changed.\n")
        assert "The gateway's highest number is JN03-000000." in asked.out
        assert "The next number will be JN03-000041. This cannot be taken back. Type yes:" in asked.out
        assert (await submit(queue)).sequence == 2
        terminal.types("yes\n")
        assert (await terminal.english("resume", "--after", "40")).code == 0
        assert (await submit(queue)).sequence == 41


async def test_resume_without_the_gateway_says_what_to_look_at(hall: TestHall, terminal: Terminal) -> None:
    terminal.config.write_text(
        terminal.config.read_text("utf-8").replace(hall.server.url, "http://127.0.0.1:1"), "utf-8"
    )
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)
        terminal.types("")
        asked = await terminal.english("resume", "--after", "7")
        assert asked.out.startswith("The gateway cannot be asked (NET_UNREACHABLE). Look at the last slips:")
        assert asked.code == 1
        checked = await terminal.english("check")
        assert checked.code == 0
        assert checked.line("-").startswith("- not compared with the gateway: NET_UNREACHABLE: No connection")


async def test_a_damaged_queue_is_continued_above_what_can_be_read_of_it(hall: TestHall, terminal: Terminal) -> None:
    async with running_queue(hall, sending=False) as queue:
        for person in PEOPLE[:3]:
            await submit(queue, person.key)
    directory = hall.directory / "queue"
    (directory / "damaged-20261124T070000000000").mkdir()
    (directory / DATABASE).rename(directory / "damaged-20261124T070000000000" / DATABASE)
    lost = await terminal.english("list")
    assert lost.code == 2
    assert "The queue was damaged and is set aside as" in lost.err
    refused = await terminal.english("resume", "--after", "2", "--yes")
    assert (
        refused.err
        == "kiosk: Refused: the queue that was set aside has given out JN03-000003. Use --after JN03-000003.\n"
    )
    assert (await terminal.english("resume", "--after", "3", "--yes")).code == 0
    async with running_queue(hall, sending=False) as queue:
        assert (await submit(queue)).sequence == 4


async def test_a_sound_queue_is_told_so(hall: TestHall, terminal: Terminal) -> None:
    async with running_queue(hall) as queue:
        for person in PEOPLE[:3]:
            await final(queue, await submit(queue, person.key))
        beside = await terminal.english("check")
    alone = await terminal.english("check")
    for said in (beside, alone):
        assert (said.code, said.err) == (0, "")
        assert [line[:5] for line in said.lines[:-1]] == ["ok   "] * 6
        assert said.line("ok   numbers") == "ok numbers JN03-000001 to JN03-000003, none missing"
        assert "the gateway has numbers up to JN03-000003, this queue has given out JN03-000003" in said.out
        assert said.lines[-1] == "The queue is sound."


async def test_missing_numbers_and_damage_are_found(hall: TestHall, terminal: Terminal) -> None:
    async with running_queue(hall, sending=False) as queue:
        for person in PEOPLE[:6]:
            await submit(queue, person.key)
    database = hall.directory / "queue" / DATABASE
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM transactions WHERE sequence IN (2, 4, 6)")
    missing = await terminal.english("check")
    assert missing.code == 1
    assert [" ".join(line.split()[2:5]) for line in missing.lines if line.startswith("BAD")] == [
        f"JN03-00000{number} is missing." for number in (6, 4, 2)
    ]
    content = bytearray(database.read_bytes())
    content[4096 * 2 : 4096 * 6] = b"\xff" * (4096 * 4)
    database.write_bytes(content)
    damaged = await terminal.english("check")
    assert damaged.code in {1, 2}
    assert "damaged" in damaged.out or "Q_DAMAGED" in damaged.err


async def test_rows_that_were_cleared_away_are_not_missed(hall: TestHall, terminal: Terminal) -> None:
    settings_file(hall.directory, hall.server.url, "keep_days = 1")
    async with running_queue(hall, sending=False) as queue:
        for person in PEOPLE[:3]:
            await submit(queue, person.key)
    with closing(sqlite3.connect(hall.directory / "queue" / DATABASE)) as connection, connection:
        connection.execute("UPDATE transactions SET stored_at = stored_at - 2 * 86400 * 1000000 WHERE sequence < 3")
        connection.execute("DELETE FROM transactions WHERE sequence = 2")
    assert (await terminal.english("check")).code == 0


def test_the_page_for_technicians_names_every_command_state_and_fault(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "queue.md").read_text("utf-8")
    commands = re.findall(r"^    (\w+) ", _help(capsys), re.MULTILINE)
    assert len(commands) == 9
    assert [command for command in commands if f"kiosk queue {command}" not in page] == []
    faults = [code for code in FaultCode if code.startswith("Q_")]
    assert [word for word in (*TransactionState, *faults) if f"`{word}`" not in page] == []


def _help(capsys: pytest.CaptureFixture[str]) -> str:
    parser = argparse.ArgumentParser()
    queue_commands.add_to(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["queue", "--help"])
    return capsys.readouterr().out


async def test_what_is_left_of_an_older_queue_can_be_read_in_its_place(
    hall: TestHall, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)
    (tmp_path / "before").mkdir()
    (hall.directory / "queue").rename(tmp_path / "before" / "queue")
    monkeypatch.setenv("KIOSK_DATA_DIRECTORY", str(tmp_path / "before"))
    said = await terminal.english("check")
    assert "numbers JN03-000001 to JN03-000001, none missing" in said.out
    assert (await terminal.english("export", "--sealed", str(tmp_path / "left"))).code == 0
