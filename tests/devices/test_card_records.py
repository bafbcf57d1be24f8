"""Cards that give their records in another way than the standard's first one, and cards that answer Le otherwise."""

import dataclasses

import pytest

from config.faults import FaultCode
from drivers.card_reader.apdu import SSSE
from drivers.card_reader.reading import read_social_card
from drivers.card_reader.social_card import SocialCard
from drivers.device import DeviceError
from simulator.cards import SimulatedPsam, card_for
from simulator.people import BY_KEY
from tests.devices.card_taps import Answer, Tap, proving

ZHANG, LI, BERG = (BY_KEY[key] for key in ("zhang_ling", "li_xiuying", "berg"))
SELECT = bytes.fromhex("00A404000F") + SSSE


def as_usual(key: str) -> SocialCard:
    card = card_for(BY_KEY[key])
    return read_social_card(card.answer, card.atr)


def refusing(answer: Answer, status: str, *modes: int) -> Answer:
    """A card that refuses these ways of READ RECORD."""

    def reply(command: bytes) -> bytes:
        refused = command[1] == 0xB2 and command[3] & 0b111 in modes
        return bytes.fromhex(status) if refused else answer(command)

    return reply


@pytest.mark.parametrize("key", ["zhang_ling", "li_xiuying", "gulimire"])
@pytest.mark.parametrize("status", ["6A86", "6A81", "6B00", "6A80", "6981", "6A83"])
def test_a_card_that_knows_no_tags(key: str, status: str) -> None:
    card = card_for(BY_KEY[key])
    tap = Tap(refusing(card.answer, status, 0b000))
    assert read_social_card(tap, card.atr) == as_usual(key)
    assert "00B2010400" in tap.commands


@pytest.mark.parametrize("modes", [(0b000,), (0b000, 0b100)])
def test_a_long_name_on_a_card_that_knows_no_tags(modes: tuple[int, ...]) -> None:
    name = "古丽米热·阿卜杜热合曼·阿卜杜拉·买买提"
    card = card_for(dataclasses.replace(ZHANG, name=name))
    holder = read_social_card(refusing(card.answer, "6A86", *modes), card.atr).holder
    assert holder is not None
    assert holder.name == name


@pytest.mark.parametrize("key", ["zhang_ling", "li_xiuying"])
def test_a_card_that_gives_a_file_in_one_piece_only(key: str) -> None:
    card = card_for(BY_KEY[key])
    tap = Tap(refusing(card.answer, "6A86", 0b000, 0b100))
    assert read_social_card(tap, card.atr) == as_usual(key)
    assert [command for command in tap.commands if command[4:8] == "0105"] == [
        *("00B2010500", "00B2010540"),
        *("00B2010500", "00B201055B" if key == "zhang_ling" else "00B2010545"),
    ]


def test_a_card_that_takes_every_tag_for_a_number() -> None:
    """In EF05 it makes no difference; in EF06 there is no record 8."""
    card = card_for(ZHANG)

    def reply(command: bytes) -> bytes:
        return card.answer(command[:3] + b"\x04" + command[4:] if command[1] == 0xB2 else command)

    assert read_social_card(reply, card.atr) == as_usual("zhang_ling")


def test_a_card_that_refuses_every_way() -> None:
    card = card_for(ZHANG)
    with pytest.raises(DeviceError) as caught:
        read_social_card(refusing(card.answer, "6A86", 0b000, 0b100, 0b101), card.atr)
    assert caught.value.code is FaultCode.CARD_UNREADABLE


def test_a_guarded_file_is_not_tried_in_other_ways() -> None:
    card = card_for(BERG)
    tap = Tap(card.answer)
    assert read_social_card(tap, card.atr).holder is None
    assert tap.commands[-2:] == ["00A4020002EF06", "00B2080014"]


def test_a_guarded_card_that_knows_no_tags() -> None:
    card = card_for(BERG)
    read = read_social_card(refusing(card.answer, "6A86", 0b000), card.atr, proving(SimulatedPsam()))
    assert read.holder is not None
    assert read.holder.name == BERG.name


def test_a_card_that_answers_a_wrong_length_without_the_right_one() -> None:
    card = card_for(ZHANG)
    asked: list[int] = []

    def choosing(command: bytes) -> bytes:
        """Takes Le 00 only, and then gives what it has."""
        if command[1] != 0xB2:
            return card.answer(command)
        asked.append(command[4])
        if command[4]:
            return b"\x67\x00"
        right = card.answer(command)[1]
        return card.answer(command[:4] + bytes([right]))

    assert read_social_card(choosing, card.atr) == as_usual("zhang_ling")
    assert asked[:4] == [0x12, 0x00, 0x03, 0x00]


def test_records_longer_and_shorter_than_the_standard_has_them() -> None:
    card = card_for(ZHANG)
    records = {
        5: dict(card.records[5]) | {0x07: b"\x07\x0cD2143569X\0\0\0"},
        6: dict(card.records[6]) | {0x09: b"\x09\x04" + "张玲".encode("gbk")},
    }
    odd = dataclasses.replace(card, records=records)
    tap = Tap(odd.answer)
    read = read_social_card(tap, odd.atr)
    assert (read.card_number, read.holder and read.holder.name) == ("D2143569X", "张玲")
    assert "00B207000E" in tap.commands
    assert "00B2090006" in tap.commands


@pytest.mark.parametrize("rest", ["0110", "01", "0110AABB"])
def test_a_file_in_one_piece_that_is_cut_off(rest: str) -> None:
    card = card_for(ZHANG)

    def reply(command: bytes) -> bytes:
        if command[1] != 0xB2:
            return card.answer(command)
        return bytes.fromhex(rest + "9000") if command[3] == 0x05 else b"\x6a\x86"

    with pytest.raises(DeviceError) as caught:
        read_social_card(reply, card.atr)
    assert caught.value.code is FaultCode.CARD_UNREADABLE


def test_zero_bytes_behind_the_last_record_are_nothing() -> None:
    card = card_for(ZHANG)

    def reply(command: bytes) -> bytes:
        if command[1] == 0xB2 and command[3] == 0x05 and command[4]:
            return card.answer(command)[:-2] + b"\0\0\0\x90\0"
        return refusing(card.answer, "6A86", 0b000, 0b100)(command)

    assert read_social_card(reply, card.atr) == as_usual("zhang_ling")


def test_selecting_over_t_1_gives_nothing_without_le() -> None:
    card = card_for(ZHANG)
    tap = Tap(over_t_1(card.answer))
    assert read_social_card(tap, card.atr) == as_usual("zhang_ling")
    assert tap.commands[:2] == [SELECT.hex().upper(), SELECT.hex().upper() + "00"]


def over_t_1(answer: Answer) -> Answer:
    def reply(command: bytes) -> bytes:
        if command[1] != 0xA4 or command[2] != 0x04:
            return answer(command)
        got = answer(command[:20])
        return answer(bytes.fromhex("00C00000") + got[1:]) if len(command) > 20 else b"\x90\x00"

    return reply


def test_a_card_that_tells_nothing_about_itself_and_dislikes_being_asked() -> None:
    card = card_for(ZHANG)

    def reply(command: bytes) -> bytes:
        if command[:4] != SELECT[:4]:
            return card.answer(command)
        if len(command) > len(SELECT):
            card.reset()
            return b"\x67\x00"
        card.answer(command)
        return b"\x90\x00"

    assert read_social_card(reply, card.atr) == as_usual("zhang_ling")
