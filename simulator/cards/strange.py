"""Cards that do not belong in the kiosk, and cards that misbehave at a chosen moment."""

from dataclasses import dataclass, field

from simulator.cards.contract import CardPulled, CardSilent, SimulatedCard
from simulator.cards.status import FILE_NOT_FOUND, NOT_NOW, WRONG_INS, WRONG_LENGTH

_LONGEST_ATR = 33


@dataclass
class MuteCard:
    """A card put in upside down: something is in the slot, and no reset is ever answered.

    The virtual reader takes a card without an answer to reset for no card at all. An answer longer than
    ISO 7816-3 allows is thrown away by the reader's driver after it has seen the card: for every PC/SC client the
    card is there and mute, exactly as with a real reader.
    """

    atr: bytes = bytes(_LONGEST_ATR + 1)

    def reset(self) -> None:
        """Nothing happens."""

    def answer(self, command: bytes) -> bytes:
        """Never reached: a mute card is not powered."""
        raise CardSilent(command[:4].hex())


@dataclass
class EmptySim:
    """A telephone's SIM without anything on it: every file and application is unknown."""

    atr: bytes = bytes.fromhex("3B1F96") + b"EMPTY-SIM-00001"

    def reset(self) -> None:
        """Nothing is kept."""

    def answer(self, command: bytes) -> bytes:
        """6A82, whatever was asked."""
        del command
        return FILE_NOT_FOUND


@dataclass
class BankCard:
    """A bank card: knows 1PAY.SYS.DDF01 and no social security application."""

    atr: bytes = bytes.fromhex("3B6D0000") + b"BANK-EXAMPLE1"
    _waiting: bytes = field(default=b"", init=False)

    def reset(self) -> None:
        """Forget the answer that waits."""
        self._waiting = b""

    def answer(self, command: bytes) -> bytes:
        """SELECT of the payment environment and GET RESPONSE; the rest is unknown."""
        waiting, self._waiting = self._waiting, b""
        if len(command) < 5:
            return WRONG_LENGTH
        if command[1] == 0xC0:
            return waiting[: command[4]] + b"\x90\x00" if waiting else NOT_NOW
        if command[1] != 0xA4:
            return WRONG_INS
        if command[5:] != b"1PAY.SYS.DDF01":
            return FILE_NOT_FOUND
        self._waiting = b"\x6f\x15\x84\x0e1PAY.SYS.DDF01\xa5\x03\x88\x01\x01"
        return bytes([0x61, len(self._waiting)])


@dataclass
class _Counting:
    """Another card behind which commands are counted from 0 since it was put in."""

    card: SimulatedCard
    index: int
    seen: int = field(default=0, init=False)

    @property
    def atr(self) -> bytes:
        """The other card's."""
        return self.card.atr

    def reset(self) -> None:
        """Reset the other card; the count goes on."""
        self.card.reset()

    def _reached(self) -> bool:
        self.seen += 1
        return self.seen > self.index


class PulledAt(_Counting):
    """A card that is pulled out in place of answering command number ``index`` (from 0)."""

    def answer(self, command: bytes) -> bytes:
        """Answer as the other card until then."""
        if self._reached():
            raise CardPulled
        return self.card.answer(command)


class SilentFrom(_Counting):
    """A card that answers no command from number ``index`` (from 0) on, until it is taken out."""

    def answer(self, command: bytes) -> bytes:
        """Answer as the other card until then."""
        if self._reached():
            raise CardSilent
        return self.card.answer(command)
