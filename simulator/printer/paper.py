"""The paper in the simulated printer: rows of dots that come out, and the pieces cut off."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image


def to_png(picture: Image.Image) -> bytes:
    """The picture as the bytes of a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@dataclass(frozen=True)
class Receipt:
    """One piece of paper that lies in the tray."""

    number: int  # counted since the printer was built
    picture: Image.Image = field(repr=False, compare=False)  # mode "1", black is ink
    text: str = ""  # what was printed as text, not as a picture
    torn: bool = False  # torn off by hand: not cut by the printer

    @property
    def png(self) -> bytes:
        """The picture as a PNG file."""
        return to_png(self.picture)


class Paper:
    """The end of the roll that hangs out of the printer, and the tray below."""

    def __init__(self, width_dots: int, row_printed: Callable[[], None]) -> None:
        self.width_dots = width_dots
        self._row_printed = row_printed
        self._row_bytes = (width_dots + 7) // 8
        self._rows: list[bytes] = []
        self._text = ""
        self._count = 0
        self.tray: list[Receipt] = []

    @property
    def hanging_rows(self) -> int:
        """How many rows hang out uncut."""
        return len(self._rows)

    def add_row(self, dots: bytes) -> None:
        """Print one row; a set bit is ink. Rows too wide for the head are cut off, as printers do."""
        fitting = dots[: self._row_bytes]
        self._rows.append(fitting + bytes(self._row_bytes - len(fitting)))
        self._row_printed()

    def feed(self, rows: int) -> None:
        """Move the paper on without ink."""
        for _ in range(rows):
            self.add_row(b"")

    def add_picture(self, picture: Image.Image) -> None:
        """Print a picture of mode "1" in which black is ink."""
        row_bytes = (picture.width + 7) // 8
        dots = picture.tobytes()
        spare = row_bytes * 8 - picture.width
        for top in range(0, len(dots), row_bytes):
            ink = int.from_bytes(dots[top : top + row_bytes], "big") ^ ((1 << row_bytes * 8) - 1)
            self.add_row((ink >> spare << spare).to_bytes(row_bytes, "big"))

    def note_text(self, text: str) -> None:
        """Remember what was printed as text."""
        self._text += text

    def hanging(self) -> Image.Image:
        """What hangs out uncut; one white row if nothing does."""
        rows = self._rows or [bytes(self._row_bytes)]
        picture = Image.frombytes("1", (self._row_bytes * 8, len(rows)), b"".join(rows))
        return picture.crop((0, 0, self.width_dots, len(rows))).point(lambda dot: 0 if dot else 255)

    def cut(self, *, torn: bool = False) -> None:
        """What hangs out falls into the tray; nothing happens if nothing hangs out."""
        if self._rows:
            self._count += 1
            self.tray.append(Receipt(self._count, self.hanging(), self._text, torn))
        self._rows = []
        self._text = ""
