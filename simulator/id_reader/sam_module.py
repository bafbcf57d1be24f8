"""The module inside the reader: requests in, answers out, and what lies on the glass (hardware.md 2.2, 2.3)."""

import struct
import threading
from dataclasses import dataclass

from simulator.id_reader.document_text import fingerprint_of, new_address_of, photo_of, text_of
from simulator.people import Person

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
SAM_NUMBER = struct.pack("<HHIII", 5, 3, 20210506, 21, 12333)

RESET, STATUS, SAM_ID = b"\x10\xff", b"\x11\xff", b"\x12\xff"
FIND, SELECT = b"\x20\x01", b"\x20\x02"
READ_BASE, READ_BASE_AND_FINGERPRINT, READ_NEW_ADDRESS = b"\x30\x01", b"\x30\x10", b"\x30\x03"
_SETTINGS = [bytes([0x60, rate]) for rate in range(5)] + [b"\x61\xff"]

_OK = b"\x00\x00\x90"
_WITHOUT_DOCUMENT = dict.fromkeys([RESET, STATUS, *_SETTINGS], _OK) | {SAM_ID: _OK + SAM_NUMBER}
_LONGEST_REQUEST = 64


def framed(content: bytes) -> bytes:
    """An answer on the line: preamble, length, status and data, exclusive or."""
    counted = struct.pack(">H", len(content) + 1) + content
    check = 0
    for byte in counted:
        check ^= byte
    return PREAMBLE + counted + bytes([check])


@dataclass
class _Glass:
    """The document that lies there and what has been done with it."""

    person: Person
    selected: bool = False
    read: bool = False  # a document that has been read is not found again until it is lifted


@dataclass
class _Refusal:
    status: int
    times: int | None


class SamModule:
    """Answers requests. Documents come and go from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._glass: _Glass | None = None
        self._refusal: _Refusal | None = None
        self._failure: int | None = None

    @property
    def person(self) -> Person | None:
        """Whose document lies on the reader."""
        return self._glass.person if self._glass else None

    def lay(self, person: Person) -> None:
        """Lay a document down, in place of the one that may lie there."""
        photo_of(person)  # made once for each person, and not while a program waits for it
        with self._lock:
            self._glass = _Glass(person)

    def lift(self) -> None:
        """Take the document away."""
        with self._lock:
            self._glass = None

    def refuse(self, status: int, times: int | None = None) -> None:
        """Answer reading of the document with ``status`` (SW3 31, 41, 47...) so many times; None: until mended."""
        with self._lock:
            self._refusal = _Refusal(status, times)

    def fail(self, status: int) -> None:
        """Answer everything with ``status``: 60 self-test failed, 66 not authorised."""
        with self._lock:
            self._failure = status

    def mend(self) -> None:
        """End every fault of the module."""
        with self._lock:
            self._failure = self._refusal = None

    def restart(self) -> None:
        """After power came back: the document on the glass is new to the module."""
        with self._lock:
            if self._glass:
                self._glass = _Glass(self._glass.person)

    def answer(self, command: bytes, *, sound: bool = True) -> bytes:
        """Status and data for a request; ``sound`` tells whether its check was right."""
        if not sound:
            return b"\x00\x00\x10"
        if command == RESET:
            self.restart()
        with self._lock:
            if self._failure is not None:
                return bytes([0, 0, self._failure])
            if command in {FIND, SELECT}:
                return self._approach(command)
            if command in {READ_BASE, READ_BASE_AND_FINGERPRINT, READ_NEW_ADDRESS}:
                return self._read(command)
            return _WITHOUT_DOCUMENT.get(command, b"\x00\x00\x21")

    def _approach(self, command: bytes) -> bytes:
        glass = self._glass
        if command == FIND:
            return b"\x00\x00\x9f" + bytes(4) if glass and not glass.read else b"\x00\x00\x80"
        if glass is None:
            return b"\x00\x00\x81"
        glass.selected = True
        return _OK + bytes(8)

    def _read(self, command: bytes) -> bytes:
        glass = self._glass
        if glass is None or not glass.selected:
            return b"\x00\x00\x41"
        if (refused := self._refused()) is not None:
            glass.selected = False
            return bytes([0x69, 0x82, refused])  # the card's own status stands before SW3
        if command == READ_NEW_ADDRESS:
            address = new_address_of(glass.person)
            return b"\x00\x00\x91" if address is None else _OK + address
        glass.read = True
        parts = [text_of(glass.person), photo_of(glass.person)]
        if command == READ_BASE_AND_FINGERPRINT:
            parts.append(fingerprint_of(glass.person))
        return _OK + b"".join(struct.pack(">H", len(part)) for part in parts) + b"".join(parts)

    def _refused(self) -> int | None:
        refusal = self._refusal
        if refusal is None:
            return None
        if refusal.times is not None:
            refusal.times -= 1
            if refusal.times <= 0:
                self._refusal = None
        return refusal.status


class RequestReader:
    """Collects the bytes that arrive until a request is complete."""

    def __init__(self) -> None:
        self._buffer = b""

    def clear(self) -> None:
        """Forget a request that was begun and never finished."""
        self._buffer = b""

    def feed(self, data: bytes) -> list[tuple[bytes, bool]]:
        """Commands now complete, each with whether its length and check were right."""
        self._buffer += data
        requests = []
        while (start := self._buffer.find(PREAMBLE)) >= 0 and len(self._buffer) >= start + 7:
            counted = self._buffer[start + 5 :]
            length = int.from_bytes(counted[:2], "big")
            if not 3 <= length <= _LONGEST_REQUEST:
                self._buffer = counted
                requests.append((b"", False))
            elif len(counted) < 2 + length:
                break
            else:
                self._buffer = counted[2 + length :]
                requests.append((counted[2:4], framed(counted[2 : 1 + length])[-1] == counted[1 + length]))
        return requests
