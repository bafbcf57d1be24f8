import pytest
from PIL import Image

from config.faults import FaultCode
from drivers.printer.commands import process_id_request, raster_bands
from drivers.printer.status import (
    OtherFrame,
    PrinterStatus,
    ProcessDone,
    StatusByte,
    StatusKind,
    decode_status,
    is_status_byte,
    split_replies,
    status_request,
)

IDLE = dict.fromkeys(StatusKind, 0x12)


def test_requests() -> None:
    assert [status_request(kind) for kind in StatusKind] == [
        b"\x10\x04\x01",
        b"\x10\x04\x02",
        b"\x10\x04\x03",
        b"\x10\x04\x04",
    ]


def test_the_fixed_bits_of_all_256_bytes() -> None:
    accepted = {byte for byte in range(256) if is_status_byte(byte)}
    assert accepted == {
        0x12 | bits for bits in (a | b | c | d for a in (0, 4) for b in (0, 8) for c in (0, 32) for d in (0, 64))
    }


def test_a_printer_at_rest() -> None:
    status = decode_status(IDLE)
    assert status == PrinterStatus(
        online=True,
        cover_open=False,
        paper_out=False,
        paper_near_end=False,
        feeding=False,
        cutter_error=False,
        head_hot=False,
        mechanical_error=False,
        unrecoverable=False,
        error=False,
    )
    assert (status.fault, status.words) == (None, "")


@pytest.mark.parametrize(
    ("kind", "byte", "fault"),
    [
        (StatusKind.PRINTER, 0x16, None),  # the drawer
        (StatusKind.PRINTER, 0x1A, FaultCode.PRN_FAULT),  # off line, and nothing says why
        (StatusKind.OFFLINE_CAUSE, 0x16, FaultCode.PRN_COVER_OPEN),
        (StatusKind.OFFLINE_CAUSE, 0x1A, None),  # the feed button
        (StatusKind.OFFLINE_CAUSE, 0x32, FaultCode.PRN_PAPER_OUT),
        (StatusKind.OFFLINE_CAUSE, 0x52, FaultCode.PRN_FAULT),
        (StatusKind.ERROR, 0x16, FaultCode.PRN_FAULT),
        (StatusKind.ERROR, 0x1A, FaultCode.PRN_CUTTER),
        (StatusKind.ERROR, 0x32, FaultCode.PRN_FAULT),
        (StatusKind.ERROR, 0x52, FaultCode.PRN_HEAD_HOT),
        (StatusKind.PAPER, 0x1E, None),  # near the end
        (StatusKind.PAPER, 0x72, FaultCode.PRN_PAPER_OUT),
    ],
)
def test_each_bit(kind: StatusKind, byte: int, fault: FaultCode | None) -> None:
    assert decode_status({**IDLE, kind: byte}).fault is fault


def test_near_end_is_told_and_no_fault() -> None:
    status = decode_status({**IDLE, StatusKind.PAPER: 0x1E})
    assert status.paper_near_end
    assert status.words == "paper_near_end"


def test_the_cover_comes_before_the_paper() -> None:
    both = {StatusKind.PRINTER: 0x1A, StatusKind.OFFLINE_CAUSE: 0x36, StatusKind.ERROR: 0x12, StatusKind.PAPER: 0x72}
    status = decode_status(both)
    assert status.fault is FaultCode.PRN_COVER_OPEN
    assert status.words == "offline, cover_open, paper_out"


def test_feeding_by_hand_is_no_fault() -> None:
    assert decode_status({**IDLE, StatusKind.PRINTER: 0x1A, StatusKind.OFFLINE_CAUSE: 0x1A}).fault is None


def test_silence_is_unknown_not_adequate() -> None:
    status = decode_status({})
    assert not status.known
    assert (status.online, status.paper_out, status.paper_near_end, status.fault) == (None, None, None, None)
    assert status.words == "status unknown"


def test_what_was_not_answered_stays_unknown() -> None:
    status = decode_status({StatusKind.PRINTER: 0x12, StatusKind.PAPER: 0x12})
    assert status.known
    assert (status.paper_out, status.cover_open, status.cutter_error) == (False, None, None)


@pytest.mark.parametrize("byte", [0x00, 0x10, 0x02, 0x13, 0x92, 0xFF])
def test_a_byte_without_the_fixed_bits_is_refused(byte: int) -> None:
    with pytest.raises(ValueError, match="no reply to DLE EOT"):
        decode_status({StatusKind.PAPER: byte})


def test_replies_are_taken_apart() -> None:
    received = b"\x12" + b"\x37\x220012\x00" + b"\x11\xff\x1a" + b"\x37\x25\x00"
    assert split_replies(received) == (
        [StatusByte(0x12), ProcessDone(b"0012"), StatusByte(0x1A), OtherFrame(b"\x25")],
        b"",
    )


def test_a_frame_in_pieces() -> None:
    """The characters of a process id look like status bytes: '2' is 32h."""
    replies, rest = split_replies(b"\x12\x37\x2222")
    assert (replies, rest) == ([StatusByte(0x12)], b"\x37\x2222")
    assert split_replies(rest + b"22\x00") == ([ProcessDone(b"2222")], b"")


def test_a_false_header_does_not_swallow_what_follows() -> None:
    assert split_replies(b"\x37" + b"\x12" * 6)[0] == [StatusByte(0x12)] * 6


def test_the_process_id_request() -> None:
    assert process_id_request(b"0001") == bytes.fromhex("1d2848060030303030 3031")
    for wrong in (b"", b"00001", b"000\x7f", b"\x1f000"):
        with pytest.raises(ValueError, match="four printable"):
            process_id_request(wrong)


def test_raster_header_and_dots() -> None:
    picture = Image.new("1", (16, 3), 1)
    picture.putpixel((0, 0), 0)
    picture.putpixel((15, 2), 0)
    assert list(raster_bands(picture, 2)) == [
        bytes.fromhex("1d763000 0200 0200 8000 0000"),
        bytes.fromhex("1d763000 0200 0100 0001"),
    ]


def test_raster_width_of_the_head() -> None:
    (band,) = raster_bands(Image.new("L", (576, 100), 255), 128)
    assert band[:8] == bytes.fromhex("1d763000 4800 6400")
    assert band[8:] == bytes(72 * 100)


def test_a_width_that_fills_no_byte_has_no_ink_at_the_right() -> None:
    (band,) = raster_bands(Image.new("1", (10, 1), 0), 8)
    assert band == bytes.fromhex("1d763000 0200 0100 ffc0")


@pytest.mark.parametrize("dots", ["100401", "100404", "100501", "10140801031401060208", "10100402"])
def test_no_real_time_command_hides_in_a_picture(dots: str) -> None:
    ink = bytes.fromhex(dots)
    picture = Image.frombytes("1", (len(ink) * 8, 1), bytes(byte ^ 0xFF for byte in ink))
    (band,) = raster_bands(picture, 8)
    assert len(band) == 8 + len(ink)
    assert not any(bytes((0x10, second)) in band[8:] for second in (0x04, 0x05, 0x14))
    assert sum(a != b for a, b in zip(band[8:], ink, strict=True)) == 1
