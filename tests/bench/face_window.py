"""Times the frames of the real window: on the camera screen while nothing goes on, and while the face check runs.

A program of its own, as in the kiosk: `python -m tests.bench.face_window CAMERA_URL PERSON`. The camera's pictures are
made elsewhere. Every frame is drawn anew, also where nothing has changed, which the kiosk itself never does: else a
screen that stands still would have no frames to compare with. Prints JSON.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from config import settings
from config.fonts import FontSet
from drivers.camera.capture import Camera
from drivers.camera.engine import FaceEngine
from drivers.camera.observation import Observation, Picture
from flows.face_progress import FaceProgress
from flows.presence_prompts import LookAtCamera
from kiosk.face_check import BuiltInVerifier
from kiosk.verifier import PhotoSource, ReferencePhoto
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue
from screens.window import WindowSettings, build_window, show
from simulator.heads.pictures import portrait

_ROUNDS = 6
_SECONDS = 4.0  # of each turn that are measured
_SETTLED = 1.5  # seconds before: the screen has come in, the camera is on
_PROMPT = LookAtCamera(card_way=True)


class _Watched(FaceEngine):
    """Counts what it looks at, so that nobody measures a check that does not run."""

    looks = 0

    async def look(self, picture: Picture) -> Observation:
        seen = await super().look(picture)
        self.looks += 1
        return seen


class _Shown(Stage):
    """Counts the camera's pictures that it shows."""

    shown = 0

    def update(self, progress: FaceProgress) -> None:
        super().update(progress)
        self.shown += 1


class _Frames:
    """Seconds between frames that the window has shown."""

    def __init__(self, window: Any) -> None:
        self.between: list[float] = []
        self._last = 0.0
        window.bind(on_flip=self._flipped)

    def _flipped(self, window: Any) -> None:
        now = time.perf_counter()
        self.between.append(now - self._last)
        self._last = now
        window.canvas.ask_update()

    async def of(self, seconds: float) -> list[float]:
        self.between.clear()
        await asyncio.sleep(seconds)
        return self.between[1:]


@contextlib.asynccontextmanager
async def _going_on(work: "asyncio.Task[Any]") -> AsyncIterator[None]:
    """``work`` runs all the time; what ends it early is a failure of the measurement."""
    try:
        await asyncio.sleep(_SETTLED)
        yield
        if work.done():
            raise RuntimeError(f"ended in the middle of a measurement: {work}")
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def _measure(stage: _Shown, window: Any, url: str, person: str) -> dict[str, Any]:
    # One gesture to wait for, which nobody makes, and time enough: the check goes on as long as it is measured.
    face = settings.load().face.model_copy(update={"gestures": 1, "gesture_seconds": 60.0})
    engine = _Watched()
    verifier = BuiltInVerifier(face, Camera(url), engine)
    await verifier.warm_up()
    photo = ReferencePhoto(PhotoSource.GATEWAY, portrait(person))
    frames = _Frames(window)
    window.canvas.ask_update()
    idle: list[float] = []
    checking: list[float] = []
    looks = shown = 0
    for _ in range(_ROUNDS):
        async with _going_on(asyncio.create_task(stage.ask(_PROMPT))):
            idle += await frames.of(_SECONDS)
        async with _going_on(asyncio.create_task(verifier.verify([photo], stage, _PROMPT))):
            before = engine.looks, stage.shown
            checking += await frames.of(_SECONDS)
            looks, shown = looks + engine.looks - before[0], shown + stage.shown - before[1]
    await verifier.stop()
    return {"idle": idle, "checking": checking, "looks": looks, "shown": shown, "seconds": _ROUNDS * _SECONDS}


async def _run(url: str, person: str) -> None:
    window = build_window(WindowSettings(1080, 1920, fullscreen=False, title="frame times"))
    catalogues = {language: Catalogue.load(language) for language in LANGUAGES}
    stage = _Shown(catalogues, FontSet.load(Path("build/fonts")), StageSettings())
    measuring = asyncio.create_task(_measure(stage, window, url, person))
    measuring.add_done_callback(lambda _: window.close())
    await show(stage.widget)
    stage.close()
    print(json.dumps(await measuring))


if __name__ == "__main__":
    asyncio.run(_run(*sys.argv[1:3]))
