"""The ways to a printer over python-escpos: network, serial line, USB or device file. The only file that knows it.

The library carries the bytes and knows how to open a USB printer. What it says about the paper is not used: a silent
printer reads there as full of paper (hardware.md 3.5). After any error the device is closed, and opened explicitly.
"""

import errno
import socket
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import serial
from escpos import printer as escpos
from escpos.escpos import Escpos
from escpos.exceptions import Error as EscposError

from drivers.printer.connections import Connection, FileDevice, Network, SerialPort, Usb, seconds_on_the_line
from drivers.printer.dialogue import Link, Timing

# Of descriptors (usb.org, USB 2.0, 9.6): the kind of transfer, the direction, the class of an interface.
_TRANSFER, _BULK = 0x03, 0x02
_INWARDS = 0x80
_PRINTER_CLASS = 7
_PACKET = 512  # bytes, the largest of a bulk transfer; one that is larger than asked for is an error to libusb
_PIECE = 64  # bytes read at once from the network; answers are shorter
_USUAL_ENDPOINTS = 0x82, 0x01  # for a printer that does not say that it is one


def _send(printer: Escpos, data: bytes) -> None:
    """Bytes as they are. The library's public calls encode, or add commands; ``_raw`` is what it offers for this."""
    printer._raw(data)  # noqa: SLF001 - python-escpos names it so in its own manual, for bytes that no public call makes


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
            received: bytes = self._escpos.device.recv(_PIECE)
        except (TimeoutError, BlockingIOError):
            return b""
        if not received:
            raise ConnectionResetError("the printer has closed the connection")
        return received


class _SerialLink:
    answers = True

    def __init__(self, connection: SerialPort, timing: Timing) -> None:
        self._connection = connection
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
            port.write_timeout = seconds + seconds_on_the_line(self._connection, len(data))
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
        self._endpoints = _USUAL_ENDPOINTS
        self._escpos = escpos.Usb(connection.vendor, connection.product, timeout=_milliseconds(timing.connect))

    def open(self) -> None:
        with _library_errors():
            self._escpos.open()
            self._endpoints = _printer_endpoints(self._escpos.device)

    def close(self) -> None:
        with suppress(OSError):
            self._escpos.close()

    def write(self, data: bytes, seconds: float) -> None:
        with _library_errors():
            # Not by the library: after a time-out libusb tells how much was taken, as no error, and nobody would look.
            taken = self._escpos.device.write(self._endpoints[1], data, _milliseconds(seconds))
        if taken != len(data):
            raise TimeoutError(f"{taken} of {len(data)} bytes taken")

    def read(self, seconds: float) -> bytes:
        try:
            with _library_errors():
                return bytes(self._escpos.device.read(self._endpoints[0], _PACKET, _milliseconds(seconds)))
        except OSError as error:
            if error.errno == errno.ETIMEDOUT:
                return b""
            raise


def _printer_endpoints(device: Any) -> tuple[int, int]:
    """From and to the printer: the bulk end points of its printer interface; they differ between models."""
    for interface in device.get_active_configuration():
        bulk = [each.bEndpointAddress for each in interface if each.bmAttributes & _TRANSFER == _BULK]
        inwards = [each for each in bulk if each & _INWARDS]
        outwards = [each for each in bulk if not each & _INWARDS]
        if interface.bInterfaceClass == _PRINTER_CLASS and inwards and outwards:
            return inwards[0], outwards[0]
    return _USUAL_ENDPOINTS


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

    def write(self, data: bytes, seconds: float) -> None:
        del seconds  # a file has no time-out
        _send(self._escpos, data)

    def read(self, seconds: float) -> bytes:
        del seconds  # nothing ever comes that could be waited for
        return b""


@contextmanager
def _library_errors() -> Iterator[None]:
    """Turn what the libraries raise for a device that is missing or was pulled out into OSError."""
    try:
        yield
    except (EscposError, termios.error, ValueError) as error:  # ValueError: pyusb finds no libusb, or no end point
        raise ConnectionError(f"{type(error).__name__}: {error}") from error
    except TypeError as error:  # pyserial: the descriptor is gone while another call used it
        raise ConnectionError("the port was closed") from error


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))  # 0 means for ever to libusb


def link_for(connection: Connection, timing: Timing) -> Link:
    """The way to the printer that ``connection`` names; not open yet."""
    match connection:
        case Network():
            return _NetworkLink(connection, timing)
        case SerialPort():
            return _SerialLink(connection, timing)
        case Usb():
            return _UsbLink(connection, timing)
        case FileDevice():
            return _FileLink(connection)
