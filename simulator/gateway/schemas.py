"""The public contract: what the gateway takes and answers. docs/gateway.yaml is made from these classes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Number = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,20}$", description="Social security number or card number")]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="A calendar month, 2021-05")]
DetailText = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,64}$")]
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
    """Why a transaction was refused. Each names one condition of the guide, or one of the transaction itself."""

    EXPIRED = "expired"
    KIND_NOT_OFFERED = "kind_not_offered"
    DETAILS_INVALID = "details_invalid"
    PERSON_NOT_FOUND = "person_not_found"
    NOT_THE_SAME_PERSON = "not_the_same_person"
    DOCUMENT_NOT_ACCEPTED = "document_not_accepted"
    PRESENCE_NOT_PROVED = "presence_not_proved"

    CARD_NOT_FOUND = "card_not_found"
    CARD_ALREADY_ACTIVE = "card_already_active"
    CARD_NOT_ACTIVATABLE = "card_not_activatable"
    CARD_NOT_NORMAL = "card_not_normal"
    CARD_NOT_LOST = "card_not_lost"
    LOSS_ALREADY_ENDED = "loss_already_ended"
    CARD_NOT_PROVINCIAL = "card_not_provincial"
    NOT_TRANSFERRING_OUT = "not_transferring_out"

    APPLICATION_PENDING = "application_pending"
    STILL_EMPLOYED = "still_employed"
    CONTRIBUTIONS_TOO_SHORT = "contributions_too_short"
    LEFT_BY_OWN_WILL = "left_by_own_will"
    NOT_REGISTERED = "not_registered"
    WINDOW_CLOSED = "window_closed"
    NOT_UNEMPLOYED_THEN = "not_unemployed_then"
    ENTITLED_TO_BENEFIT = "entitled_to_benefit"
    ALLOWANCE_RECEIVED = "allowance_received"
    ALLOWANCE_ELSEWHERE = "allowance_elsewhere"

    NOT_AN_EMPLOYEE = "not_an_employee"
    SKILL_CONTRIBUTIONS_TOO_SHORT = "skill_contributions_too_short"
    NO_SKILL_CERTIFICATE = "no_skill_certificate"
    SKILL_LEVEL_NOT_COVERED = "skill_level_not_covered"
    SKILL_TOO_OLD = "skill_too_old"
    SKILL_THREE_THIS_YEAR = "skill_three_this_year"
    SKILL_SAME_ALREADY = "skill_same_already"
    SKILL_HIGHER_ALREADY = "skill_higher_already"
    SKILL_TRAINING_SUBSIDY = "skill_training_subsidy"

    NOT_INSURED_HERE = "not_insured_here"
    OTHER_TRANSFER = "other_transfer"
    NO_PENSION = "no_pension"
    CERTIFICATE_UNKNOWN = "certificate_unknown"


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
    NO_PENSION = "no_pension"
    NO_CONTRIBUTIONS = "no_contributions"
    NOTHING_PAID_THEN = "nothing_paid_then"
    PRESENCE_NOT_PROVED = "presence_not_proved"
    NOT_THE_SAME_PERSON = "not_the_same_person"
    DOCUMENT_NOT_ACCEPTED = "document_not_accepted"
    NOT_FOUND = "not_found"
    IN_PROGRESS = "in_progress"
    KEY_REUSED = "key_reused"
    SEQUENCE_REUSED = "sequence_reused"
    ENVELOPE_INVALID = "envelope_invalid"
    ENVELOPE_MISMATCH = "envelope_mismatch"
    BUSY = "busy"
    INTERNAL = "internal"


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    code: ProblemCode


class Body(BaseModel):
    """What is sent to the gateway: nothing but what the contract names."""

    model_config = ConfigDict(extra="forbid")


class Query(Body):
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
    mobile_masked: Annotated[str, Field(description="Empty: none on record")]
    transfers_out: Annotated[bool, Field(description="A transfer out of the pooling area is on record")]


class CardAnswer(BaseModel):
    """A card."""

    number: Number
    person_number: Number
    status: CardStatus
    issuing_area: str
    bank: str
    bank_telephone: str
    lost_until: Annotated[
        datetime | None, Field(description="When a temporary loss ends by itself, while there is one")
    ]
    loss_ended_at: Annotated[datetime | None, Field(description="When the last one has ended by itself, if it did")]


class SubmissionClock(Body):
    """The kiosk's boot clock at the moment of sending."""

    boot: Annotated[str, Field(min_length=1, max_length=64, description="Name of the machine's present start")]
    uptime: Annotated[float, Field(ge=0, allow_inf_nan=False, description="Seconds since then")]


class SealedClock(SubmissionClock):
    """The same when the transaction was made. ``sure``: its times follow the gateway's time."""

    sure: bool


class Submission(Body):
    """A transaction on its way. Everything about the person is in the envelope."""

    kiosk: KioskName
    sequence: Annotated[int, Field(ge=1, description="Per kiosk, without gap or repetition")]
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    envelope: Annotated[
        str,
        Field(
            max_length=400_000,
            description="Compact JWE (ECDH-ES on X25519, A256GCM) to the gateway's key, holding a compact JWS "
            "(Ed25519, typ kiosk-transaction+jws) of the kiosk over a SealedTransaction",
        ),
    ]
    withdrawn: Annotated[
        bool, Field(description="It expired at the kiosk: it takes its number and is refused as expired")
    ] = False
    clock: SubmissionClock


class TransactionAnswer(BaseModel):
    """What became of a key: the same for every request with it."""

    id: UUID
    envelope_sha256: Annotated[str, Field(description="Of the envelope that was decided on, hexadecimal")]
    result: Result
    reason: Annotated[Reason | None, Field(description="For refused only")]
    effective_at: Annotated[datetime | None, Field(description="For accepted only")]
    card_status: Annotated[CardStatus | None, Field(description="The card's state after the decision")]
    acceptance_number: Annotated[str | None, Field(description="Of an accepted application")]
    due: Annotated[date | None, Field(description="By when an accepted application is decided; null: at once")]
    lost_until: Annotated[datetime | None, Field(description="When a reported loss ends by itself")]


class HealthAnswer(BaseModel):
    """The gateway is there."""

    service: str = "hall-gateway"
    time: datetime


class KioskAnswer(BaseModel):
    """How a kiosk stands in the gateway's books."""

    kiosk: KioskName
    highest_sequence: Annotated[int, Field(ge=0, description="Of all that was received of it; 0: nothing yet")]
    time: datetime


class SealedPerson(Body):
    """The person of the document. ``number`` and ``name`` are empty when the card alone was read off line."""

    number: Annotated[str, Field(pattern=r"^[0-9A-Z]{0,20}$")]
    name: Annotated[str, Field(max_length=200)]
    document: Annotated[str, Field(max_length=40)]


class SealedProof(Body):
    """How the presence of the person was proved.

    ``method``: face, card_pin, staff, or document where that is enough. ``detail``: the verifier of a face, the number
    of the member of staff who confirmed, empty for the others.
    """

    method: Annotated[str, Field(max_length=40, description="face, card_pin, staff or document")]
    detail: Annotated[str, Field(max_length=200)]


class SealedTransaction(Body):
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
    clock: SealedClock
    details: Annotated[
        dict[str, DetailText | int],
        Field(max_length=10, description="One of the Details classes, by kind; {} for most kinds"),
    ] = {}


class RequestClaims(Body):
    """What the JWS (Ed25519, typ kiosk-request+jws) in the header Kiosk-Signature says."""

    kiosk: KioskName
    iat: Annotated[int, Field(description="Seconds since 1970; five minutes old at most")]
    jti: Annotated[str, Field(min_length=8, max_length=64, description="Used once")]
    method: str
    path: str
    sha256: Annotated[str, Field(description="Of the body, hexadecimal")]
