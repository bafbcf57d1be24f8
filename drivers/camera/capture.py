"""The newest picture of a camera: a V4L2 device, a video file that plays round and round, or a network camera.

OpenCV's capture blocks, or lies, when a camera is unplugged (OpenCV issues 4468, 5746, 14044). So a thread of its own
reads, the age of the newest frame is watched, and a thread that hangs is left behind for a new one. That thread also
makes the picture as small as it may be, and the mirrored one for the screen, so that the screens need not.

Pictures lie in a few buffers that are used in turn, so that each is overwritten by a later one, and the last ones at
the end. What OpenCV holds inside itself is given back to the system when the camera is switched off, not overwritten.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import Enum, auto

import cv2
import numpy as np

from config.faults import FaultCode
from drivers.camera.exposure import Exposure, exposure_of
from drivers.camera.identity import camera_identity
from drivers.camera.observation import Picture
from drivers.device import DeviceError, DeviceState, Health, HealthChange, HealthRecord
from drivers.facts import DeviceFacts, facts_of
from drivers.tally import Count, Tally

log = logging.getLogger(__name__)

_NETWORK_TIMEOUTS = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 3000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 3000)
_LARGEST_SIDE = 960  # pixels; faces of people at a kiosk are large enough in it
_PREVIEW_WIDTH = 480  # pixels; enough for the oval on the screen
_BUFFERS = 8
_USUAL_RATE = 15.0  # frames a second of a file that does not say
_WATCH_SECONDS = 0.2
_EXPOSURE_SECONDS = 1.0  # between two looks at how the camera exposes, which it may change by itself


@dataclass(frozen=True, eq=False)
class Frame:
    """One camera picture: RGB, height x width x 3, rows from the top, not mirrored. It cannot be written to.

    ``preview`` is a smaller one, mirrored. Both are overwritten when a few newer frames have come, or the camera stops.
    """

    image: Picture = field(repr=False)
    preview: Picture = field(repr=False)
    captured_at: float  # seconds of time.monotonic()
    number: int

    def age(self) -> float:
        """Seconds since it was taken."""
        return time.monotonic() - self.captured_at


@dataclass(frozen=True)
class CameraTimes:
    """Seconds: until a frame counts as stale, until a hanging thread is left behind, between tries to open."""

    stale: float = 2.0
    hanging: float = 8.0
    reopen: float = 0.5
    first_frame: float = 6.0
    stop: float = 1.0


class _Link(Enum):
    """What became of the last try to get a picture. A quick failure means gone, a slow one means silent."""

    OPENING = auto()
    READING = auto()
    SILENT = auto()
    GONE = auto()


class _Buffers:
    """Memory for the last few pictures of one camera, used in turn."""

    def __init__(self) -> None:
        self._used: list[tuple[Picture, Picture]] = []
        self._next = -1

    def frame(self, image: cv2.typing.MatLike, number: int) -> Frame:
        """A frame from OpenCV's picture, which is BGR."""
        height, width = image.shape[:2]
        size = _within(width, height, _LARGEST_SIDE / max(width, height))
        shown = _within(width, height, _PREVIEW_WIDTH / width)
        full, preview = self._turn(size, shown)
        small = image if size == (width, height) else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        cv2.cvtColor(small, cv2.COLOR_BGR2RGB, dst=full)
        cv2.flip(cv2.resize(full, shown, interpolation=cv2.INTER_AREA), 1, dst=preview)
        image.fill(0)
        small.fill(0)
        return Frame(_read_only(full), _read_only(preview), time.monotonic(), number)

    def wipe(self) -> None:
        """Overwrite everything."""
        for pair in self._used:
            for picture in pair:
                picture.fill(0)

    def _turn(self, size: tuple[int, int], shown: tuple[int, int]) -> tuple[Picture, Picture]:
        """The buffers that were filled longest ago; others if the camera's pictures have changed their size."""
        shapes = ((size[1], size[0], 3), (shown[1], shown[0], 3))
        if self._used and (self._used[0][0].shape, self._used[0][1].shape) != shapes:
            self.wipe()
            self._used = []
        if len(self._used) < _BUFFERS:
            self._used.append((np.zeros(shapes[0], np.uint8), np.zeros(shapes[1], np.uint8)))
            return self._used[-1]
        self._next = (self._next + 1) % _BUFFERS
        return self._used[self._next]


class _Reader:
    """One reading thread with its capture. Four of its values are read from outside, each set at once."""

    def __init__(self, source: str | int, times: CameraTimes, tally: Tally) -> None:
        self._source, self._times, self._tally = source, times, tally
        self.backend = ""
        self.exposure = Exposure()
        self._stop = threading.Event()
        self._buffers = _Buffers()
        self.frame: Frame | None = None
        self.link = _Link.OPENING
        self.alive_at = self.started_at = time.monotonic()
        self.thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Ask the thread to end; one that hangs ends when its call returns, if ever."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            capture = _opened(self._source)
            self._returned(success=capture is not None)
            if capture is not None:
                try:
                    self._read(capture)
                finally:
                    capture.release()
            if self.link is not _Link.READING:
                self._stop.wait(self._times.reopen)
        self.frame = None
        self._buffers.wipe()

    def _read(self, capture: cv2.VideoCapture) -> None:
        """Read until the end of a file, or until the camera gives nothing more."""
        self.backend = capture.getBackendName()
        file = _is_file(self._source)
        pause = 1 / (capture.get(cv2.CAP_PROP_FPS) or _USUAL_RATE) if file else 0.0
        asked = -_EXPOSURE_SECONDS
        while not self._stop.is_set():
            if time.monotonic() - asked >= _EXPOSURE_SECONDS:
                self.exposure, asked = exposure_of(capture), time.monotonic()
            read, image = capture.read()
            played = file and self.frame is not None  # a file that has come to its end, and not one without pictures
            self._returned(success=read or played)
            if not read or image is None:
                return
            self.frame = self._buffers.frame(image, self.frame.number + 1 if self.frame else 1)
            self._tally.add(Count.FRAMES)
            self._stop.wait(pause)

    def _returned(self, *, success: bool) -> None:
        """A call of the library came back."""
        now = time.monotonic()
        slow = now - self.alive_at > self._times.stale
        self.link = _Link.READING if success else _Link.SILENT if slow else _Link.GONE
        self.alive_at = now


class Camera:
    """The newest frame of one camera, on only between ``start`` and ``stop``.

    ``source``: number or path of a V4L2 device, path of a video file, or URL. The camera is opened again by
    itself after it was unplugged or fell silent.
    """

    def __init__(self, source: str | int, times: CameraTimes | None = None, *, tally: Tally | None = None) -> None:
        self._source = source
        self._tally = tally or Tally()
        self._backend = ""
        self._times = times or CameraTimes()
        self._reader: _Reader | None = None
        self._watch: asyncio.Task[None] | None = None
        self._record = HealthRecord("camera")
        self.stuck_threads = 0

    @property
    def health(self) -> Health:
        """How the camera is; OFFLINE without a fault while it is switched off."""
        return self._record.current

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` when the health changes, see ``HealthRecord.listen``."""
        self._record.listen(listener)

    @property
    def facts(self) -> DeviceFacts:
        """What is known of the camera; how OpenCV reads it only after it was on once."""
        self._backend = (self._reader.backend if self._reader else "") or self._backend
        return facts_of(
            self._record,
            camera_identity(self._source, self._backend),
            replaced_threads=self.stuck_threads,
            counts=self._tally.of(self._record.device),
        )

    async def start(self) -> None:
        """Switch the camera on and wait for its first frame.

        Raises:
            DeviceError: ``FACE_CAMERA_GONE`` if it cannot be opened, ``FACE_CAMERA_FROZEN`` if it gives nothing.
                The camera stays on and goes on trying; ``stop`` ends that.
        """
        if self._reader is None:
            self._record.report(DeviceState.STARTING)
            self._reader = _Reader(self._source, self._times, self._tally)
            self._watch = asyncio.create_task(self._watching(), name="camera watch")
        deadline = time.monotonic() + self._times.first_frame
        while self.latest() is None and time.monotonic() < deadline:
            if self._record.actual.fault is FaultCode.FACE_CAMERA_GONE:
                break
            await asyncio.sleep(0.02)
        self._judge()
        self._raise_fault()

    async def stop(self) -> None:
        """Switch the camera off and overwrite the last frames."""
        reader, self._reader = self._reader, None
        self._backend = (reader.backend if reader else "") or self._backend
        watch, self._watch = self._watch, None
        self._record.report(DeviceState.OFFLINE)
        # All is on its way before the first wait: whoever is cancelled here leaves no camera on.
        if reader:
            reader.stop()
            reader.frame = None
        if watch:
            watch.cancel()
            await asyncio.wait({watch})
        if reader:
            await asyncio.to_thread(reader.thread.join, self._times.stop)

    def latest(self) -> Frame | None:
        """The newest frame, or None if there is none that is fresh."""
        frame = self._reader.frame if self._reader else None
        return frame if frame and frame.age() <= self._times.stale else None

    @property
    def exposure(self) -> Exposure:
        """How the camera exposes, at most a second old; nothing is told while it is switched off."""
        return self._reader.exposure if self._reader else Exposure()

    async def frames(self) -> AsyncIterator[Frame]:
        """Every new frame that the caller is quick enough for.

        Raises:
            DeviceError: ``FACE_CAMERA_FROZEN`` when no new frame has come for a while, ``FACE_CAMERA_GONE`` when the
                camera is off or away. One may call again: the camera comes back by itself.
        """
        last = 0
        while True:
            frame = self.latest()
            if frame and frame.number != last:
                last = frame.number
                yield frame
                continue
            self._raise_fault()
            await asyncio.sleep(0.01)

    async def _watching(self) -> None:
        while True:
            self._judge()
            await asyncio.sleep(_WATCH_SECONDS)

    def _judge(self) -> None:
        """Bring the health up to date, and leave a hanging thread behind."""
        reader = self._reader
        if reader is None:
            return
        now = time.monotonic()
        newest = reader.frame.captured_at if reader.frame else reader.started_at
        if self.latest():
            self._record.report(DeviceState.ONLINE)
        elif reader.link is _Link.GONE:
            self._record.report(DeviceState.NO_DEVICE, FaultCode.FACE_CAMERA_GONE)
        elif now - newest > self._times.stale:
            self._record.report(DeviceState.HARDWARE_ERROR, FaultCode.FACE_CAMERA_FROZEN)
        if now - reader.alive_at > self._times.hanging:
            log.error("camera_thread_left_behind", extra={"silent_seconds": round(now - reader.alive_at, 1)})
            self.stuck_threads += 1
            reader.stop()
            self._reader = _Reader(self._source, self._times, self._tally)

    def _raise_fault(self) -> None:
        if self._reader is None:
            raise DeviceError(FaultCode.FACE_CAMERA_GONE, "the camera is switched off")
        if fault := self._record.actual.fault:
            raise DeviceError(fault)


def _opened(source: str | int) -> cv2.VideoCapture | None:
    """An open capture, or None."""
    device = isinstance(source, int) or source.startswith("/dev/")
    if device:
        capture = cv2.VideoCapture(source, cv2.CAP_V4L2)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest frame, not the oldest one waiting
    elif _is_file(source):
        capture = cv2.VideoCapture(source)
    else:
        capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, _NETWORK_TIMEOUTS)
    if capture.isOpened():
        return capture
    capture.release()
    return None


def _is_file(source: str | int) -> bool:
    return isinstance(source, str) and "://" not in source and not source.startswith("/dev/")


def _within(width: int, height: int, zoom: float) -> tuple[int, int]:
    """The size after making it ``zoom`` times as large, if that makes it smaller."""
    zoom = min(1.0, zoom)
    return max(1, round(width * zoom)), max(1, round(height * zoom))


def _read_only(picture: Picture) -> Picture:
    view = picture.view()
    view.flags.writeable = False
    return view
