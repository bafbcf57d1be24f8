"""A support bundle that is made after visits names none of the visitors, in no way of writing it, once it is opened."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.device import TRAFFIC
from flows.presence_prompts import (
    Consent,
    EnterPin,
    LookAtCamera,
)
from flows.prompts import (
    ChooseMatter,
    Confirm,
    Confirmed,
    Finished,
    OtherWay,
    PresentDocument,
    ShowResult,
)
from flows.start_prompts import (
    Invitation,
    Touched,
)
from kiosk import enrolment, logs
from kiosk.support import parts
from kiosk.support.bundle import Bundle, make, write
from simulator.gateway.keys import KeyDirectory
from simulator.gateway.open_bundle import files_in, open_bundle
from simulator.hall_state import NetworkState, PrinterState
from simulator.people import BY_KEY
from tests.faults.test_plaintext_nowhere import SHORTEST, written
from tests.flows.conftest import Stand
from tests.flows.play import Then
from tests.flows.steps import AGREED

VISITORS = ("zhang_ling", "zhao_qi")
ROOMS = ("kiosk", "drivers", "screens", "flows", "offline_queue", "config")


@pytest.fixture
def program_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The log as the service writes it, with everything that can be logged."""
    file = tmp_path_factory.mktemp("log") / "program.log"
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logs.PrivateFormatter())
    loggers = [logging.getLogger(room) for room in ROOMS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(TRAFFIC)
    yield file
    for logger, level in zip(loggers, before, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)
    handler.close()


def values() -> dict[str, str]:
    found = {}
    for key in VISITORS:
        person = BY_KEY[key]
        card = "" if person.card is None else person.card.number
        fields = {"name": person.name, "number": person.number, "mobile": person.mobile, "card": card}
        found.update({f"{key}.{name}": value for name, value in {**fields, "address": person.address}.items()})
    return found


def traces(files: dict[str, bytes]) -> list[str]:
    wanted = {(name, form) for name, value in values().items() for form in written(value) if len(form) >= SHORTEST}
    return sorted({f"{name} in {file}" for file, text in files.items() for name, form in wanted if form in text})


def slips_in(log: Path) -> None:
    """What nobody has thought of: lines of libraries, and lines of ours with what should not be in them."""
    with log.open("a", encoding="utf-8") as opened:
        for name, value in values().items():
            opened.write(f"library warning: {name} {value}\n")
            odd = {"time": datetime.now(UTC).isoformat(), "level": "ERROR", "logger": "kiosk", "event": "slipped"}
            for form in (value, value.encode("ascii", "backslashreplace").decode(), value.encode().hex() * 2):
                opened.write(json.dumps({**odd, "detail": f"{form} in it", "holder": value}) + "\n")


async def visits(stand: Stand) -> None:
    """One with ID and face that is done; one with card and PIN that has to wait, and gets no slip."""
    hall = stand.hall
    await stand.play(
        Then(Invitation, Touched()),
        Then(ChooseMatter, "activation"),
        Then(PresentDocument, does=lambda: hall.lay_id(VISITORS[0])),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(VISITORS[0])),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.lift_id),
    )
    hall.printer_state(PrinterState.PAPER_OUT)
    await stand.play(
        Then(Invitation, Touched()),
        Then(ChooseMatter, "activation"),
        Then(PresentDocument, does=lambda: hall.insert_card(VISITORS[1])),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed(), does=lambda: hall.network(NetworkState.CUT)),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    hall.network(NetworkState.UP)


def prepared(program_log: Path) -> None:
    """The log has everything in it, and then also what must not be; there it is found."""
    assert logging.getLevelName(TRAFFIC) in program_log.read_text("utf-8")
    slips_in(program_log)
    assert len(traces({"program.log": program_log.read_bytes()})) == len(values())


def sealed_and_opened(bundle: Bundle, stand: Stand, directory: Path) -> dict[str, bytes]:
    """The way to the gateway's operators. Sealed, it shows nothing."""
    file, keys = directory / "one.jwe", enrolment.load(directory / "keys")
    write(bundle, file, keys.sealer())
    assert traces({"one.jwe": file.read_bytes()}) == []
    gateway = KeyDirectory(stand.hall.gateway.public_keys_file.parent)
    kiosk = json.loads((directory / "keys" / "kiosk.jwk").read_text())
    return files_in(open_bundle(file.read_text(), gateway.current.sealing_keys, kiosk))


async def test_nobody_who_was_served_is_in_an_opened_bundle(
    stand: Stand, program_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_command", lambda _, *command: json.dumps({"of": command[0]}))
    await visits(stand)
    prepared(program_log)
    bundle = make(stand.settings, stand.hall.configuration, datetime.now(UTC), log_file=program_log)
    files = sealed_and_opened(bundle, stand, tmp_path)
    assert traces(files) == []
    assert not bundle.errors
    assert bundle.removed["line"] == len(values())
    assert bundle.removed["field"] == 3 * len(values())
    kept = files["program.log"].decode()
    assert len(re.findall('"event": "slipped"', kept)) == 3 * len(values())
    assert {"visit_began", "visit_ended", "transaction_stored"} <= set(re.findall(r'"event": "(\w+)"', kept))
    assert b'"event": "visit_began"' in files["audit.jsonl"]
    rows = [json.loads(row) for row in files["queue_rows.jsonl"].splitlines()]
    assert [row["kind"] for row in rows if row["kind"] != "audit"] == ["activation", "activation"]
