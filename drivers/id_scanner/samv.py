"""Frames of the SAM_V protocol that resident ID readers speak (hardware.md 2.2, 2.3). Bytes only, no port.

Request ``AA AA AA 96 69 | length 2 | command 2 | data | check``; answer ``AA AA AA 96 69 | length 2 | SW1 SW2 SW3 |
data | check``. The length counts what follows it, the check is the exclusive or of everything from the length on.
"""

import struct
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import reduce
from operator import xor

from config.faults import FaultCode
from drivers.device import DeviceError

PREAMBLE = bytes.fromhex("AA AA AA 96 69")
TEXT_LENGTH = 256
PHOTO_LENGTH = 1024
FINGERPRINT_LENGTHS = frozenset({0, 512, 1024})
LONGEST_ANSWER = 2321  # bytes: base information with two fingerprints

_HEADER = len(PREAMBLE) + 2
_SHORTEST = 4  # three status bytes and the check
_LONGEST = LONGEST_ANSWER - _HEADER


class Command(Enum):
    """Command and parameter byte of a request."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    SAM_ID = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ_BASE = b"\x30\x01"
    READ_BASE_AND_FINGERPRINT = b"\x30\x10"
    READ_NEW_ADDRESS = b"\x30\x03"


class Sw3(IntEnum):
    """The third status byte; the first two are the card's own and may hold anything (hardware.md 2.3)."""

    OK = 0x90
    FOUND = 0x9F
    BAD_CHECK = 0x10
    BAD_LENGTH = 0x11
    BAD_COMMAND = 0x21
    NOT_PERMITTED = 0x23
    UNRECOGNISED_ERROR = 0x24
    CARD_REJECTS_SAM = 0x31
    SAM_REJECTS_CARD = 0x32
    INFORMATION_NOT_VERIFIED = 0x33
    UNRECOGNISED_CARD = 0x40
    READ_FAILED = 0x41
    RANDOM_NUMBER_FAILED = 0x47
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    NOT_FOUND = 0x80
    NOT_SELECTED = 0x81
    NO_SUCH_CONTENT = 0x91


@dataclass(frozen=True, repr=False)
class Answer:
    """One answer of the reader whose length and check were right. Its data may be a document: never shown."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes = b""

    def __repr__(self) -> str:
        return f"Answer({self.sw1:02X} {self.sw2:02X} {self.sw3:02X}, {len(self.data)} bytes)"


@dataclass(frozen=True, repr=False)
class BaseInformation:
    """What a card gives in one answer: text, photo in the closed WLT form, fingerprint features (may be empty)."""

    text: bytes
    photo: bytes
    fingerprint: bytes = b""

    def __repr__(self) -> str:
        return f"BaseInformation({len(self.text)} + {len(self.photo)} + {len(self.fingerprint)} bytes)"


def checksum(data: bytes | bytearray) -> int:
    """The exclusive or of all bytes."""
    return reduce(xor, data, 0)


def request(command: Command, data: bytes = b"") -> bytes:
    """The frame that asks for ``command``."""
    body = command.value + data
    counted = struct.pack(">H", len(body) + 1) + body
    return PREAMBLE + counted + bytes([checksum(counted)])


class FrameReader:
    """Finds answers in a stream of bytes, whatever lies between them.

    Noise before a preamble is skipped. A frame with an impossible length or a wrong check was a preamble by
    accident, or is damaged: only its first byte is skipped, since a sound frame may begin inside.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.frames = 0
        self.broken = 0  # frames with an impossible length, a wrong check, or never finished
        self.noise = 0  # bytes skipped

    @property
    def pending(self) -> int:
        """Bytes held back because they may belong to an answer that is not complete."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Answer]:
        """Take bytes as they come from the line; returns the answers that are now complete."""
        self._buffer += data
        answers = []
        while (frame := self._next_frame()) is not None:
            self.frames += 1
            answers.append(Answer(frame[0], frame[1], frame[2], bytes(frame[3:-1])))
        return answers

    def give_up(self) -> list[Answer]:
        """The line has fallen silent: whatever is incomplete stays so.

        A damaged length can claim bytes that never come and so hide the sound answer behind it; that one is returned.
        """
        answers: list[Answer] = []
        while len(self._buffer) >= _HEADER:
            self._reject()
            answers += self.feed(b"")
        self.noise += len(self._buffer)
        self._buffer.clear()
        return answers

    def _next_frame(self) -> bytearray | None:
        """Status, data and check of the next sound frame, taken out of the buffer; None if more bytes are needed."""
        while self._find_preamble():
            length = int.from_bytes(self._buffer[len(PREAMBLE) : _HEADER], "big")
            end = _HEADER + length
            if not _SHORTEST <= length <= _LONGEST:
                self._reject()
            elif len(self._buffer) < end:
                return None
            elif checksum(self._buffer[len(PREAMBLE) : end]) != 0:
                self._reject()
            else:
                frame = self._buffer[_HEADER:end]
                del self._buffer[:end]
                return frame
        return None

    def _find_preamble(self) -> bool:
        """Skip to the next preamble; True if it and the length behind it are there."""
        start = self._buffer.find(PREAMBLE)
        if start < 0:
            start = len(self._buffer) - _begun_preamble(self._buffer)
        self._skip(start)
        return len(self._buffer) >= _HEADER

    def _reject(self) -> None:
        self.broken += 1
        self._skip(1)

    def _skip(self, count: int) -> None:
        self.noise += count
        del self._buffer[:count]


def _begun_preamble(data: bytearray) -> int:
    """How many bytes at the end of ``data`` may be the beginning of a preamble."""
    return next((size for size in range(len(PREAMBLE) - 1, 0, -1) if data.endswith(PREAMBLE[:size])), 0)


def split_base(data: bytes, command: Command) -> BaseInformation:
    """Part the data of a base answer: two-byte lengths first (two, or three with fingerprint), then the parts.

    Raises:
        DeviceError: ``ID_UNREADABLE`` if the lengths are not those of hardware.md 2.2 or do not add up.
    """
    count = 3 if command is Command.READ_BASE_AND_FINGERPRINT else 2
    if len(data) < 2 * count:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"base answer of {len(data)} bytes")
    lengths = struct.unpack_from(f">{count}H", data)
    text, photo, fingerprint = (*lengths, 0)[:3]
    expected = text == TEXT_LENGTH and photo == PHOTO_LENGTH and fingerprint in FINGERPRINT_LENGTHS
    if not expected or len(data) != 2 * count + sum(lengths):
        raise DeviceError(FaultCode.ID_UNREADABLE, f"base answer of {len(data)} bytes with lengths {lengths}")
    parts = data[2 * count :]
    return BaseInformation(parts[:text], parts[text : text + photo], parts[text + photo :])


def format_sam_id(data: bytes) -> str:
    """The number of the security module as printed on it: ``AA.BB-yyyymmdd-nnnnnnnnnn-nnnnnnnnnn``.

    Raises:
        DeviceError: ``ID_READER_FAULT`` if it is not 16 bytes long.
    """
    if len(data) != 16:
        raise DeviceError(FaultCode.ID_READER_FAULT, f"SAM number of {len(data)} bytes")
    kind, maker, day, serial, check = struct.unpack("<HHIII", data)
    return f"{kind:02d}.{maker:02d}-{day:08d}-{serial:010d}-{check:010d}"
