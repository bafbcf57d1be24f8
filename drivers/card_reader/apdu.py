"""Commands and answers of ISO 7816-4, with the commands and status words that social security cards know.

Sources: hardware.md 1.5, 1.6 and 1.7 (P3, P5, TR). Pure: bytes go out and come in through a callable.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Self

from config.faults import FaultCode
from drivers.device import DeviceError

Transmit = Callable[[bytes], bytes]

SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")  # "sx1.sh.社会保障" in GBK (V2, P3, P6, TR, JS)

CHALLENGE_BYTES = 8

# An answer in parts and a wrong length or two are a few more steps; a card that wants more than this is broken.
_MOST_STEPS = 5
_SHORTEST_PIN, _LONGEST_PIN = 4, 12  # digits (P8)


class StatusWord(IntEnum):
    """Status words without a parameter (P5 table 5)."""

    OK = 0x9000
    APPLICATION_BLOCKED = 0x6283
    WRONG_LENGTH = 0x6700
    WRONG_FILE_TYPE = 0x6981
    SECURITY_NOT_SATISFIED = 0x6982
    BLOCKED = 0x6983
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_FILE = 0x6986
    WRONG_DATA = 0x6A80
    NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    WRONG_P1_P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    WRONG_OFFSET = 0x6B00
    WRONG_INS = 0x6D00
    WRONG_CLA = 0x6E00
    LOCKED_FOR_GOOD = 0x9303
    KEY_INDEX = 0x9403


class Ins(IntEnum):
    """Instruction bytes that this kiosk sends to a card. None of them writes; VERIFY and 82 can use up a try."""

    VERIFY = 0x20
    EXTERNAL_AUTHENTICATE = 0x82
    GET_CHALLENGE = 0x84
    INTERNAL_AUTHENTICATE = 0x88
    SELECT = 0xA4
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0


@dataclass(frozen=True)
class CommandApdu:
    """A short command. ``le`` is the byte as sent: 0 asks for 256 bytes or for the right length, None for no data."""

    ins: IntEnum
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)  # may be a PIN or made of a key
    le: int | None = None
    cla: int = 0x00

    def encode(self) -> bytes:
        """The bytes for the card."""
        body = bytes([len(self.data)]) + self.data if self.data else b""
        tail = b"" if self.le is None else bytes([self.le])
        return bytes([self.cla, self.ins, self.p1, self.p2]) + body + tail


@dataclass(frozen=True)
class ResponseApdu:
    """An answer: data and status word."""

    data: bytes = field(repr=False)  # read from a document: never in a log
    sw: int

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Split the bytes from the card; raises ``CARD_UNREADABLE`` if not even a status word came."""
        if len(raw) < 2:
            raise DeviceError(FaultCode.CARD_UNREADABLE, "answer without status word")
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))

    @property
    def ok(self) -> bool:
        """True for 9000."""
        return self.sw == StatusWord.OK

    @property
    def waiting(self) -> int | None:
        """How many bytes wait for GET RESPONSE (61xx, 0: 256), or None."""
        return self.sw & 0xFF if self.sw >> 8 == 0x61 else None

    @property
    def right_le(self) -> int | None:
        """The length the card wants to be asked for (6Cxx), or None."""
        return self.sw & 0xFF if self.sw >> 8 == 0x6C else None

    @property
    def tries_left(self) -> int | None:
        """How many tries are left (63Cx), or None."""
        return self.sw & 0x0F if self.sw & 0xFFF0 == 0x63C0 else None


def exchange(transmit: Transmit, command: CommandApdu) -> ResponseApdu:
    """Send ``command``, fetch data that waits (61xx) and repeat with the right length (6Cxx, 6700).

    pcscd passes both on as they are (hardware.md 1.5, measured), so T=0 is finished here. 6700 to a read is the
    answer of cards that do not tell the right length: they are asked once more with Le 00, which lets them choose (P5).

    Raises:
        DeviceError: ``CARD_UNREADABLE`` if the answer has no status word or no end; what ``transmit`` raises.
    """
    data = b""
    for _ in range(_MOST_STEPS):
        response = ResponseApdu.parse(transmit(command.encode()))
        data += response.data
        if response.waiting is not None:
            command = get_response(response.waiting)
        elif response.right_le is not None:
            command = replace(command, le=response.right_le)
        elif response.sw == StatusWord.WRONG_LENGTH and command.ins is Ins.READ_RECORD and command.le:
            command = replace(command, le=0)
        else:
            return ResponseApdu(data, response.sw)
    raise DeviceError(FaultCode.CARD_UNREADABLE, "answer without end")


def send_once(transmit: Transmit, command: CommandApdu) -> ResponseApdu:
    """Send a command that a card counts: whatever it answers, it does not get it a second time.

    Raises:
        DeviceError: ``CARD_UNREADABLE`` if the answer has no status word; what ``transmit`` raises.
    """
    return ResponseApdu.parse(transmit(command.encode()))


def get_response(length: int) -> CommandApdu:
    """Fetch ``length`` bytes that wait (P5)."""
    return CommandApdu(Ins.GET_RESPONSE, 0x00, 0x00, le=length)


def select_application(identifier: bytes, le: int | None = None) -> CommandApdu:
    """Select an application by its identifier (P3). T=0 wants no ``le``; over T=1 nothing comes back without one."""
    return CommandApdu(Ins.SELECT, 0x04, 0x00, identifier, le)


def select_file(identifier: int) -> CommandApdu:
    """Select an elementary file under the current application, as the standard says (P3, TR)."""
    return CommandApdu(Ins.SELECT, 0x02, 0x00, identifier.to_bytes(2, "big"))


def select_file_anywhere(identifier: int) -> CommandApdu:
    """Select a file by its identifier alone: the form that many programs send (CMD, YT)."""
    return CommandApdu(Ins.SELECT, 0x00, 0x00, identifier.to_bytes(2, "big"))


def read_record(tag: int, length: int) -> CommandApdu:
    """Read the record with ``tag`` from the current file; ``length`` counts tag and length byte too (P5, TR).

    By tag and not by number: in EF06 the two differ.
    """
    return CommandApdu(Ins.READ_RECORD, tag, 0x00, le=length)


def read_numbered_record(number: int) -> CommandApdu:
    """Read record ``number`` (from 1) of the current file: P2 100 (P5). Its length is left to the card."""
    return CommandApdu(Ins.READ_RECORD, number, 0x04, le=0)


def read_records_from(number: int) -> CommandApdu:
    """Read record ``number`` and all behind it, one after the other: P2 101 (P5, CMD)."""
    return CommandApdu(Ins.READ_RECORD, number, 0x05, le=0)


def get_challenge() -> CommandApdu:
    """Eight random bytes of the card's (P5, TR)."""
    return CommandApdu(Ins.GET_CHALLENGE, 0x00, 0x00, le=CHALLENGE_BYTES)


def internal_authenticate(factor: bytes, original: bytes) -> CommandApdu:
    """The card proves itself: process factor, then original information (P5, TR). It can use up nothing."""
    return CommandApdu(Ins.INTERNAL_AUTHENTICATE, 0x00, 0x00, factor + original)


def external_authenticate(key: int, authentication: bytes, original: bytes) -> CommandApdu:
    """The terminal proves itself with ``key``: authentication data, then original information (P5, TR).

    Wrong data uses up a try of the key; a key without tries is lost, and the card with it.
    """
    return CommandApdu(Ins.EXTERNAL_AUTHENTICATE, 0x00, key, authentication + original)


def verify(pin: str) -> CommandApdu:
    """Show a PIN of 4 to 12 digits, two digits per byte, an odd one padded with F (P5, P8; SC would allow 16).

    Raises:
        ValueError: ``pin`` is something else; the message does not repeat it.
    """
    if not (pin.isascii() and pin.isdigit() and _SHORTEST_PIN <= len(pin) <= _LONGEST_PIN):
        raise ValueError("a PIN has 4 to 12 digits")
    return CommandApdu(Ins.VERIFY, 0x00, 0x00, bytes.fromhex(pin + "F" * (len(pin) % 2)))


def query_pin_tries() -> CommandApdu:
    """Ask how many PIN tries are left without using one: VERIFY with Lc 00 (P5, P7 5.6)."""
    return CommandApdu(Ins.VERIFY, 0x00, 0x00, le=0)
