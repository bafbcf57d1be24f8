"""What is in the queue: a stored transaction, the answers to an attempt, and the port through which it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from config.clock import Instant
from config.faults import FaultCode

# The reason of a refusal when the gateway could not read the transaction: a person has to look at it.
SET_ASIDE = "set_aside"
# What the gateway calls a number under which it has another transaction of this kiosk: the queue was put back from an
# older state, and gives out numbers a second time.
NUMBER_TAKEN = "sequence_reused"
# And a key under which it has another transaction.
KEY_TAKEN = "key_reused"


class QueueError(Exception):
    """The queue cannot be used: one of the codes ``Q_...``. Nothing was promised to anybody."""

    def __init__(self, code: FaultCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail


class TransactionState(StrEnum):
    """Where a stored transaction stands.

    ``SENDING`` is committed before the first byte leaves, and stays until the gateway has said what became of the
    key: a transaction in that state may be in effect, one in ``PENDING`` is not. ``EXPIRING`` has grown too old to be
    sent and never will be; it becomes ``EXPIRED`` when the gateway has been told, so that it misses no number.
    """

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    EXPIRING = "expiring"
    EXPIRED = "expired"

    @property
    def final(self) -> bool:
        """True when it is known what becomes of the transaction: nothing can change that any more."""
        return self not in {TransactionState.PENDING, TransactionState.SENDING}

    @property
    def open(self) -> bool:
        """True while the gateway still has to be asked or told something."""
        return not self.final or self is TransactionState.EXPIRING


@dataclass(frozen=True)
class Draft:
    """A transaction before it has a place in the queue. ``payload`` is personal data and is never stored as it is.

    ``made``: the instant at which it came to the queue.
    """

    id: UUID
    kind: str
    priority: int
    subject: str
    occurred_at: datetime
    expires_at: datetime
    made: Instant
    payload: Mapping[str, object]


@dataclass(frozen=True)
class QueuedTransaction:
    """A row of the queue. Only ``envelope`` says who and what, and this kiosk cannot open it.

    ``id`` is also the idempotency key; ``subject`` is a keyed hash of the person or card; ``answer`` is what the
    gateway said, without personal data; ``problem`` is why the last attempt did not end it. ``held``: a technician has
    stopped it. The envelope of what the gateway has taken is dropped; its hash (SHA-256, hexadecimal) stays.
    """

    id: UUID
    sequence: int
    kind: str
    priority: int
    subject: str
    occurred_at: datetime
    expires_at: datetime
    stored: Instant
    state: TransactionState
    attempts: int
    next_attempt_at: datetime
    envelope: str = field(repr=False)
    envelope_sha256: str
    held: bool = False
    problem: FaultCode | None = None
    answer: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
    """The gateway has done it."""

    answer: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """The gateway will never do it. ``alarm``: because kiosk and gateway do not understand each other."""

    answer: Mapping[str, str]
    alarm: FaultCode | None = None


@dataclass(frozen=True)
class Superseded:
    """The state changed elsewhere after the transaction was made; the gateway left it as it is."""

    answer: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TryLater:
    """The gateway certainly has not taken it. ``retry_after``: seconds, if it said so; ``alarm``: call an engineer."""

    problem: FaultCode
    retry_after: float | None = None
    alarm: bool = False


@dataclass(frozen=True)
class OutcomeUnknown:
    """It may have arrived, or is being worked on: ask for the outcome before it is sent again."""

    problem: FaultCode
    retry_after: float | None = None
    alarm: bool = False


@dataclass(frozen=True)
class NotReceived:
    """The gateway has never seen this key: it may be sent (again)."""


Delivery = Accepted | Refused | Superseded | TryLater | OutcomeUnknown
Enquiry = Delivery | NotReceived


class Deliver(Protocol):
    """The way to the gateway. Neither call raises for anything the network or the gateway does."""

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        """Send the envelope with its key; the same key ever after."""

    async def outcome(self, transaction: QueuedTransaction) -> Enquiry:
        """Ask what became of the key. ``TryLater`` here means only that the question was not answered."""

    async def withdraw(self, transaction: QueuedTransaction) -> Delivery:
        """Say that it has expired here and will not be sent any more; the answer is what became of its key."""
