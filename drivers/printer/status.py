"""What an ESC/POS printer says about itself: DLE EOT 1 to 4, and the framed replies (hardware.md 3.2).

Pure: bytes in, frozen values out. A printer that says nothing is unknown here, never fine: a silent printer
read as "paper adequate" is the classic fault of such drivers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from config.faults import FaultCode

_FIXED_MASK = 0x93
_FIXED_BITS = 0x12
_FRAME_HEADER = 0x37
_FRAME_END = 0x00
_LONGEST_FRAME = 7
_TEXT_HEADER = 0x5F
_LONGEST_TEXT = 82  # of GS I, with its header and end
_PROCESS_ID = 0x22


class StatusKind(IntEnum):
    """The ``n`` of DLE EOT n."""

    PRINTER = 1
    OFFLINE_CAUSE = 2
    ERROR = 3
    PAPER = 4


def status_request(kind: StatusKind) -> bytes:
    """The real-time request for one status byte; answered even while other data waits in the printer's buffer."""
    return bytes((0x10, 0x04, kind))


def is_status_byte(byte: int) -> bool:
    """True if the fixed bits are those of a DLE EOT reply (0xx1xx10)."""
    return byte & _FIXED_MASK == _FIXED_BITS


@dataclass(frozen=True)
class StatusByte:
    """One reply to DLE EOT."""

    value: int


@dataclass(frozen=True)
class ProcessDone:
    """The reply to ``GS ( H`` function 48: everything sent before this id has been printed."""

    process_id: bytes


@dataclass(frozen=True)
class OtherFrame:
    """A framed reply nobody here waits for, e.g. "buffers cleared"."""

    content: bytes


@dataclass(frozen=True)
class Told:
    """The reply to ``GS I``: a piece of text about the printer."""

    text: str


Reply = StatusByte | ProcessDone | OtherFrame


def split_replies(received: bytes) -> tuple[list[Reply], bytes]:
    """Take the replies out of what was received; the second value is an unfinished frame, to be tried again.

    Frames run from 37h to NUL. Bytes that are neither a frame nor a status byte (XON, noise) are dropped.
    """
    replies: list[Reply] = []
    at = 0
    while at < len(received):
        if received[at] != _FRAME_HEADER:
            if is_status_byte(received[at]):
                replies.append(StatusByte(received[at]))
            at += 1
            continue
        end = received.find(_FRAME_END, at, at + _LONGEST_FRAME)
        if end >= 0:
            replies.append(_frame(received[at + 1 : end]))
            at = end + 1
        elif len(received) - at < _LONGEST_FRAME:
            return replies, received[at:]
        else:
            at += 1  # no frame after all: look on behind the false header
    return replies, b""


def told(received: bytes) -> tuple[Told | None, bytes]:
    """The text that ``received`` begins with, and what follows it; None as long as it has not come in whole.

    For the moment after ``GS I`` only: among its letters are some that look like status bytes.
    """
    start = received.find(_TEXT_HEADER)
    if start < 0:
        return None, b""
    end = received.find(_FRAME_END, start, start + _LONGEST_TEXT)
    if end < 0:
        return None, received[start:][-_LONGEST_TEXT:]
    text = received[start + 1 : end].decode("ascii", "replace")
    return Told("".join(char for char in text if char.isprintable()).strip()), received[end + 1 :]


def _frame(content: bytes) -> Reply:
    if content[:1] == bytes((_PROCESS_ID,)):
        return ProcessDone(content[1:])
    return OtherFrame(content)


@dataclass(frozen=True)
class PrinterStatus:
    """How the printer is. Each field is None as long as the printer did not say."""

    online: bool | None = None
    cover_open: bool | None = None
    paper_out: bool | None = None
    paper_near_end: bool | None = None
    feeding: bool | None = None  # somebody holds the feed button
    cutter_error: bool | None = None
    head_hot: bool | None = None  # recovers by itself
    mechanical_error: bool | None = None  # recoverable, by hand
    unrecoverable: bool | None = None
    error: bool | None = None  # some error, whichever

    @property
    def known(self) -> bool:
        """True if the printer answered at all."""
        return self.online is not None

    @property
    def fault(self) -> FaultCode | None:
        """What keeps the printer from printing; None if nothing is known to.

        The cover comes first: the paper sensor says nothing useful while it is open, and closing it is
        what somebody has to do in any case.
        """
        for present, code in (
            (self.cover_open, FaultCode.PRN_COVER_OPEN),
            (self.paper_out, FaultCode.PRN_PAPER_OUT),
            (self.cutter_error, FaultCode.PRN_CUTTER),
            (self.head_hot, FaultCode.PRN_HEAD_HOT),
            (self.unrecoverable or self.mechanical_error or self.error, FaultCode.PRN_FAULT),
            (self.online is False and not self.feeding, FaultCode.PRN_FAULT),
        ):
            if present:
                return code
        return None

    @property
    def words(self) -> str:
        """All that is the matter, for technicians and logs."""
        if not self.known:
            return "status unknown"
        told = [name for name, value in vars(self).items() if value and name != "online"]
        return ", ".join([*(() if self.online else ("offline",)), *told])


def decode_status(replies: Mapping[StatusKind, int]) -> PrinterStatus:
    """Put the reply bytes together; what was not answered stays None.

    Raises:
        ValueError: a byte lacks the fixed bits of a status reply.
    """
    status = PrinterStatus()
    for kind, byte in replies.items():
        if not is_status_byte(byte):
            raise ValueError(f"{byte:#04x} is no reply to DLE EOT {kind}")
        status = _READERS[kind](status, byte)
    return status


def _read_printer(status: PrinterStatus, byte: int) -> PrinterStatus:
    return replace(status, online=not byte & 0x08)


def _read_offline_cause(status: PrinterStatus, byte: int) -> PrinterStatus:
    return replace(
        status,
        cover_open=bool(byte & 0x04),
        feeding=bool(byte & 0x08),
        paper_out=status.paper_out or bool(byte & 0x20),
        error=bool(byte & 0x40),
    )


def _read_error(status: PrinterStatus, byte: int) -> PrinterStatus:
    return replace(
        status,
        mechanical_error=bool(byte & 0x04),
        cutter_error=bool(byte & 0x08),
        unrecoverable=bool(byte & 0x20),
        head_hot=bool(byte & 0x40),
    )


def _read_paper(status: PrinterStatus, byte: int) -> PrinterStatus:
    return replace(status, paper_near_end=bool(byte & 0x0C), paper_out=status.paper_out or bool(byte & 0x60))


_READERS = {
    StatusKind.PRINTER: _read_printer,
    StatusKind.OFFLINE_CAUSE: _read_offline_cause,
    StatusKind.ERROR: _read_error,
    StatusKind.PAPER: _read_paper,
}
