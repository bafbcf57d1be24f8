"""The public contract: what the gateway takes and answers. docs/gateway.yaml is made from these classes."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Number = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,20}$", description="Social security number or card number")]
KioskName = Annotated[str, Field(min_length=1, max_length=64)]


class CardStatus(StrEnum):
    """State of a card's social security function."""

    NOT_ACTIVATED = "not_activated"
    NORMAL = "normal"
    TEMPORARILY_LOST = "temporarily_lost"
    FORMALLY_LOST = "formally_lost"
    BEING_REPLACED = "being_replaced"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class Result(StrEnum):
    """The gateway's decision. ``superseded``: the card changed elsewhere after the citizen was at the kiosk."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class Reason(StrEnum):
    """Why a transaction was refused."""

    CARD_ALREADY_ACTIVE = "card_already_active"
    CARD_NOT_ACTIVATABLE = "card_not_activatable"
    CARD_NOT_FOUND = "card_not_found"
    PERSON_NOT_FOUND = "person_not_found"
    NOT_THE_SAME_PERSON = "not_the_same_person"
    PRESENCE_NOT_PROVED = "presence_not_proved"
    DOCUMENT_NOT_ACCEPTED = "document_not_accepted"
    KIND_NOT_OFFERED = "kind_not_offered"
    EXPIRED = "expired"


class ProblemCode(StrEnum):
    """What was wrong with a request."""

    MALFORMED = "malformed"
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing"
    SIGNATURE_INVALID = "signature_invalid"
    SIGNATURE_STALE = "signature_stale"
    SIGNATURE_REPLAYED = "signature_replayed"
    NOT_YOUR_KIOSK = "not_your_kiosk"
    PERSON_NOT_FOUND = "person_not_found"
    CARD_NOT_FOUND = "card_not_found"
    TRANSACTION_NOT_FOUND = "transaction_not_found"
    NOT_FOUND = "not_found"
    IN_PROGRESS = "in_progress"
    KEY_REUSED = "key_reused"
    SEQUENCE_REUSED = "sequence_reused"
    ENVELOPE_INVALID = "envelope_invalid"
    ENVELOPE_MISMATCH = "envelope_mismatch"
    INTERNAL = "internal"


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    code: ProblemCode


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Query(_Body):
    """Who or which card: one of the two numbers, or both. Numbers never stand in an address."""

    number: Number | None = None
    card_number: Number | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> "Query":
        if self.number is None and self.card_number is None:
            raise ValueError("number or card_number is needed")
        return self


class PersonAnswer(BaseModel):
    """A person."""

    number: Number
    name: Annotated[str, Field(max_length=200)]
    photo: Annotated[str | None, Field(description="JPEG in base64", json_schema_extra={"contentEncoding": "base64"})]
    mobile_masked: str


class CardAnswer(BaseModel):
    """A card."""

    number: Number
    person_number: Number
    status: CardStatus
    issuing_area: str
    bank: str
    bank_telephone: str


class Submission(_Body):
    """A transaction on its way. Everything about the person is in the envelope."""

    kiosk: KioskName
    sequence: Annotated[int, Field(ge=1, description="Per kiosk, without gap or repetition")]
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    envelope: Annotated[
        str,
        Field(
            max_length=200_000,
            description="Compact JWE (ECDH-ES on X25519, A256GCM) to the gateway's key, holding a compact JWS "
            "(Ed25519, typ kiosk-transaction+jws) of the kiosk over a SealedTransaction",
        ),
    ]


class TransactionAnswer(BaseModel):
    """What became of a key: the same for every request with it."""

    id: UUID
    result: Result
    reason: Annotated[Reason | None, Field(description="For refused only")]
    effective_at: Annotated[datetime | None, Field(description="For accepted only")]
    card_status: Annotated[CardStatus | None, Field(description="The card's state after the decision")]


class HealthAnswer(BaseModel):
    """The gateway is there."""

    service: str = "hall-gateway"
    time: datetime


class SealedPerson(_Body):
    """The person of the document. ``number`` and ``name`` are empty when the card alone was read off line."""

    number: Annotated[str, Field(max_length=20)]
    name: Annotated[str, Field(max_length=200)]
    document: Annotated[str, Field(max_length=40)]


class SealedProof(_Body):
    """How the presence of the person was proved."""

    method: Annotated[str, Field(max_length=40)]
    detail: Annotated[str, Field(max_length=200)]


class SealedTransaction(_Body):
    """What is inside an envelope: ``id`` equals the Idempotency-Key; kiosk, sequence and kind equal the submission."""

    id: UUID
    kiosk: KioskName
    sequence: int
    kind: str
    person: SealedPerson
    card_number: Number | None
    card_status_seen: Annotated[CardStatus | None, Field(description="null: the kiosk had seen none")]
    proof: SealedProof
    occurred_at: AwareDatetime
    expires_at: AwareDatetime


class RequestClaims(_Body):
    """What the JWS (Ed25519, typ kiosk-request+jws) in the header Kiosk-Signature says."""

    kiosk: KioskName
    iat: Annotated[int, Field(description="Seconds since 1970; five minutes old at most")]
    jti: Annotated[str, Field(min_length=8, max_length=64, description="Used once")]
    method: str
    path: str
    sha256: Annotated[str, Field(description="Of the body, hexadecimal")]
