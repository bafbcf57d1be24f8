"""The prompt that is on the stage now."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from flows.prompts import Prompt
from screens.screen import Scene, Screen
from screens.widgets.button import Touchable


@dataclass
class Present:
    """A prompt with its screen. ``answer`` is None for a prompt without an answer; ``since`` is the stage's clock."""

    prompt: Prompt[Any]
    screen: Screen[Any]
    answer: "asyncio.Future[Any] | None"
    scene: Scene | None = None
    since: float = 0.0
    touched: Touchable | None = field(default=None)
    over: bool = False

    @property
    def answered(self) -> bool:
        """True once it wants no answer any more."""
        return self.over or (self.answer is not None and self.answer.done())

    def end(self) -> None:
        """The answer has been handed over, or nobody waits for it any more: it is not kept, it may be a PIN."""
        self.over, self.answer = True, None
        self.screen.close()
