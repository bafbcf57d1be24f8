"""The gateway's heart: each key has one effect, and every request with it gets the same answer."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from joserfc.jwk import OKPKey
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from simulator.gateway.crypto import CryptoRefused, open_envelope
from simulator.gateway.models import Card, CardEvent, Kiosk, Person, SequenceGap, Sms, Transaction
from simulator.gateway.problems import ProblemRaised
from simulator.gateway.rules import CardFacts, Decision, Facts, PersonFacts, decide
from simulator.gateway.schemas import CardStatus, ProblemCode, Result, SealedTransaction, Submission, TransactionAnswer

_LONGEST_GAP = 10_000  # more missing numbers at once are no gap but a wrong counter


@dataclass(frozen=True)
class Sealed:
    """An envelope as it came, and its hash, by which a repetition is known."""

    envelope: str
    sha256: str


class Ledger:
    """Takes transactions in. Safe for several threads, and for several processes on one database."""

    def __init__(self, sessions: sessionmaker[Session], sealing_key: OKPKey, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._sealing_key = sealing_key
        self._clock = clock
        self._guard = threading.Lock()
        self._in_progress: set[UUID] = set()

    def receive(self, key: UUID, submission: Submission) -> TransactionAnswer:
        """Decide the transaction, or repeat what was decided. Raises ``ProblemRaised``."""
        with self._only_one(key):
            try:
                with self._sessions.begin() as session:
                    return self._receive(session, key, submission)
            except IntegrityError:  # another process was faster with this key: repeat its answer
                with self._sessions.begin() as session:
                    return self._receive(session, key, submission)

    def outcome(self, key: UUID, kiosk: str) -> TransactionAnswer:
        """What became of ``key``, for the kiosk that sent it. Raises ``ProblemRaised``."""
        with self._guard:
            if key in self._in_progress:
                raise ProblemRaised(HTTPStatus.CONFLICT, ProblemCode.IN_PROGRESS, retry_after=1)
        with self._sessions.begin() as session:
            found = session.get(Transaction, str(key))
            if found is None or found.kiosk_id != kiosk:
                raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.TRANSACTION_NOT_FOUND)
            return _answer(found)

    @contextmanager
    def _only_one(self, key: UUID) -> Iterator[None]:
        with self._guard:
            if key in self._in_progress:
                raise ProblemRaised(HTTPStatus.CONFLICT, ProblemCode.IN_PROGRESS, retry_after=1)
            self._in_progress.add(key)
        try:
            yield
        finally:
            with self._guard:
                self._in_progress.discard(key)

    def _receive(self, session: Session, key: UUID, submission: Submission) -> TransactionAnswer:
        digest = hashlib.sha256(submission.envelope.encode()).hexdigest()
        known = session.get(Transaction, str(key), with_for_update=True)
        if known is not None:
            if (known.kiosk_id, known.envelope_sha256) != (submission.kiosk, digest):
                raise _unprocessable(ProblemCode.KEY_REUSED)
            known.times_received += 1
            return _answer(known)
        kiosk = session.get_one(Kiosk, submission.kiosk, with_for_update=True)
        content = self._open(key, submission, kiosk)
        now = self._clock()
        _note_sequence(session, kiosk, submission.sequence, now)
        return _answer(_decided(session, content, Sealed(submission.envelope, digest), now))

    def _open(self, key: UUID, submission: Submission, kiosk: Kiosk) -> SealedTransaction:
        try:
            content = open_envelope(submission.envelope, self._sealing_key, kiosk.public_jwk)
        except CryptoRefused:
            raise _unprocessable(ProblemCode.ENVELOPE_INVALID) from None
        inside = (content.id, content.kiosk, content.sequence, content.kind)
        if inside != (key, submission.kiosk, submission.sequence, submission.kind):
            raise _unprocessable(ProblemCode.ENVELOPE_MISMATCH)
        return content


def _unprocessable(code: ProblemCode) -> ProblemRaised:
    return ProblemRaised(HTTPStatus.UNPROCESSABLE_ENTITY, code)


def _note_sequence(session: Session, kiosk: Kiosk, sequence: int, now: datetime) -> None:
    """Keep the book of sequence numbers: none may be missing for ever, none may come twice."""
    taken = select(Transaction.id).where(Transaction.kiosk_id == kiosk.id, Transaction.sequence == sequence)
    if sequence > kiosk.highest_sequence + _LONGEST_GAP or session.scalar(taken) is not None:
        raise _unprocessable(ProblemCode.SEQUENCE_REUSED)
    for missing in range(kiosk.highest_sequence + 1, sequence):
        session.add(SequenceGap(kiosk_id=kiosk.id, sequence=missing, noticed_at=now))
    gap = session.get(SequenceGap, (kiosk.id, sequence))
    if gap is not None:
        gap.filled_at = now
    kiosk.highest_sequence = max(kiosk.highest_sequence, sequence)


def _decided(session: Session, content: SealedTransaction, sealed: Sealed, now: datetime) -> Transaction:
    """Decide, write the decision down, and do what it says."""
    person, card = _find(session, content)
    decision = decide(_facts(content, person, card, now))
    accepted = decision.result is Result.ACCEPTED
    transaction = Transaction(
        id=str(content.id),
        kiosk_id=content.kiosk,
        sequence=content.sequence,
        kind=content.kind,
        envelope=sealed.envelope,
        envelope_sha256=sealed.sha256,
        payload=content.model_dump(mode="json"),
        card_number=None if card is None else card.number,
        result=decision.result,
        reason=decision.reason,
        card_status=None if card is None else decision.new_status or card.status,
        occurred_at=content.occurred_at,
        received_at=now,
        effective_at=now if accepted else None,
        times_received=1,
    )
    session.add(transaction)
    session.flush()  # what follows refers to it
    _apply(session, transaction, decision, card)
    if decision.result is Result.SUPERSEDED and person is not None:
        session.add(Sms(person_number=person.number, text_code="superseded", at=now, transaction_id=transaction.id))
    return transaction


def _apply(session: Session, transaction: Transaction, decision: Decision, card: Card | None) -> None:
    if decision.new_status is None or card is None:
        return
    event = CardEvent(
        card_number=card.number,
        before=card.status,
        after=decision.new_status,
        at=transaction.received_at,
        transaction_id=transaction.id,
    )
    card.status, card.changed_at = decision.new_status, transaction.received_at
    session.add(event)


def find_card(session: Session, number: str | None, card_number: str | None) -> Card | None:
    """The card with that number, or the person's present card."""
    if card_number is not None:
        return session.get(Card, card_number, with_for_update=True)
    return session.scalar(select(Card).where(Card.person_number == number).with_for_update())


def find_person(session: Session, number: str | None, card_number: str | None) -> Person | None:
    """The person with that number, or the holder of the card."""
    if number is None and card_number is not None:
        card = session.get(Card, card_number)
        number = None if card is None else card.person_number
    return None if number is None else session.get(Person, number)


def _find(session: Session, content: SealedTransaction) -> tuple[Person | None, Card | None]:
    number = content.person.number or None
    return find_person(session, number, content.card_number), find_card(session, number, content.card_number)


def _facts(content: SealedTransaction, person: Person | None, card: Card | None, now: datetime) -> Facts:
    who = None if person is None else PersonFacts(person.number, person.name)
    which = None
    if card is not None:
        which = CardFacts(card.number, card.person_number, CardStatus(card.status), card.changed_at)
    return Facts(transaction=content, person=who, card=which, now=now)


def _answer(transaction: Transaction) -> TransactionAnswer:
    return TransactionAnswer.model_validate(
        {
            "id": transaction.id,
            "result": transaction.result,
            "reason": transaction.reason,
            "effective_at": transaction.effective_at,
            "card_status": transaction.card_status,
        }
    )
