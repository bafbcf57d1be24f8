"""The built-in face verifier: live picture, hints, and a decision from several good pictures."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence

from config.faults import FaultCode
from config.settings import FaceSettings
from drivers.camera.capture import Camera, Frame
from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.camera.observation import FaceAdvice, Observation, Template, Verdict
from drivers.device import DeviceState, Health
from flows.prompts import FaceHint, FaceProgress, LookAtCamera, OtherWay, Surface
from kiosk.racing import first_of
from kiosk.verifier import FaceVerdict, PhotoSource, ReferencePhoto

_PREVIEW_WIDTH = 480  # pixels; enough for the oval on the screen
_CLEARLY_DIFFERENT_SECONDS = 6.0  # of nothing but good pictures of somebody else: nobody is kept longer
_PREVIEW_PAUSE = 0.04  # seconds


class BuiltInVerifier:
    """OpenCV's camera, dlib and SFace in a child process. Implements kiosk.verifier.FaceVerifier."""

    def __init__(self, settings: FaceSettings, camera: Camera, engine: FaceEngine) -> None:
        self.name: str = settings.model
        self._settings = settings
        self._camera = camera
        self._engine = engine

    @property
    def health(self) -> Health:
        """See kiosk.verifier.FaceVerifier. A process that has ended is no obstacle: the next check starts another."""
        if self._camera.health.fault:
            return self._camera.health
        engine = self._engine.health
        return Health(DeviceState.STARTING) if engine.fault is FaultCode.FACE_ENGINE_DOWN else engine

    def can_use(self, source: PhotoSource) -> bool:
        """See kiosk.verifier.FaceVerifier."""
        return source is PhotoSource.GATEWAY or bool(self._settings.chip_photo_decoder)

    async def warm_up(self) -> None:
        """See kiosk.verifier.FaceVerifier."""
        await self._engine.start()

    async def verify(self, references: Sequence[ReferencePhoto], surface: Surface, prompt: LookAtCamera) -> FaceVerdict:
        """See kiosk.verifier.FaceVerifier."""
        reference = await self._reference(references)
        return await FaceCheck(surface, self._camera, self._engine, self._settings).run(reference, prompt)

    async def stop(self) -> None:
        """See kiosk.verifier.FaceVerifier."""
        await self._camera.stop()
        await self._engine.stop()

    async def _reference(self, references: Sequence[ReferencePhoto]) -> Template:
        """The template of the first photo that can be used."""
        reason = UnusablePhotoError(FaceAdvice.LOOK_HERE)
        for photo in references:
            if self.can_use(photo.source):
                try:
                    return await self._engine.reference(photo.content)
                except UnusablePhotoError as error:
                    reason = error
        raise reason


class FaceCheck:
    """One check: the camera is on only while it runs."""

    def __init__(self, surface: Surface, camera: Camera, engine: FaceEngine, settings: FaceSettings) -> None:
        self._surface = surface
        self._camera = camera
        self._engine = engine
        self._settings = settings
        self._hint = FaceHint.LOOK_HERE
        self._good: deque[Observation] = deque(maxlen=settings.pictures)
        self._different_since: float | None = None

    async def run(self, reference: Template, prompt: LookAtCamera) -> FaceVerdict:
        """Compare the person before the camera with ``reference``.

        Raises:
            DeviceError: the camera or the face process failed.
            GoBack: the citizen went back to the consent.
        """
        try:
            return await first_of(self._until_other_way(prompt), self._compare(reference), self._preview())
        finally:
            self._good.clear()
            await self._camera.stop()

    async def _until_other_way(self, prompt: LookAtCamera) -> FaceVerdict:
        answer = await self._surface.ask(prompt)
        return FaceVerdict.OTHER_WAY if answer is OtherWay.DECLINED else FaceVerdict.NOT_RECOGNISED

    async def _compare(self, reference: Template) -> FaceVerdict:
        """Several good pictures in a row decide; a lucky single one does not."""
        await self._camera.start()
        deadline = time.monotonic() + self._settings.seconds
        async for frame in self._camera.frames():
            if time.monotonic() > deadline:
                break
            seen = await self._engine.look(frame.image)
            self._take(seen)
            verdict = self._judge(reference)
            if verdict is Verdict.SAME:
                return FaceVerdict.SAME
            if verdict is Verdict.DIFFERENT and self._different_for() > _CLEARLY_DIFFERENT_SECONDS:
                break
        return FaceVerdict.NOT_RECOGNISED

    def _judge(self, reference: Template) -> Verdict | None:
        """The verdict on the last good pictures; None while there are not enough."""
        if len(self._good) < self._settings.pictures:
            return None
        verdict = self._engine.compare(reference, self._good).verdict
        if verdict is not Verdict.DIFFERENT:
            self._different_since = None
        elif self._different_since is None:
            self._different_since = time.monotonic()
        return verdict

    def _different_for(self) -> float:
        return 0.0 if self._different_since is None else time.monotonic() - self._different_since

    def _take(self, seen: Observation) -> None:
        if seen.advice is FaceAdvice.GOOD:
            self._good.append(seen)
            self._hint = FaceHint.CHECKING
            return
        self._hint = FaceHint(seen.advice.value)
        if seen.faces != 1:
            self._good.clear()  # somebody left or came: begin with the one who is there now
            self._different_since = None

    async def _preview(self) -> FaceVerdict:
        while True:
            frame = self._camera.latest()
            if frame is not None:
                self._surface.update(self._progress(frame))
            await asyncio.sleep(_PREVIEW_PAUSE)

    def _progress(self, frame: Frame) -> FaceProgress:
        step = max(1, frame.image.shape[1] // _PREVIEW_WIDTH)
        mirrored = frame.image[::step, ::-step]
        height, width = mirrored.shape[:2]
        share = len(self._good) / self._settings.pictures
        return FaceProgress(self._hint, mirrored.tobytes(), width, height, share)
