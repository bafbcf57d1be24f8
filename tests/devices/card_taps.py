"""Cards and PSAMs that are listened to, or made to fail at a chosen command, for the tests of both."""

from collections.abc import Callable

from config.faults import FaultCode
from drivers.card_reader.authentication import Attempts, Authentication, Subject, authenticate
from drivers.card_reader.psam import Levels, authorise
from drivers.card_reader.reading import Prove
from drivers.device import DeviceError
from simulator.cards import SimulatedCard

Answer = Callable[[bytes], bytes]


class Tap:
    """Somebody's answers, with a list of all that was said; ``instead`` answers in place of some commands."""

    def __init__(
        self, answer: Answer, instead: Callable[[int, bytes], bytes | None] = lambda _index, _said: None
    ) -> None:
        self._answer = answer
        self._instead = instead
        self.commands: list[str] = []

    def __call__(self, command: bytes) -> bytes:
        index = len(self.commands)
        self.commands.append(command.hex().upper())
        reply = self._instead(index, command)
        return self._answer(command) if reply is None else reply

    @property
    def external(self) -> list[str]:
        """The external authentications that were sent."""
        return [command for command in self.commands if command.startswith("0082")]


def pulled(_index: int, command: bytes) -> bytes | None:
    """The card leaves in place of answering an external authentication."""
    if command[1] == 0x82:
        raise DeviceError(FaultCode.CARD_REMOVED, "pulled")
    return None


def proving(psam: SimulatedCard | Answer, attempts: Attempts | None = None, insertion: int = 1) -> Prove:
    """What a reader with this PSAM does to a card that keeps its holder to itself, without threads."""
    levels: Levels = {}
    remembered = attempts or Attempts()
    answer = psam if callable(psam) else psam.answer

    def prove(transmit: Answer, subject: Subject) -> Authentication:
        known = Subject(subject.identification, subject.algorithm, subject.factor, insertion)
        return authenticate(transmit, known, lambda *asked: authorise(answer, *asked, levels), remembered)

    return prove
