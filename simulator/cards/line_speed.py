"""A card behind a line as slow as a real one's: T=0 at 9600 baud (372 clocks a bit at 3.57 MHz; P2, ISO 7816-3)."""

import time
from dataclasses import dataclass

from simulator.cards.contract import SimulatedCard

SECONDS_A_BYTE = 12 / 9600  # start bit, eight bits, parity and two of guard time: 1.25 ms


@dataclass
class AtLineSpeed:
    """Another card that takes as long for each command as its bytes take on the line.

    Header, procedure byte, data and status word are counted; the chip's own thinking is not.
    """

    card: SimulatedCard
    line_seconds: float = 0.0  # how long the line has been busy

    @property
    def atr(self) -> bytes:
        """The other card's."""
        return self.card.atr

    def reset(self) -> None:
        """Reset the other card."""
        self.card.reset()

    def answer(self, command: bytes) -> bytes:
        """The other card's answer, in its time."""
        answer = self.card.answer(command)
        seconds = (len(command) + 1 + len(answer)) * SECONDS_A_BYTE
        self.line_seconds += seconds
        time.sleep(seconds)
        return answer
