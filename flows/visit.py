"""What a flow may ask for. The real visit is in kiosk/visit.py."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from flows.certificates import CertificateOrder, PrintedCertificate
from flows.prompts import Line, Note, Prompt, Text, Tone, Whose
from flows.records import DocumentKind, Holder, Query
from flows.transactions import Proof, Receipt, Transaction

T = TypeVar("T")
R = TypeVar("R")


class Refusal(StrEnum):
    """Why a matter cannot be done; headline and explanation are ``refusal.<value>.*`` in the text catalogue.

    Neither holds a value: facts stand in the lines below them. The second part has the gateway's reasons too.
    """

    PRESENCE_NOT_PROVED = "presence_not_proved"
    NO_DOCUMENT = "no_document"
    DOCUMENT_EXPIRED = "document_expired"
    DOCUMENT_AT_COUNTER = "document_at_counter"
    MINOR = "minor"
    AGENT_IS_PRINCIPAL = "agent_is_principal"
    PIN_LOCKED = "pin_locked"
    NEEDS_GATEWAY = "needs_gateway"
    BY_GATEWAY = "by_gateway"

    CARD_NOT_FOUND = "card_not_found"
    PERSON_NOT_FOUND = "person_not_found"
    NOT_THE_SAME_PERSON = "not_the_same_person"
    EXPIRED = "expired"
    CARD_ALREADY_ACTIVE = "card_already_active"
    CARD_NOT_ACTIVATABLE = "card_not_activatable"
    CARD_ALREADY_LOST = "card_already_lost"
    CARD_NOT_NORMAL = "card_not_normal"
    CARD_NOT_LOST = "card_not_lost"
    LOSS_ALREADY_ENDED = "loss_already_ended"
    CARD_NOT_PROVINCIAL = "card_not_provincial"
    NOT_TRANSFERRING_OUT = "not_transferring_out"
    NO_CONTRIBUTIONS = "no_contributions"
    NOTHING_PAID_THEN = "nothing_paid_then"
    NO_PENSION = "no_pension"
    APPLICATION_PENDING = "application_pending"
    STILL_EMPLOYED = "still_employed"
    CONTRIBUTIONS_TOO_SHORT = "contributions_too_short"
    LEFT_BY_OWN_WILL = "left_by_own_will"
    NOT_REGISTERED = "not_registered"
    NOT_SEEKING_WORK = "not_seeking_work"
    WINDOW_CLOSED = "window_closed"
    NOT_UNEMPLOYED_THEN = "not_unemployed_then"
    ENTITLED_TO_BENEFIT = "entitled_to_benefit"
    ALLOWANCE_RECEIVED = "allowance_received"
    ALLOWANCE_ELSEWHERE = "allowance_elsewhere"
    NOT_AN_EMPLOYEE = "not_an_employee"
    SKILL_CONTRIBUTIONS_TOO_SHORT = "skill_contributions_too_short"
    NO_SKILL_CERTIFICATE = "no_skill_certificate"
    NO_ELIGIBLE_CERTIFICATE = "no_eligible_certificate"
    SKILL_LEVEL_NOT_COVERED = "skill_level_not_covered"
    SKILL_TOO_OLD = "skill_too_old"
    SKILL_THREE_THIS_YEAR = "skill_three_this_year"
    SKILL_SAME_ALREADY = "skill_same_already"
    SKILL_HIGHER_ALREADY = "skill_higher_already"
    SKILL_TRAINING_SUBSIDY = "skill_training_subsidy"
    NOT_INSURED_HERE = "not_insured_here"
    OTHER_TRANSFER = "other_transfer"

    @classmethod
    def of(cls, reason: str) -> "Refusal":
        """The refusal for a reason code of the gateway's contract; BY_GATEWAY for those without words of their own."""
        return cls(reason) if reason in set(cls) else cls.BY_GATEWAY


class Refused(Exception):
    """Ends a flow with a refusal screen; ``lines`` are the facts that stand below the words."""

    def __init__(self, refusal: Refusal, *lines: Line) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.lines = lines


@dataclass(frozen=True)
class Slip:
    """What a slip says beyond what every slip says (hall, kiosk, matter, time, receipt number, 12333)."""

    headline: Text
    lines: tuple[Line, ...]
    what_next: tuple[Text, ...]
    receipt: Receipt


@dataclass(frozen=True)
class Outcome:
    """What a flow ends with: the result screen, in words, and the receipt if something was submitted."""

    tone: Tone
    headline: Text
    explanation: Text
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    receipt: Receipt | None = None


class Visit(Protocol):
    """One citizen at the kiosk, from the choice of a matter to the end."""

    @property
    def today(self) -> date:
        """The day in China."""

    @property
    def loss_days(self) -> int:
        """After how many days a temporary loss ends by itself (a setting of the hall)."""

    async def identify(self, *accepted: DocumentKind, whose: Whose = Whose.OWN, passport: bool = False) -> Holder:
        """Ask for one of the documents and read it.

        ``passport``: a passport would do as well, but at the counter. After the principal's document (委托人) the
        kiosk waits until it has been taken away, so that the agent's can follow.
        """

    async def prove_presence(self, holder: Holder, *, lost: DocumentKind | None = None) -> Proof:
        """Prove that the person at the kiosk is the holder: face with consent, or the other way.

        ``lost``: a document that the matter is about because it is gone; it is not asked for.
        """

    async def look_up(self, query: Query[R]) -> R | None:
        """Ask the gateway; None while it is out of reach. An unknown person or card ends the visit with a refusal."""

    async def need(self, query: Query[R]) -> R:
        """Ask the gateway for what the matter cannot do without; ends the visit with a refusal while it is away."""

    def require(self, condition: bool, refusal: Refusal, *lines: Line) -> None:  # noqa: FBT001 - the condition itself is the argument
        """End the flow with ``refusal`` unless ``condition`` holds; ``lines`` are the facts to be shown."""

    async def ask(self, prompt: Prompt[T]) -> T:
        """Put a question to the citizen."""

    async def submit(self, transaction: Transaction) -> Receipt:
        """Seal and store the transaction, send it, and say where it stands. Happens once per visit."""

    async def print(self, slip: Slip) -> None:
        """Print the slip. The transaction never depends on it: without paper the number is shown in large type."""

    async def certify(self, order: CertificateOrder) -> PrintedCertificate:
        """Let the gateway sign what is ordered, and print it. A torn copy is void, and another one may follow."""
