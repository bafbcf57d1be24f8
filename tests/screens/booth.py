# mypy: disallow-subclassing-any=False
# Kivy ships no types.
"""A booth: the stage with a finger and a clock that only moves when told to."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent

from drivers.speaker.chimes import Chime
from drivers.speaker.speaker import Utterance
from flows.prompts import Prompt
from screens.sheets import Sheet
from screens.stage import Stage
from screens.widgets.base import Block
from screens.widgets.button import Touchable
from screens.widgets.text import Sentence


class Finger(MotionEvent):
    """A touch as a panel would report it."""

    def __init__(self, x: float, y: float) -> None:
        window = EventLoop.window
        place = {"x": x / (window.width - 1), "y": y / (window.height - 1)}
        super().__init__("finger", 99, place, is_touch=True, type_id="touch")
        self.profile = ["pos"]

    def depack(self, args: dict[str, float]) -> None:
        self.sx, self.sy = args["x"], args["y"]
        super().depack(args)


class Heard:
    """A voice and a bell that keep what they are to say and to ring; ``order`` has both."""

    def __init__(self) -> None:
        self.order: list[Utterance | Chime] = []
        self.rung: list[tuple[Chime, int]] = []
        self.said: list[Utterance] = []
        self.volume = 0
        self.silences = 0

    def say(self, sentences: Sequence[Utterance], language: str, volume: int) -> None:
        del language
        self.said += sentences
        self.order += sentences
        self.volume = volume

    def chime(self, chime: Chime, volume: int) -> None:
        self.rung.append((chime, volume))
        self.order.append(chime)

    def stop(self) -> None:
        self.silences += 1


@dataclass
class Booth:
    """The stage, a finger, and a clock that only moves when told to."""

    stage: Stage
    now: list[float]
    heard: Heard
    asked: list["asyncio.Future[object]"] = field(default_factory=list)

    async def ask(self, prompt: Prompt[object], *, settled: bool = True) -> "asyncio.Future[object]":
        """Put a prompt on the stage; by default so long ago that it takes touches."""
        answer = asyncio.ensure_future(asyncio.wait_for(self.stage.ask(prompt), 10))
        self.asked.append(answer)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if settled:
            self.now[0] += 1
        return answer

    def blocks(self) -> Iterator[Block]:
        for widget in self.stage.widget.walk():
            if isinstance(widget, Block):
                yield widget

    def sheet(self) -> Sheet:
        """What lies above the page now."""
        return next(block for block in self.blocks() if isinstance(block, Sheet))

    def texts(self) -> list[str]:
        return [block.text for block in self.blocks() if isinstance(block, Sentence)]

    def button(self, words: str) -> Touchable:
        """The button that says ``words``; the topmost one if there are several."""
        found = [block for block in self.blocks() if isinstance(block, Touchable) and _says(block, words)]
        assert found, f"nothing to touch says {words!r}"
        return found[-1]

    async def touch(self, words: str) -> None:
        target = self.button(words)
        await self.tap(target.center_x, target.center_y)

    async def tap(self, x: float, y: float) -> None:
        finger = Finger(x, y)
        EventLoop.post_dispatch_input("begin", finger)
        EventLoop.post_dispatch_input("end", finger)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def wait(self, seconds: float) -> None:
        self.now[0] += seconds
        self.stage.tick()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def _says(block: Block, words: str) -> bool:
    inside = (part for part in block.walk_blocks() if isinstance(part, Sentence))
    return any(part.text == words for part in inside) or getattr(block, "name", None) == words
