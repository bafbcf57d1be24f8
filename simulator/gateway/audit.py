"""Taking in the kiosks' audit logs: whatever comes is kept, and what does not fit into the chain is marked."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.gateway import audit_schemas
from simulator.gateway.audit_schemas import BEGINNING, AuditHead
from simulator.gateway.models import Transaction
from simulator.gateway.models_audit import AuditEntry


class Suspicion(StrEnum):
    """What is wrong with an entry."""

    HASH_WRONG = "hash_wrong"  # its hash is not that of what it says
    REWRITTEN = "rewritten"  # another entry came with the same number before
    MISSING_BEFORE = "missing_before"  # the entry before it is not here
    NOT_FOLLOWING = "not_following"  # it names another entry as the one before


class Chain:
    """The part of a kiosk's log that new entries touch."""

    def __init__(self, session: Session, kiosk: str, numbers: Sequence[int]) -> None:
        self._standing: dict[int, AuditEntry] = {}
        self._seen: dict[tuple[int, str], list[AuditEntry]] = {}
        touched = (
            select(AuditEntry)
            .where(AuditEntry.kiosk_id == kiosk, AuditEntry.number.between(min(numbers) - 1, max(numbers)))
            .order_by(AuditEntry.id)
        )
        for entry in session.scalars(touched):
            self.note(entry)

    def note(self, entry: AuditEntry) -> None:
        """One more entry; the first with its number is the one that stands."""
        self._standing.setdefault(entry.number, entry)
        self._seen.setdefault((entry.number, entry.hash), []).append(entry)

    def holds(self, entry: audit_schemas.AuditEntry) -> bool:
        """Whether just this entry has come before."""
        return any(known.content == entry.model_dump() for known in self._seen.get((entry.number, entry.hash), ()))

    def objection(self, entry: audit_schemas.AuditEntry) -> Suspicion | None:
        """What is wrong with ``entry`` in its place."""
        if entry.true_hash() != entry.hash:
            return Suspicion.HASH_WRONG
        if entry.number in self._standing:
            return Suspicion.REWRITTEN
        if entry.number == 1:
            return None if entry.previous == BEGINNING else Suspicion.NOT_FOLLOWING
        before = self._standing.get(entry.number - 1)
        if before is None:
            return Suspicion.MISSING_BEFORE
        return None if before.hash == entry.previous else Suspicion.NOT_FOLLOWING


def take(session: Session, transaction: Transaction, entries: Sequence[audit_schemas.AuditEntry]) -> None:
    """Keep ``entries``, which came with ``transaction``; one that is here already changes nothing."""
    chain = Chain(session, transaction.kiosk_id, [entry.number for entry in entries])
    for entry in entries:
        if chain.holds(entry):
            continue
        kept = AuditEntry(
            kiosk_id=transaction.kiosk_id,
            number=entry.number,
            hash=entry.hash,
            content=entry.model_dump(),
            transaction_id=transaction.id,
            received_at=transaction.received_at,
            suspect=chain.objection(entry),
        )
        session.add(kept)
        chain.note(kept)


def head(session: Session, kiosk: str) -> AuditHead:
    """The last entry of a kiosk's log; of several with its number, the one that came first."""
    last = select(AuditEntry).where(AuditEntry.kiosk_id == kiosk)
    found = session.scalar(last.order_by(AuditEntry.number.desc(), AuditEntry.id).limit(1))
    return AuditHead(kiosk=kiosk, number=0 if found is None else found.number, hash="" if found is None else found.hash)
