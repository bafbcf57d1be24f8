"""What can happen to an answer between the reader and the kiosk."""

from collections.abc import Callable
from enum import StrEnum


class LineFault(StrEnum):
    """One way in which an answer is spoiled."""

    SILENT = "silent"
    NOISE_BEFORE = "noise_before"
    FALSE_PREAMBLE_BEFORE = "false_preamble_before"
    NOISE_INSIDE = "noise_inside"
    WRONG_CHECKSUM = "wrong_checksum"
    TRUNCATED = "truncated"


_SPOILED: dict[LineFault, Callable[[bytes], bytes]] = {
    LineFault.SILENT: lambda _: b"",
    LineFault.NOISE_BEFORE: lambda frame: bytes.fromhex("00 FF 55 AA AA 96 69 00 13 AA AA AA 96") + frame,
    # Claims 512 bytes: a reader of frames must not wait for them for ever.
    LineFault.FALSE_PREAMBLE_BEFORE: lambda frame: bytes.fromhex("AA AA AA 96 69 02 00") + frame,
    LineFault.NOISE_INSIDE: lambda frame: frame[: len(frame) // 2] + b"\xa5\x5a" + frame[len(frame) // 2 :],
    LineFault.WRONG_CHECKSUM: lambda frame: frame[:-1] + bytes([frame[-1] ^ 0x01]),
    LineFault.TRUNCATED: lambda frame: frame[: len(frame) // 2],
}


def spoil(frame: bytes, fault: LineFault) -> bytes:
    """What arrives of ``frame``."""
    return _SPOILED[fault](frame)
