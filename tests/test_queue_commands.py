"""``kiosk queue``: what technicians see and do, beside a kiosk that runs or not, and never personal data."""

import argparse
import asyncio
import base64
import io
import json
import os
import re
import shutil
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.clock import Timekeeper
from config.faults import FaultCode
from kiosk import cli
from kiosk.columns import width
from kiosk.queue_desk import commands as queue_commands
from kiosk.queue_desk.words import QueueWords
from offline_queue.files import DATABASE
from offline_queue.model import (
    SET_ASIDE,
    Accepted,
    OutcomeUnknown,
    QueuedTransaction,
    Refused,
    TransactionState,
    TryLater,
)
from offline_queue.queue import OfflineQueue
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from simulator.gateway.schemas import Reason
from simulator.gateway.server import GatewayServer
from simulator.people import PEOPLE, Person
from tests.offline_queue.hall import TestHall, final, new_server, running_hall, running_queue, submit, until
from tests.offline_queue.script import Script

KINDS = ("loss_report", "activation", "reinstatement", "unemployment_benefit", "skill_subsidy")
UNREADABLE = Refused({"reason": SET_ASIDE, "problem": "envelope_unreadable"}, alarm=FaultCode.GW_REJECTED)
NO = Refused({"reason": "card_already_active"})
# In so long that no test sees the next attempt, unless a technician asks for it.
LATER = TryLater(FaultCode.NET_UNREACHABLE, retry_after=3000.0)
UNKNOWN = OutcomeUnknown(FaultCode.NET_TIMEOUT, retry_after=3000.0)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


@dataclass(frozen=True)
class Printed:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def line(self, beginning: str) -> str:
        """The one line that begins so, with single spaces."""
        (found,) = [line for line in self.lines if line.lstrip().startswith(beginning)]
        return " ".join(found.split())


@dataclass
class Terminal:
    """A technician's terminal at the kiosk of a hall."""

    config: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    printed: list[Printed] = field(default_factory=list)

    async def kiosk(self, *arguments: str) -> Printed:
        """Run ``kiosk queue`` in this process, beside what runs here."""
        self.monkeypatch.setattr(sys, "argv", ["kiosk", "--config", str(self.config), "queue", *arguments])
        self.capsys.readouterr()
        code = await asyncio.to_thread(cli.main)
        printed = Printed(code, *self.capsys.readouterr())
        self.printed.append(printed)
        return printed

    async def english(self, action: str, *arguments: str) -> Printed:
        return await self.kiosk(action, "--language", "en", *arguments)

    def types(self, text: str) -> None:
        """What the technician answers to a question."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def settings_file(directory: Path, url: str, queue: str = "") -> Path:
    file = directory / "hall.toml"
    text = f'mode = "trial"\ndata_directory = "{directory}"\n[gateway]\nurl = "{url}"\n[queue]\n{queue}\n'
    file.write_text(text, "utf-8")
    return file


@pytest.fixture
def terminal(hall: TestHall, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    return Terminal(settings_file(hall.directory, hall.server.url), capsys, monkeypatch)


async def attempted(queue: OfflineQueue, row: QueuedTransaction) -> QueuedTransaction:
    """Wait for the first answer."""
    async with asyncio.timeout(20):
        while not (now := await queue.get(row.id)).attempts:
            await asyncio.sleep(0.01)
    return now


async def a_bad_night(queue: OfflineQueue, script: Script) -> None:
    """Seven rows: done, refused, not readable, three that wait (one of them held, one behind it), one unknown."""
    script.answers["reinstatement"] = [NO]
    script.answers["skill_subsidy"] = [UNREADABLE]
    script.answers["loss_report"] = [LATER]
    script.answers["transfer_in"] = [UNKNOWN]
    await final(queue, await submit(queue, "zhang_ling"))
    await final(queue, await submit(queue, "zhao_qi", kind="reinstatement"))
    await final(queue, await submit(queue, "gulimire", kind="skill_subsidy"))
    await attempted(queue, await submit(queue, "berg", kind="loss_report"))
    await submit(queue, "berg", kind="activation")
    await attempted(queue, await submit(queue, "chan", kind="transfer_in"))


async def test_the_list_says_at_a_glance_what_is_wrong(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    async with running_queue(hall, deliver=script) as queue:
        await a_bad_night(queue, script)
        assert (await terminal.english("hold", "4")).code == 0
        said = await terminal.english("list")
    assert (said.code, said.err) == (0, "")
    assert said.line("number") == "number matter state age tries next try problem"
    rows = [line for line in said.lines if line.startswith("JN03-")]
    assert [row[:11] for row in rows] == [f"JN03-{number:06d}" for number in (2, 3, 4, 5, 6)]  # what is done is done
    assert re.fullmatch(r"\S+ reinstatement refused ~\d s 1 - card_already_active", said.line("JN03-000002"))
    assert re.fullmatch(
        r"\S+ skill-upgrade subsidy refused ~\d s 1 - set_aside, envelope_unreadable", said.line("JN03-000003")
    )
    assert re.fullmatch(r"\S+ loss report pending, held ~\d s 1 - NET_UNREACHABLE", said.line("JN03-000004"))
    assert re.fullmatch(r"\S+ activation pending ~\d s 0 after JN03-000004", said.line("JN03-000005"))
    assert re.match(r"\S+ transfer-in sending ~\d s 1 in (49|50) min NET_TIMEOUT", said.line("JN03-000006"))
    assert said.line("NET_UNREACHABLE").endswith("No connection to the gateway. Check cable, route, DNS and firewall.")
    assert said.line("set_aside") == "set_aside The gateway cannot read it. A person has to look at it."
    assert "GW_REJECTED" not in said.out  # its words are about something else than an envelope
    assert said.line("6 in all: accepted 1, pending 2, refused 2, sending 1, held 1")
    assert re.fullmatch(r"Used: number 3 / 2000 .* size 0.\d / 1024 MB \(<1%\)", said.line("Used"))
    assert re.fullmatch(r"3 wait, the oldest for \d s\.", said.line("3 wait"))
    assert said.lines[-1] == "New transactions are taken."


async def test_what_ended_as_it_should_leaves_the_list_after_a_week(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    async with running_queue(hall, deliver=script) as queue:
        await a_bad_night(queue, script)
    with closing(sqlite3.connect(hall.directory / "queue" / DATABASE)) as connection, connection:
        connection.execute("UPDATE transactions SET stored_at = stored_at - 8 * 86400 * 1000000")

    async def numbers(*days: str) -> list[int]:
        return [row["sequence"] for row in json.loads((await terminal.english("list", "--json", *days)).out)["rows"]]

    assert await numbers() == [3, 4, 5, 6]  # nobody has to look at a plain refusal any more
    assert await numbers("--days", "9") == [2, 3, 4, 5, 6]
    assert "~8 d 0 h" in (await terminal.english("list")).out


async def test_what_was_done_against_what_the_citizen_was_told_stays_in_the_list(
    hall: TestHall, terminal: Terminal
) -> None:
    script = Script()
    script.withdrawals = [Accepted()]
    async with running_queue(hall, deliver=script) as queue:
        await final(queue, await submit(queue, "zhao_qi"))
        await final(queue, await submit(queue, "zhang_ling", lasts=-1))
        said = await terminal.english("list", "--days", "0")
    assert re.fullmatch(r"\S+ activation accepted ~\d s \d - GW_UNEXPECTED", said.line("JN03-000002"))
    assert "JN03-000001" not in said.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_the_contract_has_words(language: str) -> None:
    words = QueueWords(Catalogue.load(language, raise_missing), "JN03", Timekeeper()())
    assert [reason for reason in (*Reason, SET_ASIDE) if not words.reason(reason)] == []


async def test_the_columns_stand_below_each_other_in_chinese(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    async with running_queue(hall, deliver=script) as queue:
        await a_bad_night(queue, script)
        said = await terminal.kiosk("list")
    header, *rows = said.lines[:6]
    for word, column in (("事项", 1), ("状态", 2), ("存了多久", 3), ("次数", 4)):
        place = width(header[: header.index(word)])
        cells = [[*re.finditer(r"(?<=  )\S", row)][column - 1] for row in rows]
        assert [width(row[: cell.start()]) for row, cell in zip(rows, cells, strict=True)] == [place] * 5
    assert "等 JN03-000004" in said.out
    assert said.lines[-1] == "接受新业务。"


async def test_the_list_shows_the_states_that_are_asked_for(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    async with running_queue(hall, deliver=script) as queue:
        await a_bad_night(queue, script)
        await terminal.english("hold", "5")

        async def numbers(*states: str) -> list[int]:
            return [
                row["sequence"] for row in json.loads((await terminal.english("list", "--json", *states)).out)["rows"]
            ]

        assert await numbers("--state", "accepted") == [1]
        assert await numbers("--state", "refused", "sending") == [2, 3, 6]
        assert await numbers("--state", "held") == [5]
        assert await numbers("--state", "held", "accepted") == [1, 5]
        assert await numbers("--state", "expired") == []
        assert "There are none of these." in (await terminal.english("list", "--state", "expired")).out


async def test_json_has_the_same_for_programs(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    async with running_queue(hall, deliver=script) as queue:
        await a_bad_night(queue, script)
        told = json.loads((await terminal.kiosk("list", "--json")).out)
        one = json.loads((await terminal.kiosk("show", "3", "--json")).out)
    summary = told["summary"]
    assert (summary["waiting"], summary["held"], summary["closed"], summary["last_sequence"]) == (3, 0, None, 6)
    assert summary["states"] == {"accepted": 1, "pending": 2, "refused": 2, "sending": 1}
    assert 0 < summary["share"] < 1
    assert (one["number"], one["state"], one["problem"]) == ("JN03-000003", "refused", "GW_REJECTED")
    assert one["answer"] == {"reason": "set_aside", "problem": "envelope_unreadable"}
    assert not {"subject", "envelope"} & one.keys()
    assert one["occurred_at"].endswith("+08:00")


async def test_one_is_found_by_its_receipt_its_number_and_its_id(hall: TestHall, terminal: Terminal) -> None:
    async with running_queue(hall) as queue:
        row = await final(queue, await submit(queue))
        pages = [await terminal.english("show", text) for text in ("JN03-000001", "jn03-000001", "1", str(row.id))]
    assert {page.code for page in pages} == {0}
    assert all(page.line("id") == f"id {row.id}" for page in pages)
    page = pages[0]
    assert page.lines[0] == "JN03-000001  activation  accepted"
    assert page.lines[1] == "The gateway has done it."
    assert re.search(r"envelope +delivered and no longer kept; SHA-256 [0-9a-f]{64}", page.out)
    assert row.subject not in page.out


async def test_the_reason_of_a_refusal_is_told_in_words(hall: TestHall, terminal: Terminal) -> None:
    script = Script()
    script.answers["activation"] = [NO]
    async with running_queue(hall, deliver=script) as queue:
        await final(queue, await submit(queue))
        english, chinese = await terminal.english("show", "1"), await terminal.kiosk("show", "1")
    assert english.line("problem") == "problem card_already_active: This card is already active"
    assert "card_already_active: 这张卡已经启用过了" in chinese.out


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("JN03-000099", "There is no JN03-000099 in the queue."),
        ("99", "There is no JN03-000099 in the queue."),
        ("019b0000-0000-7000-8000-000000000000", "There is no 019b0000-0000-7000-8000-000000000000 in the queue."),
        ("QD07-000001", "QD07-000001 is of another machine. Numbers of this one begin with JN03."),
        ("first", "first is no number of a transaction. Wanted is one like JN03-000123, 123, or its id."),
    ],
)
async def test_what_is_not_there_is_said_so(hall: TestHall, terminal: Terminal, text: str, answer: str) -> None:
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)
        for action in ("show", "hold", "release", "retry"):
            said = await terminal.english(action, text)
            assert (said.code, said.out, said.err) == (1, "", f"kiosk: {answer}\n")


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


def put_back(hall: TestHall, backup: Path) -> None:
    for file in (hall.directory / "queue").glob(f"{DATABASE}*"):
        file.unlink()
    shutil.copy(backup, hall.directory / "queue" / DATABASE)


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


async def test_a_full_queue_says_so_and_why(hall: TestHall, terminal: Terminal) -> None:
    settings_file(hall.directory, hall.server.url, "most_waiting = 10")
    async with running_queue(hall, sending=False) as queue:
        for _ in range(9):
            await submit(queue)
        assert (await terminal.english("list")).lines[-1] == "New transactions are taken, but a limit is near."
        await submit(queue)
        full = await terminal.english("list")
    assert "10 / 10 (100%)" in full.line("Used")
    assert full.lines[-1].startswith("NO new transactions are taken: Q_FULL. A limit of the queue is reached")


async def test_ages_are_exact_as_long_as_the_machine_runs(hall: TestHall, terminal: Terminal) -> None:
    started = Timekeeper()
    ahead = Timekeeper(uptime=lambda: started().uptime - 7900)  # as a row that was stored so long ago
    queue = await OfflineQueue.open(
        hall.directory / "queue",
        sealer=hall.keys.sealer(),
        subject_key=hall.keys.subject_key,
        deliver=Script(),
        clock=ahead,
    )
    try:
        await submit(queue)
        said = await terminal.english("list")
    finally:
        await queue.close()
    assert re.search(r"pending  2 h 11 min  0", said.out)
    assert "1 wait, the oldest for 2 h 11 min." in said.out


async def test_without_a_queue_the_commands_say_so(hall: TestHall, terminal: Terminal, tmp_path: Path) -> None:
    for command in (["list"], ["show", "1"], ["hold", "1"], ["export", str(tmp_path / "x")], ["check"]):
        said = await terminal.english(*command)
        assert (said.code, said.out) == (2, "")
        assert "there is no queue here. The kiosk was never started" in said.err
    assert not (hall.directory / "queue").exists()


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


def personal(person: Person) -> list[str]:
    """What must be found nowhere."""
    card = [person.card.number] if person.card else []
    texts = [person.name, person.number, *card, person.mobile, person.address, person.english_name]
    return [text for text in texts if text]


def encodings(text: str) -> set[bytes]:
    """The ways in which a text might come out."""
    plain = {text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "gb18030")}
    coded = {base64.b64encode(form) for form in plain} | {form.hex().encode() for form in plain}
    return plain | coded | {json.dumps(text)[1:-1].encode(), text.encode("ascii", "backslashreplace")}


async def test_no_command_tells_anything_about_anybody(hall: TestHall, terminal: Terminal, tmp_path: Path) -> None:
    """Every command, in both languages and beside the running queue, over transactions of everybody there is."""
    script, files = Script(), tmp_path / "written"
    files.mkdir()
    script.answers.update({"reinstatement": [NO] * 99, "skill_subsidy": [UNREADABLE] * 99, "loss_report": [LATER] * 99})
    async with running_queue(hall, deliver=script) as queue:
        rows = [
            await submit(
                queue, person.key, kind=KINDS[number % len(KINDS)], mobile=person.mobile, address=person.address
            )
            for number, person in enumerate(PEOPLE)
        ]
        await until(lambda: len({sequence for _, sequence in script.calls}) == len(rows))
        for language in ("zh_CN", "en"):
            said = ["--language", language]
            await terminal.kiosk("list", *said)
            await terminal.kiosk("list", *said, "--state", *TransactionState, "--json")
            for row in rows:
                await terminal.kiosk("show", *said, str(row.sequence))
                await terminal.kiosk("show", *said, str(row.id), "--json")
                for action in ("hold", "retry", "release", "retry"):
                    await terminal.kiosk(action, *said, str(row.sequence))
            await terminal.kiosk("export", *said, str(files / f"{language}.jsonl"))
            await terminal.kiosk("export", *said, "--sealed", str(files / f"{language}-sealed.jsonl"))
            await terminal.kiosk("backup", *said, str(files / f"{language}.db"))
            await terminal.kiosk("check", *said)
            await terminal.kiosk("resume", *said, "--after", "500", "--yes")
        subjects = {row.subject for row in await queue.rows(limit=1000)}
    told = "".join(each.out + each.err for each in terminal.printed)
    assert told.count("JN03-0000") > 100
    assert not [subject for subject in subjects if subject in told]
    written = {file.name: file.read_bytes() for file in files.iterdir()}
    assert len(written) == 6
    assert not [
        name for name in written if name.endswith("jsonl") for subject in subjects if subject.encode() in written[name]
    ]
    wanted = [form for person in PEOPLE for text in personal(person) for form in encodings(text)]
    assert len(wanted) > 200
    assert [form for form in wanted if form in told.encode()] == []
    assert [(name, form) for name, content in written.items() for form in wanted if form in content] == []


def test_the_page_for_technicians_names_every_command_state_and_fault(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[1] / "docs" / "queue.md").read_text("utf-8")
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
