"""Plays visits: the real session, flows, drivers and queue over the simulated hall, without a window.

A script is a list of expected questions, each with what the citizen then does: an answer, a way out (GoBack,
VisitEnded), or something done in the hall, such as putting a card in. A question that
no line expects fails the test.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flows.prompts import FaceProgress, GoBack, Invitation, Prompt, VisitEnded, Working

T = TypeVar("T")
Deed = Callable[[], object]


@dataclass(frozen=True)
class Then:
    """The question expected next, and what the citizen does."""

    question: type[Prompt[Any]]
    answer: object = None
    does: Deed | None = None


@dataclass
class ScriptedSurface:
    """Implements flows.prompts.Surface by a script instead of a screen."""

    script: list[Then]
    shown: list[Prompt[Any]] = field(default_factory=list)
    hints: set[str] = field(default_factory=set)
    wiped: int = 0
    problem: str = ""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: type[Prompt[Any]] | None = None

    async def ask(self, prompt: Prompt[T]) -> T:
        self.shown.append(prompt)
        line = self._line_for(prompt)
        if line is not None and line.does is not None:
            # The hall is worked from a thread of its own, as a person would, while the kiosk goes on.
            await asyncio.to_thread(line.does)
        if line is None or line.answer is None:
            await asyncio.Event().wait()
        elif isinstance(line.answer, GoBack | VisitEnded):
            raise line.answer
        return line.answer  # type: ignore[return-value,union-attr]  # the script answers with what the prompt takes

    def _line_for(self, prompt: Prompt[Any]) -> Then | None:
        """The next line of the script; None if the citizen goes on waiting, or if the play is over."""
        kind = type(prompt)
        if self.script and self.script[0].question is kind:
            line = self.script.pop(0)
            self._waiting = kind if line.answer is None else None
            return line
        if kind is self._waiting:
            return None  # the same question, drawn anew
        if self.script or kind is not Invitation:
            self.problem = f"expected {self.script[0].question.__name__ if self.script else 'the end'}, got {prompt}"
        self.ended.set()
        return None

    def show(self, prompt: Prompt[None]) -> None:
        self.shown.append(prompt)

    def update(self, progress: FaceProgress) -> None:
        self.hints.add(progress.hint)

    def activity(self) -> None:
        pass

    def wipe(self) -> None:
        self.wiped += 1

    def questions(self) -> list[str]:
        """The names of the questions asked, without what was only shown, each once in a row."""
        names = [type(prompt).__name__ for prompt in self.shown if not isinstance(prompt, Working)]
        return [name for place, name in enumerate(names) if place == 0 or names[place - 1] != name]

    def last(self, kind: type[Prompt[T]]) -> Any:
        """The last prompt of a kind."""
        return next(prompt for prompt in reversed(self.shown) if isinstance(prompt, kind))

    @property
    def ending(self) -> Prompt[Any]:
        """The last screen before the start screen came back."""
        return next(prompt for prompt in reversed(self.shown) if not isinstance(prompt, Working | Invitation))


async def play(
    kiosk_of: Callable[[ScriptedSurface], Any], script: list[Then], *, seconds: float = 60
) -> ScriptedSurface:
    """Run a kiosk until the script has been played and the start screen is there again."""
    surface = ScriptedSurface(list(script))
    kiosk = await kiosk_of(surface)
    jobs = [asyncio.create_task(job, name=name) for name, job in kiosk.background().items()]
    over = asyncio.create_task(surface.ended.wait())
    try:
        async with asyncio.timeout(seconds):
            await asyncio.wait([over, *jobs], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for job in (over, *jobs):
            job.cancel()
        results = await asyncio.gather(over, *jobs, return_exceptions=True)
        await kiosk.stop()
    failures = [result for result in results if isinstance(result, Exception)]
    assert not failures, failures
    assert not surface.problem, surface.problem
    return surface
