"""The kiosk's three fonts, and which of them draws which character.

No single font holds every character of a Chinese name. Noto Sans CJK draws nearly all text; HanaMin A and B draw the
rare characters that Noto lacks. Neither SDL2 nor Pillow looks for a missing character elsewhere, so every text is cut
into runs, each with its own font, before it is drawn.

Debian's Noto file is a collection whose first face is Japanese; the Simplified Chinese faces are taken out once, when
the kiosk is set up::

    python -m config.fonts build/fonts
"""

import argparse
import json
import sys
import tempfile
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Self

from fontTools.ttLib import TTCollection, TTFont

_NOTO = Path("/usr/share/fonts/opentype/noto")
_HANAZONO = Path("/usr/share/fonts/truetype/hanazono")
_COVERAGE = "coverage.json"
_IN_PLACE = "〓"  # the printers' mark for a character that is not in the case: seen by all, and no letter of a name


class Weight(StrEnum):
    """The two weights in use. Rare characters have one weight only."""

    REGULAR = "Regular"
    BOLD = "Bold"


@dataclass(frozen=True)
class Source:
    """A font as Debian installs it. ``face`` is the PostScript name of the face wanted from a collection."""

    path: Path
    package: str
    face: str | None = None

    @property
    def file_name(self) -> str:
        """Its name in the kiosk's font directory."""
        return f"{self.face}.otf" if self.face else self.path.name


TEXT_FONTS = {
    weight: Source(_NOTO / f"NotoSansCJK-{weight}.ttc", "fonts-noto-cjk", face=f"NotoSansCJKsc-{weight}")
    for weight in Weight
}
RARE_FONTS = tuple(Source(_HANAZONO / name, "fonts-hanazono") for name in ("HanaMinA.ttf", "HanaMinB.ttf"))
SOURCES = (*TEXT_FONTS.values(), *RARE_FONTS)


class FontsMissingError(FileNotFoundError):
    """The fonts are not where they should be; the message says what to run."""


class _CodePoints:
    """A set of code points, kept as sorted ranges: 60,000 characters in a few hundred numbers."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def __contains__(self, char: str) -> bool:
        index = bisect_right(self._starts, ord(char)) - 1
        return index >= 0 and ord(char) <= self._ends[index]


class FontSet:
    """The fonts of one directory, prepared by ``prepare``."""

    def __init__(self, directory: Path, coverage: dict[str, _CodePoints]) -> None:
        self._directory = directory
        self._coverage = coverage

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Open a directory of prepared fonts; reads only the small list of what each font holds.

        Raises:
            FontsMissingError: the directory was never prepared, or a font has gone from it.
        """
        advice = f"run: python -m config.fonts {directory}"
        try:
            stored = json.loads((directory / _COVERAGE).read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise FontsMissingError(f"no fonts in {directory}; {advice}") from error
        for source in SOURCES:
            if source.file_name not in stored or not (directory / source.file_name).exists():
                raise FontsMissingError(f"font {source.file_name} is missing in {directory}; {advice}")
        return cls(directory, {name: _CodePoints(entry["ranges"]) for name, entry in stored.items()})

    def path(self, weight: Weight = Weight.REGULAR) -> Path:
        """The font file that draws ordinary text in this weight."""
        return self._directory / TEXT_FONTS[weight].file_name

    def runs(self, text: str, weight: Weight = Weight.REGULAR) -> list[tuple[Path, str]]:
        """Cut ``text`` into the longest pieces that one font can draw, in order; joined they are ``text`` again.

        In place of a character that no font has stands ``〓``: a font's own box looks like a character of the name.
        """
        runs: list[tuple[Path, str]] = []
        for wanted in text:
            belongs = runs and _belongs_to_previous(wanted)
            path, char = (runs[-1][0], wanted) if belongs else self._drawn(wanted, weight)
            if runs and runs[-1][0] == path:
                runs[-1] = (path, runs[-1][1] + char)
            else:
                runs.append((path, char))
        return runs

    def missing(self, text: str) -> str:
        """The characters of ``text`` that no font has, each once, in order."""
        drawn = (char for char in text if not _belongs_to_previous(char) and unicodedata.category(char) != "Cc")
        return "".join(
            dict.fromkeys(char for char in drawn if not any(char in points for points in self._coverage.values()))
        )

    def _drawn(self, char: str, weight: Weight) -> tuple[Path, str]:
        """The font for a character, and what it draws."""
        wanted = TEXT_FONTS[weight].file_name
        for name in (wanted, *(source.file_name for source in RARE_FONTS)):
            if char in self._coverage[name]:
                return self._directory / name, char
        without_ink = char.isspace() or unicodedata.category(char) == "Cc" or _belongs_to_previous(char)
        return self._directory / wanted, char if without_ink else _IN_PLACE


def _belongs_to_previous(char: str) -> bool:
    """True for marks that sit on the character before them and for characters without width."""
    return unicodedata.category(char) in {"Mn", "Me", "Cf"}


def prepare(directory: Path, sources: Iterable[Source] = SOURCES) -> None:
    """Put all fonts into ``directory`` and note what each of them holds. Quick when they are already there.

    Raises:
        FontsMissingError: a Debian package is not installed, or its collection lacks the Chinese face.
    """
    directory.mkdir(parents=True, exist_ok=True)
    noted = _noted(directory)
    coverage = {source.file_name: _entry(source, directory, noted.get(source.file_name)) for source in sources}
    if coverage != noted:
        _replace(directory / _COVERAGE, json.dumps(coverage).encode("ascii"))


def _noted(directory: Path) -> dict[str, dict[str, object]]:
    try:
        noted = json.loads((directory / _COVERAGE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _entry(source: Source, directory: Path, noted: dict[str, object] | None) -> dict[str, object]:
    """What is noted about one font; the font is taken over again only if Debian's file has changed."""
    try:
        stat = source.path.stat()
    except OSError as error:
        raise FontsMissingError(f"{source.path} is missing; run: apt-get install {source.package}") from error
    made_from = [stat.st_size, stat.st_mtime_ns]
    target = directory / source.file_name
    if noted is not None and noted.get("made_from") == made_from and target.exists():
        return noted
    with _open_face(source) as font:
        if source.face is None:
            _link(source.path, target)
        else:
            _save(font, target)
        return {"made_from": made_from, "ranges": list(_ranges(font.getBestCmap()))}


@contextmanager
def _open_face(source: Source) -> Iterator[TTFont]:
    # Tables are copied as they are; computing them anew would take a minute.
    as_they_are = {"lazy": True, "recalcBBoxes": False, "recalcTimestamp": False}
    if source.face is None:
        with TTFont(source.path, **as_they_are) as font:
            yield font
        return
    with TTCollection(source.path, **as_they_are) as collection:
        faces = {font["name"].getDebugName(6): font for font in collection}
        if source.face not in faces:
            raise FontsMissingError(f"{source.path} holds no face {source.face}")
        yield faces[source.face]


def _ranges(code_points: Iterable[int]) -> Iterator[list[int]]:
    for _, members in groupby(enumerate(sorted(code_points)), key=lambda pair: pair[1] - pair[0]):
        run = [code_point for _, code_point in members]
        yield [run[0], run[-1]]


def _save(font: TTFont, target: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        font.save(file)
    _publish(Path(file.name), target)


def _replace(target: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(content)
    _publish(Path(file.name), target)


def _publish(temporary: Path, target: Path) -> None:
    temporary.chmod(0o644)
    temporary.replace(target)


def _link(origin: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        link = Path(place) / target.name
        link.symlink_to(origin)
        link.replace(target)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the directory named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m config.fonts", description="Prepare the kiosk's fonts.")
    parser.add_argument("directory", type=Path)
    directory = parser.parse_args(arguments).directory
    try:
        prepare(directory)
    except FontsMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
