"""What each status of the reader leads to."""

import pytest

from config.faults import FaultCode
from drivers.id_scanner.samv import Answer, Command, Sw3
from drivers.id_scanner.statuses import CURES, NOT_ON_THIS_READER, OUT_OF_SERVICE, Cure, refusal

ANSWERS = {Sw3.OK, Sw3.FOUND, Sw3.NOT_FOUND, Sw3.NOT_SELECTED, Sw3.NO_SUCH_CONTENT}


def test_every_status_is_an_answer_or_has_a_cure() -> None:
    assert set(CURES) | ANSWERS == set(Sw3)
    assert not set(CURES) & ANSWERS
    assert {status for status, cure in CURES.items() if cure is Cure.ENGINEER} == OUT_OF_SERVICE | NOT_ON_THIS_READER


@pytest.mark.parametrize("command", [Command.SELECT, Command.READ_BASE, Command.READ_NEW_ADDRESS])
@pytest.mark.parametrize("status", [0x24, 0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x80, 0x81, 0x91, 0xEE])
def test_a_failed_conversation_with_a_document(command: Command, status: int) -> None:
    error = refusal(command, Answer(0x69, 0x82, status))
    assert (error.code, error.detail) == (FaultCode.ID_UNREADABLE, f"{command.name}: SW3 {status:02X}")


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (Command.READ_BASE, 0x21),
        (Command.READ_BASE_AND_FINGERPRINT, 0x23),
        (Command.FIND, 0x60),
        (Command.SELECT, 0x66),
        (Command.STATUS, 0x24),
        (Command.SAM_ID, 0xEE),
    ],
)
def test_a_reader_that_cannot(command: Command, status: int) -> None:
    assert refusal(command, Answer(0, 0, status)).code is FaultCode.ID_READER_FAULT
