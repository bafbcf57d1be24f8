"""The PIN of the social security application (hardware.md 1.7; P5, P7 5.6 to 5.8). Pure.

The card counts: each command is sent once, whatever comes back. How many tries there are at most is the issuer's
choice (6 and 8 have been seen); a right PIN fills them up again, and counts until the card loses power.
"""

from dataclasses import dataclass
from enum import StrEnum

from config.faults import FaultCode
from drivers.card_reader.apdu import ResponseApdu, StatusWord, Transmit, query_pin_tries, send_once, verify
from drivers.device import DeviceError


class PinOutcome(StrEnum):
    """What a card says to a PIN."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"
    NOT_SET = "not_set"  # the card has no PIN, and takes any: that proves nothing


@dataclass(frozen=True)
class PinResult:
    """The outcome; ``tries_left`` is known for a wrong PIN (at least 1) and a locked one (0)."""

    outcome: PinOutcome
    tries_left: int | None = None

    @property
    def ok(self) -> bool:
        """True if the PIN was right."""
        return self.outcome is PinOutcome.OK


def verify_pin(transmit: Transmit, pin: str) -> PinResult:
    """Show ``pin`` once; the application must be selected, and no PIN shown since power was switched on.

    Asked first, without using a try, whether there is one to be shown: a card without a PIN must not pass for one
    whose holder knows it, and a locked one need not be tried.

    Raises:
        DeviceError: ``CARD_UNREADABLE`` for any other answer. It is not known then whether a try was used.
        ValueError: ``pin`` is not 4 to 12 digits.
    """
    command = verify(pin)
    before = send_once(transmit, query_pin_tries())
    if before.ok:
        return PinResult(PinOutcome.NOT_SET)
    if _left(before) == 0:
        return PinResult(PinOutcome.LOCKED, 0)
    answer = send_once(transmit, command)
    if answer.ok:
        return PinResult(PinOutcome.OK)
    left = _left(answer)
    if left is None:
        raise DeviceError(FaultCode.CARD_UNREADABLE, f"VERIFY answers {answer.sw:04X}")
    return PinResult(PinOutcome.WRONG if left else PinOutcome.LOCKED, left)


def pin_tries_left(transmit: Transmit) -> int | None:
    """How many tries are left, without using one; None when the card has no PIN or does not tell."""
    return _left(send_once(transmit, query_pin_tries()))


def _left(answer: ResponseApdu) -> int | None:
    return 0 if answer.sw == StatusWord.BLOCKED else answer.tries_left
