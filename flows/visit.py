"""What a flow may ask for. The real visit is in kiosk/visit.py."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from flows.prompts import Line, Note, Prompt, Text, Tone
from flows.records import DocumentKind, Holder, Query
from flows.transactions import Proof, Receipt, Transaction

T = TypeVar("T")
R = TypeVar("R")


class Refusal(StrEnum):
    """Why a matter cannot be done; headline and explanation are ``refusal.<value>.*`` in the text catalogue."""

    CARD_ALREADY_ACTIVE = "card_already_active"
    CARD_NOT_ACTIVATABLE = "card_not_activatable"
    CARD_NOT_FOUND = "card_not_found"
    PERSON_NOT_FOUND = "person_not_found"
    NOT_THE_SAME_PERSON = "not_the_same_person"
    PRESENCE_NOT_PROVED = "presence_not_proved"
    NO_DOCUMENT = "no_document"
    DOCUMENT_EXPIRED = "document_expired"
    PIN_LOCKED = "pin_locked"
    NEEDS_GATEWAY = "needs_gateway"
    BY_GATEWAY = "by_gateway"

    @classmethod
    def of(cls, reason: str) -> "Refusal":
        """The refusal for a reason code of the gateway's contract; BY_GATEWAY for those without words of their own."""
        return cls(reason) if reason in _SAID_BY_GATEWAY else cls.BY_GATEWAY


_SAID_BY_GATEWAY = {
    Refusal.CARD_ALREADY_ACTIVE,
    Refusal.CARD_NOT_FOUND,
    Refusal.PERSON_NOT_FOUND,
    Refusal.NOT_THE_SAME_PERSON,
}


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """Ends a flow with a refusal screen. ``status`` is put into the explanation."""

    def __init__(self, refusal: Refusal, status: Text | None = None) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.status = status


@dataclass(frozen=True)
class Slip:
    """What a slip says beyond what every slip says (hall, kiosk, time, receipt number, 12333)."""

    matter: Text
    headline: Text
    lines: tuple[Line, ...]
    what_next: tuple[Text, ...]
    receipt: Receipt


@dataclass(frozen=True)
class Outcome:
    """What a flow ends with: the result screen, in words, and the receipt."""

    tone: Tone
    headline: Text
    explanation: Text
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    receipt: Receipt


class Visit(Protocol):
    """One citizen at the kiosk, from the choice of a matter to the end."""

    async def identify(self, *accepted: DocumentKind) -> Holder:
        """Ask for one of the documents and read it."""

    async def prove_presence(self, holder: Holder) -> Proof:
        """Prove that the person at the kiosk is the holder: face with consent, or the other way."""

    async def look_up(self, query: Query[R]) -> R | None:
        """Ask the gateway; None while it is out of reach. An unknown person or card ends the visit with a refusal."""

    def require(self, condition: bool, refusal: Refusal, status: Text | None = None) -> None:  # noqa: FBT001 - reads as prose
        """End the flow with ``refusal`` unless ``condition`` holds."""

    async def ask(self, prompt: Prompt[T]) -> T:
        """Put a question to the citizen."""

    async def submit(self, transaction: Transaction) -> Receipt:
        """Seal and store the transaction, send it, and say where it stands. Happens once per visit."""

    async def print(self, slip: Slip) -> None:
        """Print the slip. The transaction never depends on it: without paper the number is shown in large type."""
