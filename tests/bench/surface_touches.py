"""From a touch to the next screen, and how long the screens take to draw, on the sample prompts."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock

from flows.prompts import Working
from screens.samples import Sample, samples
from screens.stage import Stage
from tests.bench.surface_frames import Frames
from tests.screens.booth import Finger

_FRAMES = 6  # of each screen
# What stands on every page, and leads nowhere.
_TOOLS = {"size", "looks", "language", "help", "voice"}


async def measure_screens(frames: Frames, stage: Stage) -> dict[str, Any]:
    """Each sample is asked, drawn, and touched; the next sample is the next screen."""
    told: dict[str, Any] = {"next": [], "feedback": [], "feedback_frames": [], "frames": {}}
    touched_at: float | None = None
    for sample in samples():
        async with _asked(stage, sample) as answer:
            shown_at = await frames.one()
            if touched_at is not None and not isinstance(sample.prompt, Working):
                told["next"].append(shown_at - touched_at)
            told["frames"][sample.name] = await frames.between(_FRAMES)
            touched_at = await _touch(frames, stage, told, answer)
    stage.wipe()
    return told


async def _touch(frames: Frames, stage: Stage, told: dict[str, Any], answer: "asyncio.Task[Any]") -> float | None:
    """A finger that stays for one frame; the moment when it came down, if what it touched was an answer."""
    names = [name for name in stage.targets() if name not in _TOOLS] if answer is not None else []
    if not names:
        return None
    x, y = stage.targets()[names[0]]
    finger = Finger(x, stage.widget.height - y)
    turn, begun = Clock.frames, time.perf_counter()
    EventLoop.post_dispatch_input("begin", finger)
    told["feedback"].append(await frames.changed() - begun)
    told["feedback_frames"].append(frames.turn - turn)
    EventLoop.post_dispatch_input("end", finger)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return begun if answer.done() else None


@asynccontextmanager
async def _asked(stage: Stage, sample: Sample) -> "AsyncIterator[asyncio.Task[Any]]":
    """The question stands on the stage."""
    stage.set_status(sample.status)
    asked = asyncio.create_task(stage.ask(sample.prompt))
    await asyncio.sleep(0)
    if sample.progress is not None:
        stage.update(sample.progress)
    try:
        yield asked
    finally:
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
