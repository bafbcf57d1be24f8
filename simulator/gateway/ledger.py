"""The gateway's heart: each key has one effect, and every request with it gets the same answer, for ever."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session, sessionmaker

from simulator.gateway.audit_schemas import AUDIT, SealedAudit
from simulator.gateway.crypto import CryptoRefused, open_envelope
from simulator.gateway.database import LOCKED, done
from simulator.gateway.deciding import Received, decide_and_apply
from simulator.gateway.keys import KeyDirectory
from simulator.gateway.models import Kiosk, SequenceGap, Transaction
from simulator.gateway.moments import moments_of
from simulator.gateway.problems import ProblemRaised
from simulator.gateway.schemas import ProblemCode, SealedTransaction, Submission, TransactionAnswer

_LONGEST_GAP = 10_000  # more missing numbers at once are no gap but a wrong counter
_LOCK_BITS = 63


class Ledger:
    """Takes transactions in. Safe for several threads, and for several processes on one database."""

    def __init__(
        self, sessions: sessionmaker[Session], keys: KeyDirectory, clock: Callable[[], datetime], loss: timedelta
    ) -> None:
        self._sessions = sessions
        self._keys = keys
        self._clock = clock
        self._loss = loss
        self._guard = threading.Lock()
        self._in_progress: set[UUID] = set()

    def receive(self, key: UUID, submission: Submission) -> TransactionAnswer:
        """Decide the transaction, or repeat what was decided. Raises ``ProblemRaised``."""
        with self._only_one(key):
            return done(self._sessions, lambda session: self._receive(session, key, submission))

    def outcome(self, key: UUID, kiosk: str) -> TransactionAnswer:
        """What became of ``key``, for the kiosk that sent it. Raises ``ProblemRaised``."""
        with self._guard:
            if key in self._in_progress:
                raise _in_progress()
        with self._sessions.begin() as session:
            found = session.get(Transaction, str(key))
            if found is None:
                if not session.scalar(select(claim(session, key))):
                    raise _in_progress()
                found = session.get(Transaction, str(key))
            if found is None or found.kiosk_id != kiosk:
                raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.TRANSACTION_NOT_FOUND)
            return _answer(found)

    @contextmanager
    def _only_one(self, key: UUID) -> Iterator[None]:
        """The threads of this process; for those of others there is ``claim``."""
        with self._guard:
            if key in self._in_progress:
                raise _in_progress()
            self._in_progress.add(key)
        try:
            yield
        finally:
            with self._guard:
                self._in_progress.discard(key)

    def _receive(self, session: Session, key: UUID, submission: Submission) -> TransactionAnswer:
        kiosk = _lock(session, submission.kiosk, key)
        digest = hashlib.sha256(submission.envelope.encode()).hexdigest()
        known = session.get(Transaction, str(key))
        if known is not None:
            if (known.kiosk_id, known.envelope_sha256) != (submission.kiosk, digest):
                raise _unprocessable(ProblemCode.KEY_REUSED)
            known.times_received += 1
            return _answer(known)
        content = self._open(key, submission, kiosk)
        now = self._clock()
        _note_sequence(session, kiosk, submission.sequence, now)
        moments = moments_of(content.occurred_at, content.expires_at, content.clock, submission.clock, now)
        received = Received(submission.envelope, digest, moments, submission.withdrawn, content)
        return _answer(decide_and_apply(session, received, self._loss))

    def _open(self, key: UUID, submission: Submission, kiosk: Kiosk) -> SealedTransaction | SealedAudit:
        wanted: type[SealedAudit | SealedTransaction] = SealedAudit if submission.kind == AUDIT else SealedTransaction
        sealing_keys = self._keys.current.sealing_keys
        try:
            content = open_envelope(submission.envelope, sealing_keys, kiosk.public_jwk, wanted)
        except CryptoRefused:
            raise _unprocessable(ProblemCode.ENVELOPE_INVALID) from None
        inside = (content.id, content.kiosk, content.sequence, content.kind)
        if inside != (key, submission.kiosk, submission.sequence, submission.kind):
            raise _unprocessable(ProblemCode.ENVELOPE_MISMATCH)
        return content


def claim(session: Session, key: UUID) -> ColumnElement[bool]:
    """Selected, it keeps other processes from working on ``key`` until the end of this transaction; false: one does.

    SQLite lets one transaction in at a time anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return literal(value=True)
    number = int.from_bytes(hashlib.sha256(key.bytes).digest()[:8]) >> (64 - _LOCK_BITS)
    return func.pg_try_advisory_xact_lock(number)


def _lock(session: Session, kiosk: str, key: UUID) -> Kiosk:
    """The kiosk, whose transactions are decided one after the other. Raises ``ProblemRaised`` when ``key`` is taken."""
    wanted = select(Kiosk, claim(session, key)).where(Kiosk.id == kiosk).with_for_update(**LOCKED)
    found, claimed = session.execute(wanted).one()
    if not claimed:
        raise _in_progress()
    return found


def _in_progress() -> ProblemRaised:
    return ProblemRaised(HTTPStatus.CONFLICT, ProblemCode.IN_PROGRESS, retry_after=1)


def _unprocessable(code: ProblemCode) -> ProblemRaised:
    return ProblemRaised(HTTPStatus.UNPROCESSABLE_ENTITY, code)


def _note_sequence(session: Session, kiosk: Kiosk, sequence: int, now: datetime) -> None:
    """Keep the book of sequence numbers: none may be missing for ever, none may come twice."""
    if sequence > kiosk.highest_sequence + _LONGEST_GAP:
        raise _unprocessable(ProblemCode.SEQUENCE_REUSED)
    if sequence <= kiosk.highest_sequence:
        _fill_gap(session, kiosk, sequence, now)
        return
    for missing in range(kiosk.highest_sequence + 1, sequence):
        session.add(SequenceGap(kiosk_id=kiosk.id, sequence=missing, noticed_at=now))
    kiosk.highest_sequence = sequence


def _fill_gap(session: Session, kiosk: Kiosk, sequence: int, now: datetime) -> None:
    taken = select(Transaction.id).where(Transaction.kiosk_id == kiosk.id, Transaction.sequence == sequence)
    if session.scalar(taken) is not None:
        raise _unprocessable(ProblemCode.SEQUENCE_REUSED)
    gap = session.get(SequenceGap, (kiosk.id, sequence))
    if gap is not None:
        gap.filled_at = now


def _answer(transaction: Transaction) -> TransactionAnswer:
    return TransactionAnswer.model_validate(
        {
            "id": transaction.id,
            "envelope_sha256": transaction.envelope_sha256,
            "result": transaction.result,
            "reason": transaction.reason,
            "effective_at": transaction.effective_at,
            "card_status": transaction.card_status,
            "acceptance_number": transaction.acceptance_number,
            "due": transaction.due,
            "lost_until": transaction.lost_until,
        }
    )
