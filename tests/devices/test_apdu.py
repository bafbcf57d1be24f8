"""The exact bytes of each command, and what becomes of each answer."""

from collections.abc import Iterator

import pytest

from config.faults import FaultCode
from drivers.card_reader import apdu
from drivers.card_reader.apdu import CommandApdu, Ins, ResponseApdu, StatusWord, exchange
from drivers.device import DeviceError


class Script:
    """A card that expects given commands and gives given answers, all in hexadecimal."""

    def __init__(self, *turns: tuple[str, str]) -> None:
        self._turns: Iterator[tuple[str, str]] = iter(turns)

    def __call__(self, command: bytes) -> bytes:
        expected, answer = next(self._turns)
        assert command == bytes.fromhex(expected)
        return bytes.fromhex(answer)


@pytest.mark.parametrize(
    ("command", "encoded"),
    [
        (apdu.select_application(apdu.SSSE), "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF"),
        (apdu.select_file(0xEF05), "00A4020002 EF05"),
        (apdu.select_file_anywhere(0xEF06), "00A4000002 EF06"),
        (apdu.read_record(0x01, 18), "00B2010012"),
        (apdu.read_record(0x4E, 22), "00B24E0016"),
        (apdu.select_application(apdu.SSSE, le=0), "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF 00"),
        (apdu.read_numbered_record(3), "00B2030400"),
        (apdu.read_records_from(1), "00B2010500"),
        (apdu.get_response(0x1E), "00C000001E"),
        (apdu.get_challenge(), "0084000008"),
        (
            apdu.internal_authenticate(bytes(range(8)), bytes(range(8, 16))),
            "0088000010 000102030405060708090A0B0C0D0E0F",
        ),
        (apdu.external_authenticate(0x0A, bytes(range(8)), bytes(8)), "0082000A10 0001020304050607 0000000000000000"),
        (apdu.verify("123456"), "0020000003 123456"),
        (apdu.verify("12345"), "0020000003 12345F"),
        (apdu.verify("123456789012"), "0020000006 123456789012"),
        (apdu.query_pin_tries(), "0020000000"),
    ],
)
def test_exact_bytes(command: CommandApdu, encoded: str) -> None:
    assert command.encode() == bytes.fromhex(encoded)


def test_application_identifier_is_the_name_of_the_environment() -> None:
    assert apdu.SSSE.decode("gbk") == "sx1.sh.社会保障"


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "１２３４", "12 34"])
def test_no_pin_but_4_to_12_digits(pin: str) -> None:
    with pytest.raises(ValueError, match="4 to 12 digits"):
        apdu.verify(pin)


def test_neither_pin_nor_data_shows_in_a_repr() -> None:
    assert "123456" not in repr(apdu.verify("123456"))
    assert "secret" not in repr(ResponseApdu(b"secret", 0x9000))


def test_answer_at_once() -> None:
    answer = exchange(Script(("00B2070000", "07009000")), apdu.read_record(7, 0))
    assert answer == ResponseApdu(b"\x07\x00", StatusWord.OK)
    assert answer.ok


def test_waiting_data_is_fetched() -> None:
    card = Script(("00A404000F7378312E73682EC9E7BBE1B1A3D5CF", "6104"), ("00C0000004", "6F0284009000"))
    assert exchange(card, apdu.select_application(apdu.SSSE)).data == bytes.fromhex("6F028400")


def test_wrong_length_is_repeated_with_the_right_one() -> None:
    card = Script(("00B2090020", "6C16"), ("00B2090016", "09009000"))
    assert exchange(card, apdu.read_record(9, 0x20)).data == b"\x09\x00"


def test_answer_in_parts_with_a_wrong_length_between() -> None:
    card = Script(
        ("00B2010012", "AA6102"),
        ("00C0000002", "6C01"),
        ("00C0000001", "BB6101"),
        ("00C0000001", "CC9000"),
    )
    assert exchange(card, apdu.read_record(1, 0x12)).data == bytes.fromhex("AABBCC")


@pytest.mark.parametrize("endless", ["6110", "6C10"])
def test_a_card_that_never_comes_to_an_end(endless: str) -> None:
    with pytest.raises(DeviceError) as caught:
        exchange(lambda _: bytes.fromhex(endless), apdu.read_record(1, 0x12))
    assert caught.value.code is FaultCode.CARD_UNREADABLE


@pytest.mark.parametrize("raw", [b"", b"\x90"])
def test_answer_without_status_word(raw: bytes) -> None:
    with pytest.raises(DeviceError) as caught:
        ResponseApdu.parse(raw)
    assert caught.value.code is FaultCode.CARD_UNREADABLE


def test_status_words_with_a_parameter() -> None:
    assert ResponseApdu(b"", 0x611E).waiting == 0x1E
    assert ResponseApdu(b"", 0x6C00).right_le == 0
    assert ResponseApdu(b"", 0x63C0).tries_left == 0
    assert ResponseApdu(b"", 0x63C8).tries_left == 8
    assert ResponseApdu(b"", 0x6300).tries_left is None
    assert ResponseApdu(b"", 0x9000).waiting is ResponseApdu(b"", 0x9000).right_le is None


def test_the_kiosk_sends_nothing_that_writes_to_a_card() -> None:
    assert {ins.value for ins in Ins} == {0x20, 0x82, 0x84, 0x88, 0xA4, 0xB2, 0xC0}


@pytest.mark.parametrize("answer", ["6C03", "6103", "6700", "6982", "9000"])
def test_what_a_card_counts_is_sent_once(answer: str) -> None:
    card = Script(("0020000003123456", answer))
    assert apdu.send_once(card, apdu.verify("123456")) == ResponseApdu(b"", int(answer, 16))


def test_a_card_that_does_not_tell_the_right_length_is_let_choose() -> None:
    card = Script(("00B2090020", "6700"), ("00B2090000", "6C16"), ("00B2090016", "09009000"))
    assert exchange(card, apdu.read_record(9, 0x20)).data == b"\x09\x00"
    stubborn = Script(("00B2090020", "6700"), ("00B2090000", "6700"))
    assert exchange(stubborn, apdu.read_record(9, 0x20)).sw == StatusWord.WRONG_LENGTH
