"""Find, select, read, newest address, and what is asked again: without a port, against the simulated module."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.id_scanner.asking import AbandonedError, Conversation, Lost, NoAnswer
from drivers.id_scanner.documents import ResidentId
from drivers.id_scanner.patience import Patience
from drivers.id_scanner.reading import look
from drivers.id_scanner.samv import Answer, Command, Sw3
from simulator.id_reader.sam_module import SamModule
from tests.devices.id_reading import ZHAO

Reply = Answer | NoAnswer | Lost
OK = Answer(0, 0, Sw3.OK)


@dataclass
class ScriptedLine:
    """Gives prepared replies and notes what it was told."""

    replies: list[Reply]
    told: list[str] = field(default_factory=list)

    def ask(self, command: Command) -> Reply:
        self.told.append(command.name)
        return self.replies.pop(0)

    def settle(self) -> None:
        self.told.append("settle")

    def close(self) -> None:
        self.told.append("close")


def conversation(line: ScriptedLine, seconds: float = 10) -> Conversation:
    return Conversation(line, replace(Patience(), conversation=seconds), threading.Event())


def refused(line: ScriptedLine, command: Command) -> DeviceError:
    with pytest.raises(DeviceError) as error:
        conversation(line).ask(command)
    return error.value


@pytest.mark.parametrize(
    "spoiled", [NoAnswer.SILENT, NoAnswer.BROKEN, Answer(0, 0, Sw3.BAD_CHECK), Answer(0, 0, Sw3.BAD_LENGTH)]
)
def test_what_was_lost_is_asked_again_on_a_quiet_line(spoiled: Reply) -> None:
    line = ScriptedLine([spoiled, spoiled, OK])
    assert conversation(line).ask(Command.SELECT) == OK
    assert line.told == ["SELECT", "settle", "SELECT", "settle", "SELECT"]


@pytest.mark.parametrize(
    ("command", "missing", "code"),
    [
        (Command.FIND, NoAnswer.SILENT, FaultCode.ID_READER_SILENT),
        (Command.FIND, NoAnswer.BROKEN, FaultCode.ID_READER_SILENT),
        (Command.READ_BASE, NoAnswer.SILENT, FaultCode.ID_READER_SILENT),
        (Command.READ_BASE, NoAnswer.BROKEN, FaultCode.ID_UNREADABLE),
        (Command.READ_BASE, Answer(0, 0, Sw3.BAD_CHECK), FaultCode.ID_UNREADABLE),
    ],
)
def test_after_three_times_the_port_is_given_back(command: Command, missing: Reply, code: FaultCode) -> None:
    line = ScriptedLine([missing] * 3)
    assert refused(line, command).code is code
    assert line.told[-1] == "close"


def test_a_lost_port_and_a_module_out_of_service_are_not_asked_again() -> None:
    assert refused(ScriptedLine([Lost("unplugged")]), Command.FIND).code is FaultCode.ID_READER_GONE
    for status in (Sw3.SELF_TEST_FAILED, Sw3.NOT_AUTHORISED):
        assert refused(ScriptedLine([Answer(0, 0, status)]), Command.FIND).code is FaultCode.ID_READER_FAULT


def test_a_conversation_that_took_too_long_asks_nothing_again() -> None:
    line = ScriptedLine([NoAnswer.SILENT])
    with pytest.raises(DeviceError):
        conversation(line, seconds=-1).ask(Command.FIND)
    assert line.told == ["FIND", "close"]


def test_an_abandoned_conversation_asks_nothing() -> None:
    line, abandoned = ScriptedLine([]), threading.Event()
    abandoned.set()
    with pytest.raises(AbandonedError):
        Conversation(line, Patience(), abandoned).ask(Command.FIND)
    assert line.told == []


def asking(replies: dict[Command, Reply]) -> Callable[[Command], Answer]:
    """The module with Zhao Qi's document, but for some commands."""
    module = SamModule()
    module.lay(ZHAO)

    def ask(command: Command) -> Answer:
        if command in replies:
            return conversation(ScriptedLine([replies[command]] * 3)).ask(command)
        content = module.answer(command.value)
        return Answer(content[0], content[1], content[2], content[3:])

    return ask


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Answer(0, 0, Sw3.NO_SUCH_CONTENT), ""),
        (Answer(0, 0, Sw3.OK, "荷花巷5号".ljust(35).encode("utf-16-le")), "荷花巷5号"),
        (Answer(0, 0, Sw3.BAD_COMMAND), None),
        (Answer(0, 0, Sw3.NOT_PERMITTED), None),
        (Answer(0x69, 0x82, Sw3.READ_FAILED), None),
        (Answer(0, 0, 0xEE), None),
        (Answer(0, 0, Sw3.OK, b"short"), None),
        (NoAnswer.SILENT, None),
        (NoAnswer.BROKEN, None),
    ],
)
def test_the_appended_address_is_not_worth_the_document(reply: Reply, expected: str | None) -> None:
    document = look(asking({Command.READ_NEW_ADDRESS: reply}), Command.READ_BASE, lambda: None)
    assert isinstance(document, ResidentId)
    assert (document.name, document.appended_address) == (ZHAO.name, expected)


@pytest.mark.parametrize("reply", [Lost("unplugged"), Answer(0, 0, Sw3.NOT_AUTHORISED)])
def test_a_reader_that_fails_at_the_address_is_a_failed_reader(reply: Reply) -> None:
    with pytest.raises(DeviceError) as error:
        look(asking({Command.READ_NEW_ADDRESS: reply}), Command.READ_BASE, lambda: None)
    assert error.value.code in {FaultCode.ID_READER_GONE, FaultCode.ID_READER_FAULT}


@pytest.mark.parametrize("command", [Command.FIND, Command.SELECT])
@pytest.mark.parametrize(
    ("status", "code"),
    [(0x24, FaultCode.ID_UNREADABLE), (0x31, FaultCode.ID_UNREADABLE), (0x21, FaultCode.ID_READER_FAULT)],
)
def test_a_status_that_says_neither_yes_nor_no(command: Command, status: int, code: FaultCode) -> None:
    noticed: list[int] = []
    with pytest.raises(DeviceError) as error:
        look(asking({command: Answer(0, 0, status)}), Command.READ_BASE, lambda: noticed.append(1))
    assert error.value.code is code
    assert noticed == []
