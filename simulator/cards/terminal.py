"""The part of a chip that proves itself, and makes a terminal prove itself (hardware.md 1.8; P5, P7 5.4, TR)."""

import secrets
from dataclasses import dataclass, field
from typing import Self

from simulator.cards.keys import IRK, RKSSSE, CardCipher, factors, key_below, proof, root_key
from simulator.cards.status import BLOCKED, KEY_NOT_FOUND, NO_CHALLENGE, OK, WRONG_LENGTH, WRONG_P1_P2

_TRIES = 3


@dataclass
class TerminalKeys:
    """IRK, with which the card proves itself, and RKSSSE, with which a terminal does. The tries outlive a reset."""

    cipher: CardCipher
    prove_key: bytes
    read_key: bytes
    tries_left: int = _TRIES
    granted: bool = field(default=False, init=False)
    _challenge: bytes = field(default=b"", init=False)

    @classmethod
    def of_card(cls, cipher: CardCipher, area: str, historical: bytes) -> Self:
        """The keys that a personalisation centre writes: the hall's root keys, down to this card."""
        levels = factors(area, historical[5:13])
        prove_key, read_key = (key_below(cipher, root_key(cipher, key), *levels) for key in (IRK, RKSSSE))
        return cls(cipher, prove_key, read_key)

    def reset(self) -> None:
        """Power is lost: no terminal has proved itself, and no challenge has been given."""
        self.granted = False
        self._challenge = b""

    def challenge(self, length: int) -> bytes:
        """GET CHALLENGE."""
        if length not in {4, 8, 16}:
            return bytes([0x6C, 8])
        self._challenge = secrets.token_bytes(length)
        return self._challenge + OK

    def prove(self, p1: int, p2: int, data: bytes) -> bytes:
        """INTERNAL AUTHENTICATE: process factor and original information, wherever they are from (P7, TR)."""
        if (p1, p2) != (0, 0):
            return WRONG_P1_P2
        if len(data) not in {16, 17}:  # with or without a key version
            return WRONG_LENGTH
        return proof(self.cipher, self.prove_key, data[:8], data[8:16])

    def admit(self, p1: int, key: int, data: bytes) -> bytes:
        """EXTERNAL AUTHENTICATE: the last challenge is the process factor, and serves once."""
        if p1 != 0:
            return WRONG_P1_P2
        if key != RKSSSE:
            return KEY_NOT_FOUND
        if len(data) not in {16, 17}:
            return WRONG_LENGTH
        if self.tries_left == 0:
            return BLOCKED
        factor, self._challenge = self._challenge, b""
        if len(factor) != 8:
            return NO_CHALLENGE
        self.granted = data[:8] == proof(self.cipher, self.read_key, factor, data[8:16])
        self.tries_left = _TRIES if self.granted else self.tries_left - 1
        return OK if self.granted else bytes([0x63, 0xC0 | self.tries_left])
