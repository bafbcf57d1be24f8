"""Makes a template of every picture, once, through the real face process; in memory only."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from config.faults import FaultCode
from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.camera.observation import FaceAdvice, Template, Vector
from drivers.camera.settings import FaceSettings
from drivers.device import DeviceError
from kiosk.face_desk.progress import Progress

_CALL_SECONDS = 60.0  # nobody waits before a camera, and the machine may be busy
_ATTEMPTS = 2  # the face process is started anew after a failure

_REASONS = {
    FaceAdvice.LOOK_HERE: "no face found",
    FaceAdvice.ONE_PERSON: "more than one face",
    FaceAdvice.CLOSER: "face too small",
}


@dataclass(frozen=True)
class Templates:
    """What became of the pictures, each by its place in the list. The templates are biometric data."""

    model: str
    vectors: dict[int, Vector] = field(repr=False)
    unusable: dict[str, list[int]]  # by reason


async def make_templates(pictures: tuple[Path, ...], settings: FaceSettings, progress: Progress) -> Templates:
    """Template of each picture, as of the photo of a document: one face, large enough.

    Raises:
        DeviceError: ``FACE_MODEL_INVALID`` or ``FACE_ENGINE_DOWN``: the face process does not start at all.
    """
    engine = FaceEngine(replace(settings, call_seconds=_CALL_SECONDS))
    made: dict[int, Template] = {}
    unusable: defaultdict[str, list[int]] = defaultdict(list)
    try:
        await engine.start()
        for number, path in progress.over(enumerate(pictures), len(pictures), "pictures"):
            found = await _template(engine, path)
            if isinstance(found, Template):
                made[number] = found
            else:
                unusable[found].append(number)
    finally:
        await engine.stop()
    model = next(iter(made.values())).model if made else ""
    return Templates(model, {number: template.vector for number, template in made.items()}, dict(unusable))


async def _template(engine: FaceEngine, path: Path) -> Template | str:
    """The template, or why there is none."""
    for _ in range(_ATTEMPTS):
        try:
            return await engine.reference(await asyncio.to_thread(path.read_bytes))
        except UnusablePhotoError as error:
            return _REASONS.get(error.advice, error.advice.value.replace("_", " "))
        except OSError as error:
            return f"cannot be read ({type(error).__name__})"
        except DeviceError as error:
            if error.code is FaultCode.FACE_MODEL_INVALID:
                raise
    return "the face process failed twice"
