"""The gateway's ledger beside what every citizen was told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

_FINAL_WORDS = {"done": "accepted", "refused": "refused", "superseded": "superseded"}


class Wrong(StrEnum):
    """What must never be."""

    LOST = "lost"  # told, and never at the gateway
    DOUBLED = "doubled"  # one visit with two transactions or two effects; one receipt's number given twice
    TOLD_WRONG = "told_wrong"  # what was told is not what is so
    GAPS = "gaps"  # a number that the gateway never had
    ORDER = "order"  # of one person's transactions
    BOOKS = "books"  # the kiosk's own rows say something else than the gateway's, or are still open
    BROKEN = "broken"  # a life that hung or failed, or a kiosk that took nothing although nothing was wrong


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    wrong: Wrong
    text: str


@dataclass(frozen=True)
class Entry:
    """One transaction in the gateway's ledger, in the order of their arrival; ``effects``: what it has changed."""

    id: str
    sequence: int
    visit: str
    person: str
    kind: str
    result: str
    reason: str
    withdrawn: bool
    received_at: datetime
    acceptance_number: str
    effects: int


@dataclass(frozen=True)
class Ledger:
    """What the gateway knows of one kiosk."""

    entries: Sequence[Entry]
    open_gaps: Sequence[int]


Line = Mapping[str, Any]


def judge(told: Sequence[Line], rows: Sequence[Line], ledger: Ledger) -> list[Finding]:
    """Everything that is wrong."""
    by_visit: dict[str, list[Entry]] = {}
    for entry in ledger.entries:
        by_visit.setdefault(entry.visit, []).append(entry)
    return [
        *_lost(told, by_visit),
        *_doubled(told, by_visit),
        *_told_wrong(told, by_visit),
        *_gaps(ledger),
        *_order(ledger.entries),
        *_books(rows, ledger.entries),
    ]


def _number(line: Line) -> int:
    return int(str(line["number"]).rpartition("-")[2])


def _lost(told: Iterable[Line], by_visit: Mapping[str, list[Entry]]) -> Iterator[Finding]:
    for line in told:
        if line["visit"] not in by_visit:
            yield Finding(Wrong.LOST, f"{line['visit']}: told {line['state']} with {line['number']}")


def _doubled(told: Iterable[Line], by_visit: Mapping[str, list[Entry]]) -> Iterator[Finding]:
    for visit, entries in by_visit.items():
        if len(entries) > 1:
            yield Finding(Wrong.DOUBLED, f"{visit}: numbers {[entry.sequence for entry in entries]}")
        if (effects := sum(entry.effects for entry in entries)) > 1:
            yield Finding(Wrong.DOUBLED, f"{visit}: {effects} effects")
    for number, times in Counter(line["number"] for line in told).items():
        if times > 1:
            yield Finding(Wrong.DOUBLED, f"{number} was given to {times} visits")


def _told_wrong(told: Iterable[Line], by_visit: Mapping[str, list[Entry]]) -> Iterator[Finding]:
    for line in told:
        for entry in by_visit.get(line["visit"], ()):
            for objection in _objections(line, entry):
                yield Finding(Wrong.TOLD_WRONG, f"{line['visit']}: told {line['state']}, {objection}")


def _objections(line: Line, entry: Entry) -> Iterator[str]:
    if (entry.sequence, entry.person, entry.kind) != (_number(line), line["person"], line["kind"]):
        yield "but the number leads to something else"
    if entry.effects and entry.result != "accepted":
        yield f"{entry.result}, but in effect"
    wanted = _FINAL_WORDS.get(line["state"])
    if wanted is not None and entry.result != wanted:
        yield f"but it is {entry.result}"
    if line["state"] == "done" and _answer_told(line) != (entry.acceptance_number, entry.received_at):
        yield "but with another acceptance number, or from another moment on"
    too_late = line["reason"] in {"needs_gateway", "expired"} and entry.reason == "expired"
    if line["state"] == "refused" and line["reason"] != entry.reason and not too_late:
        yield f"for {line['reason']}, but it was for {entry.reason}"
    if line["state"] == "stored" and entry.received_at < datetime.fromisoformat(line["read_at"]):
        yield f"but it was {entry.result} before that"


def _answer_told(line: Line) -> tuple[str, datetime | None]:
    moment = line["effective_at"]
    return line["acceptance_number"], None if moment is None else datetime.fromisoformat(moment)


def _gaps(ledger: Ledger) -> Iterator[Finding]:
    for sequence in ledger.open_gaps:
        yield Finding(Wrong.GAPS, f"the gateway waits for number {sequence}")
    have = {entry.sequence for entry in ledger.entries}
    for missing in sorted(set(range(1, max(have, default=0) + 1)) - have - set(ledger.open_gaps)):
        yield Finding(Wrong.GAPS, f"number {missing} is missing without a word")


def _order(entries: Iterable[Entry]) -> Iterator[Finding]:
    """One that was withdrawn is only a number any more: it may come at any time."""
    by_person: dict[str, list[int]] = {}
    for entry in entries:
        if not entry.withdrawn:
            by_person.setdefault(entry.person, []).append(entry.sequence)
    for sequences in by_person.values():
        for earlier, later in pairwise(sequences):
            if later < earlier:
                yield Finding(Wrong.ORDER, f"number {later} came after number {earlier} of the same person")


def _books(rows: Sequence[Line], entries: Sequence[Entry]) -> Iterator[Finding]:
    ours = {(row["sequence"], row["id"]): row["state"] for row in rows}
    theirs = {(entry.sequence, entry.id): "expired" if entry.withdrawn else entry.result for entry in entries}
    for key in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(key), theirs.get(key)
        if here != there:
            yield Finding(Wrong.BOOKS, f"number {key[0]}: here {here}, at the gateway {there}")
