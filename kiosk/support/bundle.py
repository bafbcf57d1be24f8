"""Makes a bundle: collects the parts within size and time, seals them, writes one file for its owner alone."""

import io
import json
import logging
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from config.settings import Settings
from kiosk.logs import places
from kiosk.support.parts import CommandFailed, Wanted, newest_first, whole
from kiosk.support.program_log import LogUnreadable
from kiosk.support.redaction import Redactor
from kiosk.support.sealing import SealedFile, room_for_archive, write_sealed
from offline_queue.envelope import Sealer

DAYS = 7

_CHUNK = 500  # lines that are measured together
_HEAD_OF_A_FILE = 1_024  # bytes of a tar for each file, before they are compressed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bounds:
    """``bytes``: of the sealed file; ``seconds``: after which no further part is begun."""

    bytes: int = 20_000_000
    seconds: float = 120.0


@dataclass(frozen=True)
class Bundle:
    """What was put together. ``errors``: why a part is not there, by its name; ``removed``: how often, by its kind."""

    archive: bytes
    errors: Mapping[str, str]
    removed: Mapping[str, int]


def make(
    settings: Settings,
    file: Path | None,
    now: datetime,
    *,
    days: int = DAYS,
    log_file: Path | None = None,
    addresses: bool = False,
    bounds: Bounds | None = None,
) -> Bundle:
    """Collect everything. Never raises for a part of it.

    ``file``: that of the settings, None for KIOSK_CONFIG; ``log_file``: the program's log, None for the journal;
    ``addresses``: take out the addresses of the network as well.
    """
    limits = bounds or Bounds()
    redactor = Redactor(addresses=addresses)
    wanted = Wanted(settings, file, log_file, days, now, time.monotonic() + limits.seconds, redactor)
    collecting = _Collecting(wanted, room_for_archive(limits.bytes))
    collecting.collect()
    return Bundle(collecting.archive(), collecting.errors, dict(redactor.counts))


def write(bundle: Bundle, target: Path, sealer: Sealer) -> int:
    """Seal ``bundle`` into a new file; returns its size in bytes. Raises ``OSError``, and nothing is left then."""
    return write_sealed(bundle.archive, SealedFile.BUNDLE, target, sealer)


class _Collecting:
    """The files of one bundle, within ``room`` bytes of archive."""

    def __init__(self, wanted: Wanted, room: int) -> None:
        self._wanted = wanted
        self._room = room
        self._files: dict[str, bytes] = {}
        self.errors: dict[str, str] = {}

    def collect(self) -> None:
        """All parts; the lines of the logs last, for they fill what is left."""
        for name, part in whole(self._wanted).items():
            self._try(name, part)
        logs = newest_first(self._wanted)
        for still, (name, lines) in zip(range(len(logs), 0, -1), logs.items(), strict=True):
            self._try(name, partial(self._fitting, lines, self._left() // still))

    def archive(self) -> bytes:
        """A tar.gz of all, with what was taken out and what failed."""
        files = {
            **self._files,
            "redaction.json": json.dumps(dict(self._wanted.redactor.counts), indent=1).encode(),
            "errors.txt": "".join(f"{name}: {why}\n" for name, why in self.errors.items()).encode(),
        }
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, content in files.items():
                about = tarfile.TarInfo(name)
                about.size, about.mtime, about.mode = len(content), int(self._wanted.now.timestamp()), 0o600
                tar.addfile(about, io.BytesIO(content))
        return packed.getvalue()

    def _try(self, name: str, part: Callable[[], str]) -> None:
        if time.monotonic() > self._wanted.deadline:
            self.errors[name] = "no time was left for it"
            return
        try:
            content = part().encode()
        except (LogUnreadable, CommandFailed) as reason:
            self.errors[name] = str(reason)
        except Exception as error:  # noqa: BLE001 - whatever is the matter with one part, the others are wanted
            # The text of an error may hold anything.
            self.errors[name] = "; ".join(places(error))
            log.warning("support_part_failed", extra={"kind": name, "error": type(error).__name__})
        else:
            if _packed(content) > self._left():
                self.errors[name] = "too large"
            else:
                self._files[name] = content

    def _left(self) -> int:
        taken = sum(_packed(content) + _HEAD_OF_A_FILE for content in self._files.values())
        return max(0, self._room - taken - 4 * _HEAD_OF_A_FILE)

    def _fitting(self, newest_first: Callable[[], Iterator[str]], room: int) -> str:
        """As many of the lines as fit, in the order of time; the oldest are left out."""
        chunks: list[str] = []
        try:
            for chunk in _chunks(newest_first()):
                room -= _packed(chunk.encode())
                if room < 0 or time.monotonic() > self._wanted.deadline:
                    chunks.append('"older lines are left out"\n')
                    break
                chunks.append(chunk)
        except LogUnreadable as reason:
            if not chunks:
                raise
            chunks.append(f'"the rest cannot be read: {reason}"\n')
        return "".join(reversed(chunks))


def _chunks(newest_first: Iterator[str]) -> Iterator[str]:
    """Some lines at a time, each chunk in the order of time."""
    lines: list[str] = []
    for line in newest_first:
        lines.append(line)
        if len(lines) == _CHUNK:
            yield _joined(lines)
            lines = []
    if lines:
        yield _joined(lines)


def _joined(newest_first: list[str]) -> str:
    return "".join(f"{line}\n" for line in reversed(newest_first))


def _packed(content: bytes) -> int:
    """At most so much it takes in the archive: in a longer stream it packs better."""
    return len(zlib.compress(content, 6))
