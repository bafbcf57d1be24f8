"""``kiosk queue list`` and ``show``: what a technician sees at a glance."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.clock import Timekeeper
from kiosk.columns import width
from kiosk.queue_desk.words import QueueWords
from offline_queue.files import DATABASE
from offline_queue.model import (
    SET_ASIDE,
    Accepted,
)
from offline_queue.queue import OfflineQueue
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from simulator.gateway.schemas import Reason
from tests.offline_queue.hall import TestHall, final, running_queue, submit
from tests.offline_queue.script import Script
from tests.queue_desk.terminal import NO, Terminal, a_bad_night, settings_file


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
