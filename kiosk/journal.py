"""What a visit has answered so far, so that "back" takes one answer away and the flow is read again from its top."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from flows.prompts import GoBack

T = TypeVar("T")


@dataclass(frozen=True)
class _Entry:
    answer: object
    asked: bool  # True: the citizen answered; False: the kiosk looked something up


class Journal:
    """The answers of one visit in the order of the flow's awaits. A flow is replayed, never wound back."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._position = 0

    async def answer(self, produce: Callable[[], Awaitable[T]], *, asked: bool) -> T:
        """The remembered answer at this place of the flow, or a new one from ``produce``."""
        if self._position < len(self._entries):
            remembered = self._entries[self._position]
            self._position += 1
            return cast("T", remembered.answer)
        answer = await produce()
        self._entries.append(_Entry(answer, asked))
        self._position += 1
        return answer

    @property
    def asked(self) -> int:
        """How many questions the citizen has answered before this place of the flow."""
        return sum(entry.asked for entry in self._entries[: self._position])

    def step_back(self, keep: int) -> None:
        """Forget the last answer of the citizen and what was looked up after it, and begin the flow anew.

        Raises:
            GoBack: there is no answer beyond the first ``keep`` to forget.
        """
        places = [place for place, entry in enumerate(self._entries) if entry.asked]
        if len(places) <= keep:
            raise GoBack
        del self._entries[places[-1] :]
        self._position = 0

    def wipe(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._position = 0
