"""What every device has: a health, typed errors, and one worker thread that owns its blocking library."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

from config.faults import FaultCode
from drivers.damping import Damping, FlapDamper

P = ParamSpec("P")
T = TypeVar("T")

TRAFFIC = 5  # log level below DEBUG: what goes over the wire, for technicians; never the content of a document

# Faults of a device that is not there, or says nothing; an open cover or a bad card is somebody's doing instead.
AWAY = frozenset(
    {
        FaultCode.CARD_SERVICE_DOWN,
        FaultCode.CARD_READER_GONE,
        FaultCode.ID_READER_GONE,
        FaultCode.ID_READER_SILENT,
        FaultCode.FACE_CAMERA_GONE,
        FaultCode.FACE_CAMERA_FROZEN,
        FaultCode.FACE_ENGINE_DOWN,
        FaultCode.PRN_GONE,
        FaultCode.PRN_SILENT,
        FaultCode.DEV_STUCK,
    }
)

log = logging.getLogger(__name__)


class DeviceState(StrEnum):
    """States in the vocabulary of XFS4IoT."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    BUSY = "deviceBusy"
    USER_ERROR = "userError"
    HARDWARE_ERROR = "hardwareError"
    NO_DEVICE = "noDevice"


@dataclass(frozen=True)
class Health:
    """How a device is: its state, the fault behind it, and a technical word that holds no personal data."""

    state: DeviceState
    fault: FaultCode | None = None
    detail: str = ""

    @property
    def usable(self) -> bool:
        """True if a citizen may be sent to this device; one that is just starting has the benefit of the doubt."""
        return self.state in {DeviceState.STARTING, DeviceState.ONLINE, DeviceState.BUSY, DeviceState.USER_ERROR}


def nobody_asked() -> None:
    """For a caller who need not hear that a document was noticed."""


class DeviceError(Exception):
    """A device could not do what was asked.

    ``detail`` is for technicians and must never hold anything read from a document.
    """

    def __init__(self, code: FaultCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class FaultNote:
    """A fault that a device had, and when: seconds of its record's clock."""

    code: FaultCode
    detail: str
    at: float


@dataclass(frozen=True)
class HealthChange:
    """A device is in another state, or has another fault, than ``before``."""

    device: str
    before: Health
    after: Health


class HealthRecord:
    """The present health of one device; each change is logged once, and told to those who listen.

    A device that comes and goes all the time counts as offline for a while (drivers/damping.py); ``actual`` is how it
    really is. ``since``: when the state or its fault changed last; ``returns``: how often it came back after it had
    been away. Moments are seconds of ``clock``, which no change of the wall clock touches.
    """

    def __init__(
        self, device: str, clock: Callable[[], float] = time.monotonic, damping: Damping | None = None
    ) -> None:
        self.device = device
        self.clock = clock
        self._shown = self.actual = Health(DeviceState.STARTING)
        self.since = clock()
        self.last_fault: FaultNote | None = None
        self.returns = 0
        self._damper = FlapDamper(damping)
        self._away = False
        self._listeners: list[Callable[[HealthChange], None]] = []

    @property
    def current(self) -> Health:
        """How the device counts now. A hold is over in time, also if nobody has looked at the device since."""
        if self._shown.fault is FaultCode.DEV_UNSTABLE:
            now = self.clock()
            self._show(self._damped(now), now)
        return self._shown

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` at each change, on the thread that found it. It must be quick and not raise."""
        self._listeners.append(listener)

    def report(self, state: DeviceState, fault: FaultCode | None = None, detail: str = "") -> None:
        """Take a new health; the same state and fault again is no news."""
        now = self.clock()
        news = (state, fault) != (self.actual.state, self.actual.fault)
        self.actual = Health(state, fault, detail)
        if news:
            self._note_coming_and_going(now)
        if fault is not None and (news or self.last_fault is None):
            self.last_fault = FaultNote(fault, detail, now)
        self._show(self._damped(now), now)

    def _note_coming_and_going(self, now: float) -> None:
        away = self.actual.fault in AWAY
        if away and not self._away:
            self._damper.departed(now)
        elif self._away and self.actual.state is DeviceState.ONLINE:
            self.returns += 1
        if away or self.actual.state is DeviceState.ONLINE:
            self._away = away

    def _damped(self, now: float) -> Health:
        if not self._damper.holds(now):
            return self.actual
        return Health(DeviceState.OFFLINE, FaultCode.DEV_UNSTABLE, "comes and goes")

    def _show(self, health: Health, now: float) -> None:
        before, self._shown = self._shown, health
        changed = (health.state, health.fault) != (before.state, before.fault)
        if changed:
            self.since = now
            fields = {"device": self.device, "state": health.state, "fault": health.fault, "detail": health.detail}
            log.info("device_health", extra=fields)
            for listener in self._listeners:
                listener(HealthChange(self.device, before, health))


class Worker:
    """One daemon thread that owns a blocking library for life.

    A call that overruns its time-out cannot be stopped: PC/SC and camera drivers may block for ever. The
    thread is then left behind, a new one takes over, and the caller gets ``DEV_STUCK``. The driver must
    forget the library objects that the old thread held.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.stuck_threads = 0
        self.ticks = 0
        self._start()

    def _start(self) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._run, args=(self._calls,), name=self._name, daemon=True).start()

    def _run(self, calls: SimpleQueue[Callable[[], None] | None]) -> None:
        while (call := calls.get()) is not None:
            call()
            self.ticks += 1

    async def call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``function`` on the worker thread, however long it takes."""
        return await asyncio.wrap_future(self._enqueue(function, *args, **kwargs))

    async def call_within(self, seconds: float, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``function`` on the worker thread, and be done within ``seconds`` with it and all calls before it.

        Raises:
            DeviceError: ``DEV_STUCK`` if it overran; the thread has then been replaced.
        """
        calls = self._calls
        answer = asyncio.wrap_future(self._enqueue(function, *args, **kwargs))
        # An error that comes after the time-out, or after the caller was cancelled, is nobody's: not news for asyncio.
        answer.add_done_callback(lambda late: late.cancelled() or late.exception())
        done, _ = await asyncio.wait({answer}, timeout=seconds)
        if done:
            return answer.result()
        answer.cancel()  # nobody waits for it any more, nor for its error
        raise self._overrun(calls, seconds)

    def wait_within(self, seconds: float, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``call_within``, for another device's thread: it waits itself, without a way over the event loop.

        Raises:
            DeviceError: ``DEV_STUCK`` if it overran; the thread has then been replaced.
        """
        calls = self._calls
        answer = self._enqueue(function, *args, **kwargs)
        try:
            return answer.result(seconds)
        except TimeoutError:
            if answer.done():
                return answer.result()  # just in time; or the TimeoutError was the function's own
            answer.cancel()
            raise self._overrun(calls, seconds) from None

    def _overrun(self, calls: SimpleQueue[Callable[[], None] | None], seconds: float) -> DeviceError:
        if self._calls is calls:
            self.stuck_threads += 1
            self.ticks += 1  # a device that hangs for good is given up again and again, and all else goes on
            calls.put(None)  # ends the old thread, should it ever come back
            self._start()
            log.error("worker_stuck", extra={"device": self._name, "seconds": seconds})
        return DeviceError(FaultCode.DEV_STUCK, f"{self._name} did not answer in {seconds:g} s")

    def _enqueue(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(function(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - raised again in the waiting coroutine
                future.set_exception(error)

        self._calls.put(run)
        return future

    def close(self) -> None:
        """Let the thread end after the calls already queued."""
        self._calls.put(None)
