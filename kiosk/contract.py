"""The gateway's contract (docs/gateway.yaml) as this kiosk sends and accepts it.

Answers are checked strictly; fields that the contract may gain later are ignored. Error texts of this module never hold
a value, only the name of the field.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Self
from unicodedata import category

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
)

from flows import months
from flows.records import CardRecord, CardStatus, PersonRecord

_JPEG = b"\xff\xd8\xff"
_NO_TEXT = {"Cc", "Zl", "Zp"}  # categories of Unicode: control characters, ends of lines and paragraphs


class ContractBroken(Exception):
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


def _one_line(value: object) -> object:
    """Registers hold ends of lines within names; on screens and paper each is a space, and none at the ends."""
    if not isinstance(value, str):
        return value
    return "".join(" " if category(char) in _NO_TEXT else char for char in value).strip()


def _month(value: object) -> months.Month:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}", value):
        raise ValueError("not a month")
    return months.Month.parse(value)


Number = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,20}$")]
Line = Annotated[str, BeforeValidator(_one_line), Field(max_length=200)]
Name = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
DocumentNumber = Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,40}$")]
Count = Annotated[int, Field(ge=0)]
Month = Annotated[months.Month, PlainValidator(_month)]
# A day from both ends of the calendar, so that it is a moment in every time zone.
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST)]


class Answer(BaseModel):
    """What every answer has in common."""

    # pydantic would keep short texts that it has read, names among them, for the life of the program.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", cache_strings="none")

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The answer in ``body``. Raises ``ContractBroken``."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            wrong = sorted({".".join(str(part) for part in each["loc"]) or each["type"] for each in error.errors()})
            raise ContractBroken(f"{cls.__name__}: {', '.join(wrong)}") from None

    @classmethod
    def of(cls, content: Mapping[str, object]) -> Self:
        """The same of a part that has been read as JSON already. Raises ``ContractBroken``."""
        return cls.read(json.dumps(content).encode())


class PersonAnswer(Answer):
    """POST /v1/persons/query."""

    number: Number
    name: Name
    photo: Annotated[bytes | None, BeforeValidator(_jpeg)]
    mobile_masked: Line
    transfers_out: bool

    def record(self) -> PersonRecord:
        """The same for a flow."""
        return PersonRecord(self.number, self.name, self.photo, self.mobile_masked, self.transfers_out)


class CardAnswer(Answer):
    """POST /v1/cards/query."""

    number: Number
    person_number: Number
    status: CardStatus
    issuing_area: Line
    bank: Line
    bank_telephone: Line
    lost_until: Moment | None
    loss_ended_at: Moment | None

    def record(self) -> CardRecord:
        """The same for a flow."""
        return CardRecord(
            number=self.number,
            person_number=self.person_number,
            status=self.status,
            issuing_area=self.issuing_area,
            bank=self.bank,
            bank_telephone=self.bank_telephone,
            lost_until=self.lost_until,
            loss_ended_at=self.loss_ended_at,
        )


class Result(StrEnum):
    """What the gateway decided about a transaction."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class TransactionAnswer(Answer):
    """POST /v1/transactions and GET /v1/transactions/{id}: what became of the key."""

    id: str
    envelope_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    result: Result
    reason: Code | None
    effective_at: Moment | None
    card_status: CardStatus | None
    acceptance_number: DocumentNumber | None
    due: date | None
    lost_until: Moment | None

    def without_person(self) -> dict[str, str]:
        """What may be kept in the queue's clear columns: all but what the row has anyway, times as in ISO 8601."""
        kept = self.model_dump(mode="json", exclude={"id", "envelope_sha256", "result"}, exclude_none=True)
        return {name: str(value) for name, value in kept.items()}


class HealthAnswer(Answer):
    """GET /v1/health."""

    service: Annotated[str, Field(pattern=r"^hall-gateway$")]
    time: Moment


class KioskAnswer(Answer):
    """GET /v1/kiosk: how this kiosk stands in the gateway's books."""

    kiosk: Annotated[str, Field(min_length=1, max_length=64)]
    highest_sequence: Count
    time: Moment


class AuditHeadAnswer(Answer):
    """GET /v1/audit/head: the last entry of this kiosk's audit log that the gateway has; number 0 if it has none."""

    kiosk: Annotated[str, Field(min_length=1, max_length=64)]
    number: Count
    hash: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class Problem(Answer):
    """An error body (RFC 9457, application/problem+json)."""

    status: int
    code: Code
