"""What a look-up at the gateway returns, and the documents a citizen can show."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

R = TypeVar("R")


class CardStatus(StrEnum):
    """States of a card's social security function (DOMAIN.md 2)."""

    NOT_ACTIVATED = "not_activated"
    NORMAL = "normal"
    TEMPORARILY_LOST = "temporarily_lost"
    FORMALLY_LOST = "formally_lost"
    BEING_REPLACED = "being_replaced"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class DocumentKind(StrEnum):
    """Documents that this kiosk reads itself."""

    RESIDENT_ID = "resident_id"  # any of the four layouts of the resident ID reader
    SOCIAL_CARD = "social_card"


@dataclass(frozen=True)
class Holder:
    """The person named by the document that was read.

    ``number`` is the social security number (18 characters). A 3.0 card without a PSAM gives only
    ``card_number``; ``number`` and ``name`` then come from the gateway, and are empty while it is out of reach.
    """

    document: DocumentKind
    name: str
    number: str
    card_number: str | None = None  # 9 characters, known when the card itself was read
    document_expires: date | None = None


@dataclass(frozen=True)
class PersonRecord:
    """A person as the gateway knows them. ``photo`` is a JPEG for the face check, if there is one."""

    number: str
    name: str
    photo: bytes | None = None
    mobile_masked: str = ""


@dataclass(frozen=True)
class CardRecord:
    """A card as the gateway knows it."""

    number: str
    person_number: str
    status: CardStatus
    issuing_area: str
    bank: str
    bank_telephone: str


@dataclass(frozen=True)
class Query(Generic[R]):
    """A question to the gateway; ``R`` is the record that answers it."""


@dataclass(frozen=True)
class PersonOf(Query[PersonRecord]):
    """The person a document names: by number, or by card number where the card gives no more."""

    number: str
    card_number: str | None = None


@dataclass(frozen=True)
class CardOf(Query[CardRecord]):
    """The card in question: by its own number, or the present card of a person."""

    number: str
    card_number: str | None = None
