"""A PSAM with test keys, for the reader's second slot (hardware.md 1.2, 1.9; P9, SZ-PSAM)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.cards import files
from simulator.cards.keys import IRK, RKSSSE, CardCipher, encipher, factors, key_below, root_key, session_key
from simulator.cards.status import (
    FILE_NOT_FOUND,
    KEY_NOT_FOUND,
    NOT_NOW,
    OK,
    WRONG_CLA,
    WRONG_DATA,
    WRONG_INS,
    WRONG_LENGTH,
)

_APPLICATION = bytes.fromhex("D15600000590")
_ENVIRONMENTS = {
    files.SSSE: (CardCipher.TRIPLE_DES, CardCipher.SM4),
    bytes.fromhex("7378322E73682EC9E7BBE1B1A3D5CF"): (CardCipher.SSF33,),
}
_PUBLIC = bytes.fromhex("01" + "00003701990000000001" + "01" + "00" + "0000")  # issuer, serial, version, type, FCI
_TERMINAL = bytes.fromhex("370199000021")
_ENCIPHERING = 7

Keys = Mapping[tuple[CardCipher, int], bytes]


def _root_keys() -> Keys:
    ciphers = CardCipher.TRIPLE_DES, CardCipher.SM4
    return {(cipher, key): root_key(cipher, key) for cipher in ciphers for key in (IRK, RKSSSE)}


@dataclass
class SimulatedPsam:
    """A PSAM ``levels`` levels above the cards: 3 has the national keys, 2 a province's, 1 a city's."""

    keys: Keys = field(default_factory=_root_keys)
    levels: int = 3
    knows_initialise: bool = True  # INITIALIZE ENVIRONMENT: some PSAMs in use do not
    atr: bytes = bytes.fromhex("3B6C0000") + b"PSAM-EXAMPLE"

    def __post_init__(self) -> None:
        self.reset()

    @classmethod
    def of_area(cls, area: str, levels: int) -> "SimulatedPsam":
        """The PSAM that a province (2) or a city (1) is given: its keys are already diversified down to there."""
        above = factors(area, b"")[: 3 - levels]
        return cls({name: key_below(name[0], key, *above) for name, key in _root_keys().items()}, levels)

    def reset(self) -> None:
        """Forget environment, application, session key and the answer that waits."""
        self._environment: tuple[CardCipher, ...] = ()
        self._in_application = False
        self._session: tuple[CardCipher, bytes] | None = None
        self._waiting = b""

    def answer(self, command: bytes) -> bytes:
        """Answer one command as a T=0 card does."""
        if len(command) < 5:
            return WRONG_LENGTH
        waiting, self._waiting = self._waiting, b""
        cla, ins, p1, p2, p3 = command[:5]
        data = command[5:]
        if (cla, ins) == (0x00, 0xC0):
            return waiting + OK if waiting and p3 == len(waiting) else NOT_NOW
        if (cla, ins) == (0x00, 0xB0):
            return self._read(p1, p3)
        if len(data) != p3:
            return WRONG_LENGTH
        match cla, ins:
            case 0x00, 0xA4:
                reply = self._select(data)
            case 0xBF, 0xEC:
                reply = self._initialise(data)
            case 0xBF, 0xDE:
                reply = self._deliver(p1, p2, data)
            case 0x80, 0xFA:
                reply = self._cipher(p1, data)
            case ((0x00 | 0xBF | 0x80), _):
                reply = WRONG_INS
            case _:
                reply = WRONG_CLA
        return reply

    def _select(self, name: bytes) -> bytes:
        if name in _ENVIRONMENTS and any(cipher in _ENVIRONMENTS[name] for cipher, _ in self.keys):
            self._environment, self._in_application = _ENVIRONMENTS[name], False
        elif name == _APPLICATION and self._environment:
            self._in_application = True
        else:
            return FILE_NOT_FOUND
        self._session = None
        return self._later(bytes([0x6F, 2 + len(name), 0x84, len(name)]) + name)

    def _read(self, p1: int, expected: int) -> bytes:
        data = {0x95: _PUBLIC, 0x96: _TERMINAL}.get(p1) if self._environment else None
        if data is None:
            return FILE_NOT_FOUND
        return data + OK if expected == len(data) else bytes([0x6C, len(data)])

    def _initialise(self, data: bytes) -> bytes:
        if not self.knows_initialise:
            return WRONG_INS
        return OK if len(data) == 1 and self._in_application else NOT_NOW

    def _deliver(self, usage: int, key: int, data: bytes) -> bytes:
        """Which of the environment's ciphers is meant is told by the factor's length: 8 or 16 bytes."""
        if not self._in_application:
            return NOT_NOW
        levels, kind = usage >> 5, usage & 0x1F
        size = len(data) - 8 * levels
        cipher = next((cipher for cipher in self._environment if cipher.block == size), None)
        if cipher is None:
            return WRONG_LENGTH
        root = self.keys.get((cipher, key)) if kind == _ENCIPHERING else None
        if root is None:
            return KEY_NOT_FOUND
        if levels != self.levels:
            return WRONG_DATA
        # The card's own factor comes first and is used last.
        below = [data[8 * level : 8 * level + 8] for level in reversed(range(levels))]
        self._session = cipher, session_key(cipher, key_below(cipher, root, *below), data[8 * levels :])
        return OK

    def _cipher(self, p1: int, data: bytes) -> bytes:
        if self._session is None or p1 != 0x00:
            return NOT_NOW
        cipher, key = self._session
        if not data or len(data) % cipher.block:
            return WRONG_LENGTH
        return self._later(encipher(cipher, key, data))

    def _later(self, data: bytes) -> bytes:
        self._waiting = data
        return bytes([0x61, len(data)])
