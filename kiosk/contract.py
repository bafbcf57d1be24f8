"""The gateway's contract (docs/gateway.yaml) as this kiosk sends and accepts it.

Answers are checked strictly; fields that the contract may gain later are ignored. Error texts of this module never hold
a value, only the name of the field.
"""

import base64
import binascii
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from flows.records import CardRecord, CardStatus, PersonRecord

_JPEG = b"\xff\xd8\xff"


class ContractBroken(Exception):  # noqa: N818 - says what happened
    """An answer does not keep the contract; the text names the fields, never their values."""


def _jpeg(value: object) -> object:
    if value is None or isinstance(value, bytes):
        return value
    try:
        picture = base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not picture.startswith(_JPEG):
        raise ValueError("not a JPEG")
    return picture


Number = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,20}$")]
Line = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]


class Answer(BaseModel):
    """What every answer has in common."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The answer in ``body``. Raises ``ContractBroken``."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            wrong = sorted({".".join(str(part) for part in each["loc"]) or each["type"] for each in error.errors()})
            raise ContractBroken(f"{cls.__name__}: {', '.join(wrong)}") from None


class PersonAnswer(Answer):
    """POST /v1/persons/query."""

    number: Number
    name: Annotated[str, Field(min_length=1, max_length=200)]
    photo: Annotated[bytes | None, BeforeValidator(_jpeg)]
    mobile_masked: Line

    def record(self) -> PersonRecord:
        """The same for a flow."""
        return PersonRecord(self.number, self.name, self.photo, self.mobile_masked)


class CardAnswer(Answer):
    """POST /v1/cards/query."""

    number: Number
    person_number: Number
    status: CardStatus
    issuing_area: Line
    bank: Line
    bank_telephone: Line

    def record(self) -> CardRecord:
        """The same for a flow."""
        return CardRecord(
            number=self.number,
            person_number=self.person_number,
            status=self.status,
            issuing_area=self.issuing_area,
            bank=self.bank,
            bank_telephone=self.bank_telephone,
        )


class Result(StrEnum):
    """What the gateway decided about a transaction."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class TransactionAnswer(Answer):
    """POST /v1/transactions and GET /v1/transactions/{id}: what became of the key."""

    id: str
    result: Result
    reason: Code | None
    effective_at: AwareDatetime | None
    card_status: CardStatus | None

    def without_person(self) -> dict[str, str]:
        """What may be kept in the queue's clear columns."""
        kept: dict[str, str] = {}
        if self.reason is not None:
            kept["reason"] = self.reason
        if self.effective_at is not None:
            kept["effective_at"] = self.effective_at.isoformat()
        if self.card_status is not None:
            kept["card_status"] = self.card_status
        return kept


class HealthAnswer(Answer):
    """GET /v1/health."""

    service: Annotated[str, Field(pattern=r"^hall-gateway$")]
    time: AwareDatetime


class Problem(Answer):
    """An error body (RFC 9457, application/problem+json)."""

    status: int
    code: Code
