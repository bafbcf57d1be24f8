"""Names on cards: two fields, one name, and what a field cannot hold."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultCode
from drivers.card_reader.names import decode_name, may_be_cut
from drivers.card_reader.reading import read_social_card
from drivers.device import DeviceError
from simulator.cards import card_for
from simulator.people import BY_KEY

ZHANG = BY_KEY["zhang_ling"]


@pytest.mark.parametrize(
    "name",
    [
        "ANNA MARIA KRISTINA ELISABETH张",  # two bytes across the border of 30
        "ANNA MARIA KRISTINA ELISABET\U0002c386玲",  # four bytes across it
        "ANNA MARIA KRISTINA ELISABETH JOHANSDATTER",  # a word space as byte 30
        "古丽米热·阿卜杜热合曼·阿卜杜拉·买买提",
        "李　明",  # with a full-width space
        "王䶮",
    ],
)
def test_names_over_the_border(name: str) -> None:
    card = card_for(dataclasses.replace(ZHANG, name=name))
    holder = read_social_card(card.answer, card.atr).holder
    assert holder is not None
    assert holder.name == name


def test_names_padded_with_spaces() -> None:
    assert decode_name("张玲".encode("gbk").ljust(30, b" "), b" " * 20) == "张玲"
    assert decode_name("张玲".encode("gbk").ljust(30, b"\0"), b"\xff" * 20) == "张玲"


@pytest.mark.parametrize(
    "stored", [b"\0" * 30, b"\xff" * 30, "张".encode("gbk")[:1], "张玲".encode("gbk")[:3], b"\xd5\xc5\x07\xc1\xe1"]
)
def test_no_name(stored: bytes) -> None:
    with pytest.raises(DeviceError):
        decode_name(stored, b"")


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (
            "ANNA MARIA KRISTINA ELISABETH JOHANSDATTER VON DER OSTSEEKUESTE",
            "ANNA MARIA KRISTINA ELISABETH JOHANSDATTER VON DER",
        ),
        ("古" * 25, "古" * 25),
        ("A" + "古" * 25, "A" + "古" * 24),  # half a character is left over
        ("A" + "\U0002c386" * 13, "A" + "\U0002c386" * 12),  # a quarter
    ],
)
def test_names_longer_than_both_fields(name: str, read: str) -> None:
    stored = name.encode("gb18030")
    assert decode_name(stored[:30], stored[30:50]) == read
    assert may_be_cut(stored[:30], stored[30:50])


def test_a_name_longer_than_the_one_field_of_a_1_0_card() -> None:
    stored = ("A" + "古" * 20).encode("gb18030")
    assert decode_name(stored[:30], b"") == "A" + "古" * 14
    assert may_be_cut(stored[:30], b"")
    assert not may_be_cut(stored[:30], bytes(20))
    assert not may_be_cut(stored[:29], b"")


def test_a_holder_knows_that_the_name_may_go_on() -> None:
    for name, cut in (("古" * 25, True), ("张玲", False)):
        card = card_for(dataclasses.replace(ZHANG, name=name))
        holder = read_social_card(card.answer, card.atr).holder
        assert holder is not None
        assert holder.name_may_be_cut is cut


@pytest.mark.parametrize(
    ("stored", "name"), [("FE59", "\u9fb4"), ("FEA0", "\u9fbb"), ("FE51", "\U00020087"), ("FE9F", "䶮")]
)
def test_characters_that_later_editions_have_named(stored: str, name: str) -> None:
    assert decode_name("王".encode("gbk") + bytes.fromhex(stored), b"") == "王" + name


@given(st.binary(max_size=30), st.binary(max_size=20))
def test_any_bytes_at_all(first: bytes, continued: bytes) -> None:
    try:
        outcome: object = decode_name(first, continued)
    except DeviceError as error:
        outcome = error.code, error.detail
    assert outcome == (FaultCode.CARD_UNREADABLE, "name") or (isinstance(outcome, str) and outcome)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Zs"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
def test_every_name_that_fits_comes_back(name: str) -> None:
    stored = name.encode("gb18030")
    assert decode_name(stored[:30].ljust(30, b"\0"), stored[30:].ljust(20, b"\0")) == name
