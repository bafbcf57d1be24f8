"""The log on disk: a file for each month, an entry a line, one writer at a time, every append durable.

Blocking. Nothing is ever changed or deleted, with two exceptions: what a crash left of a line that was never finished
is moved into a file beside the log (``torn-<number>``), and an entry says so; and housekeeping takes old months away,
and signs up to which entry (``taken_away.jws``). Files are read from their end only. The last one has room of its own
behind its end: what happens while the disk is full stands in the log like everything else.
"""

import errno
import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.files import sync_directory
from config.room import give_back_room, has_room, keep_room, replace_in_room
from kiosk.audit.chain import START, Entry, HeadKey, HeadNotGenuine, Link, SignedPlace
from kiosk.audit.entries import Draft, Event, Value
from kiosk.contract import ContractBroken

HEAD = "head.jws"
TAKEN_AWAY = "taken_away.jws"
SIGNED = {HEAD: SignedPlace.HEAD, TAKEN_AWAY: SignedPlace.TAKEN_AWAY}

_LOCK = "audit.lock"
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")
_BLOCK = 1 << 16  # bytes of a file's end that are read first
_ROOM = 1 << 20  # bytes that are kept behind the end: some 2,500 entries, or 200 visits


class AuditFiles:
    """The files of one kiosk's log. Any number of processes may append; they take turns.

    ``short``: when an entry was written last, the disk was full, or nearly so.
    """

    def __init__(self, directory: Path, key: HeadKey) -> None:
        self.directory = directory
        self.short = False
        self._key = key
        self._signed: tuple[bytes, Link] = (b"", START)  # the head that was checked last

    def append(self, drafts: Sequence[Draft]) -> Link:
        """Write ``drafts`` as the next entries, and sign the last; returns it when both are on disk.

        An entry before them tells when the log was not found as it was left.

        Raises:
            OSError: they could not be written, and the log is as it was.
            HeadNotWrittenError: they stand in the log, but are not signed.
        """
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self.directory / _LOCK, fcntl.LOCK_EX):
            before, notices = self._found(drafts[0])
            entries = _chained(before, [*notices, *drafts])
            self._write(self._file_for(drafts[0]), b"".join(entry.line for entry in entries))
            last = entries[-1].link
            self._sign(last)
            return last

    def months(self) -> list[Path]:
        """The files of the log, in order."""
        return months(self.directory)

    def take_away(self, month: Path) -> None:
        """Delete the oldest file of the log for good; what it ended with is signed first, so that no reader is alarmed.

        After a crash in between the file is there still, and goes the next time.

        Raises:
            OSError: it is not the oldest, is damaged, or could not be deleted.
        """
        with _locked(self.directory / _LOCK, fcntl.LOCK_EX):
            link, whole, size = _end_of(month)
            if month not in self.months()[:-1][:1] or link is None or whole < size:
                raise OSError(errno.EINVAL, "not a whole month at the beginning of the log", str(month))
            replace(self.directory / TAKEN_AWAY, self._key.sign(link, SignedPlace.TAKEN_AWAY))
            month.unlink()
            sync_directory(self.directory)

    def _found(self, draft: Draft) -> tuple[Link, list[Draft]]:
        """Where the chain goes on, and what has to be said about its end first."""
        end = self._end()
        signed = self._head()
        notices: list[tuple[Event, dict[str, Value]]] = []
        before = end.link
        if signed.number > end.link.number:
            # The chain goes on where it was signed: so the gap shows for ever.
            notices.append((Event.ENTRIES_MISSING, {"first": end.link.number + 1, "last": signed.number}))
            before = signed
        elif signed != end.link:
            notices.append((Event.TAIL_UNSIGNED, {"last": end.link.number}))
        torn = self.directory / f"torn-{before.number + 1:09d}"
        if end.torn is not None:
            _move_torn(end.torn, end.whole, torn)
        with suppress(FileNotFoundError):  # also one that was moved just before a crash
            notices.append((Event.TAIL_CUT, {"bytes": torn.stat().st_size}))
        return before, [Draft(draft.at, draft.sure, "", event, fields) for event, fields in notices]

    def _end(self) -> "_End":
        torn: tuple[Path, int] | None = None
        for path in reversed(self.months()):
            link, whole, size = _end_of(path)
            if torn is None and whole < size:
                torn = (path, whole)
            if link is not None:
                return _End(link, *(torn or (None, 0)))
        return _End(START, *(torn or (None, 0)))

    def _head(self) -> Link:
        """What was signed last; the beginning when that is missing or not genuine."""
        try:
            text = (self.directory / HEAD).read_bytes()
            if text != self._signed[0]:
                self._signed = (text, self._key.read(text))
        except (FileNotFoundError, HeadNotGenuine):
            return START
        return self._signed[1]

    def _file_for(self, draft: Draft) -> Path:
        """The last file, or a new one, once its month is sure and there is room for another.

        The very first has the month of a clock that may have been years ahead. It would take every later entry, so it
        gets the month of the first time that is sure.
        """
        wanted = self.directory / f"{draft.at:%Y-%m}.jsonl"
        *older, last = self.months() or [wanted]
        if not draft.sure or wanted == last:
            return last
        if wanted > last:
            return wanted if has_room(self.directory, _ROOM) else last
        if not older:
            last.rename(wanted)
            sync_directory(self.directory)
            return wanted
        return last

    def _write(self, path: Path, text: bytes) -> None:
        """Append ``text`` durably, all of it or nothing."""
        is_new = not path.exists()
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(handle).st_size
            try:
                _write_all(handle, text)
                os.fdatasync(handle)
            except OSError:
                os.ftruncate(handle, size)
                raise
            self.short = not has_room(handle, _ROOM)
            keep_room(handle, _ROOM)
        finally:
            os.close(handle)
        if is_new:
            sync_directory(self.directory)
            for month in self.months()[-2:-1]:
                give_back_room(month)

    def _sign(self, last: Link) -> None:
        text = self._key.sign(last)
        try:
            replace_in_room(self.directory / HEAD, text)
        except OSError as error:
            raise HeadNotWrittenError(last) from error
        self._signed = (text, last)


@dataclass(frozen=True)
class _End:
    """The last whole entry, and the file that ends with half a line after ``whole`` bytes."""

    link: Link
    torn: Path | None
    whole: int


class HeadNotWrittenError(OSError):
    """The entries up to ``last`` are in the log, but are not signed."""

    def __init__(self, last: Link) -> None:
        super().__init__("the head could not be written")
        self.last = last


def months(directory: Path) -> list[Path]:
    """The files of the log in ``directory``, in order. Raises ``FileNotFoundError``."""
    return sorted(path for path in directory.iterdir() if _MONTH.fullmatch(path.name))


def delivered_months(directory: Path, before: str, delivered: int) -> list[Path]:
    """The oldest files of the log that end before the month ``before`` ("2026-05") and by entry ``delivered``.

    Never the last one: the chain goes on there.
    """
    found: list[Path] = []
    for path in months(directory)[:-1]:
        link, whole, size = _end_of(path)
        if path.stem >= before or link is None or whole < size or link.number > delivered:
            break
        found.append(path)
    return found


@contextmanager
def reading(directory: Path) -> Iterator[None]:
    """Keep writers out while one looks at the files; a copy of a log has no lock and no writers. Raises ``OSError``."""
    if not (directory / _LOCK).exists():
        yield
        return
    with _locked(directory / _LOCK, fcntl.LOCK_SH):
        yield


def replace(path: Path, text: bytes) -> None:
    """Write a small file in one step: after a power cut it is the old one or the new one."""
    new = path.with_suffix(".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        _write_all(handle, text)
        os.fsync(handle)
    finally:
        os.close(handle)
    new.rename(path)
    sync_directory(path.parent)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    """flock, since that is held by the open file: two threads of one process take turns as well."""
    flags = os.O_RDWR | os.O_CREAT if how == fcntl.LOCK_EX else os.O_RDONLY
    handle = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _chained(before: Link, drafts: Sequence[Draft]) -> list[Entry]:
    entries: list[Entry] = []
    for draft in drafts:
        entries.append(Entry.after(before, draft))
        before = entries[-1].link
    return entries


def _end_of(path: Path) -> tuple[Link | None, int, int]:
    """The last entry that can be read, where the last whole line ends, and the size."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        block = _BLOCK
        while True:
            start = max(0, size - block)
            file.seek(start)
            text = file.read(size - start)
            whole = start + text.rfind(b"\n") + 1
            link = _last_entry(text)
            if link is not None or start == 0:
                return link, whole, size
            block *= 8


def _last_entry(text: bytes) -> Link | None:
    for line in reversed(text[: text.rfind(b"\n") + 1].splitlines()):
        with suppress(ContractBroken):
            return Entry.read(line).link
    return None


def _move_torn(path: Path, whole: int, torn: Path) -> None:
    with path.open("rb") as file:
        file.seek(whole)
        rest = file.read()
    handle = os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        _write_all(handle, rest)
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_directory(torn.parent)
    os.truncate(path, whole)


def _write_all(handle: int, text: bytes) -> None:
    while text:
        text = text[os.write(handle, text) :]
