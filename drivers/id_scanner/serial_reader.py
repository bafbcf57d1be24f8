"""The resident ID reader on its serial line: the only file that knows pyserial.

``SerialLine`` blocks and lives on the worker thread: one request, one answer. ``IdScanner`` is what the kiosk uses: it
looks for a document, has it read, tries again after a broken frame, and opens the port again after it was unplugged.
"""

import asyncio
import logging
import termios
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

import serial

from config.faults import FaultCode
from drivers.bell import Bell
from drivers.device import TRAFFIC, DeviceError, DeviceState, Health, HealthChange, HealthRecord, Worker, nobody_asked
from drivers.facts import DeviceFacts, Identity, facts_of
from drivers.id_scanner.asking import Conversation, Lost, NoAnswer
from drivers.id_scanner.documents import IdDocument
from drivers.id_scanner.patience import Counters, Patience
from drivers.id_scanner.reading import Ask, is_there, look
from drivers.id_scanner.samv import LONGEST_ANSWER, Answer, Command, FrameReader, Sw3, format_sam_id, request
from drivers.id_scanner.statuses import refusal
from drivers.tally import Count, Tally
from drivers.usb_descriptors import of_node

T = TypeVar("T")

BAUD_RATE = 115_200

_BITS = 10  # of one byte on the line
_SLICE = 0.05  # seconds that one blocking read may take
_LINE_ERRORS = (serial.SerialException, OSError, termios.error)
_STATES = {
    FaultCode.DEV_STUCK: DeviceState.HARDWARE_ERROR,
    FaultCode.ID_READER_GONE: DeviceState.NO_DEVICE,
    FaultCode.ID_READER_SILENT: DeviceState.OFFLINE,
    FaultCode.ID_READER_FAULT: DeviceState.HARDWARE_ERROR,
    FaultCode.ID_UNREADABLE: DeviceState.USER_ERROR,
}

log = logging.getLogger(__name__)


class SerialLine:
    """One request and one answer at a time, blocking. Opens the port whenever it is not open."""

    def __init__(self, path: str, baud_rate: int, patience: Patience) -> None:
        self.path = path
        self.baud_rate = baud_rate
        self.frames = FrameReader()
        self.opened = 0
        self._patience = patience
        self._port: serial.Serial | None = None
        self._lock = threading.RLock()
        self._retired = False

    def ask(self, command: Command) -> Answer | NoAnswer | Lost:
        """Send ``command`` and wait for its answer."""
        with self._lock:
            try:
                port = self._port or self._open()
                port.reset_input_buffer()
                port.write(request(command))
                answer = self._answer(port, command)
            except _LINE_ERRORS as error:
                self.close()
                return Lost(f"{self.path}: {error}")
            # Which request, which status; never data, which may be a document.
            log.log(TRAFFIC, "id_exchange", extra={"command": command.name, "answer": repr(answer)})
            # Some adapters give no error when they are pulled (pyserial issue 331), but their path goes away.
            if answer is NoAnswer.SILENT and not Path(self.path).exists():
                self.close()
                return Lost(f"{self.path} is no longer there")
            return answer

    def settle(self) -> None:
        """Let a late or broken answer run out, so that it is not taken for the next one."""
        with self._lock:
            try:
                if self._port is not None:
                    self._drain(self._port)
            except _LINE_ERRORS:
                self.close()  # the next request opens the port again and tells what is wrong

    def close(self) -> None:
        """Give the port back; the next request opens it again."""
        with self._lock:
            port, self._port = self._port, None
            self.frames.give_up()
            if port is not None:
                with suppress(*_LINE_ERRORS):
                    port.close()

    def retire(self) -> None:
        """Give the port back for good, from any thread. An exchange that is going on ends within a moment."""
        self._retired = True
        if self._lock.acquire(timeout=1):  # else a lost thread has it, and the port with it
            self.close()
            self._lock.release()

    def _open(self) -> serial.Serial:
        if self._retired:
            raise serial.SerialException("the driver is closed")
        # Exclusive: a second program on the line would steal half of every answer.
        port = serial.Serial(
            self.path, self.baud_rate, timeout=_SLICE, write_timeout=self._patience.short, exclusive=True
        )
        self._port = port
        self.opened += 1
        self._drain(port)
        return port

    def _drain(self, port: serial.Serial) -> None:
        """Read away what comes until the line is quiet; a line that never is gets a second."""
        quiet_since = start = time.monotonic()
        while (now := time.monotonic()) < min(quiet_since + self._patience.gap, start + self._patience.short):
            if self._retired:
                return
            if port.read(max(1, port.in_waiting)):
                quiet_since = now

    def _answer(self, port: serial.Serial, command: Command) -> Answer | NoAnswer:
        frames = self.frames
        broken, noise = frames.broken, frames.noise
        now = heard = time.monotonic()
        deadline = now + self._patience.for_answer(command) + LONGEST_ANSWER * _BITS / self.baud_rate
        answers: list[Answer] = []
        while not answers and now < deadline and not self._retired:
            # Noise alone may come before an answer; after a begun or broken frame silence means that it was the answer.
            spoiled = frames.pending > 0 or frames.broken > broken
            if spoiled and now > heard + self._patience.gap:
                break
            data = port.read(max(1, port.in_waiting))
            now = time.monotonic()
            if data:
                heard = now
                answers = frames.feed(data)
        answers += frames.give_up()
        if answers:
            return answers[0]
        return NoAnswer.BROKEN if frames.broken + frames.noise > broken + noise else NoAnswer.SILENT


class IdScanner:
    """The resident ID reader. ``port`` is a device path (under /dev/serial/by-id) or a pty.

    Nothing goes over the line until something is asked for. A caller that is cancelled is released at once; the
    exchange on the line still ends in its own time, no other follows it, and the next conversation begins after it.
    """

    def __init__(
        self,
        port: str,
        baud_rate: int = BAUD_RATE,
        *,
        patience: Patience | None = None,
        fingerprint: bool = False,
        tally: Tally | None = None,
    ) -> None:
        self.bell = Bell()
        self._tally = tally or Tally()
        self._sam_id = ""
        self._patience = patience or Patience()
        self._read_command = Command.READ_BASE_AND_FINGERPRINT if fingerprint else Command.READ_BASE
        self._record = HealthRecord("id_scanner")
        self._worker = Worker("id_scanner")
        self._line = SerialLine(port, baud_rate, self._patience)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._reads = 0
        self._misreads = 0

    @property
    def health(self) -> Health:
        """The present health, kept current by every use and by ``watch``."""
        return self._record.current

    @property
    def pulse(self) -> int:
        """Grows as long as the device's thread works."""
        return self._worker.ticks

    @property
    def counters(self) -> Counters:
        """What happened on the line, for diagnostics."""
        frames = self._line.frames
        return Counters(frames.frames, frames.broken, frames.noise, self._line.opened, self._reads, self._misreads)

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` when the health changes, see ``HealthRecord.listen``."""
        self._record.listen(listener)

    @property
    def facts(self) -> DeviceFacts:
        """What is known of the reader; the number of its module only after ``identify``."""
        usb = of_node(Path(self._line.path))
        identity = Identity(
            maker=usb.maker if usb else "",
            model=usb.product if usb else "",
            serial=self._sam_id,
            firmware=usb.release if usb else "",
            driver=f"pyserial {serial.__version__}",
            place=f"{self._line.path}, USB {usb.port} {usb.ids}" if usb else self._line.path,
        )
        frames = self._line.frames
        counts = {**self._tally.of(self._record.device), "frames": frames.frames, "broken_frames": frames.broken}
        return facts_of(self._record, identity, replaced_threads=self._worker.stuck_threads, counts=counts)

    async def identify(self) -> None:
        """Ask the module for its number, if that is not known. Raises nothing."""
        if not self._sam_id:
            with suppress(DeviceError):  # it is in the health now
                self._sam_id = await self.sam_id()

    async def wait_for_document(self, noticed: Callable[[], None] = nobody_asked) -> IdDocument:
        """Wait, without limit, until a document lies on the reader, and read it.

        A document that has already been read and still lies there is read again. ``noticed`` is called when one is
        there and is being read.

        Raises:
            DeviceError: ``ID_READER_GONE``, ``ID_READER_SILENT``, ``ID_READER_FAULT``, ``DEV_STUCK``, or
                ``ID_UNREADABLE`` after several misreads, or when it was lifted before it could be read.
        """
        self._waiting += 1
        try:
            return await self._first_document(noticed)
        finally:
            self._waiting -= 1

    async def document_present(self) -> bool:
        """Whether a document lies on the reader now.

        Raises:
            DeviceError: as ``wait_for_document``.
        """
        return await self._converse(lambda ask, _: is_there(ask))

    async def wait_for_lift(self) -> None:
        """Wait without limit until nothing lies on the reader.

        Raises:
            DeviceError: as ``wait_for_document``.
        """
        while await self.document_present():  # noqa: ASYNC110 - SAM_V answers only what it is asked: no event to wait for
            await asyncio.sleep(self._patience.poll)

    async def watch(self) -> None:
        """Keep ``health`` current for ever while nobody waits for a document."""
        while True:
            if not self._waiting:
                with suppress(DeviceError):  # it is in the health now
                    await self.check()
                    await self.identify()
            away = self._record.actual.state is not DeviceState.ONLINE
            await self.bell.sleep(min(self._patience.watch, self._patience.away) if away else self._patience.watch)

    async def check(self) -> None:
        """Ask the reader how it is.

        Raises:
            DeviceError: as in ``wait_for_document``, except ``ID_UNREADABLE``.
        """
        await self._converse(lambda ask, _: _expect_ok(ask(Command.STATUS), Command.STATUS))

    async def sam_id(self) -> str:
        """The number of the security module in the reader, as printed on it.

        Raises:
            DeviceError: as in ``check``.
        """
        return await self._converse(lambda ask, _: format_sam_id(_expect_ok(ask(Command.SAM_ID), Command.SAM_ID)))

    def close(self) -> None:
        """Give the port back and end the thread. Nobody may be waiting any more."""
        self._line.retire()
        self._worker.close()

    async def _first_document(self, noticed: Callable[[], None]) -> IdDocument:
        misreads: list[DeviceError] = []
        while True:
            try:
                document = await self._converse(lambda ask, tell: look(ask, self._read_command, tell), noticed)
            except DeviceError as error:
                if error.code is not FaultCode.ID_UNREADABLE:
                    raise
                misreads.append(error)
                self._misreads += 1
                self._tally.add(Count.ID_FAILURES)
                if len(misreads) >= self._patience.tries:
                    raise
            else:
                if document is not None:
                    self._reads += 1
                    self._tally.add(Count.IDS_READ)
                    return document
                if misreads:  # lifted too soon, by somebody who was told that it is being read
                    raise misreads[-1]
            await asyncio.sleep(self._patience.poll)

    async def _converse(
        self, talk: Callable[[Ask, Callable[[], None]], T], noticed: Callable[[], None] = nobody_asked
    ) -> T:
        """A whole conversation on the worker thread, one at a time. ``noticed`` is called here, not there."""
        loop, line, abandoned = asyncio.get_running_loop(), self._line, threading.Event()

        def notice() -> None:
            if not abandoned.is_set():
                noticed()

        def tell() -> None:
            with suppress(RuntimeError):  # the loop has ended while the document was read
                loop.call_soon_threadsafe(notice)

        async with self._own_turn():
            try:
                return await self._worker.call_within(
                    self._patience.stuck, lambda: talk(Conversation(line, self._patience, abandoned).ask, tell)
                )
            except DeviceError as error:
                if error.code is FaultCode.DEV_STUCK:  # the port belongs to the lost thread
                    self._line = SerialLine(line.path, line.baud_rate, self._patience)
                raise
            finally:
                abandoned.set()

    @asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[None]:
        """One conversation at a time; how it ends is the new health."""
        async with self._turn:
            try:
                yield
            except DeviceError as error:
                if error.code is FaultCode.ID_READER_GONE:
                    self._sam_id = ""  # another one may come in its place
                self._record.report(_STATES[error.code], error.code, error.detail)
                raise
            self._record.report(DeviceState.ONLINE)


def _expect_ok(answer: Answer, command: Command) -> bytes:
    if answer.sw3 != Sw3.OK:
        raise refusal(command, answer)
    return answer.data
