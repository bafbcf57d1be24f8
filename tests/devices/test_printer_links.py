"""The ways to a printer: a serial line, a device file, none at all, and connections that break."""

import os
import pty
import socket
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import usb.backend.libusb1

from config.faults import FaultCode
from drivers.device import DeviceError, DeviceState
from drivers.printer.connections import (
    Connection,
    FileDevice,
    Network,
    SerialPort,
    Usb,
    rows_at_once,
    seconds_on_the_line,
)
from drivers.printer.dialogue import Completion, Dialogue, Timing
from simulator.printer import SimulatedPrinter
from tests.devices.printing import CLEARING, QUICK, STATUS_4, fault_of, noise, opened, same
from tests.devices.usb_machine import MAKER, PRODUCT, UsbMachine


@pytest.fixture
def simulated() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter() as printer:
        yield printer


async def test_a_device_file(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    path.touch()
    async with opened(FileDevice(os.fspath(path))) as printer:
        assert not (await printer.status()).known
        await printer.print_image(noise(8))
        assert printer.health.usable
        assert printer.health.detail == "status unknown"
    ink = bytes(byte ^ 0xFF for byte in noise(8).tobytes())
    assert path.read_bytes() == b"\x1b@" + bytes.fromhex("1d763000 4800 0800") + ink + b"\x1dVB\x00"


async def test_a_slip_on_a_device_file_is_not_cut_off_by_the_next_citizen(tmp_path: Path) -> None:
    """Nobody hears when it is through: what it still holds is thrown away only after the time that it may take."""
    path = tmp_path / "lp0"
    path.touch()
    timing = replace(QUICK, rows_per_second=400.0, slowest=2.0)
    async with opened(FileDevice(os.fspath(path)), timing=timing) as printer:
        started = time.monotonic()
        await printer.print_image(noise(80))
        assert time.monotonic() - started < 0.4  # nobody waits for it
        await printer.clear()
        assert time.monotonic() - started >= 0.4
        await printer.clear()
    assert path.read_bytes().endswith(b"\x1dVB\x00" + CLEARING * 2)


async def test_a_stuck_device_is_left_behind_and_prints_nothing_late(tmp_path: Path) -> None:
    """A pipe nobody reads blocks in open(), as a device file of a hung printer does."""
    path = tmp_path / "lp0"
    os.mkfifo(path)
    async with opened(FileDevice(os.fspath(path)), timing=replace(QUICK, stuck_job=0.2)) as printer:
        assert await fault_of(printer) is FaultCode.DEV_STUCK
        assert printer.health.state is DeviceState.HARDWARE_ERROR
        printer._timing = QUICK
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        await printer.print_image(noise(8, seed=2))
        assert printer.health.usable
    received = os.read(reader, 65_536)
    os.close(reader)
    ink = bytes(byte ^ 0xFF for byte in noise(8, seed=2).tobytes())
    expected = CLEARING + b"\x1b@\x1dVB\x00" + bytes.fromhex("1d763000 4800 0800") + ink + b"\x1dVB\x00"
    assert received == expected


class BreakingLink:
    """Loses the connection inside a picture command, which over a real one cannot be timed.

    ``late``: the system takes all bytes, and only waiting for an answer shows that they never arrived.
    """

    answers = True

    def __init__(self, *, late: bool) -> None:
        self.sent = b""
        self.breaks = True
        self._late = late

    def open(self) -> None:
        self.sent = b""

    def close(self) -> None:
        pass

    def write(self, data: bytes, seconds: float) -> None:
        self.sent += data
        if self.breaks and data.startswith(b"\x1dv0") and not self._late:
            raise BrokenPipeError

    def read(self, seconds: float) -> bytes:
        if self.breaks and b"\x1dv0" in self.sent:
            raise ConnectionResetError
        return b"\x12" if seconds else b""


@pytest.mark.parametrize("late", [False, True])
def test_a_picture_command_cut_short_is_filled_up_before_the_reset(late: bool) -> None:
    link = BreakingLink(late=late)
    dialogue = Dialogue(link, QUICK, cutter=True, completion=Completion.STATUS)
    with pytest.raises(DeviceError) as caught:
        dialogue.print(noise(200))
    assert caught.value.code is FaultCode.PRN_INTERRUPTED
    link.breaks = False
    dialogue.status()
    band = 8 + 72 * 128
    assert link.sent == CLEARING[:-2] + bytes(band) + b"\x1b@" + STATUS_4
    dialogue.print(noise(1))
    assert link.sent.count(b"\x1b@\x1dVB\x00") == 1  # the piece that hangs out is cut off first


class BusyLink:
    """A printer that answers while it cuts only when it is done with that; the drawer's pin, bit 2, is high on most."""

    answers = True

    def __init__(self, busy: float) -> None:
        self._busy = busy
        self._free_at = 0.0
        self._due: list[tuple[float, int]] = []

    def open(self) -> None:
        pass

    def close(self) -> None:
        self._due = []

    def write(self, data: bytes, seconds: float) -> None:
        now = time.monotonic()
        if data == b"\x1dVB\x00":
            self._free_at = now + self._busy
        if data[:2] == b"\x10\x04":
            last = self._due[-1][0] + 0.05 if self._due else now
            self._due.append((max(now, self._free_at, last), 0x16 if data[2] == 1 else 0x12))

    def read(self, seconds: float) -> bytes:
        due = self._due[0][0] if self._due else float("inf")
        time.sleep(max(0.0, min(seconds, due - time.monotonic())))
        return bytes((self._due.pop(0)[1],)) if due <= time.monotonic() else b""


def test_an_answer_that_comes_late_is_not_taken_for_the_next_one() -> None:
    """Else the drawer's pin is an open cover, and a slip that is out a torn one."""
    dialogue = Dialogue(BusyLink(0.45), QUICK, cutter=True, completion=Completion.STATUS)
    dialogue.print(noise(20))
    assert dialogue.status().fault is None


@pytest.mark.parametrize(
    "connection",
    [
        FileDevice("/nonexistent/lp0"),
        SerialPort("/nonexistent/ttyUSB0"),
        Usb(0xFFFF, 0xFFFE),
        Network("127.0.0.1", 1),
    ],
)
async def test_a_printer_that_is_not_there(connection: Connection) -> None:
    async with opened(connection, timing=QUICK) as printer:
        assert await fault_of(printer) is FaultCode.PRN_GONE
        assert printer.health.state is DeviceState.NO_DEVICE


@pytest.fixture
def machine(simulated: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch) -> UsbMachine:
    machine = UsbMachine(simulated.port)
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda: machine)
    return machine


async def test_a_usb_printer_whose_end_points_are_its_own(simulated: SimulatedPrinter, machine: UsbMachine) -> None:
    async with opened(Usb(MAKER, PRODUCT)) as printer:
        await printer.print_image(noise(200))
    assert set(machine.written) == {0x02}
    assert same(simulated.cut_papers[0].picture, noise(200))


async def test_a_usb_printer_that_takes_half_a_picture(simulated: SimulatedPrinter, machine: UsbMachine) -> None:
    """libusb tells half a transfer as no error; what is written next would be taken for the rest of the picture."""
    async with opened(Usb(MAKER, PRODUCT)) as printer:
        await printer.status()
        machine.takes = 5000
        assert await fault_of(printer) is FaultCode.PRN_INTERRUPTED
        machine.takes = None
        await printer.print_image(noise(20, seed=2))
    assert same(simulated.cut_papers[-1].picture, noise(20, seed=2))


async def test_a_usb_device_that_is_no_printer_is_gone_and_no_crash(machine: UsbMachine) -> None:
    machine.endpoints = ()
    async with opened(Usb(MAKER, PRODUCT), timing=QUICK) as printer:
        assert await fault_of(printer) is FaultCode.PRN_GONE


class PtyPrinter:
    """The simulated printer behind a pseudo terminal: bytes go to and fro between both.

    ``baud_rate``: how fast they go to the printer; 0: at once.
    """

    def __init__(self, port: int, baud_rate: int = 0) -> None:
        self._byte_seconds = 10 / baud_rate if baud_rate else 0.0
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._threads = [threading.Thread(target=self._up), threading.Thread(target=self._down)]
        for thread in self._threads:
            thread.start()

    def _up(self) -> None:
        with suppress(OSError):
            while data := os.read(self._master, 256 if self._byte_seconds else 4096):
                time.sleep(len(data) * self._byte_seconds)
                self._socket.sendall(data)

    def _down(self) -> None:
        with suppress(OSError):
            while data := self._socket.recv(4096):
                os.write(self._master, data)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        os.close(self._slave)  # the last one: reading the master then ends with an error
        for thread in self._threads:
            thread.join()
        self._socket.close()
        os.close(self._master)


async def test_a_serial_line(simulated: SimulatedPrinter) -> None:
    line = PtyPrinter(simulated.port)
    try:
        async with opened(SerialPort(line.path, 115200)) as printer:
            assert (await printer.status()).online is True
            await printer.print_image(noise(200))
            simulated.change(cover_open=True)
            assert await fault_of(printer) is FaultCode.PRN_COVER_OPEN
            simulated.change(cover_open=False)
            await printer.print_image(noise(20, seed=2))
    finally:
        line.close()
    first, second = simulated.cut_papers
    assert same(first.picture, noise(200))
    assert same(second.picture, noise(20, seed=2))


async def test_a_clearing_over_a_slow_line_is_no_silence(simulated: SimulatedPrinter) -> None:
    line = PtyPrinter(simulated.port, 57_600)
    try:
        async with opened(SerialPort(line.path, 57_600), timing=replace(QUICK, reply=Timing().reply)) as printer:
            printer.take_over()
            assert (await printer.status()).online is True
    finally:
        line.close()
    assert bytes(8 + 72 * 40) + b"\x1b@" + STATUS_4 in simulated.received


@pytest.mark.parametrize(("baud_rate", "rows"), [(9600, 6), (19_200, 13), (57_600, 40), (115_200, 80)])
def test_over_a_slow_line_a_picture_goes_in_small_pieces(baud_rate: int, rows: int) -> None:
    assert rows_at_once(SerialPort("/dev/ttyS0", baud_rate), 576) == rows
    assert rows_at_once(Usb(MAKER, PRODUCT), 576) == 128


def test_a_job_may_take_as_long_as_its_bytes_are_on_the_line() -> None:
    assert seconds_on_the_line(SerialPort("/dev/ttyS0", 9600), 96_000) == 100.0
    assert seconds_on_the_line(Network("printer"), 96_000) == 0.0


class CuttingLine:
    """A line to the simulated printer that once breaks after so many bytes, wherever that is, and is whole again."""

    def __init__(self, port: int, whole_bytes: int) -> None:
        self._printer = ("127.0.0.1", port)
        self._left: int | None = whole_bytes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                driver, _ = self._listener.accept()
                with driver, socket.create_connection(self._printer) as printer:
                    down = threading.Thread(target=self._down, args=(printer, driver))
                    down.start()
                    with suppress(OSError):
                        self._up(driver, printer)
                        printer.shutdown(socket.SHUT_RDWR)
                    down.join()

    def _up(self, driver: socket.socket, printer: socket.socket) -> None:
        while data := driver.recv(4096):
            printer.sendall(data[: self._left])
            if self._left is not None and len(data) >= self._left:
                self._left = None
                return
            self._left = None if self._left is None else self._left - len(data)

    @staticmethod
    def _down(printer: socket.socket, driver: socket.socket) -> None:
        with suppress(OSError):
            while data := printer.recv(4096):
                driver.sendall(data)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()


@pytest.mark.parametrize("whole_bytes", [13, 14, 17, 22, 23, 100, 9000, 9237, 9238, 9245, 12_000, 21_640, 21_650])
@pytest.mark.parametrize("completion", Completion)
async def test_after_a_cut_at_any_byte_the_next_slip_is_whole_and_alone(
    simulated: SimulatedPrinter, whole_bytes: int, completion: Completion
) -> None:
    line = CuttingLine(simulated.port, whole_bytes)
    try:
        async with opened(Network("127.0.0.1", line.port), completion=completion) as printer:
            assert await fault_of(printer) is FaultCode.PRN_INTERRUPTED
            await printer.print_image(noise(20, seed=2))
    finally:
        line.close()
    assert same(simulated.cut_papers[-1].picture, noise(20, seed=2))
    assert simulated.hanging_rows == 0
