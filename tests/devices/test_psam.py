"""The PSAM and the card, byte by byte, without a reader between them: what is sent, and what is never sent."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultCode
from drivers.card_reader import psam
from drivers.card_reader.algorithm import Algorithm
from drivers.card_reader.apdu import CommandApdu
from drivers.card_reader.authentication import AlgorithmUnknownError, Exchange, Subject
from drivers.card_reader.psam import Key, PsamInformation, diversification, read_information
from drivers.card_reader.reading import read_social_card
from drivers.device import DeviceError
from simulator.cards import EmptySim, SimulatedPsam, card_for
from simulator.cards.keys import CardCipher
from simulator.people import BY_KEY
from tests.devices.card_taps import Tap, proving

BERG = BY_KEY["berg"]
FACTOR = bytes.fromhex("86603700 0020B554")
SUBJECT = Subject("370000D156000005000020B554AABBCCDD", Algorithm.TRIPLE_DES, FACTOR)
ASKED = Exchange(bytes(8), bytes(8), bytes(8))


@pytest.mark.parametrize(
    ("command", "encoded"),
    [
        (psam.initialise_environment(0x37), "BFEC000001 37"),
        (psam.deliver_session_key(Key.IRK, 3, bytes(32)), "BFDE670820" + "00" * 32),
        (psam.deliver_session_key(Key.RKSSSE, 2, bytes(24)), "BFDE470A18" + "00" * 24),
        (psam.deliver_session_key(Key.RKSSSE, 1, bytes(24)), "BFDE270A18" + "00" * 24),
        (psam.cipher_data(bytes(range(8))), "80FA000008 0001020304050607"),
        (psam.read_binary(psam.PUBLIC_FILE, 15), "00B095000F"),
        (psam.read_binary(psam.TERMINAL_FILE, 6), "00B0960006"),
    ],
)
def test_exact_bytes(command: CommandApdu, encoded: str) -> None:
    assert command.encode() == bytes.fromhex(encoded)


def test_names_of_the_environments() -> None:
    assert psam.SSF33_ENVIRONMENT.decode("gbk") == "sx2.sh.社会保障"


@pytest.mark.parametrize(
    ("area", "levels", "factors"),
    [
        ("371700", 2, FACTOR.hex() + "3337313730307378"),  # card, then city: as SZ-PSAM sends them
        ("371700", 3, FACTOR.hex() + "3337313730307378" + "3337303030307368"),
        ("371700", 1, FACTOR.hex()),
        ("330108", 3, FACTOR.hex() + "3333303130307378"[:8] + "30307378" + "3333303030307368"),  # Zhejiang: four digits
        ("110000", 3, FACTOR.hex() + "3131303030307378" + "3131303030307368"),
    ],
)
def test_diversification(area: str, levels: int, factors: str) -> None:
    assert diversification(area + "D15600000500", FACTOR, levels).hex() == factors


def read(card_person: str, terminal: SimulatedPsam, cipher: CardCipher | None = None) -> tuple[Tap, Tap, str]:
    """Taps on card and PSAM, and the outcome."""
    chip = card_for(BY_KEY[card_person], cipher)
    card, other = Tap(chip.answer), Tap(terminal.answer)
    result = read_social_card(card, chip.atr, proving(other))
    assert (result.holder is None) == (result.authentication.outcome not in {"granted", "not_needed"})
    return card, other, result.authentication.outcome


@pytest.mark.parametrize("cipher", [CardCipher.TRIPLE_DES, CardCipher.SM4])
@pytest.mark.parametrize("levels", [3, 2, 1])
def test_the_holder_of_a_3_0_card(cipher: CardCipher, levels: int) -> None:
    terminal = SimulatedPsam.of_area("370000", levels)
    chip = card_for(BERG, cipher)
    result = read_social_card(chip.answer, chip.atr, proving(terminal))
    assert result.holder is not None
    assert (result.holder.name, result.holder.number) == (BERG.name, BERG.number)
    assert (result.authentication.outcome, result.authentication.tries_left) == ("granted", None)


def test_all_that_is_said_to_card_and_psam() -> None:
    card, terminal, _ = read("berg", SimulatedPsam.of_area("370000", 2))
    assert [command[:10] for command in card.commands[11:21]] == [
        "00B2080014",  # 6982
        *["0084000008"] * 2,
        "0088000010",
        "00C0000008",
        *["0084000008"] * 2,
        "0082000A10",
        "00A4020002",
        "00B2080014",
    ]
    assert [command[:10] for command in terminal.commands] == [
        "00A404000F",
        "00C0000013",
        "00A4040006",
        "00C000000A",
        "BFEC000001",
        "BFDE670828",  # three levels: 6A80
        "BFDE470820",
        "80FA000010",
        "00C0000010",
        "BFDE470A20",  # the level is known by now
        "80FA000010",
        "00C0000010",
    ]
    assert terminal.commands[4] == "BFEC00000137"


def test_the_level_is_found_out_once() -> None:
    terminal = Tap(SimulatedPsam.of_area("370000", 1).answer)
    prove = proving(terminal)
    for person in ("berg", "wang_jianguo"):
        chip = card_for(BY_KEY[person])
        assert read_social_card(chip.answer, chip.atr, prove).holder is not None
    assert [command[4:8] for command in terminal.commands if command.startswith("BFDE")] == [
        *("6708", "4708", "2708", "270A"),
        *("2708", "270A"),
    ]


def test_nothing_is_tried_on_a_card_that_shows_its_holder() -> None:
    card, terminal, outcome = read("zhang_ling", SimulatedPsam())
    assert outcome == "not_needed"
    assert terminal.commands == card.external == []


def test_a_psam_that_does_not_know_initialize_environment() -> None:
    assert read("berg", SimulatedPsam(knows_initialise=False))[2] == "granted"


def test_a_psam_of_another_province_is_found_out_before_the_card_hears_of_it() -> None:
    card, terminal, outcome = read("berg", SimulatedPsam.of_area("320000", 2))
    assert outcome == "card_not_proved"
    assert card.external == []
    assert not any(command.startswith("BFDE470A") for command in terminal.commands)


@pytest.mark.parametrize("missing", [0x08, 0x0A])
def test_a_psam_without_the_key(missing: int) -> None:
    keys = {name: key for name, key in SimulatedPsam().keys.items() if name != (CardCipher.SM4, missing)}
    chip = card_for(BERG)
    card = Tap(chip.answer)
    with pytest.raises(AlgorithmUnknownError, match="no SM4 key"):
        read_social_card(card, chip.atr, proving(SimulatedPsam(keys)))
    assert card.external == []


def test_a_psam_without_ssf33() -> None:
    with pytest.raises(AlgorithmUnknownError, match="no SSF33 environment"):
        ask(SimulatedPsam().answer, Subject("110000D1", Algorithm.SSF33, FACTOR))


@pytest.mark.parametrize(
    "subject", [Subject("370000D1", Algorithm.UNKNOWN, FACTOR), Subject("370000D1", Algorithm.SM4, None)]
)
def test_a_card_that_no_psam_can_be_asked_about(subject: Subject) -> None:
    terminal = Tap(SimulatedPsam().answer)
    with pytest.raises(AlgorithmUnknownError):
        ask(terminal, subject)
    assert terminal.commands == []


def ask(answer: Callable[[bytes], bytes], subject: Subject = SUBJECT) -> bytes | None:
    return psam.authorise(answer, subject, ASKED, ASKED, {})


COMMANDS_TO_THE_PSAM, DELIVERY_OF_RKSSSE = 11, 8


@pytest.mark.parametrize("status", ["6F00", "6982", "6A80", "6D00", "6700", "9000", "63C2", ""])
@pytest.mark.parametrize("index", [at for at in range(COMMANDS_TO_THE_PSAM) if at != DELIVERY_OF_RKSSSE])
def test_a_psam_that_fails_at_any_command(index: int, status: str) -> None:
    chip = card_for(BERG, CardCipher.TRIPLE_DES)
    card = Tap(chip.answer)
    terminal = Tap(SimulatedPsam().answer, lambda at, _: bytes.fromhex(status) if at == index else None)
    try:
        result = read_social_card(card, chip.atr, proving(terminal))
    except DeviceError as error:
        outcome = str(error.code)
    else:
        outcome = result.authentication.outcome
    # INITIALIZE ENVIRONMENT may be answered oddly; what comes of it is right, or is not sent.
    assert outcome in {"CARD_PSAM", "CARD_UNREADABLE", "card_not_proved", "granted"}
    assert len(card.external) == (1 if outcome == "granted" else 0)
    assert chip.keys.tries_left == 3


@pytest.mark.parametrize("status", ["6F00", "6982", "6A80", "6A88", "6700", "6103"])
def test_a_psam_that_has_no_key_to_read_with(status: str) -> None:
    chip = card_for(BERG, CardCipher.TRIPLE_DES)
    card = Tap(chip.answer)
    terminal = Tap(SimulatedPsam().answer, lambda at, _: bytes.fromhex(status) if at == DELIVERY_OF_RKSSSE else None)
    with pytest.raises(DeviceError) as caught:
        read_social_card(card, chip.atr, proving(terminal))
    assert caught.value.code is FaultCode.CARD_PSAM
    assert card.external == []


@pytest.mark.parametrize(("status", "levels"), [("6A80", ["67", "47", "27"]), ("6985", ["67"]), ("6A88", ["67"])])
def test_only_a_wrong_level_makes_another_one_tried(status: str, levels: list[str]) -> None:
    terminal = Tap(SimulatedPsam().answer, lambda _, said: bytes.fromhex(status) if said[1] == 0xDE else None)
    with pytest.raises(DeviceError):
        ask(terminal)
    assert [command[4:6] for command in terminal.commands if command.startswith("BFDE")] == levels


def test_what_a_psam_tells_everybody() -> None:
    information = read_information(SimulatedPsam().answer)
    assert information == PsamInformation("01", "00003701990000000001", 1, 0, "0000", "370199000021")


@pytest.mark.parametrize(
    "answers", [["6A82"], ["9000", "6A82"], ["9000", "009000", "00" * 6 + "9000"], ["9000", "00" * 15 + "9000", "6982"]]
)
def test_something_that_is_no_psam(answers: list[str]) -> None:
    queue = iter(answers)
    with pytest.raises(DeviceError) as caught:
        read_information(lambda _: bytes.fromhex(next(queue)))
    assert caught.value.code is FaultCode.CARD_PSAM


def test_a_sim_in_the_psam_slot() -> None:
    with pytest.raises(DeviceError, match="SELECT answers 6A82"):
        read_information(EmptySim().answer)


def test_nothing_shows_in_a_repr() -> None:
    shown = repr((SUBJECT, Exchange(b"factor", b"original", b"answer")))
    for secret in ("370000", "factor=b", "original=b", "answer=b"):
        assert secret not in shown


_STATUS = st.sampled_from(["9000", "6A80", "6A88", "6103", "6C09", "6A82", "6D00"]).map(bytes.fromhex)
_ANSWERS = st.binary(max_size=20) | st.tuples(st.binary(max_size=20), _STATUS).map(b"".join)


@given(st.lists(_ANSWERS, max_size=30), st.sampled_from(Algorithm))
def test_any_answers_at_all(answers: list[bytes], algorithm: Algorithm) -> None:
    def terminal() -> Callable[[bytes], bytes]:
        queue = iter(answers)
        return lambda _: next(queue, b"\x90\x00")

    for asked in (
        lambda: ask(terminal(), Subject("110000D1", algorithm, FACTOR)),
        lambda: read_information(terminal()),
    ):
        assert ends_in_order(asked)


def ends_in_order(asked: Callable[[], bytes | PsamInformation | None]) -> bool:
    """True for an answer, no answer, or a typed error."""
    try:
        answer = asked()
    except DeviceError as error:
        return error.code in {FaultCode.CARD_PSAM, FaultCode.CARD_UNREADABLE}
    return answer is None or isinstance(answer, PsamInformation) or len(answer) == 8
