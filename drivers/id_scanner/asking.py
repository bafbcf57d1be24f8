"""One conversation with the reader: asks, and asks again what was lost or damaged on the line.

Pure: a line is anything that takes a command and brings an answer. A conversation runs on the worker thread from its
first request to its last answer; each way to the kiosk's loop and back between two requests would cost up to a frame.
"""

import threading
import time
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.id_scanner.patience import Patience
from drivers.id_scanner.samv import Answer, Command
from drivers.id_scanner.statuses import CURES, OUT_OF_SERVICE, Cure, refusal

_AT_THE_CARD = {
    Command.SELECT,
    Command.READ_BASE,
    Command.READ_BASE_AND_FINGERPRINT,
    Command.READ_NEW_ADDRESS,
}


class NoAnswer(Enum):
    """Why there is no answer to a request."""

    SILENT = "no answer"
    BROKEN = "only broken frames"


@dataclass(frozen=True)
class Lost:
    """The port is missing, held by another program, or went away."""

    detail: str


class Line(Protocol):
    """One request and one answer at a time, blocking."""

    def ask(self, command: Command) -> Answer | NoAnswer | Lost:
        """Send ``command`` and wait for its answer."""

    def settle(self) -> None:
        """Let a late or broken answer run out, so that it is not taken for the next one."""

    def close(self) -> None:
        """Give the port back; the next request opens it again."""


class AbandonedError(Exception):
    """Whoever wanted the conversation has gone; nobody hears this."""


class Conversation:
    """Asks over ``line`` until it takes too long, or until ``abandoned`` is set from another thread."""

    def __init__(self, line: Line, patience: Patience, abandoned: threading.Event) -> None:
        self._line = line
        self._patience = patience
        self._abandoned = abandoned
        self._ends = time.monotonic() + patience.conversation

    def ask(self, command: Command) -> Answer:
        """One command, sent again after silence, a broken frame, or a request that arrived damaged.

        Raises:
            DeviceError: ``ID_READER_GONE``, ``ID_READER_SILENT``, ``ID_READER_FAULT`` when the module is out of
                service, ``ID_UNREADABLE`` when only broken frames come of a document.
            AbandonedError: nobody waits any more.
        """
        missing = NoAnswer.SILENT
        for attempt in range(self._patience.tries):
            if self._abandoned.is_set():
                raise AbandonedError
            if attempt:
                if time.monotonic() > self._ends:
                    break
                self._line.settle()
            match self._line.ask(command):
                case Lost(detail):
                    raise DeviceError(FaultCode.ID_READER_GONE, detail)
                case NoAnswer() as missing:
                    continue
                case Answer(sw3=sw3) if CURES.get(sw3) is Cure.SEND_AGAIN:
                    missing = NoAnswer.BROKEN
                case Answer(sw3=sw3) as answer if sw3 in OUT_OF_SERVICE:
                    raise refusal(command, answer)
                case answer:
                    return answer
        self._line.close()
        unreadable = missing is NoAnswer.BROKEN and command in _AT_THE_CARD
        code = FaultCode.ID_UNREADABLE if unreadable else FaultCode.ID_READER_SILENT
        raise DeviceError(code, f"{command.name}: {missing.value}")
