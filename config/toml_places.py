"""Where in a TOML text each value stands, for messages that name the line. The text is valid TOML already."""

import re
from collections.abc import Iterator, Mapping

Place = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r]+|\#[^\n]*)
    |(?P<string>\"{3}(?s:.)*?(?<!\\)\"{3,5}|'{3}(?s:.)*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*')
    |(?P<sign>[\[\]{}=,.\n])
    |(?P<bare>[^\s#"'\[\]{}=,.]+)""",
    re.VERBOSE,
)


def places(text: str) -> Mapping[Place, int]:
    """The line, counted from 1, of every table, key and array item; items of arrays go by their index."""
    return _Scanner(text).found


def line_of(text: str, location: Place) -> int | None:
    """The line on which the text sets what is at ``location``; None if it does not."""
    return places(text).get(location)


def dotted(location: Place) -> str:
    """A location as one writes it: ``kiosk[1].title.en``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


class _Scanner:
    def __init__(self, text: str) -> None:
        self.found: dict[Place, int] = {}
        self._tokens = list(_tokens(text))
        self._at = 0
        self._count: dict[Place, int] = {}
        table: Place = ()
        while self._at < len(self._tokens):
            if self._take("\n"):
                continue
            if self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take(self, sign: str) -> bool:
        taken = self._peek() == sign
        self._at += taken
        return taken

    def _header(self) -> Place:
        line = self._tokens[self._at][1]
        self._take("[")
        array = self._take("[")
        table: Place = ()
        names = self._key()
        for index, name in enumerate(names):
            table = (*table, name)
            if array and index == len(names) - 1:
                self._count[table] = self._count.get(table, -1) + 1
                self.found.setdefault(table, line)
            if table in self._count:  # the last one of an array of tables
                table = (*table, self._count[table])
        self.found.setdefault(table, line)
        while self._take("]"):
            pass
        return table

    def _pair(self, table: Place) -> None:
        line = self._tokens[self._at][1]
        for name in self._key():
            table = (*table, name)
            self.found.setdefault(table, line)
        self._take("=")
        self._value(table)

    def _key(self) -> list[str]:
        names = []
        while self._peek() not in {"=", "]", ""}:
            if not self._take("."):
                names.append(self._peek().strip("\"'"))
                self._at += 1
        return names

    def _value(self, place: Place) -> None:
        if self._take("["):
            index = 0
            while not self._take("]"):
                if not self._take("\n") and not self._take(","):
                    self.found[*place, index] = self._tokens[self._at][1]
                    self._value((*place, index))
                    index += 1
        elif self._take("{"):
            while not self._take("}"):
                if not self._take("\n") and not self._take(","):
                    self._pair(place)
        else:
            while self._peek() not in {",", "]", "}", "\n", ""}:
                self._at += 1  # a number with a point, or a date and a time, is several tokens


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skip":
            yield match.group(), line
        line += match.group().count("\n")
