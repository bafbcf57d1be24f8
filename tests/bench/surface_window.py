"""Measures the screens in a process of their own: `python -m tests.bench.surface_window WORK`. Prints JSON.

WORK: ``screens``, touches and frames on the sample prompts; ``visits COUNT``, what many visits leave in memory;
``load PORT URL KEYS``, frames while printer and queue work. Times in seconds, memory in bytes (resident set). Every
measured frame is drawn anew, also where nothing has changed. Whatever hangs, hangs no longer than its limit: then the
process writes where it stands, and ends with a failure.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.fonts import FontSet
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue
from tests.bench.surface_frames import Frames
from tests.bench.surface_load import measure_load
from tests.bench.surface_run import Measure, measure_in_window, tell
from tests.bench.surface_touches import measure_screens
from tests.bench.surface_visits import measure_visits

# Many visits are drawn small: what is composed is the same, and drawing in software would take half an hour.
_SMALL = (270, 480)


@dataclass(frozen=True)
class Work:
    """Something to measure, and after how many seconds it has failed, on a machine that is busy with other work."""

    measure: Callable[[Frames, Stage], Awaitable[dict[str, Any]]]
    limit: float
    size: tuple[int, int] = (1080, 1920)


def _work(arguments: list[str]) -> Work:
    match arguments:
        case ["screens"]:
            return Work(measure_screens, 600)
        case ["visits", count]:
            return Work(lambda frames, stage: measure_visits(frames, stage, int(count)), 120 + int(count), _SMALL)
        case ["load", port, url, keys]:
            return Work(lambda frames, stage: measure_load(frames, stage, int(port), url, Path(keys)), 400)
    raise SystemExit(__doc__)


async def _run(arguments: list[str]) -> dict[str, Any]:
    work = _work(arguments)
    made: list[Stage] = []

    def prepare() -> tuple[Any, Measure]:
        catalogues = {language: Catalogue.load(language) for language in LANGUAGES}
        # A program touches at once, where a citizen reads first.
        stage = Stage(catalogues, FontSet.load(Path("build/fonts")), StageSettings(settle_seconds=0, motion=False))
        made.append(stage)
        return stage.widget, lambda frames: work.measure(frames, stage)

    try:
        return await measure_in_window(prepare, work.limit, work.size)
    finally:
        for stage in made:
            stage.close()


if __name__ == "__main__":
    tell(asyncio.run(_run(sys.argv[1:])))
