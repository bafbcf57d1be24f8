"""Plays visits: the real session, flows, drivers and queue over the simulated hall, without a window.

A script is a list of expected questions, each with what the citizen then does: an answer, a way out (GoBack,
VisitEnded), or something done in the hall, such as putting a card in. A question that no line expects fails the test.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import LookAtCamera
from flows.prompts import GoBack, Prompt, VisitEnded, Working
from flows.start_prompts import Invitation, TakePaper, Touched
from kiosk.wiring import Kiosk

T = TypeVar("T")
Deed = Callable[[], object]


@dataclass(frozen=True)
class Then:
    """The question expected next, and what the citizen does; without an answer the hall's devices answer."""

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
    meanwhile: Callable[[str], object] | None = None  # hears what is only shown
    obeys: Callable[[FaceHint], object] | None = None  # hears what the face check asks for, with each picture
    _waiting: type[Prompt[Any]] | None = None

    async def ask(self, prompt: Prompt[T]) -> T:
        self.shown.append(prompt)
        if isinstance(prompt, TakePaper) and not (self.script and self.script[0].question is TakePaper):
            return Touched()  # type: ignore[return-value]  # who is not told otherwise takes it and goes
        line = self.line_for(prompt)
        if line is not None and line.does is not None:
            await self._do(line, line.does)
        if line is None or line.answer is None:
            await asyncio.Event().wait()
        elif isinstance(line.answer, GoBack | VisitEnded):
            raise line.answer
        return line.answer  # type: ignore[return-value,union-attr]  # the script answers with what the prompt takes

    async def _do(self, line: Then, deed: Deed) -> None:
        """Work the hall from a thread of its own, as a person would, while the kiosk goes on."""
        await self._before_answer(line, asyncio.to_thread(deed))

    async def _before_answer(self, line: Then, wait: Awaitable[object]) -> None:
        """Wait; a question that is drawn anew meanwhile is answered when it is asked once more."""
        try:
            await wait
        except asyncio.CancelledError:
            if line.answer is not None:
                self.script.insert(0, replace(line, does=None))
            raise

    def line_for(self, prompt: Prompt[Any]) -> Then | None:
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
        if self.meanwhile is not None and isinstance(prompt, Working):
            self.meanwhile(prompt.what.key)

    def update(self, progress: FaceProgress) -> None:
        self.hints.add(progress.hint)
        if self.obeys is not None:
            self.obeys(progress.hint)

    def activity(self) -> None:
        pass

    def wipe(self) -> None:
        self.wiped += 1

    @property
    def looks_at_camera(self) -> bool:
        """Whether the script has a face check."""
        return any(line.question is LookAtCamera for line in self.script)

    def questions(self) -> list[str]:
        """The names of the questions asked, without what was only shown, each once in a row."""
        names = [type(prompt).__name__ for prompt in self.shown if not isinstance(prompt, Working | TakePaper)]
        return [name for place, name in enumerate(names) if place == 0 or names[place - 1] != name]

    def last(self, kind: type[Prompt[T]]) -> Any:
        """The last prompt of a kind."""
        return next(prompt for prompt in reversed(self.shown) if isinstance(prompt, kind))

    @property
    def ending(self) -> Prompt[Any]:
        """The last screen before the start screen came back."""
        return next(
            prompt for prompt in reversed(self.shown) if not isinstance(prompt, Working | Invitation | TakePaper)
        )


@dataclass
class HabitualSurface(ScriptedSurface):
    """A citizen with a habit for each question, whatever the order, and one fault that strikes at one of them."""

    habits: dict[type[Prompt[Any]], Then] = field(default_factory=dict)
    strikes_at: type[Prompt[Any]] | None = None
    fault: Deed | VisitEnded | GoBack | None = None

    def line_for(self, prompt: Prompt[Any]) -> Then | None:
        kind = type(prompt)
        if kind is Invitation:
            if sum(isinstance(shown, Invitation) for shown in self.shown) > 1:
                self.ended.set()
                return None
            return Then(Invitation, Touched())
        if kind is self.strikes_at and self.fault is not None:
            fault, self.fault = self.fault, None
            if isinstance(fault, VisitEnded | GoBack):
                return Then(kind, fault)
            return Then(kind, self.habits[kind].answer, does=lambda: (fault(), self._usual(kind)))
        return self.habits[kind]

    @property
    def looks_at_camera(self) -> bool:
        return LookAtCamera in self.habits

    def _usual(self, kind: type[Prompt[Any]]) -> None:
        if deed := self.habits[kind].does:
            deed()


async def play(surface: ScriptedSurface, start: Callable[[ScriptedSurface], Awaitable[Kiosk]], seconds: float) -> None:
    """Run a kiosk until the play on ``surface`` is over, for at most ``seconds``."""
    kiosk = await start(surface)
    background = kiosk.background()
    if not surface.looks_at_camera:
        background.pop("face").close()  # a second of work in most plays, for models that nobody wants
    jobs = [asyncio.create_task(job, name=name) for name, job in background.items()]
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
