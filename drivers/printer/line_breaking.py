"""Where a line of Chinese or mixed text may end (after GB/T 15834 and common typesetting practice).

A line may end after any Chinese character, but never begin with a closing mark nor end with an opening one. Words and
numbers of Latin characters stay whole as long as they fit on a line at all, and a number stays with its unit.
"""

import unicodedata
from collections.abc import Callable

_NEVER_FIRST = frozenset("，。、；：？！）】》〉」』’”·…—～%℃,.;:?!)]}°")
_NEVER_LAST = frozenset("（【《〈「『‘“([{￥¥#")

_UNITS = frozenset("年月日时分秒天元号个岁")

Measure = Callable[[str], float]


def break_lines(text: str, width: float, measure: Measure) -> list[str]:
    """Break ``text`` into lines of at most ``width`` by ``measure``; a newline in it always breaks.

    A last line of a single character takes another one along, so that it does not stand alone.
    """
    return [line for paragraph in text.split("\n") for line in _break_paragraph(paragraph, width, measure)]


def breaks_well(text: str, width: float, measure: Measure) -> bool:
    """True if no word or number has to be cut for lines of ``width``."""
    return all(measure(atom.rstrip()) <= width for atom in _atoms(text))


def _break_paragraph(text: str, width: float, measure: Measure) -> list[str]:
    lines: list[list[str]] = [[]]
    for atom in _fitting(_atoms(text), width, measure):
        if lines[-1] and measure("".join([*lines[-1], atom]).rstrip()) > width:
            lines.append([])
        lines[-1].append(atom)
    if len(lines) > 1 and len(lines[-1]) == 1 and len(lines[-2]) > 1 and len(_clusters(lines[-1][0].rstrip())) <= 2:
        taken_along = lines[-2][-1] + lines[-1][0]
        if measure(taken_along.rstrip()) <= width:
            lines[-1].insert(0, lines[-2].pop())
    return ["".join(line).strip() for line in lines]


def _fitting(atoms: list[str], width: float, measure: Measure) -> list[str]:
    """Atoms that fit on a line; one that is too long for any line is cut between its characters."""
    fitting: list[str] = []
    for atom in atoms:
        fitting += [atom] if measure(atom.rstrip()) <= width else _cut(atom, width, measure)
    return fitting


def _cut(atom: str, width: float, measure: Measure) -> list[str]:
    pieces = [""]
    for cluster in _clusters(atom):
        if pieces[-1] and measure(pieces[-1] + cluster) > width:
            pieces.append("")
        pieces[-1] += cluster
    return pieces


def _atoms(text: str) -> list[str]:
    """The pieces between which a line may end."""
    atoms: list[str] = []
    for cluster in _clusters(text):
        if atoms and _stay_together(atoms[-1], cluster):
            atoms[-1] += cluster
        else:
            atoms.append(cluster)
    return atoms


def _stay_together(before: str, cluster: str) -> bool:
    last, first = before[-1], cluster[0]
    if first in _NEVER_FIRST or first.isspace() or last in _NEVER_LAST:
        return True
    if last.isdigit() and first in _UNITS:
        return True
    return not last.isspace() and _is_latin(last) and _is_latin(first)


def _is_latin(char: str) -> bool:
    """True for what makes up words and numbers that are not to be broken."""
    return unicodedata.east_asian_width(char) not in {"W", "F"} and char not in _NEVER_FIRST - frozenset(",.;:%°")


def _clusters(text: str) -> list[str]:
    """Characters with the marks that sit on them."""
    clusters: list[str] = []
    for char in text:
        if clusters and unicodedata.category(char) in {"Mn", "Me", "Mc", "Cf"}:
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters
