"""The simulated printer by itself: what another ESC/POS program would see of it."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from escpos.printer import Network
from PIL import Image

from config import fonts
from config.fonts import FontSet
from simulator.printer import SimulatedPrinter
from simulator.printer.real_time import ClearingAsked, RealTimeScanner, RecoveryAsked, StatusAsked

ASK = b"\x10\x04\x01"


@pytest.fixture(scope="module")
def font_set(tmp_path_factory: pytest.TempPathFactory) -> FontSet:
    directory: Path = tmp_path_factory.mktemp("fonts")
    fonts.prepare(directory)
    return FontSet.load(directory)


@pytest.fixture
def printer(font_set: FontSet) -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(fonts=font_set) as simulated:
        yield simulated


def send(printer: SimulatedPrinter, data: bytes, reply: int = 1) -> bytes:
    """Send ``data`` and read ``reply`` bytes: when they have come, all before has been carried out."""
    with socket.create_connection(("127.0.0.1", printer.port), timeout=10) as connection:
        connection.sendall(data)
        received = b""
        while len(received) < reply:
            received += connection.recv(64)
        return received


def test_chinese_text_is_read_and_drawn(printer: SimulatedPrinter) -> None:
    send(
        printer,
        b"\x1b@\x1c&" + "张三，您好！ABC 12\n王𠮷\n".encode("gb18030") + b"\x1dV\x00" + ASK,
    )
    (receipt,) = printer.cut_papers
    assert receipt.text == "张三，您好！ABC 12\n王𠮷\n"
    assert receipt.picture.size == (576, 60)
    assert receipt.picture.getbbox() is not None
    assert Image.open(io.BytesIO(receipt.png)).size == (576, 60)


def test_size_alignment_and_feeds(printer: SimulatedPrinter) -> None:
    send(printer, b"\x1d!\x11\x1ba\x02" + "好\n".encode("gb18030") + b"\x1dV\x00" + ASK)
    picture = printer.cut_papers[0].picture
    left, _, right, bottom = picture.point(lambda dot: 255 - dot).getbbox() or (0, 0, 0, 0)
    assert left > 576 - 48
    assert right > 576 - 10
    assert bottom > 24
    send(printer, b"\x1bd\x03\x1bJ\x0a\x1dVB\x05" + ASK)
    assert printer.cut_papers[1].picture.height == 3 * 30 + 10 + 5


def test_a_full_line_goes_on_in_the_next(printer: SimulatedPrinter) -> None:
    send(printer, "字".encode("gb18030") * 25 + b"\n\x1dV1" + ASK)
    assert printer.cut_papers[0].text == "字" * 24 + "\n字\n"


@pytest.mark.parametrize("cut", [b"\x1dV\x00", b"\x1dV\x01", b"\x1dV0", b"\x1dV1", b"\x1dVA\x00", b"\x1dVB\x00"])
def test_all_forms_of_the_cut(printer: SimulatedPrinter, cut: bytes) -> None:
    send(printer, b"\x1d\x76\x30\x00\x01\x00\x02\x00\xff\x0f" + cut + cut + ASK)
    (receipt,) = printer.cut_papers
    assert receipt.picture.height == 2
    assert receipt.number == 1


def test_an_unknown_command_is_counted_and_the_rest_printed(printer: SimulatedPrinter) -> None:
    send(printer, b"\x1bZ\x1c\x7f\x1bZA\n\x1dV\x00" + ASK)
    assert printer.unknown_commands == {b"\x1bZ": 2, b"\x1c\x7f": 1}
    assert printer.cut_papers[0].text == "A\n"


def test_answers(printer: SimulatedPrinter) -> None:
    assert send(printer, b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", 4) == b"\x12\x12\x12\x12"
    assert send(printer, b"\x1d(H\x06\x0000ab12", 7) == b"\x37\x22ab12\x00"
    assert send(printer, bytes.fromhex("10140801031401060208"), 3) == b"\x37\x25\x00"
    printer.change(paper_out=True)
    assert send(printer, b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", 4) == b"\x1a\x32\x12\x7e"
    printer.change(paper_out=False, cutter_jammed=True, near_end=True)
    assert send(printer, b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", 4) == b"\x1a\x52\x1a\x1e"


def test_enquiry_clears_only_after_an_error(printer: SimulatedPrinter) -> None:
    for change, left in (("paper_out", 5), ("cutter_jammed", 0)):
        printer.change(**{change: True})
        send(printer, b"AB\x10\x05\x02" + ASK)
        assert printer.waiting_bytes == left + len(ASK)
        printer.change(**{change: False})


def test_a_full_buffer_is_read_on_after_the_refill(printer: SimulatedPrinter) -> None:
    rows = 3000
    printer.change(paper_out=True)
    with socket.create_connection(("127.0.0.1", printer.port), timeout=10) as connection:
        connection.sendall(b"\x1d\x76\x30\x00\x48\x00" + rows.to_bytes(2, "little"))
        connection.sendall(bytes(72 * 1000))
        printer.refill()
        connection.sendall(bytes(72 * 2000) + ASK)
        assert connection.recv(1) == b"\x12"
    assert printer.hanging_rows == rows


def test_taking_the_paper_tears_off_what_hangs_out(printer: SimulatedPrinter) -> None:
    send(printer, b"A\n\x1dV\x00B\n" + ASK)
    assert Image.open(io.BytesIO(printer.paper_png())).size == (576, 30)
    assert [(receipt.text, receipt.torn) for receipt in printer.take_paper()] == [("A\n", False), ("B\n", True)]
    assert printer.take_paper() == []
    assert printer.hanging_rows == 0


def test_dead_it_refuses_and_revived_it_is_empty(printer: SimulatedPrinter) -> None:
    alive = [printer.alive]
    printer.die()
    alive.append(printer.alive)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", printer.port))
    printer.revive()
    alive.append(printer.alive)
    assert alive == [True, False, True]
    assert send(printer, ASK) == b"\x12"


def test_the_escpos_library_prints_on_it(printer: SimulatedPrinter) -> None:
    library = Network("127.0.0.1", printer.port, timeout=10)
    library.image(Image.new("1", (64, 20), 0), impl="bitImageRaster")
    library.cut()
    assert library.is_online()
    assert library.paper_status() == 2
    library.close()
    (receipt,) = printer.cut_papers
    assert receipt.picture.crop((0, 0, 64, 20)).getextrema() == (0, 0)
    assert not printer.unknown_commands


def test_real_time_commands_in_pieces() -> None:
    scanner = RealTimeScanner()
    stream = b"A\x10\x04\x02B\x10\x05\x02" + bytes.fromhex("10140801031401060208") + b"\x10"
    parts = [part for at in range(len(stream)) for part in scanner.scan(stream[at : at + 1])]
    assert [part for part in parts if not isinstance(part, bytes)] == [
        StatusAsked(2),
        RecoveryAsked(clear=True),
        ClearingAsked(),
    ]
    assert b"".join(part for part in parts if isinstance(part, bytes)) == b"A\x10\x04\x02B\x10\x05\x02"
    assert scanner.scan(b"C") == [b"\x10C"]
