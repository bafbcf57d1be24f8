"""The face engine as the kiosk sees it: a child process that finds, judges and describes faces.

Frames and photos live in memory only; nothing here or in the child writes them anywhere.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from config.faults import FaultCode
from drivers.camera.face_child import LARGEST, FaceChild
from drivers.camera.messages import Message, observation_of, settings_header
from drivers.camera.observation import Comparison, FaceAdvice, Observation, Picture, Template
from drivers.camera.settings import FaceSettings
from drivers.device import DeviceError, DeviceState, Health, HealthChange, HealthRecord, Worker
from drivers.facts import DeviceFacts, Identity, facts_of

log = logging.getLogger(__name__)

_THREAD = "face engine"
_GRACE_SECONDS = 2.0


class UnusablePhotoError(Exception):
    """A reference photo shows no face, more than one, or one that is too small; ``advice`` says which."""

    def __init__(self, advice: FaceAdvice) -> None:
        super().__init__(str(advice))
        self.advice = advice


class FaceEngine:
    """Finds faces and compares them, in a process of its own.

    A call that finds the process dead, or that overruns its time-out, fails with ``FACE_ENGINE_DOWN`` and
    leaves no process behind; the next call starts a new one.
    """

    def __init__(self, settings: FaceSettings | None = None) -> None:
        self._settings = settings or FaceSettings()
        self._worker: Worker | None = None
        self._child: FaceChild | None = None
        self._guard = threading.Lock()  # for what the worker's thread and the loop both change
        self._stopped = False
        self._model = ""
        self._replaced = 0
        self._record = HealthRecord("face")
        self._turn = asyncio.Lock()

    @property
    def health(self) -> Health:
        """How the engine is."""
        return self._record.current

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` when the health changes, see ``HealthRecord.listen``."""
        self._record.listen(listener)

    @property
    def facts(self) -> DeviceFacts:
        """What is known of the engine: its libraries, and the model in use once it was loaded."""
        driver = f"OpenCV {version('opencv-python')}, dlib {version('dlib-bin')}"
        identity = Identity(model=self._model or str(self._settings.descriptor), driver=driver)
        return facts_of(self._record, identity, replaced_threads=self._replaced + _stuck(self._worker))

    @property
    def process_id(self) -> int | None:
        """The child's process number, for diagnostics; None while there is no child."""
        return self._child.process_id if self._child else None

    def memory(self) -> int | None:
        """Bytes of memory that the child holds now, for diagnostics; None while there is no child."""
        return self._child.resident_bytes() if self._child else None

    async def start(self) -> None:
        """Start the process and load the models (about half a second).

        Raises:
            DeviceError: ``FACE_MODEL_INVALID`` if a weight file is missing or is not the expected one,
                ``FACE_ENGINE_DOWN`` if the process does not come up.
        """
        await self._exchange(None, None, self._settings.start_seconds)

    async def stop(self) -> None:
        """End the process; one that is only being started ends too."""
        with self._guard:
            self._stopped = True
        await self._end_child()
        if self._worker:
            self._replaced += _stuck(self._worker)
            self._worker.close()
            self._worker = None
        self._record.report(DeviceState.OFFLINE)

    async def reference(self, photo: bytes) -> Template:
        """The template of a reference photo, a JPEG or PNG or BMP file from a chip or the gateway.

        Raises:
            UnusablePhotoError: the photo shows no single face of sufficient size.
            DeviceError: ``FACE_ENGINE_DOWN``, ``FACE_MODEL_INVALID``.
        """
        return await self._refer(Message({"do": "refer"}), photo)

    async def chip_reference(self, content: bytes, decoder: str, library: str) -> Template:
        """The template of the photo in an ID's chip, made readable by ``decoder`` ("module:name") in the child.

        A vendor's library may crash or hang: then the child is replaced, and the photo counts as unusable.

        Raises:
            UnusablePhotoError: it cannot be decoded, or shows no single face of sufficient size.
            DeviceError: ``FACE_MODEL_INVALID``, or the child cannot be started.
        """
        await self.start()
        request = Message({"do": "refer_chip", "decoder": decoder, "library": library})
        try:
            return await self._refer(request, content)
        except DeviceError as error:
            log.warning("chip_photo_decoder_failed", extra={"decoder": decoder, "detail": error.detail})
            raise UnusablePhotoError(FaceAdvice.LOOK_HERE) from error

    async def _refer(self, request: Message, photo: bytes) -> Template:
        if len(photo) > LARGEST:
            raise UnusablePhotoError(FaceAdvice.LOOK_HERE)
        observation = await self._observe(request, photo)
        if observation.template is None:
            raise UnusablePhotoError(observation.advice)
        return observation.template

    async def look(self, picture: Picture) -> Observation:
        """Judge one camera picture (RGB). It holds a template if it is good enough.

        Raises:
            DeviceError: ``FACE_ENGINE_DOWN``, ``FACE_MODEL_INVALID``.
        """
        (seen,) = await self._looks(picture, {"do": "look"})
        return seen

    async def compare_two(self, picture: Picture) -> Comparison | None:
        """How alike the two widest faces of one picture are, by one look: a test for technicians, and no face check.

        None while there are no two faces of sufficient size. The templates are overwritten.

        Raises:
            DeviceError: ``FACE_ENGINE_DOWN``, ``FACE_MODEL_INVALID``.
        """
        seen = await self._looks(picture, {"do": "one_of_two", "rank": 0}, {"do": "one_of_two", "rank": 1})
        templates = [each.template for each in seen if each.template]
        try:
            return self.compare(templates[1], seen[:1]) if len(templates) > 1 else None
        finally:
            for template in templates:
                template.wipe()

    async def _looks(self, picture: Picture, *requests: dict[str, Any]) -> list[Observation]:
        """What the child says of the same picture to each request."""
        height, width = picture.shape[:2]
        own = np.array(picture, dtype=np.uint8, order="C")  # the camera will overwrite its own
        size = {"height": height, "width": width}
        try:
            return [await self._observe(Message(request | size), own) for request in requests]
        finally:
            own.fill(0)

    def compare(self, reference: Template, observations: Sequence[Observation]) -> Comparison:
        """Compare a reference with the good ones among some observations, by the mean of their templates.

        Raises:
            ValueError: no observation is good, or the templates come from different models.
        """
        templates = [seen.template for seen in observations if seen.template]
        if not templates:
            raise ValueError("no good picture to compare with")
        if {template.model for template in templates} != {reference.model}:
            raise ValueError("templates of different models cannot be compared")
        score = self._settings.descriptor.score(reference.vector, [template.vector for template in templates])
        return Comparison(score, self._settings.zones.verdict(score), reference.model, len(templates))

    def alike(self, first: Template, second: Template) -> bool:
        """True if two templates of one check may be of the same person: at least UNSURE."""
        score = self._settings.descriptor.score(first.vector, [second.vector])
        return first.model == second.model and score >= self._settings.zones.unsure

    async def _observe(self, request: Message, content: Picture | bytes) -> Observation:
        """Have the child look at a picture. One that answers anything but an observation has lost its mind: it ends."""
        answer = await self._exchange(request, content, self._settings.call_seconds)
        try:
            return observation_of(answer)
        except ValueError as error:
            await self._end_child()
            self._record.report(DeviceState.OFFLINE, FaultCode.FACE_ENGINE_DOWN, str(error))
            raise DeviceError(FaultCode.FACE_ENGINE_DOWN, str(error)) from None

    async def _exchange(self, request: Message | None, content: Picture | bytes | None, seconds: float) -> Message:
        async with self._turn:  # the time of a call begins with its turn, not while the models are still loading
            return await self._exchange_now(request, content, seconds)

    async def _exchange_now(self, request: Message | None, content: Picture | bytes | None, seconds: float) -> Message:
        if self._worker is None:
            self._worker, self._stopped = Worker(_THREAD), False
        running = self._child is not None and self._child.exit_status is None
        allowed = seconds if running else seconds + self._settings.start_seconds
        try:
            answer = await self._worker.call_within(allowed, self._talk, request, content)
        except DeviceError as error:
            await self._end_child()
            if error.code is FaultCode.FACE_MODEL_INVALID:
                self._record.report(DeviceState.HARDWARE_ERROR, error.code, error.detail)
                raise
            self._record.report(DeviceState.OFFLINE, FaultCode.FACE_ENGINE_DOWN, error.detail)
            raise DeviceError(FaultCode.FACE_ENGINE_DOWN, error.detail) from error
        self._record.report(DeviceState.ONLINE)
        return answer

    def _talk(self, request: Message | None, content: Picture | bytes | None) -> Message:
        """Send a request and wait for its answer, with a child started first if there is none alive."""
        child = self._child
        try:
            if child and child.exit_status is not None:
                log.warning("face_engine_ended", extra={"exit_status": child.exit_status})
                child.bury()
                child = None
            if child is None:
                child, loaded = self._start_child()
                if request is None:
                    return loaded
            return child.ask(request, content) if request else Message({})
        except (OSError, EOFError, ValueError) as error:
            raise DeviceError(FaultCode.FACE_ENGINE_DOWN, f"{type(error).__name__}: {error}") from error

    def _start_child(self) -> tuple[FaceChild, Message]:
        """A child with its models loaded."""
        child = FaceChild()
        with self._guard:
            stopped = self._stopped
            self._child = None if stopped else child
        if stopped:  # while the process came up; nobody else knows of it
            child.kill()
            child.bury()
            raise DeviceError(FaultCode.FACE_ENGINE_DOWN, "stopped")
        answer = child.ask(Message({"settings": settings_header(self._settings)}))
        if "fault" in answer.header:
            raise DeviceError(FaultCode(answer.header["fault"]), str(answer.header["detail"]))
        self._model = str(answer.header["model"])
        log.info("face_engine_started", extra={"model": answer.header["model"], "child": child.process_id})
        return child, answer

    async def _end_child(self) -> None:
        """Kill the child. A thread that still waits for it then meets the end of the pipe, and ends too."""
        child, self._child = self._child, None
        if child is None or self._worker is None:
            return
        child.kill()
        # A thread that hangs all the same has been replaced then; why the child had to end is the news, not that.
        with contextlib.suppress(DeviceError):
            await self._worker.call_within(_GRACE_SECONDS, child.bury)


def _stuck(worker: Worker | None) -> int:
    return worker.stuck_threads if worker else 0
