"""``kiosk queue resume`` and ``check``: whether the queue is sound and agrees with the gateway's books."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from config.clock import Instant
from config.faults import FaultCode
from kiosk import enrolment
from kiosk.key_files import NotEnrolled
from kiosk.queue_desk import books as gateway_books
from kiosk.queue_desk.books import Books
from kiosk.queue_desk.desk import Desk, NotDone, Told
from offline_queue.checking import Findings, Gap, examine, last_number_set_aside
from offline_queue.copies import resume as go_on
from offline_queue.schema import SCHEMA_VERSION

_DURABLE = "wal"


def resume(desk: Desk, arguments: argparse.Namespace) -> Told:
    """Go on with the number after ``--after``, if nothing that is known speaks against it.

    Raises:
        NotDone: a number above it has been given out, or nobody has confirmed it.
        NotEnrolled: this kiosk has no keys.
        QueueError: the queue cannot be used.
    """
    say, number = desk.words.say, desk.words.number
    after = desk.sequence(arguments.after)
    books = gateway_books.ask(desk.settings)
    if isinstance(books, Books) and books.highest > after:
        raise NotDone(say("queue.resume.gateway_has", number=number(books.highest)))
    left = last_number_set_aside(desk.directory)
    if left is not None and left > after:
        raise NotDone(say("queue.resume.set_aside_has", number=number(left)))
    if not arguments.yes:
        _confirm(desk, after, books)
    kiosk = enrolment.load(desk.settings.data_directory / "keys").kiosk
    return Told([say("queue.resume.done", number=number(go_on(desk.directory, kiosk, after) + 1))])


def _confirm(desk: Desk, after: int, books: Books | FaultCode) -> None:
    say, number = desk.words.say, desk.words.number
    if isinstance(books, Books):
        known = say("queue.resume.gateway_agrees", number=number(books.highest))
    else:
        known = say("queue.resume.gateway_silent", code=books)
    sys.stdout.write(f"{known}\n{say('queue.resume.question', number=number(after + 1))} ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() not in {"yes", "是"}:
        raise NotDone(say("queue.resume.not_confirmed"))


class Mark(Enum):
    """How one thing was found; what is wrong springs to the eye."""

    SOUND = "ok"
    WRONG = "BAD"
    UNKNOWN = "-"


@dataclass(frozen=True)
class Point:
    """One thing that was looked at."""

    mark: Mark
    said: str

    def line(self) -> str:
        """For the technician."""
        return f"{self.mark.value:<5}{self.said}"


def check(desk: Desk, arguments: argparse.Namespace) -> Told:
    """Look at the files, the numbers and the gateway's books, and change nothing. Exit code 1 if anything is bad.

    Raises:
        QueueError: there is no queue, or it cannot be read at all.
    """
    start = desk.sequence(arguments.start)
    books = _books(desk)  # first: a queue that is read after that cannot be behind by what it stored meanwhile
    findings = examine(desk.directory, start)
    points = [*_files(desk, findings), *_numbers(desk, findings), _closed(desk), _gateway(desk, findings, books)]
    sound = all(point.mark is not Mark.WRONG for point in points)
    verdict = desk.words.say("queue.check.sound" if sound else "queue.check.not_sound")
    return Told([*(point.line() for point in points), verdict], 0 if sound else 1)


def _files(desk: Desk, findings: Findings) -> Iterator[Point]:
    say = desk.words.say
    if findings.pages == "ok":
        yield Point(Mark.SOUND, say("queue.check.pages"))
    else:
        yield Point(Mark.WRONG, say("queue.check.pages_bad", verdict=findings.pages))
    if findings.schema == SCHEMA_VERSION:
        yield Point(Mark.SOUND, say("queue.check.schema", schema=findings.schema))
    else:
        yield Point(Mark.WRONG, say("queue.check.schema_other", schema=findings.schema, wanted=SCHEMA_VERSION))
    if findings.journal == _DURABLE:
        yield Point(Mark.SOUND, say("queue.check.durable", journal=findings.journal))
    else:
        yield Point(Mark.WRONG, say("queue.check.not_durable", journal=findings.journal))


def _numbers(desk: Desk, findings: Findings) -> Iterator[Point]:
    say, number = desk.words.say, desk.words.number
    missing = [gap for gap in findings.gaps if not _kept_long_enough(gap, desk.words.now, desk)]
    for gap in missing:
        key = "queue.check.gap" if gap.first == gap.last else "queue.check.gaps"
        yield Point(Mark.WRONG, say(key, first=number(gap.first), last=number(gap.last)))
    if missing:
        return
    if findings.first:
        yield Point(Mark.SOUND, say("queue.check.numbers", first=number(findings.first), last=number(findings.last)))
    else:
        yield Point(Mark.SOUND, say("queue.check.empty", last=number(findings.last)))


def _kept_long_enough(gap: Gap, now: Instant, desk: Desk) -> bool:
    """Whether what is missing may have been cleared away: it is no younger than the row before it."""
    return now.time - gap.after >= desk.limits.keep


def _closed(desk: Desk) -> Point:
    closed = desk.inspection.summary().closed
    if closed is None:
        return Point(Mark.SOUND, desk.words.say("queue.open"))
    return Point(Mark.WRONG, desk.words.closed(closed))


def _books(desk: Desk) -> Books | str:
    """The gateway's books, or why they could not be asked for."""
    try:
        books = gateway_books.ask(desk.settings)
    except NotEnrolled as error:
        return str(error)
    return books if isinstance(books, Books) else f"{books}: {desk.words.fault(books)}"


def _gateway(desk: Desk, findings: Findings, books: Books | str) -> Point:
    words = desk.words
    if not isinstance(books, Books):
        return Point(Mark.UNKNOWN, words.say("queue.check.not_asked", reason=books))
    ours, theirs = words.number(findings.last), words.number(books.highest)
    if books.highest > findings.last:
        return Point(Mark.WRONG, words.say("queue.check.behind", ours=ours, theirs=theirs))
    return Point(Mark.SOUND, words.say("queue.check.agrees", ours=ours, theirs=theirs))
