"""Breaking sentences into lines, for the screens and for the paper: pure, widths are asked from outside.

Kivy breaks Chinese anywhere, even before a comma, and Pillow does not break at all. Here no line begins with closing
punctuation (GB/T 15834), known words stay whole, and of all ways to break, the one with the fewest and most even
lines is taken.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from config.fonts import Weight
from config.phrases import break_costs

BOLD_ON, BOLD_OFF = "\x02", "\x03"

_CLOSING = set("，。、；：？！）】〕」』》〉”’…·—～~,.;:?!)%]}°℃")
_OPENING = set("（【〔「『《〈“‘([{￥")
_APART = "\u3000"  # a wide blank, between things that are said for themselves
_AFTER = {  # what it costs to end a line after a mark; what follows a colon belongs to it
    **dict.fromkeys("。？！；.?!", 0.0),
    **dict.fromkeys("，、,;" + _APART, 0.01),
    **dict.fromkeys("：:·", 0.06),
}
_WIDE_CHARS = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff"
_ON_IT = "[\u0300-\u036f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]*"  # accents, and which form is meant
_WIDE = re.compile(f"[{_WIDE_CHARS}]")
_PIECE = re.compile(f"[{_WIDE_CHARS}]{_ON_IT}|[ ]+|[^ {_WIDE_CHARS}]+")
_CHARACTER = re.compile(f".{_ON_IT}", re.DOTALL)

_NUMBERED = re.compile("[0-9]+[.] *")  # of a title: it goes with what follows
_BETWEEN_WORDS = 0.2
_BEHIND_COUNT = 0.6  # between a short number and what it counts
_DIGITS = 3
_AT_STROKES = re.compile("[^/]*/+|[^/]+")
_LONG = 24  # characters without a blank


@dataclass(frozen=True)
class Piece:
    """The smallest part of a line that is never divided."""

    text: str
    weight: Weight

    @property
    def is_space(self) -> bool:
        """True for blanks, which vanish at the end of a line."""
        return self.text.isspace()


@dataclass(frozen=True)
class SetLine:
    """One line as it will be drawn."""

    pieces: tuple[Piece, ...]
    width: float

    @property
    def text(self) -> str:
        """What stands in it."""
        return "".join(piece.text for piece in self.pieces)

    def runs(self) -> list[tuple[str, Weight]]:
        """Neighbouring pieces of one weight joined."""
        joined: list[tuple[str, Weight]] = []
        for piece in self.pieces:
            if joined and joined[-1][1] is piece.weight:
                joined[-1] = (joined[-1][0] + piece.text, piece.weight)
            else:
                joined.append((piece.text, piece.weight))
        return joined


def is_wide(char: str) -> bool:
    """True for characters as wide as high."""
    return _WIDE.match(char) is not None


def cut(marked: str, weight: Weight) -> list[Piece]:
    """A sentence with bold marks, cut into pieces."""
    pieces: list[Piece] = []
    present = weight
    for part in re.split(f"([{BOLD_ON}{BOLD_OFF}])", marked):
        if part == BOLD_ON:
            present = Weight.BOLD
        elif part == BOLD_OFF:
            present = weight
        else:
            pieces.extend(Piece(part, present) for match in _PIECE.findall(part) for part in _parts(match))
    return pieces


def _parts(piece: str) -> list[str]:
    """An address on the web may end a line after a stroke; any other run of letters stays whole."""
    return _AT_STROKES.findall(piece) if len(piece) > _LONG else [piece]


def divided(pieces: Sequence[Piece], width: float, measure: Callable[[Piece], float]) -> list[Piece]:
    """The pieces, with each that is wider than ``width`` in its characters: where nothing may overhang, as on paper."""
    fitting: list[Piece] = []
    for piece in pieces:
        parts = [piece.text] if measure(piece) <= width else _CHARACTER.findall(piece.text)
        fitting += [Piece(part, piece.weight) for part in parts]
    return fitting


def _break_cost(said: Sequence[Piece], after: Piece) -> float | None:
    """What it costs to end a line with ``said``, before the piece ``after``; None where it is forbidden."""
    before = said[-1]
    word = said[-2] if before.is_space and before.text != _APART and len(said) > 1 else before
    last = word.text[-1]
    if after.is_space or after.text[0] in _CLOSING or last in _OPENING:
        return None
    if not (before.is_space or is_wide(last) or is_wide(after.text[0]) or last == "/"):
        return None
    if last in _AFTER:
        return _AFTER[last]
    if after.text[0] in _OPENING and is_wide(after.text[0]):
        return 0.03
    if before.is_space:
        counts = word.text.isdigit() and len(word.text) <= _DIGITS and after.text[0].isalnum()
        return _BEHIND_COUNT if counts else _BETWEEN_WORDS
    return 0.18


_FORBIDDEN = 100.0  # no line ends there as long as there is any other way
_NUMBER_ALONE = 2.0
_PER_LINE = 1.0
_LEFT_OVER = {1: 1.2, 2: 0.4}  # by what stands in the last line, closing punctuation apart
_MANY = 6
_ENOUGH = 0.5
_LONG_WORD = 0.25  # alone in the last line, but filling enough of it; a number may stand so


def _break_costs(pieces: Sequence[Piece]) -> list[float]:
    """What it costs to end a line before each piece; more where that divides a word or a phrase."""
    text = "".join(piece.text for piece in pieces)
    phrases = break_costs(text) if _WIDE.search(text) else {}
    numbered = _NUMBERED.match(text)
    costs, offset = [0.0], 0
    for at, piece in enumerate(pieces[:-1], 1):
        offset += len(piece.text)
        cost = _break_cost(pieces[max(0, at - 2) : at], pieces[at])
        alone = _NUMBER_ALONE if numbered and offset == numbered.end() else 0.0
        costs.append((_FORBIDDEN if cost is None else cost) + phrases.get(offset, 0.0) + alone)
    return costs


def set_lines(pieces: Sequence[Piece], width: float, measure: Callable[[Piece], float]) -> list[SetLine]:
    """The best lines for ``pieces`` within ``width``; a piece wider than that stands alone and overhangs."""
    if not pieces:
        return []
    widths = [measure(piece) for piece in pieces]
    if sum(widths) <= width:
        return [SetLine(tuple(pieces), sum(widths))]
    breaks = _break_costs(pieces)
    count = len(pieces)
    best: list[float] = [0.0] + [float("inf")] * count
    previous = [0] * (count + 1)
    for start in range(count):
        used = 0.0
        for end in range(start + 1, count + 1):
            used += widths[end - 1]
            visible = used - (widths[end - 1] if pieces[end - 1].is_space else 0.0)
            if visible > width and end > start + 1 and not pieces[end - 1].is_space:
                break
            filled = visible / width
            ending = (
                _last_cost(pieces, start, filled) if end == count else breaks[end] + 0.5 * max(0.0, 1 - filled) ** 2
            )
            cost = best[start] + _PER_LINE + ending
            if cost < best[end]:
                best[end], previous[end] = cost, start
    return _collect(pieces, widths, previous, count)


def _last_cost(pieces: Sequence[Piece], start: int, filled: float) -> float:
    """What the last line costs, from ``start`` on: that hardly anything stands in it, and little for its emptiness."""
    return (_loneliness(pieces[start:], filled) if start > 0 else 0.0) + max(0.0, 0.3 - filled)


def _loneliness(last: Sequence[Piece], filled: float) -> float:
    """What it costs that hardly anything stands in the last line."""
    if len(last) > _MANY:
        return 0.0
    standing = [piece for piece in last if not piece.is_space and piece.text not in _CLOSING]
    if len(standing) == 1 and filled > _ENOUGH:
        return 0.0 if standing[0].text[-1].isdigit() else _LONG_WORD
    if len(standing) > 1:  # two Latin words may be a line
        return _LEFT_OVER.get(sum((len(piece.text) + 1) // 2 for piece in standing), 0.0)
    return _LEFT_OVER[1]


def _collect(pieces: Sequence[Piece], widths: Sequence[float], previous: Sequence[int], count: int) -> list[SetLine]:
    lines: list[SetLine] = []
    end = count
    while end > 0:
        start = previous[end]
        first, last = start, end
        while last > first + 1 and pieces[last - 1].is_space:
            last -= 1
        lines.append(SetLine(tuple(pieces[first:last]), sum(widths[first:last])))
        end = start
    return lines[::-1]
