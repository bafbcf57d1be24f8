"""What can go wrong with the ID reader, its line and its documents; after each the same driver reads again."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import serial

from config.faults import FaultCode
from drivers.device import DeviceError, DeviceState
from drivers.id_scanner import reading, serial_reader, text_layouts
from drivers.id_scanner.documents import IdDocument, ResidentId
from drivers.id_scanner.samv import Sw3
from drivers.id_scanner.serial_reader import IdScanner
from simulator.id_reader import LineFault, SimulatedIdReader
from simulator.id_reader.sam_module import FIND, READ_BASE, READ_NEW_ADDRESS, SELECT, STATUS
from tests.devices.id_reading import IMPATIENT, ZHANG, ZHAO, fails, read, reads_zhang, until


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[SimulatedIdReader]:
    with SimulatedIdReader(tmp_path / "idreader") as simulated:
        yield simulated


@pytest.fixture
async def scanner(reader: SimulatedIdReader) -> AsyncIterator[IdScanner]:
    driver = IdScanner(reader.port, patience=IMPATIENT)
    yield driver
    driver.close()


@pytest.mark.parametrize("fault", [fault for fault in LineFault if fault is not LineFault.SILENT])
@pytest.mark.parametrize("command", [FIND, SELECT, READ_BASE, READ_NEW_ADDRESS], ids=lambda command: command.hex())
async def test_one_spoiled_answer_does_no_harm(
    scanner: IdScanner, reader: SimulatedIdReader, fault: LineFault, command: bytes
) -> None:
    reader.lay(ZHAO)
    reader.spoil(fault, times=1, command=command)
    document = await read(scanner)
    assert document.number == ZHAO.number
    assert isinstance(document, ResidentId)
    assert document.appended_address == ZHAO.new_address
    counters = scanner.counters
    assert counters.noise_bytes > 0
    assert (counters.broken_frames > 0) == (fault is not LineFault.NOISE_BEFORE)
    assert (counters.reads, counters.misreads, counters.opened) == (1, 0, 1)


async def test_one_lost_answer_does_no_harm(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    reader.lay(ZHANG)
    reader.spoil(LineFault.SILENT, times=1, command=READ_BASE)
    assert (await read(scanner)).number == ZHANG.number
    assert reader.requests.count(READ_BASE) == 2


@pytest.mark.parametrize("fault", [LineFault.NOISE_BEFORE, LineFault.FALSE_PREAMBLE_BEFORE])
async def test_noise_before_every_answer_does_no_harm(
    scanner: IdScanner, reader: SimulatedIdReader, fault: LineFault
) -> None:
    reader.spoil(fault)
    await reads_zhang(scanner, reader)
    assert scanner.counters.noise_bytes > 0


async def test_silent_reader(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    reader.lay(ZHANG)
    reader.spoil(LineFault.SILENT)
    await fails(scanner, FaultCode.ID_READER_SILENT)
    assert scanner.health.state is DeviceState.OFFLINE
    assert reader.requests.count(FIND) == IMPATIENT.tries
    reader.mend()
    await reads_zhang(scanner, reader)


@pytest.mark.parametrize("fault", [LineFault.WRONG_CHECKSUM, LineFault.TRUNCATED, LineFault.NOISE_INSIDE])
async def test_base_answers_always_spoiled(scanner: IdScanner, reader: SimulatedIdReader, fault: LineFault) -> None:
    reader.lay(ZHANG)
    reader.spoil(fault, command=READ_BASE)
    await fails(scanner, FaultCode.ID_UNREADABLE)
    assert scanner.health.usable
    assert scanner.counters.misreads == IMPATIENT.tries
    reader.mend()
    await reads_zhang(scanner, reader)


async def test_nothing_but_broken_frames_is_a_line_that_does_not_work(
    scanner: IdScanner, reader: SimulatedIdReader
) -> None:
    reader.spoil(LineFault.WRONG_CHECKSUM)
    error = await fails(scanner, FaultCode.ID_READER_SILENT)
    assert "broken" in error.detail
    reader.mend()
    await reads_zhang(scanner, reader)


@pytest.mark.parametrize("status", [0x24, 0x31, 0x32, 0x33, 0x40, 0x41, 0x47])
async def test_card_that_cannot_be_read(scanner: IdScanner, reader: SimulatedIdReader, status: int) -> None:
    reader.lay(ZHANG)
    reader.refuse(status)
    error = await fails(scanner, FaultCode.ID_UNREADABLE)
    assert error.detail == f"READ_BASE: SW3 {status:02X}"
    assert scanner.health.state is DeviceState.USER_ERROR
    reader.mend()
    await reads_zhang(scanner, reader)


async def test_two_misreads_are_tried_again(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    reader.lay(ZHANG)
    reader.refuse(Sw3.READ_FAILED, times=2)
    assert (await read(scanner)).number == ZHANG.number
    assert (scanner.counters.reads, scanner.counters.misreads) == (1, 2)


async def test_it_tells_of_a_document_before_it_is_read(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    told: list[bool] = []
    waiting = asyncio.create_task(scanner.wait_for_document(lambda: told.append(waiting.done())))
    await until(lambda: SELECT in reader.requests)
    assert told == []
    reader.lay(ZHANG)
    assert (await asyncio.wait_for(waiting, 20)).number == ZHANG.number
    assert told == [False]


async def test_a_conversation_that_nobody_waits_for_goes_no_further(
    scanner: IdScanner, reader: SimulatedIdReader
) -> None:
    reader.lay(ZHANG)
    reader.spoil(LineFault.SILENT, times=1, command=FIND)
    told: list[int] = []
    waiting = asyncio.create_task(scanner.wait_for_document(lambda: told.append(1)))
    await until(lambda: FIND in reader.requests)
    waiting.cancel()
    await asyncio.wait({waiting})
    await scanner.check()
    assert list(reader.requests) == [FIND, STATUS]
    assert told == []
    await reads_zhang(scanner, reader)


@pytest.mark.parametrize("spoiled", [LineFault.SILENT, LineFault.WRONG_CHECKSUM, LineFault.TRUNCATED])
async def test_a_reader_that_never_gives_the_appended_address(
    scanner: IdScanner, reader: SimulatedIdReader, spoiled: LineFault
) -> None:
    """The address is not worth the document."""
    reader.lay(ZHAO)
    reader.spoil(spoiled, command=READ_NEW_ADDRESS)
    document = await read(scanner)
    assert isinstance(document, ResidentId)
    assert (document.name, document.appended_address) == (ZHAO.name, None)
    assert reader.requests.count(READ_NEW_ADDRESS) == IMPATIENT.tries


async def test_after_a_while_nothing_is_asked_a_second_time(reader: SimulatedIdReader) -> None:
    scanner = IdScanner(reader.port, patience=replace(IMPATIENT, conversation=0))
    reader.spoil(LineFault.SILENT)
    await fails(scanner, FaultCode.ID_READER_SILENT)
    assert list(reader.requests) == [FIND]
    reader.mend()
    await reads_zhang(scanner, reader)
    scanner.close()


async def test_a_document_lifted_before_it_was_read_is_told(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    """Who was told that it is being read must not wait for an end that never comes."""
    reader.lay(ZHANG)
    reader.refuse(Sw3.READ_FAILED)
    with pytest.raises(DeviceError) as error:
        await asyncio.wait_for(scanner.wait_for_document(reader.lift), 20)
    assert error.value.code is FaultCode.ID_UNREADABLE
    assert scanner.counters.misreads == 1
    reader.mend()
    await reads_zhang(scanner, reader)


@pytest.mark.parametrize("status", [0x60, 0x66])
async def test_module_that_does_not_work(scanner: IdScanner, reader: SimulatedIdReader, status: int) -> None:
    reader.lay(ZHANG)
    reader.fail(status)
    error = await fails(scanner, FaultCode.ID_READER_FAULT)
    assert error.detail == f"FIND: SW3 {status:02X}"
    assert scanner.health.state is DeviceState.HARDWARE_ERROR
    reader.mend()
    await reads_zhang(scanner, reader)


@pytest.mark.parametrize("status", [0x21, 0x23])
async def test_a_reader_that_may_not_read_documents(scanner: IdScanner, reader: SimulatedIdReader, status: int) -> None:
    reader.lay(ZHANG)
    reader.refuse(status)
    error = await fails(scanner, FaultCode.ID_READER_FAULT)
    assert error.detail == f"READ_BASE: SW3 {status:02X}"
    assert reader.requests.count(READ_BASE) == 1
    reader.mend()
    await reads_zhang(scanner, reader)


async def test_document_that_does_not_pass_the_checks(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    reader.lay(replace(ZHANG, number="370199198603150021"))
    error = await fails(scanner, FaultCode.ID_UNREADABLE)
    assert error.detail == "resident: number"
    await reads_zhang(scanner, reader)


async def test_document_lifted_before_the_address(
    scanner: IdScanner, reader: SimulatedIdReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is not worth the document: it says that it was not read."""
    reader.lay(ZHAO)

    def lift_and_decode(text: bytes, photo: bytes, fingerprint: bytes) -> IdDocument:
        reader.lift()
        return text_layouts.decode(text, photo, fingerprint)

    monkeypatch.setattr(reading, "decode", lift_and_decode)
    document = await read(scanner)
    assert isinstance(document, ResidentId)
    assert (document.name, document.appended_address) == (ZHAO.name, None)
    assert document.address == ZHAO.address


async def test_port_missing(tmp_path: Path) -> None:
    with SimulatedIdReader(tmp_path / "idreader") as reader:
        scanner = IdScanner(reader.port, patience=IMPATIENT)
        reader.unplug()
        await fails(scanner, FaultCode.ID_READER_GONE)
        assert scanner.health.state is DeviceState.NO_DEVICE
        reader.plug()
        await reads_zhang(scanner, reader)
        scanner.close()


async def test_unplugged_while_waiting_and_plugged_in_again(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    waiting = asyncio.create_task(read(scanner))
    await until(lambda: SELECT in reader.requests)
    reader.unplug()
    with pytest.raises(DeviceError) as error:
        await waiting
    assert error.value.code is FaultCode.ID_READER_GONE
    await fails(scanner, FaultCode.ID_READER_GONE)
    reader.plug()
    await reads_zhang(scanner, reader)
    assert scanner.counters.opened == 2


async def test_unplugged_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    with SimulatedIdReader(tmp_path / "idreader", paced=True) as reader:
        scanner = IdScanner(reader.port)
        reader.lay(ZHANG)
        waiting = asyncio.create_task(read(scanner))
        await until(lambda: READ_BASE in reader.requests)
        reader.unplug()
        with pytest.raises(DeviceError) as error:
            await waiting
        assert error.value.code is FaultCode.ID_READER_GONE
        reader.plug()
        await reads_zhang(scanner, reader)
        scanner.close()


async def test_silent_path_that_went_away_is_gone(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    """Some adapters give no error when they are pulled."""
    await scanner.check()
    reader.spoil(LineFault.SILENT)
    await asyncio.to_thread(Path(reader.port).unlink)
    await fails(scanner, FaultCode.ID_READER_GONE)


async def test_port_held_by_another_program(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    with serial.Serial(reader.port, 115200, exclusive=True):
        error = await fails(scanner, FaultCode.ID_READER_GONE)
        assert "lock" in error.detail
    await reads_zhang(scanner, reader)


async def test_call_that_never_returns(reader: SimulatedIdReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a port can block in the kernel; that cannot be made with a pty."""
    released = threading.Event()
    scanner = IdScanner(reader.port, patience=replace(IMPATIENT, stuck=0.3))
    with monkeypatch.context() as patch:
        patch.setattr(serial_reader.SerialLine, "_open", lambda _: released.wait())
        await fails(scanner, FaultCode.DEV_STUCK)
        assert scanner.health.state is DeviceState.HARDWARE_ERROR
    released.set()
    scanner._patience = replace(IMPATIENT, stuck=10)
    await reads_zhang(scanner, reader)
    scanner.close()


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_no_descriptor_is_left_behind(tmp_path: Path) -> None:
    before = open_descriptors()
    for _ in range(3):
        with SimulatedIdReader(tmp_path / "idreader") as reader:
            scanner = IdScanner(reader.port, patience=IMPATIENT)
            await reads_zhang(scanner, reader)
            reader.unplug()
            await fails(scanner, FaultCode.ID_READER_GONE)
            scanner.close()
    assert open_descriptors() == before
