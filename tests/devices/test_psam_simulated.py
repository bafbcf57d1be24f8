"""The simulated keys, chips and PSAM by themselves: the ciphers are the real ones, and a wrong terminal is counted."""

import pytest

from simulator.cards import SimulatedPsam, SocialSecurityCard, card_for
from simulator.cards.files import SSSE
from simulator.cards.keys import CardCipher, encipher, folded, key_below, proof, root_key
from simulator.cards.line_speed import SECONDS_A_BYTE, AtLineSpeed
from simulator.people import BY_KEY

BERG = BY_KEY["berg"]
SELECT = bytes.fromhex("00A404000F") + SSSE
KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def test_the_ciphers_are_those_of_the_standards() -> None:
    assert encipher(CardCipher.SM4, KEY, KEY).hex() == "681edf34d206965e86b3e94f536e4246"  # GB/T 32907, example 1
    one = bytes.fromhex("0123456789ABCDEF")
    assert encipher(CardCipher.TRIPLE_DES, one, b"Now is t").hex() == "3fa40e8a984d4815"  # FIPS 81, single DES
    assert encipher(CardCipher.TRIPLE_DES, one + one, b"Now is t").hex() == "3fa40e8a984d4815"
    assert encipher(CardCipher.TRIPLE_DES, KEY, b"Now is t").hex() != "3fa40e8a984d4815"
    with pytest.raises(ValueError, match="not public"):
        encipher(CardCipher.SSF33, KEY, KEY)


def test_every_key_is_another_one() -> None:
    keys = {root_key(cipher, key) for cipher in CardCipher for key in (0x08, 0x0A)}
    keys |= {
        key_below(cipher, KEY, *[bytes(8)] * levels)
        for cipher in (CardCipher.TRIPLE_DES, CardCipher.SM4)
        for levels in (1, 2, 3)
    }
    assert len(keys) == 12
    assert {len(key) for key in keys} == {16}


def test_folding() -> None:
    assert folded(bytes(range(8)) + b"\xff" * 8) == bytes(range(255, 247, -1))
    assert folded(bytes(range(8))) == bytes(range(8))


def chip_in_application() -> SocialSecurityCard:
    chip = card_for(BERG)
    chip.answer(SELECT)
    return chip


def admit(chip: SocialSecurityCard, data: bytes, key: int = 0x0A) -> str:
    return chip.answer(bytes([0x00, 0x82, 0x00, key, len(data)]) + data).hex()


def challenge(chip: SocialSecurityCard, length: int = 8) -> bytes:
    return chip.answer(bytes([0x00, 0x84, 0x00, 0x00, length]))[:-2]


def test_wrong_terminals_are_counted_until_the_key_is_locked() -> None:
    chip = chip_in_application()
    answers = []
    for _ in range(4):
        challenge(chip)
        answers.append(admit(chip, bytes(16)))
    assert answers == ["63c2", "63c1", "63c0", "6983"]
    chip.reset()
    chip.answer(SELECT)
    challenge(chip)
    assert admit(chip, bytes(16)) == "6983"  # for good


def test_a_right_terminal_opens_the_holders_file_until_power_is_lost() -> None:
    chip = chip_in_application()
    keys = chip.keys
    challenge(chip)
    assert admit(chip, bytes(16)) == "63c2"
    factor = challenge(chip)
    assert admit(chip, proof(keys.cipher, keys.read_key, factor, bytes(8)) + bytes(8)) == "9000"
    assert keys.tries_left == 3
    chip.answer(bytes.fromhex("00A4020002EF06"))
    assert chip.answer(bytes.fromhex("00B2080014"))[-2:] == b"\x90\x00"
    chip.reset()
    chip.answer(SELECT)
    chip.answer(bytes.fromhex("00A4020002EF06"))
    assert chip.answer(bytes.fromhex("00B2080014")) == b"\x69\x82"


def test_a_challenge_serves_once() -> None:
    chip = chip_in_application()
    keys = chip.keys
    factor = challenge(chip)
    data = proof(keys.cipher, keys.read_key, factor, bytes(8)) + bytes(8)
    assert [admit(chip, data), admit(chip, data)] == ["9000", "6984"]
    assert keys.tries_left == 3


def test_what_a_chip_does_not_take() -> None:
    chip = chip_in_application()
    assert admit(chip, bytes(16), key=0x06) == "6a88"
    assert admit(chip, bytes(15)) == "6700"
    assert [len(challenge(chip, length)) for length in (4, 8, 16)] == [4, 8, 16]
    assert chip.answer(bytes.fromhex("0084000005")).hex() == "6c08"
    assert chip.answer(bytes.fromhex("0088010010") + bytes(16)).hex() == "6a86"
    assert chip.answer(bytes.fromhex("008800000F") + bytes(15)).hex() == "6700"
    assert chip.answer(bytes.fromhex("0088000010") + bytes(16)).hex() == "6108"
    fresh = card_for(BERG)
    assert (
        fresh.answer(bytes.fromhex("0084000008")).hex()
        == fresh.answer(bytes.fromhex("0082000A10") + bytes(16)).hex()
        == "6985"
    )


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        (["BFDE670820" + "00" * 32], "6985"),  # no application selected
        (["SELECT", "00A4040006D15600000590", "80FA000008" + "00" * 8], "6985"),  # no session key
        (["SELECT", "00A4040006D15600000590", "BFDE470818" + "00" * 24], "6a80"),  # another level
        (["SELECT", "00A4040006D15600000590", "BFDE670920" + "00" * 32], "6a88"),  # no such key
        (["SELECT", "00A4040006D15600000590", "BFDE680820" + "00" * 32], "6a88"),  # of another class
        (["SELECT", "00A4040006D15600000590", "BFDE67081F" + "00" * 31], "6700"),
        (["SELECT", "00A4040006D15600000590", "BFDE670820" + "00" * 32, "80FA000007" + "00" * 7], "6700"),
        (["SELECT", "00A4040006D15600000590", "BFDE670820" + "00" * 32, "80FA000008" + "00" * 8], "6108"),
        (["SELECT", "00A4040006D15600000590", "BFDE670828" + "00" * 40, "80FA000010" + "00" * 16], "6110"),
        (["SELECT", "00B0950000"], "6c0f"),
        (["00B095000F"], "6a82"),
        (["SELECT", "BFEC00000137"], "6985"),
        (["SELECT", "00A4040006D15600000590", "BFEC00000137"], "9000"),
        (["00A404000F7378322E73682EC9E7BBE1B1A3D5CF"], "6a82"),  # no SSF33 here
        (["9000000000"], "6e00"),
        (["0020000000"], "6d00"),
        (["00A404"], "6700"),
    ],
)
def test_answers_of_the_psam(commands: list[str], answer: str) -> None:
    psam = SimulatedPsam()
    answers = [psam.answer(SELECT if command == "SELECT" else bytes.fromhex(command)).hex() for command in commands]
    assert answers[-1] == answer


def test_the_line_is_busy_for_each_byte() -> None:
    card = AtLineSpeed(card_for(BERG))
    card.answer(SELECT)
    card.answer(bytes.fromhex("00C000001E"))
    assert card.line_seconds == pytest.approx((20 + 1 + 2 + 5 + 1 + 32) * SECONDS_A_BYTE)
    assert card.atr == card_for(BERG).atr
    card.reset()
    assert card.answer(bytes.fromhex("00B2070000")).hex() == "6986"
