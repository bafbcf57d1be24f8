"""Measures the real window: `python -m tests.bench.surface_window empty|stage VISITS`. Prints JSON.

``empty`` opens a window with nothing in it, the baseline; ``stage`` the kiosk's screens with sample prompts. Times in
seconds, memory in bytes (resident set). Every measured frame is drawn anew, also where nothing has changed.
"""

import asyncio
import gc
import itertools
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from kivy.uix.widget import Widget

from config.fonts import FontSet
from flows.prompts import Invitation
from screens.samples import Sample, samples
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue
from screens.window import WindowSettings, build_window, show

_FRAMES = 12  # of each screen
_IDLE_SECONDS = 20.0
_VISIT = ("02_home_six", "04_document", "07_consent_card", "11_pin", "13_confirm", "15_working_first", "16_done")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def since_start() -> float:
    """Seconds since this process began."""
    ticks = int(Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE


class Flips:
    """Waits for frames that the window has shown."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._next: asyncio.Future[float] | None = None
        window.bind(on_flip=self._flipped)

    def _flipped(self, _: Any) -> None:
        if self._next and not self._next.done():
            self._next.set_result(time.perf_counter())

    async def one(self) -> float:
        """The moment of the next frame, drawn even if nothing has changed."""
        self._next = asyncio.get_running_loop().create_future()
        self._window.canvas.ask_update()
        return await self._next

    async def between(self, count: int) -> list[float]:
        """Seconds between ``count`` frames drawn one after the other."""
        moments = [await self.one() for _ in range(count + 1)]
        return [later - sooner for sooner, later in itertools.pairwise(moments)]


async def idle_share() -> float:
    """Processor time against the clock while nothing happens; 0.04 are four per cent of a core."""
    before, begun = time.process_time(), time.perf_counter()
    await asyncio.sleep(_IDLE_SECONDS)
    return (time.process_time() - before) / (time.perf_counter() - begun)


async def measure_empty(flips: Flips) -> dict[str, Any]:
    """The baseline of everything."""
    await flips.one()
    return {
        "first": since_start(),
        "memory": resident(),
        "frames": await flips.between(5 * _FRAMES),
        "idle": await idle_share(),
    }


async def shown(stage: Stage, sample: Sample) -> "asyncio.Task[object]":
    """The question stands on the stage."""
    stage.set_status(sample.status)
    asked = asyncio.create_task(stage.ask(sample.prompt))
    await asyncio.sleep(0)
    if sample.progress is not None:
        stage.update(sample.progress)
    return asked


async def gone(asked: "asyncio.Task[object]") -> None:
    """The question is taken away."""
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)


async def measure_stage(stage: Stage, flips: Flips, visits: int) -> dict[str, Any]:
    """Start, every screen, idle, and then one visit after the other."""
    told: dict[str, Any] = {}
    every = samples()
    invited = await shown(stage, next(sample for sample in every if isinstance(sample.prompt, Invitation)))
    await flips.one()
    told["first"], told["memory"] = since_start(), resident()
    gc.freeze()  # as in the kiosk
    told["idle"] = await idle_share()
    await gone(invited)
    told["next"], told["frames"] = [], {}
    for sample in every:
        begun = time.perf_counter()
        asked = await shown(stage, sample)
        told["next"].append(await flips.one() - begun)
        told["frames"][sample.name] = await flips.between(_FRAMES)
        await gone(asked)
    stage.wipe()
    told["visits"] = await measure_visits(stage, flips, [each for each in every if each.name in _VISIT], visits)
    return told


async def measure_visits(stage: Stage, flips: Flips, visit: list[Sample], visits: int) -> dict[int, int]:
    """Visits to memory: the seven screens of a visit, each drawn, then the wipe; again and again."""
    memory = {}
    for number in range(1, visits + 1):
        for sample in visit:
            asked = await shown(stage, sample)
            await flips.one()
            await gone(asked)
        stage.wipe()
        if number in {1, 100, visits}:
            memory[number] = resident()
    return memory


def _stage() -> Stage:
    catalogues = {language: Catalogue.load(language) for language in LANGUAGES}
    return Stage(catalogues, FontSet.load(Path("build/fonts")), StageSettings())


async def _run(kind: str, visits: int) -> None:
    window = build_window(WindowSettings(1080, 1920, fullscreen=False, title="surface"))
    flips = Flips(window)
    stage = _stage() if kind == "stage" else None
    work: Callable[[], Awaitable[dict[str, Any]]] = (
        (lambda: measure_stage(stage, flips, visits)) if stage else (lambda: measure_empty(flips))
    )
    measuring = asyncio.ensure_future(work())
    measuring.add_done_callback(lambda _: window.close())
    await show(stage.widget if stage else Widget())
    if stage:
        stage.close()
    print(json.dumps(await measuring))


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], int(sys.argv[2])))
