"""No command of the queue tells anything about anybody."""

import base64
import json
from pathlib import Path

from offline_queue.model import (
    TransactionState,
)
from simulator.people import PEOPLE, Person
from tests.offline_queue.hall import TestHall, running_queue, submit, until
from tests.offline_queue.script import Script
from tests.queue_desk.terminal import KINDS, LATER, NO, UNREADABLE, Terminal


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
