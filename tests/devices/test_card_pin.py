"""The card's PIN: the numbers are right, nothing is sent twice, and a card without a PIN proves nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultCode
from drivers.card_reader import pin
from drivers.card_reader.pin import PinOutcome, PinResult
from drivers.card_reader.reading import enter_application
from drivers.device import DeviceError
from simulator.cards import card_for
from simulator.people import BY_KEY

ZHANG = BY_KEY["zhang_ling"]


def test_pin() -> None:
    card = card_for(ZHANG)
    enter_application(card.answer)
    assert pin.pin_tries_left(card.answer) == 6
    assert pin.verify_pin(card.answer, "111111") == PinResult(PinOutcome.WRONG, 5)
    assert pin.pin_tries_left(card.answer) == 5
    assert pin.verify_pin(card.answer, "123456") == PinResult(PinOutcome.OK)
    assert pin.pin_tries_left(card.answer) == 6
    for left in (5, 4, 3, 2, 1):
        assert pin.verify_pin(card.answer, "0000") == PinResult(PinOutcome.WRONG, left)
    assert pin.verify_pin(card.answer, "0000") == PinResult(PinOutcome.LOCKED, 0)
    assert pin.verify_pin(card.answer, "123456") == PinResult(PinOutcome.LOCKED, 0)
    assert pin.pin_tries_left(card.answer) == 0


def test_a_card_without_a_pin() -> None:
    assert pin.pin_tries_left(lambda _: b"\x90\x00") is None
    with pytest.raises(DeviceError):
        pin.verify_pin(lambda _: b"\x69\x88", "123456")


class Scripted:
    """A card that gives these answers, one after the other, and keeps what it was told."""

    def __init__(self, *answers: str) -> None:
        self._answers = iter(answers)
        self.commands: list[str] = []

    def __call__(self, command: bytes) -> bytes:
        self.commands.append(command.hex().upper())
        return bytes.fromhex(next(self._answers))


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        (("63C6", "9000"), PinResult(PinOutcome.OK)),
        (("63C6", "63C5"), PinResult(PinOutcome.WRONG, 5)),
        (("63C8", "63C7"), PinResult(PinOutcome.WRONG, 7)),
        (("63C1", "63C0"), PinResult(PinOutcome.LOCKED, 0)),  # that was the last one
        (("63C1", "6983"), PinResult(PinOutcome.LOCKED, 0)),
        (("6700", "9000"), PinResult(PinOutcome.OK)),  # a card that does not tell beforehand
    ],
)
def test_outcomes(answers: tuple[str, ...], result: PinResult) -> None:
    card = Scripted(*answers)
    assert pin.verify_pin(card, "12345") == result
    assert card.commands == ["0020000000", "002000000312345F"]


@pytest.mark.parametrize(("answer", "outcome"), [("63C0", PinOutcome.LOCKED), ("6983", PinOutcome.LOCKED)])
def test_a_locked_pin_is_not_tried(answer: str, outcome: PinOutcome) -> None:
    card = Scripted(answer)
    assert pin.verify_pin(card, "123456") == PinResult(outcome, 0)
    assert card.commands == ["0020000000"]


def test_a_card_without_a_pin_proves_nothing() -> None:
    card = Scripted("9000")
    result = pin.verify_pin(card, "123456")
    assert result == PinResult(PinOutcome.NOT_SET)
    assert not result.ok
    assert len(card.commands) == 1


@pytest.mark.parametrize("odd", ["6C03", "6103", "6700", "6984", "6300"])
def test_a_pin_is_sent_once_whatever_comes_back(odd: str) -> None:
    card = Scripted("63C6", odd)
    with pytest.raises(DeviceError) as caught:
        pin.verify_pin(card, "123456")
    assert caught.value.code is FaultCode.CARD_UNREADABLE
    assert len(card.commands) == 2


def test_something_that_is_no_pin_does_not_reach_the_card() -> None:
    card = Scripted()
    with pytest.raises(ValueError, match="4 to 12 digits"):
        pin.verify_pin(card, "123")
    assert card.commands == []


@pytest.mark.parametrize(
    ("answer", "left"), [("63C6", 6), ("63CF", 15), ("63C0", 0), ("6983", 0), ("9000", None), ("6A88", None)]
)
def test_the_query_uses_no_try(answer: str, left: int | None) -> None:
    card = Scripted(answer)
    assert pin.pin_tries_left(card) == left
    assert card.commands == ["0020000000"]


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=2))
def test_any_answers_at_all(answers: list[bytes]) -> None:
    card = Scripted(*(answer.hex() for answer in answers))
    try:
        outcome: PinResult | FaultCode = pin.verify_pin(card, "123456")
    except DeviceError as error:
        outcome = error.code
    if isinstance(outcome, PinResult):
        assert outcome.ok is (answers[0][-2:] != b"\x90\x00" and answers[1][-2:] == b"\x90\x00")
    else:
        assert outcome is FaultCode.CARD_UNREADABLE
