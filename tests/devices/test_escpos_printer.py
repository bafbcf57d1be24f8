"""The driver against the simulated printer over real TCP, a real pty and a real file."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from PIL import Image

from config.faults import FaultCode
from drivers.device import DeviceError, DeviceState
from drivers.printer.dialogue import Completion
from drivers.printer.escpos_printer import Network, Printer
from simulator.printer import SimulatedPrinter
from tests.devices.printing import CLEARING, QUICK, STATUS_4, fault_of, noise, opened, same, until


@pytest.fixture
def simulated() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter() as printer:
        yield printer


@pytest.fixture
async def printer(simulated: SimulatedPrinter) -> AsyncIterator[Printer]:
    async with opened(Network("127.0.0.1", simulated.port)) as driver:
        yield driver


async def test_the_picture_comes_out_as_it_was_sent(simulated: SimulatedPrinter, printer: Printer) -> None:
    picture = noise(300)
    await printer.print_image(picture)
    (receipt,) = simulated.cut_papers
    assert same(receipt.picture, picture)
    assert simulated.hanging_rows == 0
    assert not simulated.unknown_commands
    assert printer.health.state is DeviceState.ONLINE


async def test_the_bytes_of_a_job(simulated: SimulatedPrinter, printer: Printer) -> None:
    picture = noise(130)
    await printer.print_image(picture)
    ink = bytes(byte ^ 0xFF for byte in picture.tobytes())
    assert bytes(simulated.received) == (
        STATUS_4
        + b"\x1b@"
        + (bytes.fromhex("1d763000 4800 8000") + ink[: 128 * 72] + b"\x10\x04\x01")
        + (bytes.fromhex("1d763000 4800 0200") + ink[128 * 72 :] + b"\x10\x04\x01")
        + b"\x1dVB\x00"
        + STATUS_4  # is it through?
        + STATUS_4  # how is it now?
    )


async def test_a_printer_without_a_knife_feeds(simulated: SimulatedPrinter) -> None:
    async with opened(Network("127.0.0.1", simulated.port), cutter=False) as printer:
        await printer.print_image(noise(8))
    assert simulated.received.count(b"\x1bd\x06") == 1
    assert b"\x1dV" not in simulated.received
    (torn,) = simulated.take_paper()
    assert torn.torn


async def test_the_narrow_head(simulated: SimulatedPrinter) -> None:
    async with opened(Network("127.0.0.1", simulated.port), width_dots=384) as printer:
        await printer.print_image(noise(20, width=384))
        with pytest.raises(ValueError, match="576 dots do not fit"):
            await printer.print_image(noise(20))
    assert bytes.fromhex("1d763000 3000 1400") in simulated.received


async def test_the_printer_itself_says_that_it_is_through(simulated: SimulatedPrinter) -> None:
    async with opened(Network("127.0.0.1", simulated.port), completion=Completion.PROCESS_ID) as printer:
        await printer.print_image(noise(10))
        await printer.print_image(noise(10, seed=2))
    assert b"\x1d(H\x06\x00\x30\x300001" in simulated.received
    assert b"\x1d(H\x06\x00\x30\x300002" in simulated.received
    assert len(simulated.cut_papers) == 2


@pytest.mark.parametrize(
    ("change", "fault", "state"),
    [
        ("paper_out", FaultCode.PRN_PAPER_OUT, DeviceState.OFFLINE),
        ("cover_open", FaultCode.PRN_COVER_OPEN, DeviceState.OFFLINE),
        ("cutter_jammed", FaultCode.PRN_CUTTER, DeviceState.HARDWARE_ERROR),
        ("head_hot", FaultCode.PRN_HEAD_HOT, DeviceState.OFFLINE),
        ("broken", FaultCode.PRN_FAULT, DeviceState.HARDWARE_ERROR),
    ],
)
async def test_each_state_is_its_fault_and_is_over_afterwards(
    simulated: SimulatedPrinter, printer: Printer, change: str, fault: FaultCode, state: DeviceState
) -> None:
    simulated.change(**{change: True})
    assert await fault_of(printer) is fault
    assert (printer.health.state, printer.health.fault) == (state, fault)
    assert not printer.health.usable
    simulated.change(**{change: False})
    assert simulated.hanging_rows == 0  # nothing had been sent
    await printer.print_image(noise(20))
    assert len(simulated.cut_papers) == 1
    assert printer.health.usable


async def test_near_the_end_prints_and_is_told(simulated: SimulatedPrinter, printer: Printer) -> None:
    simulated.change(near_end=True)
    await printer.print_image(noise(20))
    assert len(simulated.cut_papers) == 1
    assert (printer.health.state, printer.health.detail) == (DeviceState.ONLINE, "paper_near_end")
    assert (await printer.status()).paper_near_end is True


async def test_a_silent_printer_is_unknown_and_prints_nothing(simulated: SimulatedPrinter) -> None:
    async with opened(Network("127.0.0.1", simulated.port), timing=replace(QUICK, reply=0.1)) as printer:
        simulated.change(silent=True)
        status = await printer.status()
        assert not status.known
        assert status.paper_out is None
        assert await fault_of(printer) is FaultCode.PRN_SILENT
        assert (printer.health.state, printer.health.fault) == (DeviceState.OFFLINE, FaultCode.PRN_SILENT)
        assert simulated.hanging_rows == 0


async def test_a_printer_that_speaks_again_prints(simulated: SimulatedPrinter, printer: Printer) -> None:
    async with opened(Network("127.0.0.1", simulated.port), timing=QUICK) as impatient:
        simulated.change(silent=True)
        assert await fault_of(impatient) is FaultCode.PRN_SILENT
    simulated.change(silent=False)
    await printer.print_image(noise(20))
    assert same(simulated.cut_papers[0].picture, noise(20))


async def test_one_lost_reply_is_no_alarm(simulated: SimulatedPrinter) -> None:
    async with opened(Network("127.0.0.1", simulated.port), timing=replace(QUICK, reply=0.1)) as printer:
        simulated.change(silent=True)
        states = []
        for _ in range(3):
            await printer.status()
            states.append(printer.health.fault)
        assert states == [None, None, FaultCode.PRN_SILENT]


async def test_three_misses_before_a_printer_is_gone(simulated: SimulatedPrinter, printer: Printer) -> None:
    await printer.status()
    simulated.die()
    states = []
    for _ in range(3):
        await printer.status()
        states.append(printer.health.state)
    assert states == [DeviceState.ONLINE, DeviceState.ONLINE, DeviceState.NO_DEVICE]
    assert await fault_of(printer) is FaultCode.PRN_GONE
    simulated.revive()
    await printer.print_image(noise(20))
    assert printer.health.usable


async def test_dead_in_the_middle_of_a_job(simulated: SimulatedPrinter, printer: Printer) -> None:
    simulated.die_after(200)
    assert await fault_of(printer) is FaultCode.PRN_INTERRUPTED
    assert not printer.health.usable
    assert not simulated.cut_papers
    simulated.revive()
    await printer.print_image(noise(300, seed=2))
    first, second = simulated.cut_papers
    assert same(first.picture, noise(300).crop((0, 0, 576, 200)))  # cut off, apart from the new slip
    assert same(second.picture, noise(300, seed=2))


async def test_paper_ends_in_the_middle_of_a_job(simulated: SimulatedPrinter, printer: Printer) -> None:
    simulated.end_paper_after(150)
    with pytest.raises(DeviceError) as caught:
        await printer.print_image(noise(400))
    assert caught.value.code is FaultCode.PRN_INTERRUPTED
    assert "paper_out" in caught.value.detail
    assert printer.health.fault is FaultCode.PRN_PAPER_OUT


async def test_nothing_of_the_last_citizen_comes_out_after_the_refill(
    simulated: SimulatedPrinter, printer: Printer
) -> None:
    simulated.end_paper_after(150)
    assert await fault_of(printer, noise(400)) is FaultCode.PRN_INTERRUPTED
    await printer.clear()
    simulated.refill()
    assert simulated.hanging_rows == 150
    simulated.take_paper()
    await printer.print_image(noise(50, seed=2))
    (receipt,) = simulated.cut_papers
    assert same(receipt.picture, noise(50, seed=2))


async def test_paper_that_ends_unseen_leaves_nothing_behind(simulated: SimulatedPrinter, printer: Printer) -> None:
    """Another program's job waits in the printer: found off line, it is thrown away before paper is put in."""
    simulated.end_paper_after(10)
    with socket.create_connection(("127.0.0.1", simulated.port)) as other:
        other.sendall(bytes.fromhex("1d763000 4800 4000") + bytes(72 * 64))
        await until(lambda: simulated.condition.paper_out)
    assert (await printer.status()).fault is FaultCode.PRN_PAPER_OUT
    await until(lambda: simulated.waiting_bytes == len(CLEARING) - 10)  # what came after the clearing
    simulated.refill()
    assert simulated.hanging_rows == 10


async def test_the_simulated_printer_does_go_on_unless_it_is_cleared(simulated: SimulatedPrinter) -> None:
    simulated.change(paper_out=True)
    with socket.create_connection(("127.0.0.1", simulated.port), timeout=5) as other:
        other.sendall(bytes.fromhex("1d763000 4800 0200") + bytes(72 * 2) + b"\x10\x04\x01")
        assert other.recv(1) == b"\x1a"  # answered at once, in front of what waits
    assert simulated.waiting_bytes > 0
    simulated.refill()
    assert simulated.hanging_rows == 2


async def test_clearing_a_printer_that_is_well_only_resets_it(simulated: SimulatedPrinter, printer: Printer) -> None:
    await printer.print_image(noise(20))
    simulated.forget()
    await printer.clear()
    await until(lambda: simulated.received.endswith(b"\x1b@"))  # nothing is asked behind it
    assert bytes(simulated.received) == STATUS_4 + b"\x1b@"


async def test_a_printer_out_of_reach_is_cleared_later(simulated: SimulatedPrinter, printer: Printer) -> None:
    simulated.die_after(50)
    assert await fault_of(printer) is FaultCode.PRN_INTERRUPTED
    await printer.clear()
    simulated.revive()
    simulated.forget()
    await printer.status()
    band = 8 + 72 * 128
    assert bytes(simulated.received) == CLEARING[:-2] + bytes(band) + b"\x1b@" + STATUS_4


async def test_a_clearing_that_never_arrived_is_sent_again(simulated: SimulatedPrinter, printer: Printer) -> None:
    simulated.die_after(50)
    assert await fault_of(printer) is FaultCode.PRN_INTERRUPTED
    with socket.create_server(("127.0.0.1", simulated.port)) as dying:  # takes the line once more, and lets go of it
        clearing = asyncio.create_task(printer.clear())
        line, _ = await asyncio.to_thread(dying.accept)
        await asyncio.to_thread(line.recv, 1)
        line.close()
    await clearing
    simulated.revive()
    await printer.status()
    assert bytes(8 + 72 * 128) + b"\x1b@" + STATUS_4 in simulated.received


async def test_a_clearing_into_silence_is_sent_again_over_the_next_line(
    simulated: SimulatedPrinter, printer: Printer
) -> None:
    simulated.die_after(50)
    assert await fault_of(printer) is FaultCode.PRN_INTERRUPTED
    async with opened(Network("127.0.0.1", simulated.port), timing=QUICK) as impatient:
        impatient.take_over()
        with socket.create_server(("127.0.0.1", simulated.port)) as mute:  # takes all, and answers nothing
            await impatient.clear()
            line, _ = mute.accept()
            line.close()
        simulated.revive()
        await impatient.status()
    assert bytes(8 + 72 * 128) + b"\x1b@" + STATUS_4 in simulated.received


async def test_what_a_program_left_that_died_in_the_middle_of_a_job(
    simulated: SimulatedPrinter, printer: Printer
) -> None:
    with socket.create_connection(("127.0.0.1", simulated.port)) as died:
        died.sendall(bytes.fromhex("1b40 1d763000 4800 8000") + b"\x55" * 72 * 100)
        await until(lambda: simulated.hanging_rows == 100)
    printer.take_over()
    await printer.clear()
    await printer.print_image(noise(50, seed=2))
    left, receipt = simulated.cut_papers
    assert left.picture.height == 100
    assert same(receipt.picture, noise(50, seed=2))
    assert not simulated.unknown_commands


async def test_a_long_job_moves_the_pulse(simulated: SimulatedPrinter, printer: Printer) -> None:
    await printer.status()
    before = printer.pulse
    await printer.print_image(noise(300))
    assert printer.pulse - before > 8  # reset, three bands, a question after each, the end


async def test_watch_finds_a_fault_and_its_end(simulated: SimulatedPrinter, printer: Printer) -> None:
    watching = asyncio.create_task(printer.watch())
    try:
        for change, fault in (({"paper_out": True}, FaultCode.PRN_PAPER_OUT), ({"paper_out": False}, None)):
            simulated.change(**change)
            await reaches(printer, fault)
        simulated.die()
        await reaches(printer, FaultCode.PRN_GONE)
        simulated.revive()
        await reaches(printer, None)
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def reaches(printer: Printer, fault: FaultCode | None) -> None:
    await until(lambda: printer.health.state is not DeviceState.STARTING and printer.health.fault is fault)


async def test_a_cancelled_caller_does_not_break_the_job(simulated: SimulatedPrinter, printer: Printer) -> None:
    job = asyncio.create_task(printer.print_image(noise(500)))
    await until(lambda: bool(simulated.received))
    job.cancel()
    with suppress(asyncio.CancelledError):
        await job
    await printer.print_image(noise(20, seed=2))
    assert [receipt.picture.height for receipt in simulated.cut_papers] == [500, 20]


async def test_a_picture_that_spells_a_real_time_command(simulated: SimulatedPrinter, printer: Printer) -> None:
    row = bytes.fromhex("100401 10140801031401060208").ljust(72, b"\x00")
    picture = Image.frombytes("1", (576, 4), bytes(byte ^ 0xFF for byte in row * 4))
    await printer.print_image(picture)
    assert [receipt.picture.height for receipt in simulated.cut_papers] == [4]
    # ready, between bands, through, now: one more would have come out of the picture
    assert simulated.status_requests == {1: 4, 2: 3, 3: 3, 4: 3}
