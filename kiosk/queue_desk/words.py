"""The words in which a technician reads the queue: numbers, states, ages, faults and reasons, in one language."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.clock import CHINA, Instant
from config.faults import FaultCode
from flows.prompts import Text, Words
from offline_queue.model import QueuedTransaction
from offline_queue.schema import COPY
from screens.text.catalogue import Catalogue

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True)
class QueueWords:
    """Says single values. ``prefix`` begins the receipt numbers; ``now`` is the instant from which ages count."""

    catalogue: Catalogue
    prefix: str
    now: Instant

    def say(self, key: str, **values: str | int | Words) -> str:
        """The sentence ``key`` of the catalogue."""
        return self.catalogue.render(Text(key, values))

    def number(self, sequence: int) -> str:
        """The receipt number, as it stands on the citizen's slip."""
        return f"{self.prefix}-{sequence:06d}"

    def kind(self, kind: str) -> str:
        """What it is about; a kind without words of its own by its name in the contract."""
        key = f"queue.kind.{kind}"
        return self.say(key) if self.catalogue.has(key) else kind

    def state(self, row: QueuedTransaction) -> str:
        """Where it stands, and whether it is held."""
        state = self.say(f"queue.state.{row.state}")
        return self.say("queue.state.held", state=state) if self.held(row) else state

    @staticmethod
    def held(row: QueuedTransaction) -> bool:
        """Whether a technician has stopped it; what is decided cannot be stopped any more."""
        return row.held and row.state.open

    def meaning(self, row: QueuedTransaction) -> str:
        """What the state means, in a sentence."""
        state = "held" if self.held(row) else row.state
        return self.say(f"queue.meaning.{state}")

    def span(self, length: timedelta) -> str:
        """A length of time, "2 h 10 min"; the smaller of two units is left out from days on."""
        seconds = max(int(length.total_seconds()), 0)
        if seconds < _MINUTE:
            return self.say("queue.age.seconds", seconds=seconds)
        if seconds < _HOUR:
            return self.say("queue.age.minutes", minutes=seconds // _MINUTE)
        if seconds < _DAY:
            return self.say("queue.age.hours", hours=seconds // _HOUR, minutes=seconds % _HOUR // _MINUTE)
        return self.say("queue.age.days", days=seconds // _DAY, hours=seconds % _DAY // _HOUR)

    def since(self, then: Instant) -> timedelta:
        """The time since ``then``; by the wall clocks of two starts where nothing better is known."""
        exact = self.now.seconds_since(then)
        return self.now.time - then.time if exact is None else timedelta(seconds=exact)

    def age(self, row: QueuedTransaction) -> str:
        """How long it has been in the queue; marked where only the wall clocks of two starts can tell."""
        age = self.span(self.since(row.stored))
        return age if self.now.seconds_since(row.stored) is not None else self.say("queue.age.about", age=age)

    def fault(self, code: FaultCode) -> str:
        """The technician's sentence of a fault."""
        return self.say(f"fault.{code}.technician")

    def closed(self, mark: str) -> str:
        """Why nothing new is taken, for a mark that the database bears (offline_queue/schema.py)."""
        if mark == COPY:
            return self.say("queue.closed_copy")
        code = FaultCode.Q_RESTORED
        return self.say("queue.closed", code=code, sentence=self.fault(code))

    def reason(self, reason: str) -> str:
        """Why the gateway says no: its code and, where there are, the citizen's words for it."""
        for key in (f"queue.reason.{reason}", f"refusal.{reason}.headline"):
            if self.catalogue.has(key):
                return self.say(key)
        return ""


def moment(at: datetime) -> str:
    """A time in China."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
