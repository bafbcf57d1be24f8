"""What can be submitted, and what comes back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from flows.records import CardStatus, DocumentKind


class ProofMethod(StrEnum):
    """How the presence of the person was proved."""

    FACE = "face"
    CARD_PIN = "card_pin"


@dataclass(frozen=True)
class Proof:
    """The way in which the person at the kiosk was proved to be the holder of the document."""

    method: ProofMethod
    detail: str = ""  # model and score zone for a face, nothing for a PIN


@dataclass(frozen=True)
class Transaction:
    """What every transaction says. ``KIND`` is its name in the gateway's contract."""

    KIND: ClassVar[str]

    person_number: str
    person_name: str
    document: DocumentKind
    proof: Proof
    card_number: str | None
    card_status_seen: CardStatus | None  # None: the kiosk had seen none


@dataclass(frozen=True)
class Activation(Transaction):
    """Activation (启用) of a card that has never been activated."""

    KIND: ClassVar[str] = "activation"


class ReceiptState(StrEnum):
    """Where a submitted transaction stands when the citizen is told."""

    DONE = "done"
    STORED = "stored"  # on disk, not sent: not in effect
    PROCESSING = "processing"  # sent, the answer did not come: may be in effect
    REFUSED = "refused"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Receipt:
    """The answer to a submission. ``reason`` is a refusal code of the gateway's contract, for REFUSED only."""

    number: str
    state: ReceiptState
    occurred_at: datetime
    effective_at: datetime | None = None
    reason: str = ""
