"""The conversation with a printer over any link: ask how it is, print a picture, clear what it still holds.

Everything here blocks and runs on the printer's worker thread. No library is used: a ``Link`` carries the bytes.
"""

import logging
import time
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Protocol

from PIL import Image

from config.faults import FaultCode
from drivers.device import TRAFFIC, DeviceError
from drivers.printer import commands
from drivers.printer.connections import MOST_ROWS
from drivers.printer.identity import AboutPrinter
from drivers.printer.status import (
    PrinterStatus,
    ProcessDone,
    Reply,
    StatusByte,
    StatusKind,
    decode_status,
    split_replies,
    status_request,
    told,
)

_ABOUT = (66, 67, 65, 68)  # of GS I, in the order of AboutPrinter's fields

log = logging.getLogger(__name__)


class Link(Protocol):
    """A way to a printer. Every method raises OSError when the printer cannot be reached that way."""

    answers: bool  # False: a way out only, nothing can be read back

    def open(self) -> None:
        """Connect; on a link that is open, connect anew."""

    def close(self) -> None:
        """Let go of the device; never raises, never waits for data still to be sent."""

    def write(self, data: bytes, seconds: float) -> None:
        """Send all of ``data`` within ``seconds`` or raise."""

    def read(self, seconds: float) -> bytes:
        """What has come in, waiting for at most ``seconds``; nothing if nothing came."""


class Completion(Enum):
    """How one learns that a job is through."""

    STATUS = "status"  # the printer is well for as long as the job takes to print
    PROCESS_ID = "process_id"  # the printer says so itself: GS ( H function 48, on models that have it


@dataclass(frozen=True)
class Timing:
    """All waiting, in seconds."""

    connect: float = 3.0
    reply: float = 1.0  # to a status request of a printer at rest
    band: float = 10.0  # until a printing printer takes the next band, or answers between two bands
    finish: float = 20.0  # for PROCESS_ID: from the last byte to the answer
    between_tries: float = 0.5
    watch: float = 3.0  # between two looks at a printer at rest
    away: float = 1.0  # the same while it is not there, where the system does not tell that it has come back
    stuck_look: float = 45.0  # a look at the printer that takes longer will never end
    stuck_job: float = 100.0  # nor will a job, beside the time that a serial line takes for its bytes
    rows_per_second: float = 800.0  # for STATUS: 100 mm/s, slower than most printers
    slowest: float = 2.0  # times as long takes a printer that cannot say whether it still prints, for all that we know


class Dialogue:
    """One printer on one link, and what is known to be left in it."""

    tries = 3  # misses in a row before a printer counts as gone: single replies do get lost

    def __init__(
        self, link: Link, timing: Timing, *, cutter: bool, completion: Completion, band_rows: int = MOST_ROWS
    ) -> None:
        """``band_rows``: how many rows of a picture go in one command; between two the printer is asked how it is."""
        self._link = link
        self._timing = timing
        self._band_rows = band_rows
        self._ending = commands.FEED_AND_CUT if cutter else commands.FEED_SIX_LINES
        self._completion = completion
        self._ids = count(1)
        self._awaited: ProcessDone | None = None  # the printer's word that a job is through, until it is heard
        self._open = False
        self._received = b""
        self._due = 0  # answers to status requests that may still come
        self._unfinished = False  # part of a job may hang out of the printer
        self._faulty = False
        self._to_clear = False
        self._owed = 0
        self._through_by = 0.0  # when a printer that answers nothing has printed what it was sent last
        self._unheard: int | None = None  # the same before the last clearing, until an answer shows that it arrived
        self._given_up = False
        self.writes = 0  # grows as long as the conversation goes on
        self._mute_about_itself = False

    @property
    def answers(self) -> bool:
        """False if nothing can be read back over this link."""
        return self._link.answers

    def status(self) -> PrinterStatus:
        """Ask once. All fields are None if the printer stays silent.

        No job is going on here: what a printer still holds when it is found without paper is out of date, and is
        thrown away before somebody puts paper in.

        Raises:
            OSError: the printer cannot be reached.
        """
        try:
            self._connect()
            status = self._read_status()
            if status.fault and not self._faulty:
                self._throw_away()
        except OSError:
            self.hang_up()
            raise
        self._faulty = status.fault is not None
        if not status.known and self.answers:
            self.hang_up()  # a reply that comes late must not answer the next question
        return status

    def about(self) -> AboutPrinter:
        """Ask a printer that is well, and at rest, who made it. One that does not tell is not asked for the rest.

        Raises:
            OSError: the printer cannot be reached.
        """
        if not self.answers:
            return AboutPrinter()
        self._mute_about_itself = False
        try:
            self._connect()
            said = [text for part in _ABOUT if (text := self._told(part)) is not None]
        except OSError:
            self.hang_up()
            raise
        if len(said) < len(_ABOUT):
            self.hang_up()  # an answer that comes late must not be taken for a status
        return AboutPrinter(*said)

    def print(self, picture: Image.Image) -> None:
        """Print ``picture`` on a piece of paper of its own and see it through.

        Raises:
            DeviceError: ``PRN_INTERRUPTED`` if part of it may be out; any other ``PRN_...`` if nothing is.
        """
        self._expect_ready()
        started = time.monotonic()
        try:
            self._send(picture)
            seconds = picture.height / self._timing.rows_per_second
            if self.answers:
                self._see_through(started + seconds)
            else:
                self._through_by = started + seconds * self._timing.slowest
        except OSError as error:
            self.hang_up()
            self._to_clear = self._to_clear or self._owed > 0  # before any request could land in the picture
            raise DeviceError(FaultCode.PRN_INTERRUPTED, f"{type(error).__name__}: {error}") from error
        self._unfinished = False

    def clear(self) -> None:
        """Throw away what the printer still holds of a job that did not get through.

        A printer that cannot be reached now is cleared as soon as it can be. One that is well, after a job that was
        seen through, is only reset: it may be a slow one, still printing. One that answers nothing is given the time.

        Raises:
            OSError: not now.
        """
        try:
            time.sleep(max(0.0, self._through_by - time.monotonic()))
            status = self.status()
            if self._to_clear:
                return  # done, and not answered: it is done again over the next line
            if self._unfinished or status.fault or not status.known:
                self._throw_away()
            else:
                self._write(commands.INITIALIZE)
        except OSError:
            self.hang_up()
            self._to_clear = True
            raise

    @property
    def owed(self) -> int:
        """Bytes that a picture command cut short may still wait for."""
        return self._owed

    def abandon(self, owed: int) -> None:
        """Take it that a job broke off, that the printer still holds the rest of it, and waits for ``owed`` bytes."""
        self._unfinished = True
        self._to_clear = True
        self._owed = owed

    def give_up(self) -> None:
        """Called from outside when the thread is stuck in here: should it ever go on, it sends nothing more."""
        self._given_up = True

    def hang_up(self) -> None:
        """Close the link; the next use opens it again. What was written last may never have arrived."""
        self._link.close()
        self._open = False
        self._received, self._awaited = b"", None
        if self._unheard is not None:
            self._to_clear, self._owed, self._unheard = True, max(self._owed, self._unheard), None

    def _connect(self) -> None:
        if not self._open:
            self._link.open()
            self._open = True
        if self._to_clear:
            self._throw_away()

    def _throw_away(self) -> None:
        self._to_clear = True
        if not self._open:
            self._connect()
            return
        # Ahead of all that waits; then white dots for a picture command cut short, which would swallow the reset.
        self._write(commands.CLEAR_BUFFERS + commands.RECOVER_AND_CLEAR)
        self._write(commands.NUL * self._owed + commands.INITIALIZE)
        self._to_clear = False
        if self.answers:
            self._unheard = max(self._owed, self._unheard or 0)
        self._owed = 0

    def _expect_ready(self) -> None:
        fault, detail = FaultCode.PRN_SILENT, ""
        for attempt in range(self.tries):
            if attempt:
                time.sleep(self._timing.between_tries)
            try:
                status = self.status()
            except OSError as error:
                fault, detail = FaultCode.PRN_GONE, type(error).__name__
                continue
            if status.fault:
                raise DeviceError(status.fault, status.words)
            if status.known or not self.answers:
                return
            fault, detail = FaultCode.PRN_SILENT, f"{attempt + 1} status requests unanswered"
        raise DeviceError(fault, detail)

    def _send(self, picture: Image.Image) -> None:
        # What hangs out from a broken job belongs to somebody else: it is cut off first.
        self._write(commands.INITIALIZE + (self._ending if self._unfinished else b""))
        self._unfinished = True
        for band in commands.raster_bands(picture, self._band_rows):
            self._owed = len(band)
            self._write(band)
            self._expect_online()
        self._write(self._ending)

    def _expect_online(self) -> None:
        """Between two bands, never inside one: is the printer still printing?"""
        if not self.answers:
            self._owed = 0
            return
        answer = self._ask(StatusKind.PRINTER, self._timing.band)
        if answer is None:
            raise TimeoutError("silent in the middle of a job")
        self._owed = 0  # only now: what was written may have been lost on the way
        if not decode_status({StatusKind.PRINTER: answer}).online:
            self._expect_no_fault(self._read_status())

    def _expect_no_fault(self, status: PrinterStatus) -> None:
        if status.fault:
            self._throw_away()  # the rest must not come out later, when somebody has put paper in
            raise DeviceError(FaultCode.PRN_INTERRUPTED, status.words)

    def _see_through(self, printed_at: float) -> None:
        if self._completion is Completion.PROCESS_ID:
            self._wait_for_process_id(printed_at + self._timing.finish)
            return
        while True:
            self._expect_no_fault(self._read_patiently())
            left = printed_at - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, self._timing.between_tries))

    def _read_patiently(self) -> PrinterStatus:
        for _ in range(self.tries):
            status = self._read_status()
            if status.known:
                return status
        raise TimeoutError("silent after the job")

    def _wait_for_process_id(self, deadline: float) -> None:
        self._awaited = ProcessDone(b"%04d" % (next(self._ids) % 10_000))
        self._write(commands.process_id_request(self._awaited.process_id))
        while time.monotonic() < deadline:
            self._receive(self._timing.reply)
            if self._awaited:
                self._expect_still_printing()
            if not self._awaited:
                return
        raise TimeoutError("did not report the job as printed")

    def _expect_still_printing(self) -> None:
        """The word may come at any moment in here; what is the matter then came after the job."""
        answer = self._ask(StatusKind.PRINTER, self._timing.reply)
        if answer is None or decode_status({StatusKind.PRINTER: answer}).online:
            return
        status = self._read_status()
        if self._awaited:
            self._expect_no_fault(status)

    def _read_status(self) -> PrinterStatus:
        if not self.answers:
            return PrinterStatus()
        answers: dict[StatusKind, int] = {}
        for kind in StatusKind:
            answer = self._ask(kind, self._timing.reply)
            if answer is not None:
                answers[kind] = answer
            elif kind is StatusKind.PRINTER:
                break  # silent: no use in asking the rest
        return decode_status(answers)

    def _ask(self, kind: StatusKind, seconds: float) -> int | None:
        """The answer, which does not say to what: answers that are still due to earlier questions come before it.

        One that was lost never comes: after ``seconds`` the last that came is taken.
        """
        self._drop_late_replies()
        self._write(status_request(kind))
        deadline, answer = time.monotonic() + seconds, None
        while (left := deadline - time.monotonic()) > 0:
            for reply in self._receive(left):
                if isinstance(reply, StatusByte):
                    self._unheard, answer = None, reply.value
                    log.log(TRAFFIC, "printer_status", extra={"kind": kind.name, "reply": f"{answer:02x}"})
                    if self._due == 0:
                        return answer
                    self._due -= 1
        self._due = self._due + 1 if answer is None else 0
        return answer

    def _told(self, part: int) -> str | None:
        if not self._open or self._mute_about_itself:
            return None
        self._drop_late_replies()
        self._write(commands.about_request(part))
        deadline, received = time.monotonic() + self._timing.reply, b""
        while (left := deadline - time.monotonic()) > 0:
            answer, received = told(received + self._link.read(left))
            if answer is not None:
                return answer.text
        self._mute_about_itself = True
        return None

    def _drop_late_replies(self) -> None:
        received = self._received if self._awaited else b""  # half of the word that is waited for is kept
        while late := self._link.read(0):
            received += late
        replies, rest = self._split(received)
        self._due = max(0, self._due - sum(isinstance(reply, StatusByte) for reply in replies))
        self._received = rest if self._awaited else b""

    def _receive(self, seconds: float) -> list[Reply]:
        replies, self._received = self._split(self._received + self._link.read(seconds))
        return replies

    def _split(self, received: bytes) -> tuple[list[Reply], bytes]:
        replies, rest = split_replies(received)
        if self._awaited in replies:
            self._awaited = None
        return replies, rest

    def _write(self, data: bytes) -> None:
        if self._given_up:
            raise ConnectionError("somebody else speaks to the printer now")
        log.log(TRAFFIC, "printer_write", extra={"bytes": len(data)})  # its size only: a picture names a citizen
        self._link.write(data, self._timing.band)
        self.writes += 1
