"""Reading and decoding, against the simulated chips (written apart from the driver) and against any bytes at all."""

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultCode
from drivers.card_reader.algorithm import Algorithm
from drivers.card_reader.apdu import StatusWord
from drivers.card_reader.authentication import Authentication, Outcome
from drivers.card_reader.reading import read_social_card, require_same_card
from drivers.card_reader.social_card import (
    CardKind,
    Initialiser,
    Item,
    Nation,
    card_number_check,
    decode_holder,
    parse_record,
    version_of,
)
from drivers.device import DeviceError
from drivers.gb_codes import Sex
from simulator.cards import BankCard, EmptySim, SocialSecurityCard, card_for
from simulator.people import BY_KEY, PEOPLE, Person

ZHANG = BY_KEY["zhang_ling"]
ATR = bytes.fromhex("3B6D0000 0081544E438660 3701 0020B551")


class Tap:
    """A chip with a list of all that was said to it."""

    def __init__(self, card: SocialSecurityCard | BankCard | EmptySim) -> None:
        self._card = card
        self.commands: list[str] = []

    def __call__(self, command: bytes) -> bytes:
        self.commands.append(command.hex().upper())
        return self._card.answer(command)


def written(card: SocialSecurityCard, item: Item, value: bytes) -> SocialSecurityCard:
    """The chip with another value in one of its records."""
    short = 5 if item.tag <= 7 else 6
    file = dict(card.records[short]) | {item.tag: bytes([item.tag, len(value)]) + value}
    return dataclasses.replace(card, records={**card.records, short: file})


def without(card: SocialSecurityCard, item: Item) -> SocialSecurityCard:
    short = 5 if item.tag <= 7 else 6
    file = {tag: record for tag, record in card.records[short].items() if tag != item.tag}
    return dataclasses.replace(card, records={**card.records, short: file})


def fails(card: SocialSecurityCard | BankCard | EmptySim, code: FaultCode) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        read_social_card(card.answer, card.atr)
    assert caught.value.code is code
    return caught.value


def code_of(read: Callable[[], object]) -> FaultCode | None:
    """The fault that ``read`` ends with, None if it succeeds; any other exception fails the test."""
    try:
        read()
    except DeviceError as error:
        return error.code
    return None


def test_a_whole_card() -> None:
    card = card_for(ZHANG)
    read = read_social_card(card.answer, card.atr)
    assert read.identification == "370100D15600000500" + "20B551" + read.identification[24:]
    assert read.issuing_area == "370100"
    assert read.card_number == "D2143569X"
    assert (read.version, read.kind, read.algorithm) == ("2.0", CardKind.ADULT, Algorithm.TRIPLE_DES)
    assert read.initialiser == Initialiser("915600000237010037010001")
    assert (read.issued, read.expires) == (date(2021, 5, 6), date(2031, 5, 6))
    assert read.reset_information == "0081544E43866037010020B551"
    assert read.holder is not None
    assert read.holder.number == ZHANG.number
    assert read.holder.name == "张玲"
    assert read.holder.sex is Sex.FEMALE
    assert read.holder.nation == Nation("01", "汉")
    assert read.holder.birth_place == "370199"
    assert read.holder.born == date(1986, 3, 15)


def test_every_command_of_a_read_in_order() -> None:
    tap = Tap(card_for(ZHANG))
    read_social_card(tap, ATR)
    assert tap.commands == [
        "00A404000F7378312E73682EC9E7BBE1B1A3D5CF",
        "00C000001E",
        "00A4020002EF05",
        *("00B2010012", "00B2020003", "00B2030006", "00B204000E", "00B2050006", "00B2060006", "00B207000B"),
        "00A4020002EF06",
        *("00B2080014", "00B2090020", "00B24E0016", "00B20A0003", "00B20B0003", "00B20C0005", "00B20D0006"),
    ]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_everybody(person: Person) -> None:
    assert person.card is not None
    card = card_for(person)
    read = read_social_card(card.answer, card.atr)
    assert read.card_number == person.card.number
    assert read.version == person.card.version[:3]
    assert read.kind == person.card.kind
    if person.card.version == "3.00":
        assert read.holder is None
        assert read.authentication == Authentication(Outcome.NO_PSAM)
        assert read.algorithm is Algorithm.SM4
    else:
        assert read.holder is not None
        assert (read.holder.name, read.holder.number) == (person.name, person.number)
        assert read.holder.born == person.born
        assert (read.holder.nation.code if read.holder.nation else "") == person.nation


def test_a_1_0_card_has_no_continued_name_and_no_algorithm_tag() -> None:
    card = card_for(BY_KEY["li_xiuying"])
    tap = Tap(card)
    read = read_social_card(tap, card.atr)
    assert "00B24E0016" not in tap.commands
    assert (read.version, read.kind, read.algorithm) == ("1.0", CardKind.ELDERLY, Algorithm.TRIPLE_DES)


@pytest.mark.parametrize(
    ("stored", "version"),
    [(b"2.0\0", "2.0"), (b"2.00", "2.0"), (b"3.0x", "3.0"), (b"\0\0\0\0", "1.0"), (b"\xff\xff\xff\xff", "1.0")],
)
def test_versions(stored: bytes, version: str) -> None:
    assert version_of({Item.VERSION: stored}) == version
    assert version_of({}) == "1.0"


@pytest.mark.parametrize("stored", [b"2", b"2,00", b"\xb0\xb0\xb0\xb0", b"abcd"])
def test_no_version(stored: bytes) -> None:
    with pytest.raises(DeviceError):
        version_of({Item.VERSION: stored})


def test_unset_items() -> None:
    card = card_for(ZHANG)
    for item, size in ((Item.NATION, 1), (Item.BIRTH_PLACE, 3), (Item.BORN, 4), (Item.EXPIRES, 4)):
        card = written(card, item, b"\xff" * size)
    card = written(written(card, Item.SEX, b"\0"), Item.KIND, b"\0")
    read = read_social_card(card.answer, card.atr)
    assert read.expires is None
    assert read.kind is CardKind.ADULT
    assert read.holder is not None
    assert (read.holder.sex, read.holder.nation, read.holder.birth_place, read.holder.born) == (None,) * 4


@pytest.mark.parametrize(
    ("stored", "nation"),
    [
        ("05", Nation("05", "维吾尔")),
        ("56", Nation("56", "基诺")),
        ("99", Nation("99", "其他")),
        ("97", Nation("97", "其他")),
        ("77", Nation("77", "77")),
    ],
)
def test_nations(stored: str, nation: Nation) -> None:
    card = written(card_for(ZHANG), Item.NATION, bytes.fromhex(stored))
    holder = read_social_card(card.answer, card.atr).holder
    assert holder is not None
    assert holder.nation == nation


@pytest.mark.parametrize("item", [Item.KIND, Item.VERSION, Item.INITIALISER, Item.NAME_CONTINUED, Item.SEX, Item.BORN])
def test_records_that_a_card_may_leave_out(item: Item) -> None:
    card = without(card_for(ZHANG), item)
    holder = read_social_card(card.answer, card.atr).holder
    if item is not Item.VERSION:
        assert holder is not None
        assert holder.name == "张玲"


@pytest.mark.parametrize("item", [Item.IDENTIFICATION, Item.CARD_NUMBER, Item.NUMBER, Item.NAME])
def test_records_that_no_card_may_leave_out(item: Item) -> None:
    assert item.name.lower() in fails(without(card_for(ZHANG), item), FaultCode.CARD_UNREADABLE).detail


@pytest.mark.parametrize(
    ("item", "stored"),
    [
        (Item.CARD_NUMBER, b"D21435690"),  # wrong check character
        (Item.CARD_NUMBER, b"D214356"),
        (Item.CARD_NUMBER, b"d2143569X"),
        (Item.IDENTIFICATION, b"\xff" * 16),
        (Item.IDENTIFICATION, b"\0" * 16),
        (Item.NUMBER, b"37019919860315002"),
        (Item.NUMBER, b"37019919860315-02X"),
        (Item.BORN, bytes.fromhex("19861315")),
        (Item.EXPIRES, bytes.fromhex("2031FFFF")),
        (Item.ISSUED, bytes.fromhex("20A10506")),
    ],
)
def test_values_that_break_their_own_rule(item: Item, stored: bytes) -> None:
    error = fails(written(card_for(ZHANG), item, stored), FaultCode.CARD_UNREADABLE)
    assert error.detail == item.name.lower()


def test_only_nine_characters_are_the_card_number() -> None:
    card = written(card_for(ZHANG), Item.CARD_NUMBER, b"D2143569X12345")
    assert read_social_card(card.answer, card.atr).card_number == "D2143569X"


def test_card_number_check_of_the_standard() -> None:
    assert card_number_check("D2143569") == "X"
    assert card_number_check("X0000001") == "9"


def test_a_number_that_is_no_citizen_number_is_accepted() -> None:
    card = written(card_for(ZHANG), Item.NUMBER, b"nor990908000000012")
    holder = read_social_card(card.answer, card.atr).holder
    assert holder is not None
    assert holder.number == "NOR990908000000012"


@pytest.mark.parametrize(
    ("stored", "parts"),
    [
        ("915600000237010037010201", ("370100", "370102", "01")),
        ("915600000111111111111111", (None, None, None)),  # made up in another way
    ],
)
def test_initialiser(stored: str, parts: tuple[str | None, ...]) -> None:
    card = written(card_for(ZHANG), Item.INITIALISER, bytes.fromhex(stored))
    initialiser = read_social_card(card.answer, card.atr).initialiser
    assert initialiser is not None
    assert initialiser.code == stored
    assert (initialiser.area, initialiser.organisation_area, initialiser.sequence) == parts


@pytest.mark.parametrize("unset", [b"\xff" * 12, bytes(12), b""])
def test_unset_initialiser(unset: bytes) -> None:
    card = written(card_for(ZHANG), Item.INITIALISER, unset)
    assert read_social_card(card.answer, card.atr).initialiser is None


@pytest.mark.parametrize("answer", ["6A81", "6283", "9303"])
def test_a_card_that_its_issuer_has_locked(answer: str) -> None:
    with pytest.raises(DeviceError) as caught:
        read_social_card(lambda _: bytes.fromhex(answer), ATR)
    assert caught.value.code is FaultCode.CARD_UNREADABLE
    assert "locked" in caught.value.detail


@pytest.mark.parametrize("card", [BankCard(), EmptySim()])
def test_wrong_cards(card: BankCard | EmptySim) -> None:
    assert fails(card, FaultCode.CARD_WRONG).detail == "SELECT answers 6A82"


def test_a_card_that_shows_not_even_its_issuer() -> None:
    guarded = dataclasses.replace(card_for(ZHANG), guarded=frozenset({5}))
    assert fails(guarded, FaultCode.CARD_UNREADABLE).detail == "status 6982"


def test_record_with_another_tag() -> None:
    with pytest.raises(DeviceError):
        parse_record(Item.NAME, bytes.fromhex("0801AA"))
    with pytest.raises(DeviceError):
        parse_record(Item.NAME, bytes.fromhex("0903AABB"))


def test_a_card_that_selects_files_only_by_identifier() -> None:
    card = card_for(ZHANG)

    def old_card(command: bytes) -> bytes:
        return b"\x6a\x86" if command[1:3] == b"\xa4\x02" else card.answer(command)

    assert read_social_card(old_card, card.atr).card_number == "D2143569X"


def test_the_same_card_and_another() -> None:
    card, other = card_for(ZHANG), card_for(BY_KEY["chan"])
    identification = read_social_card(card.answer, card.atr).identification
    require_same_card(card.answer, identification)
    with pytest.raises(DeviceError) as caught:
        require_same_card(other.answer, identification)
    assert caught.value.code is FaultCode.CARD_REMOVED


def test_nothing_read_shows_in_a_repr() -> None:
    card = card_for(ZHANG)
    shown = repr(read_social_card(card.answer, card.atr))
    for secret in ("张玲", ZHANG.number, "D2143569X", "20B551", "1986"):
        assert secret not in shown


_STATUS = st.sampled_from([*StatusWord, 0x6103, 0x6C09, 0x63C2]).map(lambda word: word.to_bytes(2, "big"))
_ANSWERS = st.binary(max_size=40) | st.tuples(st.binary(max_size=40), _STATUS).map(b"".join)


@given(st.lists(_ANSWERS, min_size=1, max_size=40), st.binary(max_size=40))
def test_any_answers_at_all(answers: list[bytes], atr: bytes) -> None:
    queue = iter(answers)
    with pytest.raises(DeviceError) as caught:
        read_social_card(lambda _: next(queue, b"\x90\x00"), atr)
    assert caught.value.code in {FaultCode.CARD_UNREADABLE, FaultCode.CARD_WRONG}


@given(st.dictionaries(st.sampled_from(Item), st.binary(max_size=40)), st.binary(min_size=1, max_size=60), st.binary())
def test_any_values_in_any_records(values: dict[Item, bytes], fci: bytes, atr: bytes) -> None:
    card = card_for(ZHANG)
    for item, value in values.items():
        card = written(card, item, value)
    card = dataclasses.replace(card, fci=fci)
    assert code_of(lambda: read_social_card(card.answer, atr)) in {None, FaultCode.CARD_UNREADABLE}


@given(st.fixed_dictionaries({item: st.binary(max_size=item.record_length) for item in Item}))
def test_any_holder(values: dict[Item, bytes]) -> None:
    assert code_of(lambda: decode_holder(values)) in {None, FaultCode.CARD_UNREADABLE}
