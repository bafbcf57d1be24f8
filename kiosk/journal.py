"""What a visit has answered so far, so that "back" takes one answer away and the flow is read again from its top."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from flows.prompts import GoBack

T = TypeVar("T")


@dataclass(frozen=True)
class _Entry:
    answer: object
    question: str  # names what the citizen answered; empty: the kiosk looked something up
    settled: bool


class Journal:
    """The answers of one visit in the order of the flow's awaits. A flow is replayed, never wound back."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._position = 0

    async def answer(self, produce: Callable[[], Awaitable[T]], *, question: str = "", settled: bool = False) -> T:
        """The remembered answer at this place of the flow, or a new one from ``produce``.

        ``question`` names what is asked; empty when the kiosk only looks something up. A ``settled`` answer cannot be
        given again within the visit: the document lies in its reader, and asking again would answer itself.
        """
        if self._position < len(self._entries):
            remembered = self._entries[self._position]
            self._position += 1
            return cast("T", remembered.answer)
        answer = await produce()
        self._entries.append(_Entry(answer, question, settled))
        self._position += 1
        return answer

    def number_of(self, question: str) -> int:
        """Which question this is, counted from 1; one that is asked again keeps its number."""
        asked = list(dict.fromkeys(entry.question for entry in self._entries[: self._position] if entry.question))
        return asked.index(question) + 1 if question in asked else len(asked) + 1

    def step_back(self) -> None:
        """Forget the last answer of the citizen and what was looked up after it, and begin the flow anew.

        Raises:
            GoBack: there is no answer to forget, or it is settled.
        """
        places = [place for place, entry in enumerate(self._entries) if entry.question]
        if not places or self._entries[places[-1]].settled:
            raise GoBack
        del self._entries[places[-1] :]
        self._position = 0

    def wipe(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._position = 0
