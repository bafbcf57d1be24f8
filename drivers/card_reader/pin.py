"""The PIN of the social security application (HARDWARE.md 1.7; P5, P7 5.6 to 5.8). Pure."""

from dataclasses import dataclass
from enum import StrEnum

from config.faults import FaultCode
from drivers.card_reader.apdu import StatusWord, Transmit, exchange, query_pin_tries, verify
from drivers.device import DeviceError


class PinOutcome(StrEnum):
    """What a card says to a PIN."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"


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
    """Show ``pin`` once; the application must be selected.

    Raises:
        DeviceError: ``CARD_UNREADABLE`` for any other answer. It is not known then whether a try was used.
        ValueError: ``pin`` is not 4 to 12 digits.
    """
    answer = exchange(transmit, verify(pin))
    if answer.ok:
        return PinResult(PinOutcome.OK)
    left = 0 if answer.sw == StatusWord.BLOCKED else answer.tries_left
    if left is None:
        raise DeviceError(FaultCode.CARD_UNREADABLE, f"VERIFY answers {answer.sw:04X}")
    return PinResult(PinOutcome.WRONG if left else PinOutcome.LOCKED, left)


def pin_tries_left(transmit: Transmit) -> int | None:
    """How many tries are left, without using one; None when the card has no PIN or does not tell.

    The greatest number is a choice of the issuer; 6 and 8 have been seen.
    """
    answer = exchange(transmit, query_pin_tries())
    return 0 if answer.sw == StatusWord.BLOCKED else answer.tries_left
