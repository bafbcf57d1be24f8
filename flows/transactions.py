"""What can be submitted, and what comes back."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from flows.records import CardRecord, CardStatus, DocumentKind, EndReason, Holder, Scheme


class ProofMethod(StrEnum):
    """How the presence of the person was proved."""

    FACE = "face"
    CARD_PIN = "card_pin"
    STAFF = "staff"  # a member of staff, by card and PIN
    DOCUMENT = "document"  # the document alone, where the matter's identity level asks no more


@dataclass(frozen=True)
class Proof:
    """The way in which the person at the kiosk was proved to be the holder of the document."""

    method: ProofMethod
    detail: str = ""  # the verifier for a face, the number of the member of staff, nothing for a PIN


@dataclass(frozen=True)
class Applicant:
    """Who applies: the person of the document, how presence was proved, and the card as the kiosk saw it."""

    person_number: str
    person_name: str
    document: DocumentKind
    proof: Proof
    card_number: str | None
    card_status_seen: CardStatus | None  # None: the kiosk had seen none

    @classmethod
    def of(cls, holder: Holder, proof: Proof, card: CardRecord | None) -> Self:
        """The holder of a document, with the card that was looked up, if one could be."""
        return cls(
            person_number=holder.number,
            person_name=holder.name,
            document=holder.document,
            proof=proof,
            card_number=card.number if card is not None else holder.card_number,
            card_status_seen=card.status if card is not None else None,
        )


@dataclass(frozen=True)
class Transaction:
    """What every transaction says. ``KIND`` is its name in the gateway's contract."""

    KIND: ClassVar[str]

    applicant: Applicant

    def details(self) -> dict[str, str | int]:
        """What this kind says beyond the applicant, as the contract writes it."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "applicant"}


@dataclass(frozen=True)
class Activation(Transaction):
    """Activation (启用) of a card that has never been activated."""

    KIND: ClassVar[str] = "activation"


@dataclass(frozen=True)
class LossReport(Transaction):
    """Temporary loss report (临时挂失)."""

    KIND: ClassVar[str] = "loss_report"


@dataclass(frozen=True)
class Reinstatement(Transaction):
    """Reinstatement (解挂) within the temporary loss."""

    KIND: ClassVar[str] = "reinstatement"


@dataclass(frozen=True)
class Cancellation(Transaction):
    """Cancellation (注销) for good."""

    KIND: ClassVar[str] = "cancellation"


@dataclass(frozen=True)
class EntitlementReview(Transaction):
    """Entitlement review (资格认证): the pensioner was here in person."""

    KIND: ClassVar[str] = "entitlement_review"


@dataclass(frozen=True)
class UnemploymentBenefit(Transaction):
    """Application for the unemployment insurance benefit (失业保险金).

    ``mobile`` empty: the one on record. ``bank_account`` empty: the account of the social security card. The citizen
    has declared to look for work.
    """

    KIND: ClassVar[str] = "unemployment_benefit"

    reason: EndReason
    mobile: str
    bank_account: str


@dataclass(frozen=True)
class UnemploymentAllowance(Transaction):
    """Application for the unemployment allowance (失业补助金); fields as for the benefit."""

    KIND: ClassVar[str] = "unemployment_allowance"

    mobile: str
    bank_account: str


@dataclass(frozen=True)
class SkillSubsidy(Transaction):
    """Application for the skill-upgrade subsidy (技能提升补贴) for one certificate; fields as for the benefit."""

    KIND: ClassVar[str] = "skill_subsidy"

    certificate_number: str
    mobile: str
    bank_account: str


class TransferRoute(StrEnum):
    """The four ways of a transfer-in (关系转入), guide items 21 to 24."""

    ENTERPRISE_ACROSS = "transfer_enterprise_across"
    BETWEEN_ACROSS = "transfer_between_across"
    BETWEEN_WITHIN = "transfer_between_within"
    GOVERNMENT_WITHIN = "transfer_government_within"


@dataclass(frozen=True)
class TransferIn(Transaction):
    """Application for a transfer-in. ``agency`` empty: the gateway finds it by ``region`` (GB/T 2260, six digits)."""

    KIND: ClassVar[str] = "transfer_in"

    route: TransferRoute
    region: str
    agency: str
    old_scheme: Scheme
    mobile: str


@dataclass(frozen=True)
class CertificateVoid(Transaction):
    """A copy of a certificate that did not come out whole is void."""

    KIND: ClassVar[str] = "certificate_void"

    certificate_number: str
    copy: int


class ReceiptState(StrEnum):
    """Where a submitted transaction stands when the citizen is told."""

    DONE = "done"
    STORED = "stored"  # on disk, not sent: not in effect
    PROCESSING = "processing"  # sent, the answer did not come: may be in effect
    REFUSED = "refused"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Receipt:
    """The answer to a submission. ``reason`` is a refusal code of the gateway's contract, for REFUSED only.

    ``acceptance_number`` and ``due``: of an accepted application, the gateway's number for it and by when it is decided
    (None: at once). ``lost_until``: when an accepted loss report ends by itself.
    """

    number: str
    state: ReceiptState
    occurred_at: datetime
    effective_at: datetime | None = None
    reason: str = ""
    acceptance_number: str = ""
    due: date | None = None
    lost_until: datetime | None = None
