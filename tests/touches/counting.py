"""A played visit on the real screen, every answer given by touches, and what it took."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kivy.base import EventLoop
from typing_extensions import override

from flows.face_progress import FaceProgress
from flows.prompts import (
    ChooseFromAll,
    ChooseMatter,
    Elsewhere,
    PresentDocument,
    Prompt,
    ShowResult,
)
from flows.start_prompts import Invitation, TakePaper, Touched
from screens.stage import Stage
from screens.touching import signs
from tests.flows.play import ScriptedSurface, Then
from tests.touches.count import FORM, Count
from tests.touches.hand import Hand

T = TypeVar("T")

_ANSWERED_SECONDS = 10.0


@dataclass
class CountingSurface(ScriptedSurface):
    """Shows the questions of a script on a stage and touches the answers there."""

    stage: Stage = None  # type: ignore[assignment]  # always given; the fields before it have defaults
    window: Any = None
    settle_seconds: float = 0.3
    count: Count = field(default_factory=Count)
    _begun: float = 0.0
    _paused: float = 0.0

    @override
    async def ask(self, prompt: Prompt[T]) -> T:
        self.shown.append(prompt)
        if isinstance(prompt, TakePaper):
            return Touched()  # type: ignore[return-value]  # it goes by itself; the paper is taken, nothing is touched
        line = self.line_for(prompt)
        asked: asyncio.Task[T] = asyncio.ensure_future(self.stage.ask(prompt))
        await asyncio.sleep(0)
        self._draw()
        self._come(prompt)
        try:
            if line is not None:
                await self._follow(prompt, line)
            async with asyncio.timeout(_ANSWERED_SECONDS if line and line.answer is not None else None):
                return await asked
        finally:
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)

    async def _follow(self, prompt: Prompt[Any], line: Then) -> None:
        if line.does is not None:
            await self._do(line, line.does)
        if line.answer is None:
            return
        before, hand = time.perf_counter(), Hand(self.stage)
        await self._before_answer(line, asyncio.sleep(self.settle_seconds))
        self._paused += time.perf_counter() - before
        if isinstance(prompt, Invitation):
            self._begun, self._paused = time.perf_counter(), 0.0
        await hand.answer(prompt, self._on_screen(prompt, line.answer))
        self._touched(prompt, hand.touches)

    def _on_screen(self, prompt: Prompt[Any], answer: object) -> object:
        """A matter that does not stand on the home screen is looked for among all of them."""
        if not isinstance(prompt, ChooseMatter) or answer in self.stage.targets():
            return answer
        self.script.insert(0, Then(ChooseFromAll, answer))
        return Elsewhere.ALL_MATTERS

    def _touched(self, prompt: Prompt[Any], touches: int) -> None:
        self.count.touches += touches
        self.count.after_document += touches
        if isinstance(prompt, FORM):
            self.count.form += touches

    def _come(self, prompt: Prompt[Any]) -> None:
        """A question stands on the screen; the start screen after the visit, and one drawn anew, do not count."""
        if isinstance(prompt, Invitation) and self.count.screens:
            return
        if isinstance(prompt, PresentDocument):
            self.count.after_document = 0
        if isinstance(prompt, ShowResult):
            self.count.machine = time.perf_counter() - self._begun - self._paused
        if len(self.shown) > 1 and type(self.shown[-2]) is type(prompt) and not isinstance(prompt, FORM):
            return
        self.count.screens += 1
        self.count.signs += signs(self.stage.page)

    def _draw(self) -> None:
        self.window.dispatch("on_draw")
        self.window.dispatch("on_flip")
        EventLoop.dispatch_input()

    @override
    def show(self, prompt: Prompt[None]) -> None:
        self.stage.show(prompt)
        super().show(prompt)

    @override
    def update(self, progress: FaceProgress) -> None:
        self.stage.update(progress)
        super().update(progress)

    @override
    def activity(self) -> None:
        self.stage.activity()

    @override
    def wipe(self) -> None:
        self.stage.wipe()
        super().wipe()
