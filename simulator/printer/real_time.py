"""Real-time commands: found in all that comes in, before and beside the buffer, and even inside a picture."""

import re
from dataclasses import dataclass

_STATUS = tuple(bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4))
_RECOVER = tuple(bytes((0x10, 0x05, n)) for n in (1, 2))
_CLEAR = bytes.fromhex("10140801031401060208")
_ALL = (*_STATUS, *_RECOVER, _CLEAR)
_PATTERN = re.compile(b"|".join(map(re.escape, _ALL)))


@dataclass(frozen=True)
class StatusAsked:
    """DLE EOT n."""

    kind: int


@dataclass(frozen=True)
class RecoveryAsked:
    """DLE ENQ n; with 2 the buffers are to be cleared too."""

    clear: bool


@dataclass(frozen=True)
class ClearingAsked:
    """DLE DC4 function 8: clear the buffers."""


RealTime = StatusAsked | RecoveryAsked | ClearingAsked


class RealTimeScanner:
    """Finds real-time commands in a stream, also when they come in pieces."""

    def __init__(self) -> None:
        self._held = b""

    def scan(self, received: bytes) -> list[bytes | RealTime]:
        """What came in, in order: bytes for the buffer, and commands.

        The bytes of a command are kept for the buffer as well, since they may be dots of a picture; only the clearing
        leaves nothing behind. What may be the beginning of a command is held back until more comes in.
        """
        data = self._held + received
        found: list[bytes | RealTime] = []
        at = 0
        for match in _PATTERN.finditer(data):
            command = _parse(match.group())
            end = match.start() if isinstance(command, ClearingAsked) else match.end()
            found += [data[at:end], command]
            at = match.end()
        rest = data[at:]
        keep = next((n for n in range(min(len(rest), 9), 0, -1) if _may_begin(rest[-n:])), 0)
        self._held = rest[len(rest) - keep :]
        found.append(rest[: len(rest) - keep])
        return found


def _may_begin(tail: bytes) -> bool:
    return any(command.startswith(tail) for command in _ALL)


def _parse(command: bytes) -> RealTime:
    if command == _CLEAR:
        return ClearingAsked()
    if command in _STATUS:
        return StatusAsked(command[2])
    return RecoveryAsked(clear=command[2] == 2)
