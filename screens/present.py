"""The prompt that is on the stage now."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from flows.prompts import Prompt
from screens.screen import Scene, Screen
from screens.widgets.button import Touchable


@dataclass
class Present:
    """A prompt with its screen. ``answer`` is None for a prompt without an answer; ``since`` is the stage's clock.

    ``withdrawn``: nobody waits for the answer any more, and there was none.
    """

    prompt: Prompt[Any]
    screen: Screen[Any]
    answer: "asyncio.Future[Any] | None"
    scene: Scene | None = None
    since: float = 0.0
    touched: Touchable | None = field(default=None)
    over: bool = False
    withdrawn: bool = False

    @property
    def answered(self) -> bool:
        """True once it wants no answer any more."""
        return self.over or (self.answer is not None and self.answer.done())

    def settle(self, value: object, fails: Exception | None) -> None:
        """Answer it, with ``value`` or with what ``fails``; it must still wait."""
        if self.answer is None:
            raise RuntimeError("nobody waits for an answer")
        if fails is None:
            self.answer.set_result(value)
        else:
            self.answer.set_exception(fails)

    def end(self) -> None:
        """The answer has been handed over, or nobody waits for it any more: it is not kept, it may be a PIN."""
        self.withdrawn = self.answer is not None and self.answer.cancelled()
        self.over, self.answer = True, None
        self.screen.close()
