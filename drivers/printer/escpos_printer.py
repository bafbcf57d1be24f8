"""The slip printer over python-escpos: network, serial line, USB or device file.

The library carries the bytes and knows how to open a USB printer. What it says about the paper is not used: a silent
printer reads there as full of paper (HARDWARE.md 3.5). After any error the device is closed, and opened explicitly.
"""

import asyncio
import errno
import socket
import termios
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import serial
from escpos import printer as escpos
from escpos.escpos import Escpos
from escpos.exceptions import Error as EscposError
from PIL import Image

from config.faults import FaultCode
from drivers.bell import Bell
from drivers.device import DeviceError, DeviceState, Health, HealthChange, HealthRecord, Worker
from drivers.facts import DeviceFacts, Identity, facts_of
from drivers.printer.connections import Connection, FileDevice, Network, SerialPort, Usb
from drivers.printer.dialogue import Completion, Dialogue, Link, Timing
from drivers.printer.identity import AboutPrinter, printer_identity
from drivers.printer.paper_used import count_paper
from drivers.printer.status import PrinterStatus
from drivers.tally import Tally

__all__ = ["Connection", "FileDevice", "Network", "Printer", "SerialPort", "Usb"]

T = TypeVar("T")


def _send(printer: Escpos, data: bytes) -> None:
    """Bytes as they are. The library's public calls encode, or add commands; ``_raw`` is what it offers for this."""
    printer._raw(data)  # noqa: SLF001 - HARDWARE.md 3.5: there is no public call for status and raster bytes


class _NetworkLink:
    answers = True

    def __init__(self, connection: Network, timing: Timing) -> None:
        self._timeout = timing.connect
        self._escpos = escpos.Network(connection.host, connection.port, timeout=timing.connect)

    def open(self) -> None:
        self.close()
        # The library's own open() forgets to close the socket of a failed attempt.
        address = (self._escpos.host, self._escpos.port)
        self._escpos.device = socket.create_connection(address, self._timeout)
        self._escpos.device.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        self._escpos.close()

    def write(self, data: bytes, seconds: float) -> None:
        self._escpos.device.settimeout(seconds)
        _send(self._escpos, data)

    def read(self, seconds: float) -> bytes:
        self._escpos.device.settimeout(seconds)
        try:
            received: bytes = self._escpos._read()  # noqa: SLF001 - the library has no public call that returns the bytes
        except (TimeoutError, BlockingIOError):
            return b""
        if not received:
            raise ConnectionResetError("the printer has closed the connection")
        return received


class _SerialLink:
    answers = True

    def __init__(self, connection: SerialPort, timing: Timing) -> None:
        self._escpos = escpos.Serial(connection.devfile, connection.baudrate, timeout=timing.reply)
        self._port: serial.Serial | None = None

    def open(self) -> None:
        self.close()
        with _library_errors():
            self._escpos.open()
            port: serial.Serial = self._escpos.device
            self._port = port
            port.exclusive = True

    def close(self) -> None:
        with suppress(OSError), _library_errors():
            if self._port:
                # The library waits for the output to drain, which a hung printer never lets happen.
                self._port.reset_output_buffer()
        with suppress(OSError), _library_errors():
            self._escpos.close()
        self._port = None

    def write(self, data: bytes, seconds: float) -> None:
        port = self._opened()
        with _library_errors():
            port.write_timeout = seconds + len(data) * 10 / port.baudrate
            _send(self._escpos, data)

    def read(self, seconds: float) -> bytes:
        port = self._opened()
        with _library_errors():
            port.timeout = seconds
            # One byte first: asking for more would always wait out the time-out.
            first = port.read(1)
            return first + port.read(port.in_waiting) if first else b""

    def _opened(self) -> serial.Serial:
        if self._port is None:
            raise ConnectionError("the serial port is not open")
        return self._port


class _UsbLink:
    answers = True

    def __init__(self, connection: Usb, timing: Timing) -> None:
        self._in_ep = connection.in_ep
        self._escpos = escpos.Usb(
            connection.vendor,
            connection.product,
            timeout=_milliseconds(timing.connect),
            in_ep=connection.in_ep,
            out_ep=connection.out_ep,
        )

    def open(self) -> None:
        with _library_errors():
            self._escpos.open()

    def close(self) -> None:
        with suppress(OSError):
            self._escpos.close()

    def write(self, data: bytes, seconds: float) -> None:
        self._escpos.timeout = _milliseconds(seconds)
        _send(self._escpos, data)

    def read(self, seconds: float) -> bytes:
        try:
            return bytes(self._escpos.device.read(self._in_ep, 64, _milliseconds(seconds)))
        except OSError as error:
            if error.errno == errno.ETIMEDOUT:
                return b""
            raise


class _FileLink:
    answers = False

    def __init__(self, connection: FileDevice) -> None:
        self._escpos = escpos.File(connection.path)

    def open(self) -> None:
        with _library_errors():
            self._escpos.open()

    def close(self) -> None:
        with suppress(OSError):
            self._escpos.close()

    def write(self, data: bytes, seconds: float) -> None:  # noqa: ARG002 - a file has no time-out
        _send(self._escpos, data)

    def read(self, seconds: float) -> bytes:  # noqa: ARG002 - never anything to wait for
        return b""


@contextmanager
def _library_errors() -> Iterator[None]:
    """Turn what the libraries raise for a device that is missing or was pulled out into OSError."""
    try:
        yield
    except (EscposError, termios.error, ValueError) as error:  # ValueError: pyusb finds no libusb
        raise ConnectionError(f"{type(error).__name__}: {error}") from error
    except TypeError as error:  # pyserial: the descriptor is gone while another call used it
        raise ConnectionError("the port was closed") from error


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))  # 0 means for ever to libusb


def _link_for(connection: Connection, timing: Timing) -> Link:
    match connection:
        case Network():
            return _NetworkLink(connection, timing)
        case SerialPort():
            return _SerialLink(connection, timing)
        case Usb():
            return _UsbLink(connection, timing)
        case FileDevice():
            return _FileLink(connection)


_STATES = {
    FaultCode.PRN_GONE: DeviceState.NO_DEVICE,
    FaultCode.PRN_CUTTER: DeviceState.HARDWARE_ERROR,
    FaultCode.PRN_FAULT: DeviceState.HARDWARE_ERROR,
    FaultCode.DEV_STUCK: DeviceState.HARDWARE_ERROR,
}


class Printer:
    """The slip printer of the kiosk. One thing at a time goes on; what comes meanwhile waits for its turn.

    A caller that is cancelled is released at once; the job still ends in its own time, and the next begins after it.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        width_dots: int = 576,
        cutter: bool = True,
        completion: Completion = Completion.STATUS,
        timing: Timing | None = None,
        tally: Tally | None = None,
    ) -> None:
        self.bell = Bell()
        self._tally = tally or Tally()
        self._about: AboutPrinter | None = None
        self._connection = connection
        self._width_dots = width_dots
        self._cutter = cutter
        self._completion = completion
        self._timing = timing or Timing()
        self._record = HealthRecord("printer")
        self._worker = Worker("printer")
        self._dialogue = self._new_dialogue()
        self._turn = asyncio.Lock()
        self._misses = 0
        self._paper_low: bool | None = None

    @property
    def pulse(self) -> int:
        """Grows as long as the device's thread works."""
        return self._worker.ticks

    @property
    def health(self) -> Health:
        """The present health, kept current by every use and by ``watch``."""
        return self._record.current

    @property
    def paper_low(self) -> bool | None:
        """True if the printer last said that its paper comes to an end; None if it never said: many have no eye."""
        return self._paper_low

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` when the health changes, see ``HealthRecord.listen``."""
        self._record.listen(listener)

    @property
    def facts(self) -> DeviceFacts:
        """What is known of the printer; what it says about itself only after ``identify``."""
        return facts_of(
            self._record,
            self.identity,
            replaced_threads=self._worker.stuck_threads,
            counts=self._tally.of(self._record.device),
        )

    @property
    def identity(self) -> Identity:
        """Who made it."""
        return printer_identity(self._connection, self._about)

    async def identify(self) -> None:
        """Ask a printer that is well who made it, if that is not known. Never raises; many do not tell."""
        if self._about is None and self._record.actual.state is DeviceState.ONLINE:
            await self._in_turn(self._ask_about)

    async def status(self) -> PrinterStatus:
        """Ask the printer how it is. Never raises: fields are None where the printer does not say."""
        return await self._in_turn(self._look)

    async def print_image(self, image: Image.Image) -> None:
        """Print ``image`` (black prints) on its own piece of paper, cut it, and see that it is through.

        Raises:
            DeviceError: ``PRN_INTERRUPTED``, ``DEV_STUCK``: part of it may be out, and the rest has been or will be
                thrown away; any other ``PRN_...``: nothing was printed.
            ValueError: the picture is wider than the paper.
        """
        if image.width > self._width_dots:
            raise ValueError(f"{image.width} dots do not fit on paper of {self._width_dots}")
        await self._in_turn(lambda: self._print(image))

    async def clear(self) -> None:
        """Between two citizens: nothing of the last one may come out later.

        A printer that cannot be reached now is cleared before anything else is printed on it. Never raises.
        """
        await self._in_turn(self._clear)

    async def watch(self) -> None:
        """Keep ``health`` current for ever while nothing is printed; reconnects by itself."""
        while True:
            if not self._turn.locked():
                await self.status()
                await self.identify()
            away = self._misses > 0 or self._record.actual.fault is FaultCode.PRN_GONE
            await self.bell.sleep(min(self._timing.watch, self._timing.away) if away else self._timing.watch)

    async def close(self) -> None:
        """Let go of the printer and end the thread, after what is going on."""
        with suppress(DeviceError):
            await self._in_turn(lambda: self._run(self._timing.stuck_look, Dialogue.hang_up))
        self._worker.close()

    async def _in_turn(self, action: Callable[[], Coroutine[Any, Any, T]]) -> T:
        await self._turn.acquire()
        task = asyncio.ensure_future(action())
        task.add_done_callback(lambda _: self._turn.release())
        return await asyncio.shield(task)

    async def _look(self) -> PrinterStatus:
        try:
            status = await self._run(self._timing.stuck_look, Dialogue.status)
        except OSError as error:
            self._missed(FaultCode.PRN_GONE, type(error).__name__)
            return PrinterStatus()
        except DeviceError as error:
            self._report_fault(error.code, error.detail)
            return PrinterStatus()
        if self._dialogue.answers and not status.known:
            self._missed(FaultCode.PRN_SILENT, "status request unanswered")
        else:
            self._heard(status)
        return status

    async def _print(self, image: Image.Image) -> None:
        self._record.report(DeviceState.BUSY)
        try:
            await self._run(self._timing.stuck_job, lambda dialogue: dialogue.print(image))
        except DeviceError as error:
            self._report_fault(error.code, error.detail)
            if error.code is FaultCode.PRN_INTERRUPTED:
                count_paper(self._tally, image.height, whole=False, cutter=self._cutter)
                await self._look()  # the health is to name the cause
            raise
        count_paper(self._tally, image.height, whole=True, cutter=self._cutter)
        self._heard(PrinterStatus())
        await self._look()

    async def _ask_about(self) -> None:
        try:
            self._about = await self._run(self._timing.stuck_look, Dialogue.about)
        except OSError as error:
            self._missed(FaultCode.PRN_GONE, type(error).__name__)
        except DeviceError as error:
            self._report_fault(error.code, error.detail)

    async def _clear(self) -> None:
        try:
            await self._run(self._timing.stuck_look, Dialogue.clear)
        except OSError as error:
            self._missed(FaultCode.PRN_GONE, type(error).__name__)
        except DeviceError as error:
            self._report_fault(error.code, error.detail)

    async def _run(self, seconds: float, action: Callable[[Dialogue], T]) -> T:
        try:
            return await self._worker.call_within(seconds, action, self._dialogue)
        except DeviceError as error:
            if error.code is FaultCode.DEV_STUCK:
                self._dialogue.give_up()  # it belongs to the thread left behind
                self._dialogue = self._new_dialogue()
                self._dialogue.abandon()
            raise

    def _new_dialogue(self) -> Dialogue:
        link = _link_for(self._connection, self._timing)
        return Dialogue(link, self._timing, cutter=self._cutter, completion=self._completion)

    def _heard(self, status: PrinterStatus) -> None:
        self._misses = 0
        if status.paper_near_end is not None:
            self._paper_low = status.paper_near_end
        if status.fault:
            self._report_fault(status.fault, status.words)
        else:
            self._record.report(DeviceState.ONLINE, detail=status.words)

    def _missed(self, code: FaultCode, detail: str) -> None:
        """One miss is no news: single replies get lost, and a false alarm costs the citizen a slip."""
        self._misses += 1
        if self._misses >= Dialogue.tries:
            self._about = None  # another one may come in its place
            self._report_fault(code, detail)

    def _report_fault(self, code: FaultCode, detail: str) -> None:
        self._record.report(_STATES.get(code, DeviceState.OFFLINE), code, detail)
