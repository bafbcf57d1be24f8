"""The list of pairs to compare: a CSV file with the columns first, second and same.

Who is who follows from it: pictures that the list calls the same person, directly or over others, are one person's.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.face_desk.bad_input import BadInputError, unreadable

COLUMNS = ("first", "second", "same")
_ANSWERS = {"1": True, "yes": True, "0": False, "no": False}
_LEAST = 10


@dataclass(frozen=True)
class Pair:
    """Two pictures, by their places in ``PairList.pictures``, and the line that names them."""

    line: int
    first: int
    second: int
    same: bool


@dataclass(frozen=True)
class PairList:
    """What a list says. ``lines``: where each picture is named first. ``people``: whose picture each is, by number."""

    file: Path
    pictures: tuple[Path, ...] = field(repr=False)  # file names may be people's names
    lines: tuple[int, ...]
    pairs: tuple[Pair, ...]
    people: tuple[int, ...]

    def lines_of(self, pictures: list[int]) -> list[int]:
        """The lines where these pictures are named first, in order."""
        return sorted(self.lines[picture] for picture in pictures)


def read_pairs(file: Path, folder: Path | None = None) -> PairList:
    """Read a list; its paths count from ``folder``, or else from the folder that the list lies in.

    Raises:
        BadInputError: the file cannot be read, a column or a value is not allowed, a pair is there twice or is one
            picture alone, two lines contradict each other, or there are too few pairs.
    """
    reading = _Reading(file, folder or file.parent)
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            for line, row in _rows(file, text):
                reading.take(line, row)
    except OSError as error:
        raise unreadable(file, error) from None
    except UnicodeDecodeError:
        raise BadInputError(f'{file}: not UTF-8; in a spreadsheet, save as "CSV UTF-8"') from None
    return reading.done()


def _rows(file: Path, text: Iterator[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(text, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if sorted(header) != sorted(COLUMNS):
            found = ",".join(header) or "nothing"
            raise BadInputError.at(file, [1], f"the columns must be {','.join(COLUMNS)}; found: {found}")
        for row in reader:
            if len(row) != len(header):
                if row:
                    raise BadInputError.at(
                        file, [reader.line_num], f"{len(row)} values; there are {len(header)} columns"
                    )
                continue
            yield reader.line_num, dict(zip(header, map(str.strip, row), strict=True))
    except csv.Error as error:
        raise BadInputError.at(file, [max(1, reader.line_num)], f"not CSV: {error}") from None


class _Reading:
    """Pictures, pairs and people as the lines come."""

    def __init__(self, file: Path, folder: Path) -> None:
        self._file = file
        self._folder = folder
        self._known: dict[str, int] = {}  # as written; a path is looked up once only
        self._pictures: dict[Path, int] = {}
        self._lines: list[int] = []
        self._pairs: dict[tuple[int, int], Pair] = {}
        self._parents: list[int] = []

    def take(self, line: int, row: dict[str, str]) -> None:
        """Take one line in."""
        first, second = self._picture(line, row["first"]), self._picture(line, row["second"])
        same = _ANSWERS.get(row["same"].lower())
        if same is None:
            raise BadInputError.at(self._file, [line], "column same: allowed are 1 or yes, and 0 or no")
        if first == second:
            raise BadInputError.at(self._file, [line], "a picture is paired with itself")
        earlier = self._pairs.setdefault(
            (min(first, second), max(first, second)), pair := Pair(line, first, second, same)
        )
        if earlier is not pair:
            raise BadInputError.at(self._file, [line], f"the pair of line {earlier.line} again; each counts once")
        if same:
            self._parents[self._root(first)] = self._root(second)

    def done(self) -> PairList:
        """The whole list, checked."""
        roots = [self._root(picture) for picture in range(len(self._parents))]
        for pair in self._pairs.values():
            if not pair.same and roots[pair.first] == roots[pair.second]:
                told = "says that these are different people; other lines make them the same person"
                raise BadInputError.at(self._file, [pair.line], told)
        numbers = {root: number for number, root in enumerate(dict.fromkeys(roots))}
        pairs = tuple(self._pairs.values())
        same = sum(pair.same for pair in pairs)
        demand_enough(self._file, same, len(pairs) - same, "has")
        people = tuple(numbers[root] for root in roots)
        return PairList(self._file, tuple(self._pictures), tuple(self._lines), pairs, people)

    def _picture(self, line: int, name: str) -> int:
        number = self._known.get(name)
        if number is None:
            if not name:
                raise BadInputError.at(self._file, [line], "a picture's path is empty")
            try:
                path = (self._folder / name).resolve()
            except (OSError, ValueError):  # links in a circle, a zero byte
                raise BadInputError.at(self._file, [line], "this cannot be a path") from None
            number = self._known[name] = self._pictures.setdefault(path, len(self._pictures))
            if number == len(self._parents):
                self._parents.append(number)
                self._lines.append(line)
        return number

    def _root(self, picture: int) -> int:
        while (parent := self._parents[picture]) != picture:
            self._parents[picture] = picture = self._parents[parent]
        return picture


def demand_enough(file: Path, same: int, different: int, verb: str) -> None:
    """Refuse to make figures of next to nothing.

    Raises:
        BadInputError: there are too few pairs of one kind.
    """
    if min(same, different) < _LEAST:
        raise BadInputError(
            f"{file}: {verb} {same} pairs of the same person and {different} of different people; "
            f"at least {_LEAST} of each are needed for any figure, and thousands for one worth having"
        )
