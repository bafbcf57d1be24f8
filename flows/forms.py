"""A form: answers are asked for one after the other, shown together, and each may be changed before it is sent."""

from typing import TypeVar, cast

from flows.prompts import Change, Confirm, Prompt
from flows.visit import Visit

T = TypeVar("T")


class Form:
    """The answers given so far. A flow asks for all of them in a loop until the summary is confirmed."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._answers: dict[str, object] = {}

    async def ask(self, name: str, prompt: Prompt[T]) -> T:
        """The answer ``name``: the one given before, or what the citizen now answers to ``prompt``."""
        if name not in self._answers:
            self._answers[name] = await self._visit.ask(prompt)
        return cast("T", self._answers[name])

    def forget(self, *names: str) -> None:
        """Ask again for these, because they depend on something that has changed."""
        for name in names:
            self._answers.pop(name, None)

    async def confirmed(self, summary: Confirm) -> bool:
        """True once the citizen has confirmed ``summary``; False when one answer is to be given again.

        Answers named ``<name>.something`` belong to ``name`` and are asked for again with it.
        """
        answer = await self._visit.ask(summary)
        if isinstance(answer, Change):
            self.forget(*[name for name in self._answers if name.partition(".")[0] == answer.name])
            return False
        return True
