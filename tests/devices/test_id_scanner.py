"""The ID scanner driver over a real pty, with the simulated reader at the other end."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import serial

from config.faults import FaultCode
from drivers.device import DeviceState
from drivers.id_scanner.documents import ForeignerId2017, ForeignerId2023, ResidencePermit, ResidentId
from drivers.id_scanner.patience import Patience
from drivers.id_scanner.samv import FrameReader, Sw3
from drivers.id_scanner.serial_reader import IdScanner
from simulator.id_reader import LineFault, SimulatedIdReader
from simulator.id_reader.document_text import fingerprint_of, photo_of, text_of
from simulator.id_reader.sam_module import FIND, READ_BASE, READ_NEW_ADDRESS, SELECT, STATUS
from simulator.people import PEOPLE, Person
from tests.devices.id_reading import BERG_2017, IMPATIENT, ZHANG, ZHAO, fails, read, reads_zhang, until


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[SimulatedIdReader]:
    with SimulatedIdReader(tmp_path / "idreader") as simulated:
        yield simulated


@pytest.fixture
async def scanner(reader: SimulatedIdReader) -> AsyncIterator[IdScanner]:
    driver = IdScanner(reader.port, patience=IMPATIENT)
    yield driver
    driver.close()


def test_plain_pyserial_script_reads_the_simulated_reader(reader: SimulatedIdReader) -> None:
    reader.lay(ZHANG)
    with serial.Serial(reader.port, 115200, timeout=5) as port:
        port.write(bytes.fromhex("AA AA AA 96 69 00 03 20 01 22"))
        assert port.read(15) == bytes.fromhex("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97")
        port.write(bytes.fromhex("AA AA AA 96 69 00 03 20 02 21"))
        assert port.read(19) == bytes.fromhex("AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C")
        port.write(bytes.fromhex("AA AA AA 96 69 00 03 30 01 32"))
        answer = port.read(1295)
        assert answer[:14] == bytes.fromhex("AA AA AA 96 69 05 08 00 00 90 01 00 04 00")
        assert answer[14:44].decode("utf-16-le").strip() == "张玲"
        assert answer[136:172].decode("utf-16-le") == ZHANG.number


def test_simulated_reader_answers_as_the_specification_says(reader: SimulatedIdReader) -> None:
    exchanges = {
        "00 03 11 FF ED": "00 04 00 00 90 94",
        "00 03 20 01 22": "00 04 00 00 80 84",
        "00 03 20 02 21": "00 04 00 00 81 85",
        "00 03 20 02 22": "00 04 00 00 10 14",  # wrong check
        "00 02 20 22": "00 04 00 00 10 14",  # wrong length
        "00 03 77 00 74": "00 04 00 00 21 25",  # no such command
        "00 04 61 FF 50 CA": "00 04 00 00 90 94",
    }
    preamble = bytes.fromhex("AA AA AA 96 69")
    with serial.Serial(reader.port, 115200, timeout=5) as port:
        for request, answer in exchanges.items():
            port.write(preamble + bytes.fromhex(request))
            assert port.read(11) == preamble + bytes.fromhex(answer)


@pytest.mark.parametrize("person", [*PEOPLE, BERG_2017], ids=lambda person: person.key)
async def test_everybody(scanner: IdScanner, reader: SimulatedIdReader, person: Person) -> None:
    reader.lay(person)
    document = await read(scanner)
    assert (document.name, document.number) == (person.name, person.number)
    assert (document.sex, document.birth) == (person.sex, person.born)
    assert (document.valid_from, document.valid_until) == (person.valid_from, person.valid_until)
    if isinstance(document, ForeignerId2017 | ForeignerId2023):
        assert document.english_name == person.english_name[: 60 if person is BERG_2017 else 46]
    assert document.photo == photo_of(person)
    assert document.fingerprint == b""
    if isinstance(document, ResidentId | ResidencePermit):
        assert (document.address, document.appended_address) == (person.address, person.new_address)
    assert isinstance(document, ForeignerId2017) == (person is BERG_2017)
    assert scanner.health.state is DeviceState.ONLINE
    assert (scanner.counters.reads, scanner.counters.broken_frames, scanner.counters.noise_bytes) == (1, 0, 0)


async def test_name_outside_the_basic_plane_and_appended_address(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    reader.lay(ZHAO)
    document = await read(scanner)
    assert document.name == "赵\U0002c386"
    assert isinstance(document, ResidentId)
    assert document.appended_address == "山东省济南市示例区荷花巷5号"
    assert list(reader.requests) == [FIND, SELECT, READ_BASE, READ_NEW_ADDRESS]


async def test_with_fingerprint(reader: SimulatedIdReader) -> None:
    scanner = IdScanner(reader.port, patience=IMPATIENT, fingerprint=True)
    reader.lay(ZHANG)
    document = await read(scanner)
    assert (document.photo, document.fingerprint) == (photo_of(ZHANG), fingerprint_of(ZHANG))
    scanner.close()


async def test_at_the_pace_of_a_real_line(tmp_path: Path) -> None:
    with SimulatedIdReader(tmp_path / "idreader", paced=True) as reader:
        scanner = IdScanner(reader.port)
        reader.lay(ZHANG)
        started = time.monotonic()
        assert (await read(scanner)).number == ZHANG.number
        assert time.monotonic() - started > 0.1
        assert scanner.counters.broken_frames == 0
        scanner.close()


async def test_a_slow_line_is_given_the_time_that_it_takes(tmp_path: Path) -> None:
    """At 9600 baud a document alone is longer on the line than a reader that is well takes to answer."""
    with SimulatedIdReader(tmp_path / "idreader", paced=True) as reader:
        scanner = IdScanner(reader.port, baud_rate=9600, patience=Patience(base=0.02, gap=0.1))
        reader.lay(ZHANG)
        assert (await read(scanner)).number == ZHANG.number
        assert reader.requests.count(READ_BASE) == 1
        scanner.close()


async def test_waits_until_somebody_comes(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    waiting = asyncio.create_task(read(scanner))
    await until(lambda: reader.requests.count(SELECT) > 2)
    assert not waiting.done()
    assert scanner.health.state is DeviceState.ONLINE
    reader.lay(ZHANG)
    assert (await waiting).number == ZHANG.number


async def test_nothing_goes_over_the_line_until_asked(reader: SimulatedIdReader) -> None:
    scanner = IdScanner(reader.port, patience=IMPATIENT)
    assert scanner.health.state is DeviceState.STARTING
    await asyncio.sleep(0.1)
    assert not reader.requests
    assert scanner.counters.opened == 0
    scanner.close()


async def test_reads_again_what_was_not_lifted(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    """The reader itself no longer finds it (hardware.md 2.3)."""
    reader.lay(ZHANG)
    assert (await read(scanner)).number == ZHANG.number
    assert (await read(scanner)).number == ZHANG.number
    reader.lift()
    reader.lay(ZHAO)
    assert (await read(scanner)).number == ZHAO.number
    assert scanner.counters.reads == 3


async def test_a_new_driver_reads_what_was_not_lifted(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    reader.lay(ZHANG)
    await read(scanner)
    scanner.close()
    second = IdScanner(reader.port, patience=IMPATIENT)
    assert (await read(second)).number == ZHANG.number
    second.close()


async def test_sam_id(scanner: IdScanner) -> None:
    assert await scanner.sam_id() == "05.03-20210506-0000000021-0000012333"


async def test_cancelled_while_nobody_is_there(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    waiting = asyncio.create_task(scanner.wait_for_document())
    await until(lambda: SELECT in reader.requests)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await reads_zhang(scanner, reader)


async def test_cancelled_in_the_middle_of_an_answer_leaves_a_clean_line(tmp_path: Path) -> None:
    with SimulatedIdReader(tmp_path / "idreader", paced=True) as reader:
        scanner = IdScanner(reader.port)
        reader.lay(ZHANG)
        for _ in range(3):
            reader.requests.clear()
            waiting = asyncio.create_task(scanner.wait_for_document())
            await until(lambda: READ_BASE in reader.requests)
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
        reader.lift()
        reader.lay(ZHAO)
        assert (await read(scanner)).number == ZHAO.number
        counters = scanner.counters
        assert (counters.broken_frames, counters.noise_bytes, counters.opened) == (0, 0, 1)
        scanner.close()


async def test_cancelled_on_a_silent_line_is_released_at_once_and_leaves_no_stray_error(
    scanner: IdScanner, reader: SimulatedIdReader
) -> None:
    stray: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: stray.append(context))
    await scanner.check()
    reader.spoil(LineFault.SILENT)
    waiting = asyncio.create_task(scanner.wait_for_document())
    await until(lambda: FIND in reader.requests)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    reader.unplug()  # so that the exchange left behind ends with an error
    await fails(scanner, FaultCode.ID_READER_GONE)
    del waiting
    gc.collect()
    assert stray == []


async def test_bytes_of_an_earlier_program_are_not_taken_for_an_answer(
    scanner: IdScanner, reader: SimulatedIdReader
) -> None:
    with serial.Serial(reader.port, 115200) as port:
        port.write(bytes.fromhex("AA AA AA 96 69 00 03 11 FF ED"))
        await until(lambda: STATUS in reader.requests)
    await reads_zhang(scanner, reader)
    assert scanner.counters.misreads == 0


async def test_watch_keeps_health_current(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    watching = asyncio.create_task(scanner.watch())
    await until(lambda: scanner.health.state is DeviceState.ONLINE)
    reader.unplug()
    await until(lambda: scanner.health.fault is FaultCode.ID_READER_GONE)
    reader.plug()
    await until(lambda: scanner.health.state is DeviceState.ONLINE)
    reader.fail(0x66)
    await until(lambda: scanner.health.fault is FaultCode.ID_READER_FAULT)
    reader.mend()
    await until(lambda: scanner.health.state is DeviceState.ONLINE)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching


async def test_watch_is_quiet_while_somebody_waits(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    waiting = asyncio.create_task(scanner.wait_for_document())
    await until(lambda: SELECT in reader.requests)
    watching = asyncio.create_task(scanner.watch())
    seen = reader.requests.count(SELECT)
    await until(lambda: reader.requests.count(SELECT) > seen + 5)
    assert STATUS not in reader.requests
    waiting.cancel()
    await until(lambda: STATUS in reader.requests)
    watching.cancel()
    await asyncio.wait({waiting, watching})


async def test_closing_ends_an_exchange_that_is_going_on(reader: SimulatedIdReader) -> None:
    scanner = IdScanner(reader.port, patience=replace(IMPATIENT, short=30))
    reader.spoil(LineFault.SILENT)
    waiting = asyncio.create_task(scanner.wait_for_document())
    await until(lambda: FIND in reader.requests)
    waiting.cancel()
    await asyncio.wait({waiting})
    scanner.close()
    scanner.close()
    with serial.Serial(reader.port, 115200, exclusive=True) as port:
        assert port.is_open


async def test_no_personal_data_in_the_logs(
    scanner: IdScanner, reader: SimulatedIdReader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    reader.lay(ZHANG)
    await read(scanner)
    reader.refuse(0x41)
    await fails(scanner, FaultCode.ID_UNREADABLE)
    said = "\n".join(str(vars(record)) for record in caplog.records)
    assert "id_exchange" in said
    assert ZHANG.name not in said
    assert ZHANG.number not in said
    assert text_of(ZHANG)[:8].hex() not in said.replace(" ", "").lower()


def test_the_answers_of_the_simulated_reader_are_frames(reader: SimulatedIdReader) -> None:
    frames = FrameReader()
    with serial.Serial(reader.port, 115200, timeout=5) as port:
        port.write(bytes.fromhex("AA AA AA 96 69 00 03 12 FF EE"))
        [answer] = frames.feed(port.read(27))
    assert (answer.sw3, len(answer.data)) == (Sw3.OK, 16)
