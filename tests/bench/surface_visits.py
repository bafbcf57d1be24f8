"""What many visits leave in memory: the whole stage, answered by touches, and its wipe."""

import asyncio
import gc
import time
from typing import Any

from kivy.base import EventLoop

from screens.samples import Sample, samples
from screens.stage import Stage
from tests.bench.surface_frames import Frames, resident
from tests.screens.booth import Finger

# The screens of an activation, and what is touched there; where nothing is, a device answers.
_VISIT = {
    "01_start": "start",
    "02_home": "activation",
    "04_document": None,
    "07_consent_card": "agree",
    "09_camera": None,
    "13_confirm": "confirm",
    "15_working_first": None,
    "16_done": "finish",
}
_ANSWERED_SECONDS = 10.0
_LOOKED_AT = (1, 100, 500, 1_000, 1_500, 2_000)


async def measure_visits(frames: Frames, stage: Stage, visits: int) -> dict[str, Any]:
    """Memory and seconds after some of the visits. Each is drawn at least once; every screen of it is composed."""
    every = {sample.name: sample for sample in samples()}
    memory, seconds, begun = {}, {}, time.perf_counter()
    for number in range(1, visits + 1):
        for name, target in _VISIT.items():
            await _pass(stage, every[name], target)
        await frames.one()
        stage.wipe()
        if number == 1:
            gc.freeze()  # as in the kiosk: what is loaded now stays, and is not looked at again at each wipe
        if number in _LOOKED_AT:
            memory[number], seconds[number] = resident(), time.perf_counter() - begun
    return {"memory": memory, "seconds": seconds}


async def _pass(stage: Stage, sample: Sample, target: str | None) -> None:
    stage.set_status(sample.status)
    asked = asyncio.create_task(stage.ask(sample.prompt))
    await asyncio.sleep(0)
    if sample.progress is not None:
        stage.update(sample.progress)
    if target is None:
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        return
    x, y = stage.targets()[target]
    finger = Finger(x, stage.widget.height - y)
    EventLoop.post_dispatch_input("begin", finger)
    EventLoop.post_dispatch_input("end", finger)
    # Not wait_for: that of Python 3.11 loses the cancellation by which a time limit ends all this.
    async with asyncio.timeout(_ANSWERED_SECONDS):
        await asked
