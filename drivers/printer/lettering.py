"""Text in dots: measured and drawn with the font that has each character."""

from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from config.fonts import FontSet, Weight
from config.phrases import counts_and_dates
from config.typesetting import Piece, cut, divided, is_wide, set_lines

Align = Literal["left", "centre"]

# Parts of the type size. Noto's own line is 1.45 sizes high; less is enough on a narrow paper.
_ASCENT = 0.88
_DESCENT = 0.18


class Lettering:
    """One size and weight of text. ``size`` in dots, the height of a Chinese character."""

    def __init__(self, fonts: FontSet, size: int, weight: Weight, line_height: float = 1.3) -> None:
        self.size = size
        self._fonts = fonts
        self._weight = weight
        self._line_rows = round(size * line_height)
        self._faces: dict[Path, ImageFont.FreeTypeFont] = {}

    def width(self, text: str) -> float:
        """The width in dots of one line, or of the longest of several."""
        return max(self._line_width(line) for line in _given_lines(text))

    def lines(self, text: str, width: float) -> list[str]:
        """``text`` broken into lines no wider than ``width``, as on the screens; a newline in it always breaks."""
        return [line for paragraph in _given_lines(text) for line in self._paragraph(paragraph, width)]

    def fits_unbroken(self, text: str, width: float) -> bool:
        """True if no word, number or date of ``text`` is longer than a line."""
        words = (piece.text for line in _given_lines(text) for piece in cut(line, self._weight))
        return all(self._line_width(word) <= width for word in chain(words, counts_and_dates(text)))

    def height(self, lines: int) -> int:
        """The rows that so many lines take, without the gap below the last one."""
        return (lines - 1) * self._line_rows + round(self.size * (_ASCENT + _DESCENT))

    @cached_property
    def baseline(self) -> int:
        """From the top of the first line to its baseline."""
        return round(self.size * _ASCENT)

    def draw(
        self, strip: Image.Image, lines: list[str], at: tuple[float, float], width: float, *, align: Align, ink: int = 0
    ) -> None:
        """Draw ``lines`` into ``strip`` from ``at`` (left, top) on."""
        left, top = at
        for number, line in enumerate(lines):
            indent = (width - self.width(line)) / 2 if align == "centre" else 0
            self._draw_line(strip, line, round(left + indent), round(top) + number * self._line_rows, ink)

    def _paragraph(self, text: str, width: float) -> list[str]:
        pieces = divided(cut(text, self._weight), width, self._piece_width)
        return [line.text.strip() for line in set_lines(pieces, width, self._piece_width)] or [""]

    def _piece_width(self, piece: Piece) -> float:
        """Wide characters are as wide as high in every font used: nothing has to be measured."""
        return self.size if len(piece.text) == 1 and is_wide(piece.text) else self._line_width(piece.text)

    def _line_width(self, line: str) -> float:
        return sum(self._face(path).getlength(run) for path, run in self._fonts.runs(line, self._weight))

    def _draw_line(self, strip: Image.Image, line: str, left: float, top: int, ink: int) -> None:
        pen = ImageDraw.Draw(strip)
        for path, run in self._fonts.runs(line, self._weight):
            face = self._face(path)
            pen.text((left, top + self.baseline), run, font=face, fill=ink, anchor="ls")
            left += face.getlength(run)

    def _face(self, path: Path) -> ImageFont.FreeTypeFont:
        if path not in self._faces:
            self._faces[path] = ImageFont.truetype(path, self.size)
        return self._faces[path]


def _given_lines(text: str) -> list[str]:
    """The lines that ``text`` comes in. A carriage return, with which names from elsewhere may end, cannot be drawn."""
    return text.splitlines() or [""]
