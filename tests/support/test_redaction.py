"""What looks like a person is taken out of a text, and what the program says of itself stays."""

import base64
import json
import logging

import pytest

from kiosk.logs import PrivateFormatter
from kiosk.support.program_log import redacted
from kiosk.support.redaction import Redactor, Removed
from simulator.people import PEOPLE, Person

BOTH = pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("number 370199198603150024 read", Removed.ID_NUMBER),
        ("number 37019919860315002X read", Removed.ID_NUMBER),
        ("number 370199 19860315 002x read", Removed.ID_NUMBER),
        ("an old one, 370199860315002", Removed.ID_NUMBER),
        ("to 6222020000000000006", Removed.BANK_CARD),
        ("to 6222 0200 0000 0000 006", Removed.BANK_CARD),
        ("call 13900000035", Removed.PHONE),
        ("call +86 139 0000 0035", Removed.PHONE),
        ("call 0531-88880000", Removed.PHONE),
        ("card D2143569X is in", Removed.CARD_NUMBER),
        ("permit H00000001", Removed.CARD_NUMBER),
        ("BERG, ANNA MARIA stands there", Removed.NAME),
        ("张玲 stands there", Removed.NAME),
        ("\\u5f20\\u73b2 stands there", Removed.CODED),
        ("%E5%BC%A0%E7%8E%B2 stands there", Removed.CODED),
        (f"took {b'370199198603150024'.hex()}", Removed.CODED),
        (f"took {base64.b64encode(b'370199198603150024').decode()}", Removed.CODED),
        ("rtsp://admin:secret-1@camera.local/1", Removed.PASSWORD),
        ("http://camera.local/shot?user=a&pwd=b", Removed.PASSWORD),
        ("password=secret-1", Removed.PASSWORD),
        ("mail to a.person@example.com", Removed.EMAIL),
        ("in /home/zhangling/kiosk", Removed.HOME),
    ],
)
def test_what_looks_like_a_person_is_taken_out_and_counted(text: str, kind: Removed) -> None:
    redactor = Redactor()
    told = redactor.log_text(text)
    assert f"<{kind}>" in told
    assert redactor.counts == {kind: 1}
    for part in ("3701991986", "6222", "1390000", "8888", "D2143569", "ANNA", "张", "secret", "zhangling", "pwd"):
        assert part not in told


@pytest.mark.parametrize(
    "text",
    [
        "transaction_settled",
        "GET /v1/transactions 503 after 2.5 s",
        "01a2281e-be10-748c-b345-fc6dc3689bf4",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "wiring.py:240 start",
        "/opt/hall-kiosk/.venv/lib/python3.11/site-packages/smartcard/scard/scard.py",
        "Alcor Micro AU9560 00 00",
        "2026-11-29T16:23:53+00:00",
        "http://127.0.0.1:8765/v1/keys",
        "PRN_PAPER_OUT",
        "6.1.0-28-amd64",
    ],
)
def test_what_the_program_says_of_itself_stays(text: str) -> None:
    redactor = Redactor(addresses=True)
    assert redactor.log_text(text) == text
    assert not redactor.counts


def test_addresses_are_taken_out_if_wanted() -> None:
    assert Redactor().text("from 10.3.7.21") == "from 10.3.7.21"
    assert Redactor(addresses=True).text("from 10.3.7.21 port 9") == "from <address> port 9"
    assert "2001" not in Redactor(addresses=True).text("from 2001:db8:0:1:2:3:4:5")


@BOTH
def test_no_field_of_anybody_passes(person: Person) -> None:
    """In a line of the program's own: in a field that is on the list, as a key, and deeper inside."""
    values = [person.name, person.number, person.card and person.card.number, person.mobile, person.permit_number]
    values += [person.english_name, person.address]
    for value in filter(None, values):
        line = json.dumps(
            {
                "time": "2026-11-24T08:00:00+00:00",
                "level": "INFO",
                "logger": "kiosk",
                "event": "odd",
                "detail": f"it was {value}.",
                "answer": {value: [value]},
                "holder": value,
            }
        )
        redactor = Redactor()
        told = redacted(line, redactor)
        assert told is not None
        assert value not in json.loads(told).__repr__()
        assert redactor.counts[Removed.FIELD] == 1


def test_a_number_as_a_number_is_taken_out_of_the_log_too() -> None:
    values = {"sequence": 370199198603150024, "wait": 13900000035, "seconds": 0.1 + 0.2, "online": True, "key": None}
    told = {"sequence": "<id_number>", "wait": "<phone>", "seconds": 0.3, "online": True, "key": None}
    assert Redactor().log_value(values) == told


def test_a_number_of_bytes_is_no_telephone() -> None:
    assert Redactor().value({"memory": [13900000035, 16_000_000_000]}) == {"memory": [13900000035, 16_000_000_000]}


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", "张玲", "[1, 2]", '{"time": 1}', "{" * 5000])
def test_a_line_that_no_part_of_the_program_wrote_is_left_out_and_counted(line: str) -> None:
    redactor = Redactor()
    assert redacted(line, redactor) is None
    assert redactor.counts == {Removed.LINE: 1}


def test_a_line_of_the_program_stays_as_it_is() -> None:
    record = logging.LogRecord("kiosk.session", logging.WARNING, "session.py", 1, "visit_fault", None, None)
    record.code, record.seconds = "PRN_PAPER_OUT", 1.25
    redactor = Redactor()
    line = PrivateFormatter().format(record)
    assert json.loads(redacted(line, redactor) or "") == json.loads(line)
    assert not redactor.counts
