"""SAM_V frames: the exact bytes of hardware.md 2.2, and whole answers out of a noisy line."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.id_scanner.samv import PREAMBLE, Answer, Command, FrameReader, Sw3, format_sam_id, request, split_base


def frame(hexadecimal: str) -> bytes:
    return PREAMBLE + bytes.fromhex(hexadecimal)


def answer_frame(content: bytes) -> bytes:
    counted = struct.pack(">H", len(content) + 1) + content
    check = 0
    for byte in counted:
        check ^= byte
    return PREAMBLE + counted + bytes([check])


STATUS_OK = frame("00 04 00 00 90 94")
IDLE = frame("00 04 00 00 80 84")
FOUND = frame("00 08 00 00 9F 00 00 00 00 97")
SELECTED = frame("00 0C 00 00 90 00 00 00 00 00 00 00 00 9C")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Command.RESET, "00 03 10 FF EC"),
        (Command.STATUS, "00 03 11 FF ED"),
        (Command.SAM_ID, "00 03 12 FF EE"),
        (Command.FIND, "00 03 20 01 22"),
        (Command.SELECT, "00 03 20 02 21"),
        (Command.READ_BASE, "00 03 30 01 32"),
        (Command.READ_BASE_AND_FINGERPRINT, "00 03 30 10 23"),
        (Command.READ_NEW_ADDRESS, "00 03 30 03 30"),
    ],
)
def test_request_bytes(command: Command, expected: str) -> None:
    assert request(command) == bytes.fromhex("AA AA AA 96 69") + bytes.fromhex(expected)


def test_request_with_data_counts_it() -> None:
    assert request(Command.STATUS, b"\x50") == frame("00 04 11 FF 50 BA")


@pytest.mark.parametrize(
    ("received", "sw3", "data"),
    [(STATUS_OK, Sw3.OK, b""), (IDLE, Sw3.NOT_FOUND, b""), (FOUND, Sw3.FOUND, bytes(4)), (SELECTED, Sw3.OK, bytes(8))],
)
def test_answers_of_the_specification(received: bytes, sw3: Sw3, data: bytes) -> None:
    reader = FrameReader()
    assert reader.feed(received) == [Answer(0, 0, sw3, data)]
    assert (reader.frames, reader.broken, reader.noise, reader.pending) == (1, 0, 0, 0)


def test_base_answer_has_the_size_of_the_specification() -> None:
    base = answer_frame(bytes.fromhex("00 00 90 01 00 04 00") + bytes(256 + 1024))
    assert len(base) == 1295
    [answer] = FrameReader().feed(base)
    assert len(answer.data) == 4 + 256 + 1024


def test_only_sw3_decides() -> None:
    [answer] = FrameReader().feed(answer_frame(bytes.fromhex("69 82 41")))
    assert (answer.sw1, answer.sw2, answer.sw3) == (0x69, 0x82, Sw3.READ_FAILED)


def test_one_byte_at_a_time() -> None:
    reader = FrameReader()
    answers = [answer for byte in FOUND + STATUS_OK for answer in reader.feed(bytes([byte]))]
    assert [answer.sw3 for answer in answers] == [Sw3.FOUND, Sw3.OK]
    assert reader.noise == 0


@pytest.mark.parametrize(
    "noise",
    [
        "00 FF 13",
        "AA",
        "AA AA",
        "AA AA AA 96",
        "AA AA AA AA AA",
        "96 69 00 04",
    ],
)
def test_noise_before_an_answer_is_skipped(noise: str) -> None:
    reader = FrameReader()
    assert reader.feed(bytes.fromhex(noise) + STATUS_OK) == [Answer(0, 0, Sw3.OK)]
    assert reader.noise == len(bytes.fromhex(noise))


@pytest.mark.parametrize("length", ["00 00", "00 03", "09 0B", "FF FF"])
def test_an_impossible_length_is_no_frame(length: str) -> None:
    reader = FrameReader()
    assert reader.feed(frame(length) + STATUS_OK) == [Answer(0, 0, Sw3.OK)]
    assert reader.broken == 1


def test_a_wrong_check_is_counted_and_the_next_answer_read() -> None:
    reader = FrameReader()
    assert reader.feed(STATUS_OK[:-1] + b"\x95" + FOUND) == [Answer(0, 0, Sw3.FOUND, bytes(4))]
    assert reader.broken == 1


def test_a_preamble_inside_data_is_data() -> None:
    inner = PREAMBLE + b"\x00\x04"
    reader = FrameReader()
    assert reader.feed(answer_frame(b"\x00\x00\x90" + inner)) == [Answer(0, 0, Sw3.OK, inner)]
    assert reader.broken == 0


def test_an_answer_behind_a_false_preamble_comes_out_when_the_line_falls_silent() -> None:
    reader = FrameReader()
    assert reader.feed(frame("02 00") + STATUS_OK) == []
    assert reader.pending > 0
    assert reader.give_up() == [Answer(0, 0, Sw3.OK)]
    assert (reader.broken, reader.pending) == (1, 0)


def test_a_truncated_answer_is_given_up() -> None:
    reader = FrameReader()
    assert reader.feed(FOUND[:9]) == []
    assert reader.give_up() == []
    assert (reader.broken, reader.pending) == (1, 0)
    assert reader.feed(FOUND) == [Answer(0, 0, Sw3.FOUND, bytes(4))]


@given(st.binary(max_size=200), st.binary(max_size=60), st.integers(1, 40))
def test_any_noise_any_pieces(noise: bytes, data: bytes, step: int) -> None:
    """Whatever came before, an answer is found, at the latest when the line falls silent."""
    stream = noise + answer_frame(b"\x00\x00\x90" + data)
    reader = FrameReader()
    answers = [
        answer for start in range(0, len(stream), step) for answer in reader.feed(stream[start : start + step])
    ] + reader.give_up()
    assert answers[-1] == Answer(0, 0, Sw3.OK, data)
    assert reader.pending == 0


@given(st.lists(st.sampled_from([PREAMBLE, PREAMBLE[:3], b"\x00\x04", b"\x00\x00\x90\x94", b"\xaa", b"\x09\x0a"])))
def test_pieces_of_frames_never_break_the_reader(pieces: list[bytes]) -> None:
    reader = FrameReader()
    for piece in pieces:
        reader.feed(piece)
    reader.give_up()
    assert reader.pending == 0
    assert reader.feed(STATUS_OK) == [Answer(0, 0, Sw3.OK)]


TEXT, PHOTO = bytes(range(256)), bytes(1024)


@pytest.mark.parametrize("size", [0, 512, 1024])
def test_split_base_with_fingerprint(size: int) -> None:
    data = struct.pack(">HHH", 256, 1024, size) + TEXT + PHOTO + b"\x07" * size
    base = split_base(data, Command.READ_BASE_AND_FINGERPRINT)
    assert (base.text, base.photo, base.fingerprint) == (TEXT, PHOTO, b"\x07" * size)


def test_split_base() -> None:
    base = split_base(bytes.fromhex("01 00 04 00") + TEXT + PHOTO, Command.READ_BASE)
    assert (base.text, base.photo, base.fingerprint) == (TEXT, PHOTO, b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01\x00\x04",
        bytes.fromhex("01 00 04 00") + TEXT + PHOTO[1:],
        bytes.fromhex("01 00 04 00") + TEXT + PHOTO + b"\0",
        bytes.fromhex("00 FF 04 01") + TEXT + PHOTO,
        bytes.fromhex("01 00 00 00") + TEXT,
    ],
)
def test_lengths_that_do_not_add_up_are_unreadable(data: bytes) -> None:
    with pytest.raises(DeviceError) as error:
        split_base(data, Command.READ_BASE)
    assert error.value.code is FaultCode.ID_UNREADABLE


def test_what_may_hold_a_document_does_not_show_it() -> None:
    assert repr(Answer(0, 0, 0x90, b"secret")) == "Answer(00 00 90, 6 bytes)"
    base = split_base(bytes.fromhex("01 00 04 00") + TEXT + PHOTO, Command.READ_BASE)
    assert repr(base) == "BaseInformation(256 + 1024 + 0 bytes)"


def test_sam_id_as_printed() -> None:
    data = bytes.fromhex("05 00 03 00 4A 63 34 01 15 00 00 00 2D 30 00 00")
    assert format_sam_id(data) == "05.03-20210506-0000000021-0000012333"


def test_sam_id_of_another_length_is_a_fault_of_the_reader() -> None:
    with pytest.raises(DeviceError) as error:
        format_sam_id(bytes(15))
    assert error.value.code is FaultCode.ID_READER_FAULT
