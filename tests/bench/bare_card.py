"""The commands of a whole read sent bare over pyscard: what the card reader's driver is compared with.

No error is handled, nothing is looked at twice, no thread is changed: as a program does that is written for one good
card, and for a PSAM of the national level.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from smartcard import scard

SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
_RECORDS = {
    0xEF05: "01:12 02:03 03:06 04:0E 05:06 06:06 07:0B",
    0xEF06: "08:14 09:20 4E:16 0A:03 0B:03 0C:05 0D:06",
}


@dataclass(frozen=True)
class BareReader:
    """One context, and the reader's two slots."""

    context: Any
    slot: str
    psam_slot: str

    @classmethod
    def open(cls) -> "BareReader":
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _, readers = scard.SCardListReaders(context, [])
        return cls(context, readers[0], readers[1])

    def close(self) -> None:
        scard.SCardReleaseContext(self.context)

    def present(self, reader: str) -> bool:
        _, states = scard.SCardGetStatusChange(self.context, 0, [(reader, 0)])
        return bool(states[0][1] & scard.SCARD_STATE_PRESENT)

    def read_2_0(self) -> int:
        """A card that shows its holder; returns how many bytes came."""
        card = self._connect(self.slot)
        received = sum(len(card(command)) for command in (*_application(), *_file(0xEF05), *_file(0xEF06)))
        card.disconnect()
        return received

    def read_3_0(self) -> int:
        """A card with SM4 that wants RKSSSE first; the same commands as the driver's, to the card and to the PSAM."""
        card = self._connect(self.slot)
        answers = [card(command) for command in (*_application(), *_file(0xEF05), *_file(0xEF06)[:2])]
        identification = answers[3][2:18]
        original, factor = _challenges(card)
        card(bytes.fromhex("0088000010") + factor + original, bytes.fromhex("00C0000008"))
        outer_original, outer_factor = _challenges(card)
        psam = self._connect(self.psam_slot)
        for command in _psam_application():
            psam(command)
        levels = (
            card.atr[-8:] + identification[:3].hex().encode() + b"sx" + identification[:1].hex().encode() + b"0000sh"
        )
        _enciphered(psam, 0x08, levels + factor, original)
        proof = _enciphered(psam, 0x0A, levels + outer_factor, outer_original)
        psam.disconnect()
        folded = bytes(a ^ b for a, b in zip(proof[:8], proof[8:16], strict=True))
        card(bytes.fromhex("0082000A10") + folded + outer_original)
        answers += [card(command) for command in _file(0xEF06)]
        card.disconnect()
        return sum(len(answer) for answer in answers)

    def _connect(self, reader: str) -> "BareCard":
        _, card, _ = scard.SCardConnect(self.context, reader, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0)
        return BareCard(card, bytes(scard.SCardStatus(card)[4]))


@dataclass(frozen=True)
class BareCard:
    card: Any
    atr: bytes

    def __call__(self, *commands: bytes) -> bytes:
        """Send them all; the answer to the last."""
        answer: list[int] = []
        for command in commands:
            answer = scard.SCardTransmit(self.card, scard.SCARD_PCI_T0, list(command))[1]
        return bytes(answer)

    def disconnect(self) -> None:
        scard.SCardDisconnect(self.card, scard.SCARD_UNPOWER_CARD)


def _application() -> list[bytes]:
    return [bytes.fromhex("00A404000F") + SSSE, bytes.fromhex("00C000001E")]


def _file(identifier: int) -> list[bytes]:
    commands = [bytes.fromhex(f"00A4020002{identifier:04X}")]
    return commands + [bytes.fromhex(f"00B2{record.replace(':', '00')}") for record in _RECORDS[identifier].split()]


def _challenges(card: Callable[..., bytes]) -> tuple[bytes, bytes]:
    challenge = bytes.fromhex("0084000008")
    return card(challenge)[:8], card(challenge)[:8]


def _psam_application() -> list[bytes]:
    return [
        bytes.fromhex("00A404000F") + SSSE,
        bytes.fromhex("00C0000013"),
        bytes.fromhex("00A4040006D15600000590"),
        bytes.fromhex("00C000000A"),
        bytes.fromhex("BFEC00000137"),
    ]


def _enciphered(psam: BareCard, key: int, factors: bytes, original: bytes) -> bytes:
    data = factors + bytes(8)
    psam(bytes([0xBF, 0xDE, 0x67, key, len(data)]) + data)
    return psam(bytes.fromhex("80FA000010") + original + bytes(8), bytes.fromhex("00C0000010"))
