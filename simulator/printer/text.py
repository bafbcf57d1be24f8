"""Text lines of the simulated printer: font A, 12 x 24 dots, Chinese characters 24 x 24."""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from config.fonts import FontSet
from simulator.printer.paper import Paper

CELL_HEIGHT = 24
HALF_WIDTH = 12
DEFAULT_LINE_ROWS = 30
_GLYPH_SIZE = 22


class TextLine:
    """The line being put together; it is printed when it is full or fed."""

    def __init__(self, width_dots: int, fonts: FontSet | None) -> None:
        self._width_dots = width_dots
        self._fonts = fonts
        self.reset()

    def reset(self) -> None:
        """The state after switching on (ESC @)."""
        self.line_rows = DEFAULT_LINE_ROWS
        self._across = self._down = 1
        self._alignment = 0
        self._text = ""
        self._cells: list[Image.Image] = []

    def resize(self, across: int, down: int) -> None:
        """Characters from here on are so many times as wide and as high."""
        self._across, self._down = across, down

    def align(self, alignment: int) -> None:
        """0 left, 1 centre, 2 right."""
        self._alignment = alignment

    def add(self, char: str, paper: Paper) -> None:
        """Put one character into the line; a full line is printed first."""
        cell = self._draw(char)
        if sum(each.width for each in self._cells) + cell.width > self._width_dots:
            self.feed(paper)
        self._cells.append(cell)
        self._text += char

    def flush(self, paper: Paper) -> None:
        """Print what is in the line, if anything."""
        if self._cells:
            self.feed(paper)

    def feed(self, paper: Paper) -> None:
        """Print the line and move on to the next."""
        cells, text = self._cells, self._text
        self._cells, self._text = [], ""
        paper.note_text(text + "\n")
        height = max((cell.height for cell in cells), default=0)
        if cells:
            paper.add_picture(self._line_picture(cells, height))
        paper.feed(max(0, self.line_rows - height))

    def _line_picture(self, cells: list[Image.Image], height: int) -> Image.Image:
        width = sum(cell.width for cell in cells)
        picture = Image.new("1", (self._width_dots, height), 1)
        x = (0, (self._width_dots - width) // 2, self._width_dots - width)[self._alignment % 3]
        for cell in cells:
            picture.paste(cell, (x, height - cell.height))
            x += cell.width
        return picture

    def _draw(self, char: str) -> Image.Image:
        width = HALF_WIDTH if char.isascii() else CELL_HEIGHT
        cell = Image.new("1", (width, CELL_HEIGHT), 1)
        if self._fonts:
            (path, _), *_ = self._fonts.runs(char)
            ImageDraw.Draw(cell).text((width / 2, CELL_HEIGHT / 2), char, font=_font(path), fill=0, anchor="mm")
        return cell.resize((width * self._across, CELL_HEIGHT * self._down), Image.Resampling.NEAREST)


@lru_cache(maxsize=4)
def _font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, _GLYPH_SIZE)
