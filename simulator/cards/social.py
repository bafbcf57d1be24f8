"""A social security card as a chip: files, PIN, keys, and the manners of T=0 (hardware.md 1.3 to 1.8; P3, P5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.cards import files
from simulator.cards.keys import CardCipher
from simulator.cards.status import (
    BLOCKED,
    FILE_NOT_FOUND,
    NO_CURRENT_FILE,
    NOT_NOW,
    OK,
    RECORD_NOT_FOUND,
    SECURITY_NOT_SATISFIED,
    WRONG_CLA,
    WRONG_INS,
    WRONG_LENGTH,
    WRONG_P1_P2,
)
from simulator.cards.terminal import TerminalKeys
from simulator.people import Person

_BY_TAG, _BY_NUMBER, _FROM_NUMBER = 0b000, 0b100, 0b101
_PIN_BYTES = range(2, 9)


@dataclass
class SocialSecurityCard:
    """The chip of one card. ``tries_left`` outlives a reset, everything else does not."""

    atr: bytes
    fci: bytes
    records: Mapping[int, Mapping[int, bytes]]  # by short file identifier, then by tag
    pin: bytes
    tries: int
    keys: TerminalKeys
    guarded: frozenset[int] = frozenset()  # files that want the terminal's key first
    tries_left: int = field(init=False)

    def __post_init__(self) -> None:
        self.tries_left = self.tries
        self.reset()

    def reset(self) -> None:
        """Forget the selected file, the waiting answer, the PIN shown and the terminal's proof."""
        self.keys.reset()
        self._in_application = False
        self._file: int | None = None
        self._waiting = b""
        self.pin_shown = False

    def answer(self, command: bytes) -> bytes:
        """Answer one command as a T=0 card does: no data to a command with data, only 61xx (P5)."""
        if len(command) < 5:
            return WRONG_LENGTH
        if command[0] != 0x00:
            return WRONG_CLA
        waiting, self._waiting = self._waiting, b""
        match command[1]:
            case 0xC0:
                reply = self._exactly(waiting, command[4]) if waiting else NOT_NOW
            case 0xB2:
                reply = self._read_record(command[2], command[3], command[4])
            case 0x84:
                reply = self.keys.challenge(command[4]) if self._in_application else NOT_NOW
            case 0xA4 | 0x20 | 0x82 | 0x88:
                reply = self._with_data(command)
            case _:
                reply = WRONG_INS
        return reply

    def _with_data(self, command: bytes) -> bytes:
        _, ins, p1, p2, length = command[:5]
        data = command[5:]
        if len(data) != length:
            return WRONG_LENGTH
        if ins == 0xA4:
            return self._select(p1, data)
        if ins == 0x20:
            return self._verify(p1, p2, data)
        if not self._in_application:
            return NOT_NOW
        if ins == 0x82:
            return self.keys.admit(p1, p2, data)
        proof = self.keys.prove(p1, p2, data)
        return self._later(proof) if len(proof) > len(OK) else proof

    def _select(self, p1: int, name: bytes) -> bytes:
        if p1 == 0x04:
            return self._select_application(name)
        if p1 not in {0x00, 0x02}:
            return WRONG_P1_P2
        if name in {b"", b"\x3f\x00"}:
            self._file = None
            return OK
        if self._in_application and len(name) == 2 and name[0] == 0xEF and name[1] in self.records:
            self._file = name[1]
            return OK
        return FILE_NOT_FOUND

    def _select_application(self, name: bytes) -> bytes:
        if name != files.SSSE:
            return FILE_NOT_FOUND
        self._in_application, self._file = True, None
        return self._later(self.fci)

    def _read_record(self, p1: int, p2: int, expected: int) -> bytes:
        chosen = (p2 >> 3) or self._file
        if chosen is None:
            return NO_CURRENT_FILE
        if not self._in_application or chosen not in self.records:
            return FILE_NOT_FOUND
        self._file = chosen
        if chosen in self.guarded and not self.keys.granted:
            return SECURITY_NOT_SATISFIED
        if p2 & 0b111 not in {_BY_TAG, _BY_NUMBER, _FROM_NUMBER}:
            return WRONG_P1_P2
        found = self._find(self.records[chosen], p1, p2 & 0b111)
        return self._exactly(found, expected) if found else RECORD_NOT_FOUND

    @staticmethod
    def _find(records: Mapping[int, bytes], p1: int, mode: int) -> bytes:
        if mode == _BY_TAG:
            return records.get(p1, b"")
        in_order = list(records.values())
        if p1 == 0:
            return b""
        return b"".join(in_order[p1 - 1 :] if mode == _FROM_NUMBER else in_order[p1 - 1 : p1])

    def _later(self, data: bytes) -> bytes:
        """Data that a T=0 card keeps until it is fetched."""
        self._waiting = data
        return bytes([0x61, len(data)])

    def _exactly(self, data: bytes, expected: int) -> bytes:
        if expected == len(data):
            return data + OK
        return bytes([0x6C, len(data)])

    def _verify(self, p1: int, p2: int, shown: bytes) -> bytes:
        if (p1, p2) != (0, 0):
            return WRONG_P1_P2
        if self.tries_left == 0:
            return BLOCKED
        if not shown:
            return bytes([0x63, 0xC0 | self.tries_left])
        if len(shown) not in _PIN_BYTES:
            return WRONG_LENGTH
        self.pin_shown = shown == self.pin
        self.tries_left = self.tries if self.pin_shown else self.tries_left - 1
        return OK if self.pin_shown else bytes([0x63, 0xC0 | self.tries_left])


def card_for(person: Person, cipher: CardCipher | None = None) -> SocialSecurityCard:
    """A new chip for the card of ``person``, all tries left; ``cipher`` another one than its version usually has.

    Raises:
        ValueError: ``person`` has no card.
    """
    card = person.card
    if card is None:
        raise ValueError(f"{person.key} has no card")
    atr, named = files.atr(card), cipher or files.cipher_of(card)
    return SocialSecurityCard(
        atr=atr,
        fci=files.fci(named),
        records={0x05: files.issuer_file(card), 0x06: files.holder_file(person, card)},
        pin=files.pin_block(card.pin),
        tries=card.pin_tries,
        keys=TerminalKeys.of_card(named or CardCipher.TRIPLE_DES, card.issuing_area, atr[4:]),
        # A 3.0 card shows its holder only to a terminal that knows RKSSSE (SC 10.2).
        guarded=frozenset({0x06}) if card.version.startswith("3") else frozenset(),
    )
