"""Makes the list of all pairs from a folder of labelled photos: one sub-folder for each person."""

import csv
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import TextIO

from kiosk.face_desk.bad_input import BadInputError, unreadable
from kiosk.face_desk.pair_list import COLUMNS

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp"})
MOST = 2_000_000  # a file of some hundred megabytes; the bounds depend on the people, not on ever more pairs of them


@dataclass(frozen=True)
class Paired:
    """How many of what were found and written."""

    people: int
    pictures: int
    same: int
    different: int


@dataclass(frozen=True)
class _Picture:
    path: Path
    person: int
    reference: bool


def write_pairs(folder: Path, out: Path, reference: str | None = None, without: Sequence[str] = ()) -> Paired:
    """Write the pairs of all pictures under ``folder`` to the new file ``out``, with paths that count from it.

    ``reference``: a pattern such as ``portrait.*``. Then only pictures whose name fits are first in a pair, and only
    the others second: the photo of a document against pictures from the camera, as a kiosk compares.
    ``without``: patterns of pictures to leave out.

    Raises:
        BadInputError: there are not two people with pictures, there are too many, or a file cannot be read or written.
    """
    try:
        pictures = list(_pictures(folder, reference, without))
    except OSError as error:
        raise unreadable(folder, error) from None
    people = {picture.person for picture in pictures}
    if len(people) < 2:
        raise BadInputError(
            f"{folder}: found pictures ({', '.join(sorted(PICTURES))}) in {len(people)} sub-folders; "
            "there must be at least two, one for each person"
        )
    references = [picture for picture in pictures if picture.reference]
    others = [picture for picture in pictures if not picture.reference]
    count = math.comb(len(pictures), 2) if reference is None else len(references) * len(others)
    if not count:
        raise BadInputError(f"{folder}: no picture's name fits {reference}, or every one does")
    if count > MOST:
        raise BadInputError(f"{folder}: {count:,} pairs; at most {MOST:,}: take fewer pictures of each person")
    same = _write(out, combinations(pictures, 2) if reference is None else product(references, others))
    return Paired(len(people), len(pictures), same, count - same)


def _pictures(folder: Path, reference: str | None, without: Sequence[str]) -> Iterator[_Picture]:
    """In the order of their names, so that the same folder gives the same list."""
    people = sorted(place for place in folder.iterdir() if place.is_dir() and not place.name.startswith("."))
    for person, place in enumerate(people):
        for path in sorted(place.iterdir()):
            if any(path.match(pattern) for pattern in without):
                continue
            if path.suffix.lower() in PICTURES and path.is_file():
                yield _Picture(path, person, reference is not None and path.match(reference))


def _write(out: Path, pairs: Iterable[tuple[_Picture, _Picture]]) -> int:
    """How many pairs are the same person's. A list that is there is never written over: it may be corrected by hand."""
    try:
        with open(out, "x", encoding="utf-8", newline="", opener=_private) as file:
            try:
                return _fill(file, out.parent.resolve(), pairs)
            except BaseException:
                out.unlink()
                raise
    except FileExistsError:
        raise BadInputError(f"{out}: is there already; name a new file") from None
    except OSError as error:
        raise unreadable(out, error) from None
    except UnicodeEncodeError:
        raise BadInputError(f"{out}: a picture's name is not UTF-8; rename it") from None


def _fill(file: TextIO, start: Path, pairs: Iterable[tuple[_Picture, _Picture]]) -> int:
    @cache
    def name(picture: _Picture) -> str:
        return os.path.relpath(picture.path.resolve(), start)

    table = csv.writer(file)
    table.writerow(COLUMNS)
    count = 0
    for first, second in pairs:
        same = first.person == second.person
        count += same
        table.writerow((name(first), name(second), int(same)))
    return count


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # file names may be people's names
