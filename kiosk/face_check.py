"""The built-in face verifier: live picture, hints, gestures, and a decision from the best of several good pictures."""

import asyncio
import logging
import time
from collections.abc import Sequence

from config.faults import FaultCode
from config.settings import FaceSettings
from drivers.camera.capture import Camera, Frame
from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.camera.observation import FaceAdvice, Observation, Template
from drivers.device import DeviceError, DeviceState, Health
from flows.face_progress import FaceProgress
from flows.presence_prompts import LookAtCamera
from flows.prompts import OtherWay, Surface
from kiosk.face_try import FaceTry
from kiosk.racing import first_of
from kiosk.verifier import FaceVerdict, PhotoSource, ReferencePhoto

log = logging.getLogger(__name__)

_PREVIEW_PAUSE = 0.02  # seconds between two looks whether there is a new picture


class BuiltInVerifier:
    """OpenCV's camera, YuNet, dlib and SFace in a child process. Implements kiosk.verifier.FaceVerifier."""

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
        check = _Check(self._settings, self._camera, self._engine, reference)
        try:
            return await first_of(_other_way(surface, prompt), check.run(), check.show(surface))
        finally:
            check.wipe()
            await self._camera.stop()

    async def stop(self) -> None:
        """See kiosk.verifier.FaceVerifier."""
        await self._camera.stop()
        await self._engine.stop()

    async def _reference(self, references: Sequence[ReferencePhoto]) -> Template:
        """The template of the first photo that can be used."""
        reason = UnusablePhotoError(FaceAdvice.LOOK_HERE)
        for photo in references:
            if not self.can_use(photo.source):
                continue
            try:
                return await self._template(photo)
            except UnusablePhotoError as error:
                log.info("reference_photo_unusable", extra={"source": photo.source.value, "reason": error.advice.value})
                reason = error
        raise reason

    async def _template(self, photo: ReferencePhoto) -> Template:
        if photo.source is PhotoSource.GATEWAY:
            return await self._engine.reference(photo.content)
        settings = self._settings
        return await self._engine.chip_reference(
            photo.content, settings.chip_photo_decoder, settings.chip_photo_library
        )


async def _other_way(surface: Surface, prompt: LookAtCamera) -> FaceVerdict:
    answer = await surface.ask(prompt)
    return FaceVerdict.OTHER_WAY if answer is OtherWay.DECLINED else FaceVerdict.NOT_RECOGNISED


class _Check:
    """One try before the camera, which is switched on here."""

    def __init__(self, settings: FaceSettings, camera: Camera, engine: FaceEngine, reference: Template) -> None:
        self._camera = camera
        self._engine = engine
        self._try = FaceTry(settings, engine, reference)

    async def run(self) -> FaceVerdict:
        """Look at one picture after the other until it is decided."""
        await self._camera.start()
        self._try.begin(time.monotonic())
        restarted = False
        async for frame in self._camera.frames():
            try:
                seen = await self._engine.look(frame.image)
            except DeviceError as error:
                # The process died or hung. It is started anew once; the person only begins the gestures again.
                if restarted or error.code is not FaultCode.FACE_ENGINE_DOWN:
                    raise
                restarted, seen = True, Observation(FaceAdvice.HOLD_STILL, 0)
                await self._engine.start()
                self._try.resume(time.monotonic())
            verdict = self._try.take(seen, frame.captured_at, time.monotonic())
            if verdict is not None:
                return verdict
        return FaceVerdict.NO_GOOD_PICTURE

    async def show(self, surface: Surface) -> FaceVerdict:
        """Show each new picture, until it is cancelled."""
        shown = 0
        while True:
            frame = self._camera.latest()
            if frame is not None and frame.number != shown:
                shown = frame.number
                surface.update(self._progress(frame))
            await asyncio.sleep(_PREVIEW_PAUSE)

    def _progress(self, frame: Frame) -> FaceProgress:
        height, width = frame.preview.shape[:2]
        return FaceProgress(self._try.hint, frame.preview.tobytes(), width, height, self._try.share, self._try.someone)

    def wipe(self) -> None:
        """Overwrite the templates."""
        self._try.wipe()
