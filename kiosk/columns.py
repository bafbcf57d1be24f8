"""Lines of text in columns, for a terminal on which a Chinese character is as wide as two Latin ones."""

import unicodedata
from collections.abc import Sequence

_GAP = "  "


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, columns: int) -> str:
    """``text`` with spaces behind it, ``columns`` wide."""
    return text + " " * (columns - width(text))


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line for each row; each column is as wide as its widest cell. All rows have as many cells."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [_GAP.join(map(padded, row, widths)).rstrip() for row in rows]
