"""Breaking sentences into lines: pure, the width of a piece of text is asked from outside.

Kivy breaks Chinese anywhere, even before a comma. Here no line begins with closing punctuation, known words stay
whole, and of all ways to break, the one with the fewest and most even lines is taken.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from config.fonts import Weight
from screens.theme.phrases import break_costs

BOLD_ON, BOLD_OFF = "\x02", "\x03"

_CLOSING = set("，。、；：？！）】」』》〉”’…·,.;:?!)%]")
_OPENING = set("（【「『《〈“‘([")
_APART = "\u3000"  # a wide blank, between things that are said for themselves
_AFTER = {  # what it costs to end a line after a mark; what follows a colon belongs to it
    **dict.fromkeys("。？！；.?!", 0.0),
    **dict.fromkeys("，、,;" + _APART, 0.01),
    **dict.fromkeys("：:", 0.06),
}
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff]")
_PIECE = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff]|[ ]+|[^ \u2e80-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff]+"
)

_BETWEEN_WORDS = 0.2
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


def _phrase_costs(pieces: Sequence[Piece]) -> dict[int, float]:
    """What it costs more to break before a piece, because there it divides a word or a phrase; 0 is left out."""
    text = "".join(piece.text for piece in pieces)
    if not _WIDE.search(text):
        return {}
    costs = break_costs(text)
    found: dict[int, float] = {}
    offset = 0
    for i, piece in enumerate(pieces):
        if offset in costs:
            found[i] = costs[offset]
        offset += len(piece.text)
    return found


def break_cost(said: Sequence[Piece], after: Piece) -> float | None:
    """What it costs to end a line with ``said``, before the piece ``after``; None where it is forbidden."""
    before = said[-1]
    if after.is_space or after.text[0] in _CLOSING or before.text[-1] in _OPENING:
        return None
    word = said[-2] if before.is_space and before.text != _APART and len(said) > 1 else before
    last = word.text[-1]
    if not (before.is_space or is_wide(last) or is_wide(after.text[0]) or last == "/"):
        return None
    if last in _AFTER:
        return _AFTER[last]
    if after.text[0] in _OPENING and is_wide(after.text[0]):
        return 0.03
    return _BETWEEN_WORDS if before.is_space else 0.18


_PER_LINE = 1.0
_LEFT_OVER = {1: 1.2, 2: 0.4}  # by what stands in the last line, closing punctuation apart
_MANY = 6


def set_lines(pieces: Sequence[Piece], width: float, measure: Callable[[Piece], float]) -> list[SetLine]:
    """The best lines for ``pieces`` within ``width``; a piece wider than that stands alone and overhangs."""
    if not pieces:
        return []
    widths = [measure(piece) for piece in pieces]
    if sum(widths) <= width:
        return [SetLine(tuple(pieces), sum(widths))]
    phrases = _phrase_costs(pieces)
    count = len(pieces)
    best: list[float] = [0.0] + [float("inf")] * count
    previous = [0] * (count + 1)
    for start in range(count):
        if best[start] == float("inf"):
            continue
        used = 0.0
        for end in range(start + 1, count + 1):
            used += widths[end - 1]
            visible = used - (widths[end - 1] if pieces[end - 1].is_space else 0.0)
            if visible > width and end > start + 1:
                break
            cost = _line_cost(pieces, start, end, visible / width, phrases)
            if cost is not None and best[start] + cost < best[end]:
                best[end], previous[end] = best[start] + cost, start
    return _collect(pieces, widths, previous, count)


def _line_cost(pieces: Sequence[Piece], start: int, end: int, filled: float, phrases: dict[int, float]) -> float | None:
    """The cost of a line that ends before piece ``end``: its break and its emptiness (little for the last)."""
    if end == len(pieces):
        return _PER_LINE + (_loneliness(pieces[start:]) if start > 0 else 0.0) + max(0.0, 0.3 - filled)
    at_break = break_cost(pieces[max(start, end - 2) : end], pieces[end])
    if at_break is None:
        return None
    return _PER_LINE + at_break + phrases.get(end, 0.0) + 0.5 * max(0.0, 1 - filled) ** 2


def _loneliness(last: Sequence[Piece]) -> float:
    """What it costs that hardly anything stands in the last line."""
    if len(last) > _MANY:
        return 0.0
    standing = [piece for piece in last if not piece.is_space and piece.text not in _CLOSING]
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
