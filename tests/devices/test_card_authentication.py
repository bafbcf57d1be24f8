"""External authentication: once, for good reason, and never again once a card has refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultCode
from drivers.card_reader.algorithm import Algorithm
from drivers.card_reader.authentication import Attempts, Authentication, Exchange, Outcome, Subject, authenticate
from drivers.card_reader.reading import read_social_card
from drivers.device import DeviceError
from simulator.cards import SimulatedPsam, SocialSecurityCard, card_for
from simulator.cards.keys import RKSSSE, CardCipher
from simulator.people import BY_KEY
from tests.devices.card_taps import Tap, proving, pulled

BERG, WANG, ZHANG = (BY_KEY[key] for key in ("berg", "wang_jianguo", "zhang_ling"))
ANOTHER_KEY = {**SimulatedPsam().keys, (CardCipher.SM4, RKSSSE): bytes(16)}  # IRK is right, RKSSSE is not
SUBJECT = Subject("519900D1", Algorithm.SM4, bytes(8), 1)

# The trace TR of a card with SM4: what it answered, and what it was told.
TRACE = (
    ("0084000008", "DBF7A936D0D18C9E9000"),
    ("0084000008", "32D9E876ADB31BBF9000"),
    ("008800001032D9E876ADB31BBFDBF7A936D0D18C9E", "F4A0CF965BDCEA309000"),
    ("0084000008", "E603E2CAADAF02B69000"),
    ("0084000008", "98B4D293D091C3319000"),
    ("0082000A10774A08EDF447A1DEE603E2CAADAF02B6", "9000"),
)


def test_the_trace_of_a_real_card() -> None:
    asked: list[tuple[Subject, Exchange, Exchange]] = []

    def keys(*question: tuple[Subject, Exchange, Exchange]) -> bytes:
        asked.append(question)
        return bytes.fromhex("774A08EDF447A1DE")

    turns = iter(TRACE)

    def card(command: bytes) -> bytes:
        expected, answer = next(turns)
        assert command == bytes.fromhex(expected)
        return bytes.fromhex(answer)

    assert authenticate(card, SUBJECT, keys, Attempts()) == Authentication(Outcome.GRANTED)
    (_, inner, outer) = asked[0]
    assert inner.factor.hex().upper() == "32D9E876ADB31BBF"
    assert inner.answer.hex().upper() == "F4A0CF965BDCEA30"
    assert outer.factor.hex().upper() == "98B4D293D091C331"
    assert next(turns, None) is None


def tried(
    chip: SocialSecurityCard, psam: SimulatedPsam, attempts: Attempts, insertion: int = 1
) -> tuple[Authentication, int]:
    """The outcome, and how many external authentications were sent."""
    card = Tap(chip.answer)
    read = read_social_card(card, chip.atr, proving(psam, attempts, insertion))
    assert (read.holder is None) == (read.authentication.outcome is not Outcome.GRANTED)
    chip.reset()
    return read.authentication, len(card.external)


def test_a_card_that_has_refused_is_never_tried_again() -> None:
    chip, attempts = card_for(BERG), Attempts()
    assert tried(chip, SimulatedPsam(ANOTHER_KEY), attempts) == (Authentication(Outcome.REFUSED, 2), 1)
    for insertion in (1, 2, 3):
        assert tried(chip, SimulatedPsam(), attempts, insertion) == (Authentication(Outcome.NOT_TRIED_AGAIN, 2), 0)
    attempts.new_psam()
    assert tried(chip, SimulatedPsam(), attempts, 4) == (Authentication(Outcome.NOT_TRIED_AGAIN, 2), 0)
    assert chip.keys.tries_left == 2
    assert tried(card_for(WANG), SimulatedPsam(), attempts, 5) == (Authentication(Outcome.GRANTED), 1)


@pytest.mark.parametrize(
    ("answer", "tries_left"),
    [("63C1", 1), ("63C0", 0), ("6983", 0), ("6984", None), ("6988", None), ("6C10", None), ("6104", None)],
)
def test_whatever_a_card_refuses_with_it_is_asked_once(answer: str, tries_left: int | None) -> None:
    chip, attempts = card_for(BERG), Attempts()
    card = Tap(chip.answer, lambda _, said: bytes.fromhex(answer) if said[1] == 0x82 else None)
    for expected in (Outcome.REFUSED, Outcome.NOT_TRIED_AGAIN):
        read = read_social_card(card, chip.atr, proving(SimulatedPsam(), attempts))
        assert read.authentication == Authentication(expected, tries_left)
        assert read.holder is None
    assert len(card.external) == 1


def test_a_locked_key() -> None:
    chip = card_for(BERG)
    chip.keys.tries_left = 0
    assert tried(chip, SimulatedPsam(), Attempts()) == (Authentication(Outcome.REFUSED, 0), 1)


def test_when_cards_refuse_one_after_the_other_it_is_the_psam() -> None:
    attempts = Attempts()
    for person in (BERG, WANG):
        assert not attempts.psam_suspected
        assert tried(card_for(person), SimulatedPsam(ANOTHER_KEY), attempts)[1] == 1
    assert attempts.psam_suspected
    third = guarded_card()
    assert tried(third, SimulatedPsam(), attempts) == (Authentication(Outcome.NOT_TRIED_AGAIN), 0)
    attempts.new_psam()
    assert tried(third, SimulatedPsam(), attempts) == (Authentication(Outcome.GRANTED), 1)


def test_a_card_that_accepts_between_two_that_refuse() -> None:
    attempts = Attempts()
    tried(card_for(BERG), SimulatedPsam(ANOTHER_KEY), attempts)
    tried(guarded_card(), SimulatedPsam(), attempts)
    tried(card_for(WANG), SimulatedPsam(ANOTHER_KEY), attempts)
    assert not attempts.psam_suspected


def guarded_card() -> SocialSecurityCard:
    chip = card_for(ZHANG)
    chip.guarded = frozenset({6})
    return chip


def test_a_card_that_accepts_may_be_read_again_while_it_is_in() -> None:
    chip, attempts = card_for(BERG), Attempts()
    for _ in range(3):
        assert tried(chip, SimulatedPsam(), attempts) == (Authentication(Outcome.GRANTED), 1)


def test_pulled_while_it_is_sent() -> None:
    """Nobody knows whether it counted: not again while this card is in, once more when it comes back."""
    chip, attempts = card_for(BERG), Attempts()
    with pytest.raises(DeviceError):
        read_social_card(Tap(chip.answer, pulled), chip.atr, proving(SimulatedPsam(), attempts, 1))
    chip.reset()
    assert tried(chip, SimulatedPsam(), attempts, 1) == (Authentication(Outcome.NOT_TRIED_AGAIN), 0)
    assert tried(chip, SimulatedPsam(), attempts, 2) == (Authentication(Outcome.GRANTED), 1)


def test_a_card_that_never_answers_is_sent_no_third() -> None:
    """A card service that dies of it each time counts insertions anew each time, and each may have used up a try."""
    chip, attempts = card_for(BERG), Attempts()
    for insertion in (1, 2):
        with pytest.raises(DeviceError):
            read_social_card(Tap(chip.answer, pulled), chip.atr, proving(SimulatedPsam(), attempts, insertion))
        chip.reset()
    assert tried(chip, SimulatedPsam(), attempts, 3) == (Authentication(Outcome.NOT_TRIED_AGAIN), 0)


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("answer", ["6982", "6A88", "6D00", "9000", "0102039000"])
def test_a_card_that_does_not_take_part(index: int, answer: str) -> None:
    """At each of its answers but the last: nothing is proved, nothing is sent, the reading goes on."""
    first = 12
    chip = card_for(BERG)
    card = Tap(chip.answer, lambda at, _: bytes.fromhex(answer) if at == first + index else None)
    terminal = Tap(SimulatedPsam().answer)
    read = read_social_card(card, chip.atr, proving(terminal))
    assert read.authentication.outcome is Outcome.CARD_NOT_PROVED
    assert card.external == terminal.commands == []
    assert BERG.card is not None
    assert read.card_number == BERG.card.number


def test_the_cards_that_refused_are_not_kept_by_their_numbers() -> None:
    attempts = Attempts()
    attempts.refused(SUBJECT, 1)
    kept = repr(vars(attempts))
    assert SUBJECT.identification not in kept
    assert SUBJECT.identification.encode().hex() not in kept
    assert attempts.forbidden(SUBJECT) == Authentication(Outcome.NOT_TRIED_AGAIN, 1)
    assert Attempts().forbidden(SUBJECT) is None


_STATUS = st.sampled_from(["9000", "6982", "63C2", "6103", "6C09", "6983"]).map(bytes.fromhex)
_EIGHT = st.binary(min_size=8, max_size=8).map(lambda data: data + b"\x90\x00")
_ANSWERS = _EIGHT | st.binary(max_size=20) | st.tuples(st.binary(max_size=20), _STATUS).map(b"".join)


@given(st.lists(_ANSWERS, max_size=30), st.none() | st.binary(min_size=8, max_size=8))
def test_any_answers_at_all(answers: list[bytes], data: bytes | None) -> None:
    queue = iter(answers)
    card = Tap(lambda _: next(queue, b"\x90\x00"))
    assert ends_in_order(lambda: authenticate(card, SUBJECT, lambda *_: data, Attempts()))
    assert len(card.external) <= (data is not None)


def ends_in_order(asked: Callable[[], Authentication]) -> bool:
    try:
        return asked().outcome in Outcome
    except DeviceError as error:
        return error.code is FaultCode.CARD_UNREADABLE
