"""The lines below the table: how many wait, how near the limits are, and whether anything new is taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from config.faults import FaultCode
from kiosk.queue_desk.words import QueueWords
from offline_queue.inspection import Summary
from offline_queue.limits import Limits, Occupancy

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Standing:
    """How the queue stands. ``process``: the kiosk that has it open, None if none runs."""

    summary: Summary
    limits: Limits
    process: int | None
    words: QueueWords

    @property
    def waiting(self) -> int:
        """How many wait, or have an outcome that the gateway must still tell or be told."""
        return sum(count for state, count in self.summary.states.items() if state.open)

    @property
    def oldest(self) -> timedelta | None:
        """How long the oldest that is not held has waited; by the wall clock where nothing better is known."""
        oldest = self.summary.oldest_open
        return None if oldest is None else self.words.since(oldest)

    @property
    def share(self) -> float:
        """How far the nearest limit is used; 1 is full."""
        return self.limits.share(Occupancy(self.waiting, oldest=self.oldest, bytes=self.summary.bytes))

    @property
    def closed(self) -> FaultCode | None:
        """Why nothing new is taken, as far as the files tell."""
        if self.summary.closed is not None:
            return FaultCode.Q_RESTORED
        return FaultCode.Q_FULL if self.share >= 1 else None

    def record(self) -> dict[str, object]:
        """The same for other programs."""
        return {
            "kiosk": self.summary.kiosk,
            "process": self.process,
            "last_sequence": self.summary.last_sequence,
            "states": dict(self.summary.states),
            "held": self.summary.held,
            "waiting": self.waiting,
            "oldest_seconds": None if self.oldest is None else round(self.oldest.total_seconds()),
            "bytes": self.summary.bytes,
            "share": round(self.share, 4),
            "closed": self.closed,
        }

    def lines(self) -> Iterator[str]:
        """What a technician wants to know first, last: so that it stands above the prompt."""
        say = self.words.say
        counts = ", ".join(f"{say(f'queue.state.{state}')} {count}" for state, count in self._counts())
        if counts:
            yield say("queue.counts", rows=sum(self.summary.states.values()), counts=counts)
        yield self._limits()
        if self.oldest is not None:
            yield say("queue.waits", waiting=self.waiting, age=self.words.span(self.oldest))
        else:
            yield say("queue.all_held" if self.waiting else "queue.empty", waiting=self.waiting)
        yield self._taken()
        if self.process is None:
            yield say("queue.not_running")

    def _counts(self) -> Iterator[tuple[str, int]]:
        yield from self.summary.states.items()
        if self.summary.held:
            yield "only_held", self.summary.held

    def _limits(self) -> str:
        limits, words, oldest = self.limits, self.words, self.oldest or timedelta()
        hours = limits.age // timedelta(hours=1)
        return words.say(
            "queue.limits",
            number=f"{self.waiting} / {limits.waiting} ({_percent(self.waiting / limits.waiting)})",
            age=f"{words.span(oldest)} / {words.say('queue.hours', hours=hours)} ({_percent(oldest / limits.age)})",
            size=f"{_megabytes(self.summary.bytes)} / {_megabytes(limits.bytes)} MB "
            f"({_percent(self.summary.bytes / limits.bytes)})",
        )

    def _taken(self) -> str:
        say = self.words.say
        if self.summary.closed is not None:
            return self.words.closed(self.summary.closed)
        if self.closed is not None:
            return say("queue.closed", code=self.closed, sentence=self.words.fault(self.closed))
        return say("queue.nearly_full" if self.share >= self.limits.warn else "queue.open")


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 or share == 0 else "<1%"


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.1f}" if size < 100 * _MEGABYTE else f"{size / _MEGABYTE:.0f}"
