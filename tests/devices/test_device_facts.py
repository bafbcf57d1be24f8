"""What the devices tell of themselves, over the simulated hall's wires and a sysfs of files."""

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.bell import Bell
from drivers.camera.identity import camera_identity
from drivers.device import DeviceState
from drivers.hotplug import Plugged, follow, system_source
from drivers.id_scanner.serial_reader import IdScanner
from drivers.printer.connections import Network
from drivers.printer.status import told
from drivers.tally import Count, Tally
from drivers.usb_descriptors import of_address, of_ids, of_node
from simulator.id_reader import SimulatedIdReader
from simulator.printer import SimulatedPrinter
from tests.devices.id_reading import IMPATIENT, ZHANG, read
from tests.devices.printing import QUICK, noise, opened, until


async def test_the_printer_says_who_it_is_and_what_it_has_done() -> None:
    tally = Tally()
    with SimulatedPrinter() as simulated:
        async with opened(Network("127.0.0.1", simulated.port), tally=tally) as printer:
            await printer.identify()
            assert printer.identity.model == ""  # not asked before it is known to be well
            await printer.print_image(noise(80))
            await printer.identify()
            facts = printer.facts
            assert (facts.identity.maker, facts.identity.model) == ("HALL", "SIM-80")
            assert (facts.identity.firmware, facts.identity.serial) == ("2.26", "SIM0026272")
            assert (facts.counts["papers"], facts.counts["cuts"], facts.counts["paper_mm"]) == (1, 1, 24)
            assert not simulated.unknown_commands
            assert (await printer.status()).online


async def test_a_printer_that_tells_nothing_of_itself_is_asked_once_and_goes_on_printing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.printer.interpreter._ABOUT", {})
    with SimulatedPrinter() as simulated:
        async with opened(Network("127.0.0.1", simulated.port), timing=replace(QUICK, reply=0.5)) as printer:
            await printer.status()
            await printer.identify()
            await printer.identify()
            assert simulated.received.count(b"\x1dI") == 1
            assert printer.identity.model == ""
            await printer.print_image(noise(20))
            assert len(simulated.cut_papers) == 1


@pytest.mark.parametrize(
    ("received", "text", "rest"),
    [
        (b"_SIM-26\x00", "SIM-26", b""),
        (b"\x12_A\x00\x16", "A", b"\x16"),
        (b"_SIM", None, b"_SIM"),
        (b"\x12\x16", None, b""),
        (b"_" + b"2" * 200, None, (b"_" + b"2" * 200)[-82:]),
    ],
)
def test_the_text_of_a_printer(received: bytes, text: str | None, rest: bytes) -> None:
    answer, left = told(received)
    assert (answer.text if answer else None, left) == (text, rest)


async def test_the_id_reader_tells_its_module_and_counts(tmp_path: Path) -> None:
    tally = Tally()
    with SimulatedIdReader(tmp_path / "idreader") as simulated:
        scanner = IdScanner(simulated.port, patience=IMPATIENT, tally=tally)
        try:
            await scanner.identify()
            simulated.lay(ZHANG)
            await read(scanner)
            facts = scanner.facts
            assert facts.identity.serial.count("-") == 3
            assert (facts.counts["ids_read"], facts.counts["broken_frames"]) == (1, 0)
            assert facts.health.state is DeviceState.ONLINE
            assert tally[Count.IDS_READ] == 1
        finally:
            scanner.close()


async def test_without_udev_a_reader_that_comes_back_is_used_within_three_seconds(tmp_path: Path) -> None:
    with SimulatedIdReader(tmp_path / "idreader") as simulated:
        scanner = IdScanner(simulated.port)
        watching = asyncio.create_task(scanner.watch())
        try:
            await until(lambda: scanner.health.state is DeviceState.ONLINE)
            simulated.unplug()
            await until(lambda: scanner.health.state is DeviceState.NO_DEVICE)
            simulated.plug()
            async with asyncio.timeout(3):
                while scanner.health.state is not DeviceState.ONLINE:
                    await asyncio.sleep(0.01)
            assert scanner.facts.returns == 1
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            scanner.close()


def usb(sysfs: Path, name: str, **words: str) -> Path:
    place = sysfs / "bus" / "usb" / "devices" / name
    place.mkdir(parents=True)
    for word, text in words.items():
        (place / word).write_text(text + "\n", "utf-8")
    return place


def test_usb_descriptors_are_found_by_ids_by_address_and_by_node(tmp_path: Path) -> None:
    place = usb(
        tmp_path, "1-4.2", idVendor="0416", idProduct="5011", bcdDevice="0210", product="POS80", busnum="1", devnum="7"
    )
    usb(tmp_path, "usb1", idVendor="1d6b", idProduct="0002")
    found = of_ids(0x0416, 0x5011, tmp_path)
    assert found is not None
    assert (found.ids, found.product, found.release, found.port, found.serial) == (
        "0416:5011",
        "POS80",
        "2.10",
        "1-4.2",
        "",
    )
    assert of_address(1, 7, tmp_path) == found
    assert of_address(1, 8, tmp_path) is None
    node = Path("/dev/null")
    number = node.stat().st_rdev
    chars = tmp_path / "dev" / "char"
    chars.mkdir(parents=True)
    (place / "1-4.2:1.0" / "tty").mkdir(parents=True)
    (chars / f"{os.major(number)}:{os.minor(number)}").symlink_to(place / "1-4.2:1.0" / "tty")
    assert of_node(node, tmp_path) == found
    assert of_node(tmp_path / "not there", tmp_path) is None
    assert of_node(tmp_path, tmp_path) is None


def test_a_cameras_password_is_not_among_its_facts() -> None:
    identity = camera_identity("rtsp://guard:secret@10.0.0.9:554/main", "FFMPEG")
    assert identity.place == "rtsp://10.0.0.9:554"
    assert "secret" not in repr(identity)


class Source:
    """Events over a real pipe."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        self.waiting: list[Plugged] = []

    def fileno(self) -> int:
        return self._out

    def taken(self) -> Iterable[Plugged]:
        os.read(self._out, 100)
        events, self.waiting = self.waiting, []
        return events

    def tell(self, *events: Plugged) -> None:
        self.waiting += events
        os.write(self._in, b".")

    def close(self) -> None:
        os.close(self._in)
        os.close(self._out)


async def test_a_plug_rings_the_bell_of_whom_it_concerns() -> None:
    source, bell, rung = Source(), Bell(), []

    def rings(event: Plugged) -> Iterable[Callable[[], None]]:
        return [lambda: rung.append(event.subsystem), bell.ring] if event.subsystem == "tty" else []

    following = asyncio.create_task(follow(source, rings))
    try:
        await asyncio.sleep(0)
        source.tell(Plugged("add", "net"), Plugged("move", "tty"), Plugged("add", "tty"))
        async with asyncio.timeout(5):
            await bell.sleep(1000)
        assert rung == ["tty"]
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        source.close()


async def test_a_bell_that_nobody_rings_is_a_sleep_and_one_ring_ends_one() -> None:
    bell = Bell()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await bell.sleep(0.05)
    assert loop.time() - begun >= 0.045
    bell.ring()
    async with asyncio.timeout(5):
        await bell.sleep(1000)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bell.sleep(1000)


async def test_a_machine_that_tells_nothing_is_no_reason_to_fail() -> None:
    for source in (None, system_source()):
        following = asyncio.create_task(follow(source, lambda _: []))
        await asyncio.sleep(0.02)
        assert not following.done()
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
