"""What a technician sees of the queue: a table of its rows, one row in full. Never an envelope or a pseudonym."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.columns import in_columns
from kiosk.queue_desk.words import QueueWords, moment
from offline_queue.model import SET_ASIDE, QueuedTransaction, TransactionState
from offline_queue.pace import Pace

_COLUMNS = ("number", "kind", "state", "age", "attempts", "next", "problem")
_LONGEST = timedelta(seconds=Pace().longest)
_UNUSUAL = {TransactionState.SENDING, TransactionState.EXPIRING, TransactionState.SUPERSEDED}
_BLOCKING = {TransactionState.PENDING, TransactionState.SENDING}


def behind(rows: Iterable[QueuedTransaction]) -> dict[int, int]:
    """Which of ``rows``, given in order, wait for an earlier one of the same person: its sequence, and the other's."""
    first: dict[str, int] = {}
    waiting = ((row.sequence, first.setdefault(row.subject, row.sequence)) for row in rows if row.state in _BLOCKING)
    return {sequence: earlier for sequence, earlier in waiting if sequence != earlier}


@dataclass(frozen=True)
class QueueReport:
    """Says rows of the queue in ``words``; ``behind`` is who waits for whom."""

    words: QueueWords
    behind: Mapping[int, int] = field(default_factory=dict)

    def table(self, rows: Sequence[QueuedTransaction]) -> list[str]:
        """One line for each row, in the order given, and below it what the codes in it mean."""
        say = self.words.say
        if not rows:
            return [say("queue.none")]
        header = tuple(say(f"queue.column.{column}") for column in _COLUMNS)
        lines = in_columns([header, *(self._cells(row) for row in rows)])
        explained = (each for row in rows for each in (*self._unusual(row), *self._codes(row)))
        legend = {code: meaning for code, meaning in explained if meaning}
        return [*lines, "", *in_columns(list(legend.items()))] if legend else lines

    def _cells(self, row: QueuedTransaction) -> tuple[str, ...]:
        words = self.words
        return (
            words.number(row.sequence),
            words.kind(row.kind),
            words.state(row),
            words.age(row),
            str(row.attempts),
            self.next_attempt(row),
            ", ".join(code for code, _ in self._codes(row)),
        )

    def _unusual(self, row: QueuedTransaction) -> Iterator[tuple[str, str]]:
        """The state and its meaning, where the word alone does not say it."""
        if self.words.held(row) or row.state in _UNUSUAL:
            yield self.words.state(row), self.words.meaning(row)

    def _codes(self, row: QueuedTransaction) -> Iterator[tuple[str, str]]:
        """The codes that say what is wrong with the row, and their sentences."""
        reason = row.answer.get("reason", "")
        if row.problem is not None and reason != SET_ASIDE:  # which says more than the alarm that it raised
            yield row.problem, self.words.fault(row.problem)
        if reason:
            yield reason, self.words.reason(reason)
        if reason == SET_ASIDE and (problem := row.answer.get("problem")):
            yield problem, ""  # a word for the gateway's operators

    def next_attempt(self, row: QueuedTransaction) -> str:
        """When it is tried again: a time, at once, after another row, or never."""
        words = self.words
        if self.words.held(row) or not row.state.open:
            return words.say("queue.never")
        if row.sequence in self.behind:
            return words.say("queue.after", number=words.number(self.behind[row.sequence]))
        ahead = row.next_attempt_at - words.now.time
        if not timedelta() < ahead <= _LONGEST:  # further away only because a clock was put back: the queue knows
            return words.say("queue.due")
        return words.say("queue.in", age=words.span(ahead))

    def details(self, row: QueuedTransaction) -> list[str]:
        """All that the clear columns say about one row."""
        words = self.words
        head = f"{words.number(row.sequence)}  {words.kind(row.kind)}  {words.state(row)}"
        labelled = [("  " + words.say(f"queue.field.{name}"), value) for name, value in self.fields(row)]
        return [head, words.meaning(row), *in_columns(labelled)]

    def fields(self, row: QueuedTransaction) -> Iterator[tuple[str, str]]:
        """The names and values of the clear columns, as a technician reads them."""
        words, say = self.words, self.words.say
        yield "id", str(row.id)
        yield "sequence", str(row.sequence)
        yield "occurred", moment(row.occurred_at)
        yield "stored", say("queue.ago", at=moment(row.stored.time), age=words.age(row))
        yield "clock", self._clock(row)
        yield "expires", self._ahead(row.expires_at)
        yield "priority", str(row.priority)
        yield "attempts", str(row.attempts)
        yield "next", self.next_attempt(row)
        for code, meaning in self._codes(row):
            if meaning:  # the others are in the answer
                yield "problem", f"{code}: {meaning}"
        if row.answer:
            yield "answer", ", ".join(f"{name} {value}" for name, value in row.answer.items())
        envelope = "queue.envelope.kept" if row.envelope else "queue.envelope.dropped"
        yield "envelope", say(envelope, bytes=len(row.envelope), hash=row.envelope_sha256)

    def _clock(self, row: QueuedTransaction) -> str:
        sure = self.words.say("queue.clock.sure" if row.stored.sure else "queue.clock.unsure")
        return self.words.say("queue.clock", sure=sure, boot=row.stored.boot, seconds=round(row.stored.uptime))

    def _ahead(self, at: datetime) -> str:
        ahead = at - self.words.now.time
        if ahead <= timedelta():
            return moment(at)
        return self.words.say("queue.ahead", at=moment(at), age=self.words.span(ahead))
