"""The answer to reset and the file control information: what each says, and any bytes in their place."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultCode
from drivers.card_reader import tlv
from drivers.card_reader.algorithm import Algorithm, algorithm_of
from drivers.card_reader.atr import ResetInformation, historical_bytes
from drivers.device import DeviceError


@pytest.mark.parametrize(
    ("issuer_data", "area", "algorithm"),
    [
        ("860101", "370100", Algorithm.TRIPLE_DES),
        ("860102", "370100", Algorithm.SSF33),
        ("860103", "110000", Algorithm.SM4),
        ("870109860103", "370100", Algorithm.SM4),
        ("860104", "370100", Algorithm.UNKNOWN),
        ("86020103", "110000", Algorithm.UNKNOWN),
        ("", "110000", Algorithm.SSF33),
        ("", "370100", Algorithm.TRIPLE_DES),
    ],
)
def test_algorithm(issuer_data: str, area: str, algorithm: Algorithm) -> None:
    data = bytes.fromhex(issuer_data)
    proprietary = bytes.fromhex("88011E 9F0C") + bytes([len(data)]) + data
    inner = bytes.fromhex("8401 86 A5") + bytes([len(proprietary)]) + proprietary  # 86 as a value, not as a tag
    assert algorithm_of(bytes([0x6F, len(inner)]) + inner, area) is algorithm


def test_algorithm_without_any_file_control_information() -> None:
    assert algorithm_of(b"", "370100") is Algorithm.TRIPLE_DES


@pytest.mark.parametrize(
    ("atr", "historical"),
    [
        ("3B6D0000 0081544E4386603701 0020B551", "0081544E43866037010020B551"),
        ("3B7D940000 0081544E4386603701 0020B551", "0081544E43866037010020B551"),
        ("3B828001 AABB 00", "AABB"),  # with a check byte behind them
        ("3B00", ""),
    ],
)
def test_historical_bytes(atr: str, historical: str) -> None:
    assert historical_bytes(bytes.fromhex(atr)) == bytes.fromhex(historical)


@pytest.mark.parametrize("atr", ["", "3B", "3BF0", "3B6D0000AA", "3B80"])
def test_answers_to_reset_that_are_cut_off(atr: str) -> None:
    with pytest.raises(DeviceError):
        historical_bytes(bytes.fromhex(atr))


def test_what_the_historical_bytes_say() -> None:
    reset = ResetInformation(bytes.fromhex("00814A44468660519900 0001AC"))
    assert reset.text == "00814A444686605199000001AC"
    assert (reset.chip_maker, reset.chip_maker_name) == ("0081", "华大")
    assert (reset.chip_data, reset.card_maker) == ("4A4446", "8660")
    assert (reset.issuing_area, reset.serial) == ("5199", "000001AC")
    assert reset.factor == bytes.fromhex("86605199000001AC")


def test_a_chip_maker_that_no_source_names() -> None:
    assert ResetInformation(bytes.fromhex("008C") + bytes(11)).chip_maker_name is None


@pytest.mark.parametrize("historical", ["", "80318065B0", "00814A444686605199000001AC00"])
def test_other_historical_bytes_say_nothing(historical: str) -> None:
    reset = ResetInformation(bytes.fromhex(historical))
    known = (reset.chip_maker, reset.chip_maker_name, reset.card_maker, reset.issuing_area, reset.serial, reset.factor)
    assert known == (None,) * 6
    assert not reset.standard
    assert reset.text == historical


def test_reset_information_does_not_show_in_a_repr() -> None:
    assert repr(ResetInformation(b"secret")) == "ResetInformation()"


def test_an_algorithm_in_broken_objects_is_unknown_and_no_error() -> None:
    assert algorithm_of(bytes.fromhex("6F1C84"), "370100") is Algorithm.UNKNOWN


def ends_in_order(read: Callable[[], object]) -> None:
    """Anything but a result or the one fault fails the test."""
    try:
        read()
    except DeviceError as error:
        code = error.code
    else:
        code = FaultCode.CARD_UNREADABLE
    assert code is FaultCode.CARD_UNREADABLE


@given(st.binary(max_size=40))
def test_any_bytes_at_all(data: bytes) -> None:
    ends_in_order(lambda: tlv.parse(data))
    ends_in_order(lambda: historical_bytes(data))
    assert algorithm_of(data, "370100") in Algorithm


_TREES = st.recursive(
    st.binary(max_size=6),
    lambda inner: st.lists(
        st.tuples(st.sampled_from([b"\x6f", b"\xa5", b"\x9f\x0c", b"\x86", b"\x84"]), inner), max_size=3
    ).map(lambda objects: b"".join(tag + bytes([len(value)]) + value for tag, value in objects)[:120]),
    max_leaves=8,
)


@given(_TREES)
def test_any_tree_of_objects(fci: bytes) -> None:
    assert algorithm_of(fci, "110000") in Algorithm
