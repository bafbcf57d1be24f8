"""Checking the whole log: that nothing in it was changed, taken out, put in, moved or cut off.

What is checked are the files as they stand at one moment; a running kiosk goes on writing meanwhile.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.audit.chain import START, Entry, HeadKey, HeadNotGenuine, Link, SignedPlace
from kiosk.audit.files import HEAD, TAKEN_AWAY, months, reading
from kiosk.contract import ContractBroken

_BLOCK = 1 << 16  # bytes of a file read at once, from its end


@dataclass(frozen=True)
class Finding:
    """Something that is wrong. ``number``: of the entry concerned; 0 where it cannot be told, as ``line`` is 0 too."""

    file: str
    line: int
    number: int
    what: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}, entry {self.number}: {self.what}" if self.number else f"{place}: {self.what}"


@dataclass
class Report:
    """What was found. ``anchor``: what the first entry there is names as the entry before it.

    ``taken_away``: the last entry that housekeeping has taken away, as the kiosk has signed it; None if it never did.
    """

    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    anchor: Link = START
    last: Link = START
    taken_away: Link | None = None
    hashes: dict[int, str] = field(default_factory=dict)  # of the entries that were asked for

    @property
    def genuine(self) -> bool:
        """True if nothing is wrong."""
        return not self.findings

    def add(self, file: str, line: int, number: int, what: str) -> None:
        """Something is wrong."""
        self.findings.append(Finding(file, line, number, what))


@dataclass(frozen=True)
class Snapshot:
    """The files as they stood at one moment: each with its size then, and what is signed; None if there is none."""

    files: tuple[tuple[Path, int], ...]
    head: bytes | None
    taken_away: bytes | None = None

    @classmethod
    def of(cls, directory: Path) -> "Snapshot":
        """What is in ``directory`` now. Raises ``OSError`` if there is no log."""
        with reading(directory):
            files = tuple((path, path.stat().st_size) for path in months(directory))
            return cls(files, *(_content(directory / name) for name in (HEAD, TAKEN_AWAY)))

    def lines(self) -> Iterator[tuple[str, int, bytes]]:
        """Each line with its end, its file and its number there."""
        for path, size in self.files:
            with path.open("rb") as file:
                left = size
                number = 0
                while left and (line := file.readline(left)):
                    left -= len(line)
                    number += 1
                    yield path.name, number, line

    def newest_first(self) -> Iterator[bytes]:
        """Each line without its end, from the last one on; no more is read than is taken."""
        for path, size in reversed(self.files):
            yield from _backwards(path, size)


def _backwards(path: Path, size: int) -> Iterator[bytes]:
    rest = b""
    with path.open("rb") as file:
        for start in range((size - 1) // _BLOCK * _BLOCK, -1, -_BLOCK):
            file.seek(start)
            first, *lines = (file.read(min(_BLOCK, size - start)) + rest).split(b"\n")
            yield from (line for line in reversed(lines) if line)
            rest = first
    if rest:
        yield rest


@dataclass(frozen=True)
class Archive:
    """The oldest files have been taken away on purpose. ``hash``: of the last entry in them, if it is known."""

    hash: str | None = None


def verify(
    snapshot: Snapshot, key: HeadKey, archive: Archive | None = None, wanted: frozenset[int] = frozenset()
) -> Report:
    """Walk through the whole log. ``wanted``: the numbers of entries whose hashes are to be told.

    Without an ``archive`` the log must begin with its first entry, or no later than behind those that housekeeping has
    taken away.
    """
    report = Report(taken_away=_taken_away(snapshot, key))
    if report.taken_away is not None:
        wanted |= {report.taken_away.number}
    walk = _Walk(report, archive, wanted)
    for file, line, text in snapshot.lines():
        walk.take(file, line, text)
    _check_beginning(report, snapshot)
    _check_head(report, snapshot.head, key)
    return report


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _taken_away(snapshot: Snapshot, key: HeadKey) -> Link | None:
    """What the kiosk has signed of what was taken away; None also where that is not genuine."""
    with suppress(HeadNotGenuine):
        return None if snapshot.taken_away is None else key.read(snapshot.taken_away, SignedPlace.TAKEN_AWAY)
    return None


def _check_beginning(report: Report, snapshot: Snapshot) -> None:
    """The entry that was signed as the last one taken away is the one before the first, or still there."""
    away = report.taken_away
    if away is None:
        if snapshot.taken_away is not None:
            report.add(TAKEN_AWAY, 0, 0, "was not signed by this kiosk")
    elif report.hashes.get(away.number, away.hash) != away.hash:
        report.add(TAKEN_AWAY, 0, away.number, "was signed with another hash")


class _Walk:
    """Goes from line to line, with the place in the chain that must come next."""

    def __init__(self, report: Report, archive: Archive | None, wanted: frozenset[int]) -> None:
        self._report = report
        self._archive = archive
        self._wanted = wanted
        self._before: Link | None = None
        self._whole = True  # the line before was an entry

    def take(self, file: str, line: int, text: bytes) -> None:
        """One line."""
        report = self._report
        try:
            entry = Entry.read(text.removesuffix(b"\n"))
        except ContractBroken:
            what = "is not an entry" if text.endswith(b"\n") else "was not finished"
            report.add(file, line, 0, what)
            self._whole = False
            return
        for what in self._wrong(entry, text):
            report.add(file, line, entry.number, what)
        report.entries += 1
        report.last = entry.link
        if entry.number in self._wanted:
            report.hashes[entry.number] = entry.hash
        self._before = entry.link
        self._whole = True

    def _wrong(self, entry: Entry, text: bytes) -> Iterator[str]:
        if entry.true_hash != entry.hash:
            yield "was changed: its hash is another"
        elif entry.line != text:
            yield "was changed: it is not written as the kiosk writes" if text.endswith(b"\n") else "was not finished"
        yield from self._first(entry) if self._before is None else self._following(entry, self._before)

    def _first(self, entry: Entry) -> Iterator[str]:
        self._report.anchor = anchor = Link(entry.number - 1, entry.previous)
        self._report.hashes[anchor.number] = anchor.hash
        archive = self._archive
        if archive is None:
            if anchor != START and self._whole and not self._taken_away(anchor):
                yield f"is the first; {_missing(1, entry.number - 1)}" if entry.number > 1 else "names one before it"
        elif archive.hash is not None and archive.hash != entry.previous:
            yield "does not follow the last archived entry"

    def _taken_away(self, anchor: Link) -> bool:
        """Whether housekeeping has taken away what is missing; the hash is compared when all has been read."""
        away = self._report.taken_away
        return away is not None and anchor.number <= away.number

    def _following(self, entry: Entry, before: Link) -> Iterator[str]:
        wanted = before.number + 1
        if entry.number > wanted:
            yield _missing(wanted, entry.number - 1)
        elif entry.number < wanted:
            yield f"stands behind entry {before.number}: moved or repeated"
        elif entry.previous != before.hash:
            yield f"does not follow entry {before.number}: it names another hash"


def _missing(first: int, last: int) -> str:
    return (
        f"entry {first} is missing before it" if first == last else f"entries {first} to {last} are missing before it"
    )


def _check_head(report: Report, head: bytes | None, key: HeadKey) -> None:
    last = report.last
    if head is None:
        report.add(HEAD, 0, 0, "the signed head is missing")
        return
    try:
        signed = key.read(head)
    except HeadNotGenuine as error:
        report.add(HEAD, 0, 0, str(error))
        return
    if signed.number > last.number:
        report.add(
            HEAD, 0, signed.number, f"was signed as the last, but the log ends with entry {last.number}: cut off"
        )
    elif signed.number < last.number:
        report.add(
            HEAD, 0, signed.number, f"was signed as the last; what follows, to entry {last.number}, is not signed"
        )
    elif signed != last:
        report.add(HEAD, 0, signed.number, "was signed with another hash")


def compare(report: Report, gateway: Link) -> None:
    """Add to ``report`` what the gateway's last entry tells; its hash must have been among those wanted."""
    number = gateway.number
    if number > report.last.number:
        report.add("gateway", 0, number, f"is at the gateway, but the log ends with entry {report.last.number}")
    elif number and number >= report.anchor.number and report.hashes.get(number) != gateway.hash:
        report.add("gateway", 0, number, "has another hash at the gateway, or is missing here")
