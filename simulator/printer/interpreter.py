"""What a printer does with the bytes in its buffer: ESC/POS commands, one after the other (hardware.md 3).

The table names how many parameter bytes each command has; those that change nothing here are read over. A command
that is not in the table is counted and kept, so that a test can see it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from simulator.printer.paper import Paper
from simulator.printer.text import TextLine

NUL, HT, LF, FF, CR, DLE, CAN, ESC, FS, GS = 0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x10, 0x18, 0x1B, 0x1C, 0x1D

# Parameter bytes of commands that need no more than that to be read over.
_READ_OVER = {
    ESC: {b" ": 1, b"-": 1, b"E": 1, b"G": 1, b"M": 1, b"R": 1, b"V": 1, b"{": 1, b"r": 1, b"B": 2, b"p": 3, b"$": 2}
    | {b"\\": 2, b"c": 2, b"=": 1, b"2": 0, b"t": 1, b"L": 0, b"S": 0},
    FS: {b"&": 0, b".": 0, b"!": 1, b"W": 1, b"-": 1, b"S": 2},
    GS: {b"B": 1, b"H": 1, b"L": 2, b"W": 2, b"P": 2, b"a": 1, b"f": 1, b"h": 1, b"w": 1, b"b": 1},
}
# What it says of itself, by the n of GS I.
_ABOUT = {65: "2.26", 66: "HALL", 67: "SIM-80", 68: "SIM0026272"}
_REAL_TIME_LENGTHS = {0x04: 3, 0x05: 3, 0x14: 5}


class NeedMoreError(Exception):
    """The command at the head of the buffer has not come in fully."""


@dataclass
class _Raster:
    """A picture command whose rows are still coming."""

    row_bytes: int
    rows_left: int


class Interpreter:
    """Carries out what stands in ``buffer``, as far as it goes."""

    def __init__(self, paper: Paper, line: TextLine, answer: Callable[[bytes], None]) -> None:
        self.buffer = bytearray()
        self.unknown: Counter[bytes] = Counter()
        self._paper = paper
        self._line = line
        self._answer = answer
        self._raster: _Raster | None = None
        self._commands: dict[int, Callable[[], None]] = {ESC: self._esc, FS: self._fs, GS: self._gs, DLE: self._dle}

    def clear(self) -> None:
        """Forget all that waits, a half-received command too."""
        self.buffer.clear()
        self._raster = None
        self._line.reset()

    def step(self) -> bool:
        """Do one thing; False if the buffer holds nothing that can be done yet."""
        if not self.buffer:
            return False
        try:
            if self._raster:
                self._print_raster_row(self._raster)
            else:
                self._next()
        except NeedMoreError:
            return False
        return True

    def _next(self) -> None:
        first = self.buffer[0]
        if first in self._commands:
            self._commands[first]()
        elif first in {LF, FF}:
            self._take(1)
            self._line.feed(self._paper)
        elif first < 0x20:
            self._take(1)
        else:
            self._character(first)

    def _character(self, first: int) -> None:
        """One character of GB18030, of one, two or four bytes."""
        length = 1
        if first >= 0x81:
            length = 4 if 0x30 <= self._peek(2)[1] <= 0x39 else 2
        raw = self._take(length)
        self._line.add(raw.decode("gb18030", "replace"), self._paper)

    def _esc(self) -> None:
        name = self._peek(2)[1:2]
        match name:
            case b"@":
                self._take(2)
                self._line.reset()
            case b"!":
                mode = self._take(3)[2]
                self._line.resize(2 if mode & 0x20 else 1, 2 if mode & 0x10 else 1)
            case b"a":
                self._line.align(self._take(3)[2] % 48)
            case b"3":
                self._line.line_rows = self._take(3)[2]
            case b"d":
                for _ in range(self._take(3)[2]):
                    self._line.feed(self._paper)
            case b"J":
                rows = self._take(3)[2]
                self._line.flush(self._paper)
                self._paper.feed(rows)
            case b"D":
                self._take_until_nul()
            case _:
                self._read_over(ESC, name)

    def _fs(self) -> None:
        self._read_over(FS, self._peek(2)[1:2])

    def _gs(self) -> None:
        name = self._peek(2)[1:2]
        match name:
            case b"!":
                size = self._take(3)[2]
                self._line.resize((size >> 4 & 7) + 1, (size & 7) + 1)
            case b"v":
                self._begin_raster()
            case b"V":
                self._cut()
            case b"(":
                self._extended()
            case b"I":
                self._tell_about_itself(self._take(3)[2])
            case b"r":
                self._take(3)
                self._answer(b"\x00")  # paper or drawer: nothing special
            case _:
                self._read_over(GS, name)

    def _dle(self) -> None:
        """Real-time commands were carried out when they came in; here they only have to go."""
        kind = self._peek(2)[1]
        if kind not in _REAL_TIME_LENGTHS:
            self._unknown(1)
            return
        self._take(_REAL_TIME_LENGTHS[kind])

    def _tell_about_itself(self, part: int) -> None:
        """GS I: one byte for the first ids, a text between 5Fh and NUL for those from 65 on."""
        if part in _ABOUT:
            self._answer(b"_" + _ABOUT[part].encode("ascii") + b"\x00")
        elif part in {1, 2, 3, 49, 50, 51}:
            self._answer(b"\x20")

    def _begin_raster(self) -> None:
        header = self._take(8)
        self._line.flush(self._paper)
        self._raster = _Raster(int.from_bytes(header[4:6], "little"), int.from_bytes(header[6:8], "little"))
        self._end_raster_if_done(self._raster)

    def _print_raster_row(self, raster: _Raster) -> None:
        dots = self._take(raster.row_bytes)
        raster.rows_left -= 1
        self._end_raster_if_done(raster)
        self._paper.add_row(dots)

    def _end_raster_if_done(self, raster: _Raster) -> None:
        if raster.rows_left <= 0 or raster.row_bytes == 0:
            self._raster = None

    def _cut(self) -> None:
        """GS V: 0, 1, "0", "1" cut where the paper is; 65, 66 and above have a feed before the cut."""
        feed = 0
        if self._peek(3)[2] >= 65:
            feed = self._take(4)[3]
        else:
            self._take(3)
        self._line.flush(self._paper)
        self._paper.feed(feed)
        self._paper.cut()

    def _extended(self) -> None:
        """GS ( x pL pH ...: of these only the process id (GS ( H function 48) does something here."""
        head = self._peek(5)
        command = self._take(5 + int.from_bytes(head[3:5], "little"))
        if command[2:3] == b"H" and command[5:7] == b"00" and len(command) == 11:
            self._answer(b"\x37\x22" + command[7:11] + b"\x00")

    def _read_over(self, group: int, name: bytes) -> None:
        length = _READ_OVER[group].get(name)
        if length is None:
            self._unknown(2)
        else:
            self._take(2 + length)

    def _unknown(self, length: int) -> None:
        self.unknown[self._take(length)] += 1

    def _peek(self, length: int) -> bytes:
        if len(self.buffer) < length:
            raise NeedMoreError
        return bytes(self.buffer[:length])

    def _take(self, length: int) -> bytes:
        taken = self._peek(length)
        del self.buffer[:length]
        return taken

    def _take_until_nul(self) -> None:
        end = self.buffer.find(NUL)
        if end < 0:
            raise NeedMoreError
        del self.buffer[: end + 1]
