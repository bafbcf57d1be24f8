"""The log holds no personal data, whatever is thrown at it."""

import ast
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.logs import ALLOWED_FIELDS, PrivateFormatter

SECRET = "370199198603150022"


ROOT = Path(__file__).parent.parent


def _fields(file: Path) -> set[str]:
    """The names that a source file hands to its log calls."""
    calls = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.keyword))
    handed = (node.value for node in calls if node.arg == "extra" and isinstance(node.value, ast.Dict))
    return {key.value for values in handed for key in values.keys if isinstance(key, ast.Constant)}


def _line(message: object, *, error: BaseException | None = None, **extra: object) -> dict[str, object]:
    caught = None if error is None else (type(error), error, error.__traceback__)
    logger = logging.getLogger("kiosk.test")
    record = logger.makeRecord(logger.name, logging.INFO, __file__, 1, message, (), caught, extra=extra)
    return json.loads(PrivateFormatter().format(record))


def _fail_twice() -> None:
    try:
        int(f"not a number: {SECRET}")
    except ValueError as cause:
        raise RuntimeError(f"again {SECRET}") from cause


def test_an_event_with_known_fields_is_told() -> None:
    line = _line("submitted", matter="activation", state="done")
    assert (line["event"], line["matter"], line["state"]) == ("submitted", "activation", "done")


def test_an_unknown_field_is_dropped_and_its_name_told() -> None:
    line = _line("submitted", person_number=SECRET)
    assert line["dropped"] == ["person_number"]
    assert SECRET not in json.dumps(line)


def test_the_list_of_fields_is_exactly_what_the_program_tells() -> None:
    rooms = ("kiosk", "drivers", "screens", "flows", "offline_queue", "config")
    told = set().union(*(_fields(file) for room in rooms for file in (ROOT / room).rglob("*.py")))
    told |= {
        "screen",
        "targets",
        "signs",
        "status",
        "sha256",
        "header",
        "sw",
    }  # put together before the call: screens/touching.py, kiosk/gateway.py, drivers/card_reader/pcsc.py
    assert told == ALLOWED_FIELDS


def test_a_message_that_is_no_event_name_is_not_told() -> None:
    assert _line(f"card of {SECRET}")["event"] == "unnamed"
    assert _line(SECRET)["event"] == "unnamed"


def test_an_exception_is_told_by_type_and_place_only() -> None:
    with pytest.raises(RuntimeError) as caught:
        _fail_twice()
    line = _line("visit_bug", error=caught.value)
    assert SECRET not in json.dumps(line)
    assert {"RuntimeError", "ValueError"} <= set(line["exception"])


def test_a_crash_is_told_without_its_text() -> None:
    """A program that ends by an error leaves its type and places behind, never a plain traceback."""
    program = f"from kiosk import logs; logs.set_up('INFO'); int('not a number: {SECRET}')"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert SECRET not in ended.stderr + ended.stdout
    line = json.loads(ended.stderr)
    assert (line["event"], line["exception"][0]) == ("crashed", "ValueError")
