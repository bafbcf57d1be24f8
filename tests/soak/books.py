"""What citizens were told, the kiosk's rows and the gateway's ledger side by side; judged as in tests/crash."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text

from kiosk.audit.forwarding import KIND as AUDIT
from simulator.gateway.models import CardEvent, SequenceGap, Transaction
from simulator.gateway.models_insured import Application
from simulator.gateway.server import GatewayServer
from tests.crash.judge import Entry, Finding, Ledger, Wrong, judge

Line = Mapping[str, Any]
_FAULTS_OF_A_BUG = ("SW_",)


@dataclass
class Told:
    """All visits so far, each with its rows."""

    visits: list[Line] = field(default_factory=list)
    rows: list[Sequence[Line]] = field(default_factory=list)

    def add(self, visit: Line, rows: Sequence[Line]) -> None:
        """One more visit is over."""
        self.visits.append(visit)
        self.rows.append(rows)

    @property
    def by_sequence(self) -> dict[int, str]:
        """Whose visit made a row."""
        return {row["sequence"]: _name(at) for at, rows in enumerate(self.rows) for row in rows}

    def ends(self) -> Counter[str]:
        """How the visits ended."""
        return Counter(_ending(visit) for visit in self.visits)


def _name(at: int) -> str:
    return f"visit-{at + 1}"


def _ending(visit: Line) -> str:
    if visit["ended"] == "ShowResult":
        return f"result {visit['headline'].split('.')[1]}"
    return f"fault {visit['fault']}" if visit["ended"] == "ShowFault" else str(visit["ended"])


def ledger(server: GatewayServer, told: Told) -> Ledger:
    """What the gateway knows of the kiosk, in the order of arrival."""
    visits = told.by_sequence
    with server.state.sessions() as session:
        effects = Counter(session.scalars(select(CardEvent.transaction_id)))
        effects.update(session.scalars(select(Application.transaction_id)))
        arrived = session.scalars(select(Transaction).order_by(text('"transaction".rowid')))
        gaps = session.scalars(select(SequenceGap.sequence).where(SequenceGap.filled_at.is_(None)))
        return Ledger([_entry(each, effects[each.id], visits) for each in arrived], list(gaps))


def _entry(arrived: Transaction, effects: int, visits: Mapping[int, str]) -> Entry:
    of_audit = arrived.kind == AUDIT
    return Entry(
        id=arrived.id,
        sequence=arrived.sequence,
        visit=visits.get(arrived.sequence, f"nobody-{arrived.sequence}"),
        person=AUDIT if of_audit else arrived.payload["person"]["number"],
        kind=arrived.kind,
        result=arrived.result,
        reason=arrived.reason or "",
        withdrawn=arrived.withdrawn,
        received_at=arrived.received_at,
        acceptance_number=arrived.acceptance_number or "",
        effects=effects,
    )


def findings(told: Told, rows: Sequence[Line], books: Ledger) -> list[Finding]:
    """Everything that is wrong."""
    entries = {entry.sequence: entry for entry in books.entries}
    receipts = [_receipt(at, visit, entries) for at, visit in enumerate(told.visits) if visit["receipt"]]
    return [
        *judge(receipts, rows, books),
        *_unclear(told.visits),
        *_unlike(told, entries),
        *_of_nobody(books.entries, told),
    ]


def _receipt(at: int, visit: Line, entries: Mapping[int, Entry]) -> dict[str, Any]:
    """What the screen said; what it does not say is as in the ledger."""
    entry = entries.get(int(visit["receipt"].rpartition("-")[2]))
    return {
        "visit": _name(at),
        "number": visit["receipt"],
        "state": visit["headline"].split(".")[1],
        "person": entry and entry.person,
        "kind": entry and entry.kind,
        "reason": entry and entry.reason,
        "acceptance_number": entry and entry.acceptance_number,
        "effective_at": entry and entry.received_at.isoformat(),
        "read_at": datetime.min.replace(tzinfo=UTC).isoformat(),
    }


def _unclear(visits: Iterable[Line]) -> Iterator[Finding]:
    for at, visit in enumerate(visits):
        if not visit["ended"]:
            yield Finding(Wrong.BROKEN, f"{_name(at)} ({visit['matter']}): no clear end")
        if visit["fault"].startswith(_FAULTS_OF_A_BUG):
            yield Finding(Wrong.BROKEN, f"{_name(at)} ({visit['matter']}): {visit['fault']}")
        for question in visit["unknown"]:
            yield Finding(Wrong.BROKEN, f"{_name(at)} ({visit['matter']}): nobody could answer {question}")


def _unlike(told: Told, entries: Mapping[int, Entry]) -> Iterator[Finding]:
    """A refusal or a fault was shown last, but the transaction of this visit went through."""
    for at, (visit, rows) in enumerate(zip(told.visits, told.rows, strict=True)):
        for row in rows:
            entry = entries.get(row["sequence"])
            if entry and entry.result == "accepted" and visit["ended"] in {"ShowRefusal", "ShowFault"}:
                said = f"{visit['headline']}{visit['fault']}"
                yield Finding(Wrong.TOLD_WRONG, f"{_name(at)}: told {said}, but number {entry.sequence} is accepted")


def _of_nobody(entries: Iterable[Entry], told: Told) -> Iterator[Finding]:
    known = told.by_sequence
    for entry in entries:
        if entry.kind != AUDIT and entry.sequence not in known:
            yield Finding(Wrong.BOOKS, f"number {entry.sequence} ({entry.kind}) belongs to no visit")
