"""What a look-up at the gateway returns, and the documents a citizen can show."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from flows.months import Month

R = TypeVar("R")


class CardStatus(StrEnum):
    """States of a card's social security function (guide items 25 to 27)."""

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
    name: str = field(repr=False)
    number: str = field(repr=False)
    card_number: str | None = field(default=None, repr=False)  # 9 characters, known when the card itself was read
    document_expires: date | None = None
    born: date | None = field(default=None, repr=False)
    chip_photo: bytes = field(default=b"", repr=False)  # as the ID's chip holds it, in the form WLT


@dataclass(frozen=True)
class PersonRecord:
    """A person as the gateway knows them. ``photo`` is a JPEG for the face check, if there is one.

    ``transfers_out``: a transfer out of the pooling area is on record (转出统筹外).
    """

    number: str
    name: str
    photo: bytes | None = None
    mobile_masked: str = ""  # empty: none on record
    transfers_out: bool = False


PROVINCIAL_AREA = "370000"  # issuing area of cards of the provincial level (省直)


@dataclass(frozen=True)
class CardRecord:
    """A card as the gateway knows it.

    ``lost_until``: when a temporary loss ends by itself, while there is one. ``loss_ended_at``: when the last one has
    ended by itself, if it did.
    """

    number: str
    person_number: str
    status: CardStatus
    issuing_area: str
    bank: str
    bank_telephone: str
    lost_until: datetime | None = None
    loss_ended_at: datetime | None = None


class Insurance(StrEnum):
    """Branches of social insurance on a contribution certificate."""

    PENSION = "pension"
    UNEMPLOYMENT = "unemployment"
    WORK_INJURY = "work_injury"


@dataclass(frozen=True)
class ContributionSpan:
    """Contributions to one insurance by one employer. Fewer months paid than the span has are arrears."""

    insurance: Insurance
    employer: str
    first: Month
    last: Month
    months_paid: int


@dataclass(frozen=True)
class ContributionRecord:
    """A person's contributions, oldest first; empty when there are none."""

    spans: tuple[ContributionSpan, ...]


class PensionKind(StrEnum):
    """What a pension is paid for."""

    ENTERPRISE = "enterprise"  # 企业职工基本养老金
    GOVERNMENT = "government"  # 机关事业单位基本养老金


@dataclass(frozen=True)
class PensionRecord:
    """A pension. ``review_due``: by when the entitlement has to be reviewed again (资格认证)."""

    kind: PensionKind
    started: Month
    monthly_fen: int  # hundredths of a yuan
    last_paid: Month
    review_due: date


class EndReason(StrEnum):
    """Why an employment ended; the gateway says which it offers."""

    CONTRACT_ENDED = "contract_ended"
    EMPLOYER_ENDED = "employer_ended"
    DISMISSED = "dismissed"
    EMPLOYER_AT_FAULT = "employer_at_fault"
    EMPLOYER_CLOSED = "employer_closed"
    OWN_WILL = "own_will"


@dataclass(frozen=True)
class UnemploymentRecord:
    """What decides on the unemployment insurance benefit and on the allowance.

    ``employment_ended``: None while somebody pays contributions. ``recorded_reason``: as the employer reported it, None
    if not. ``reasons``: those a citizen may choose from. ``benefit_until``: last month of the benefit, past or to come;
    None without one. ``pending``: an application waits, or the benefit is being paid.
    """

    months_paid: int
    employment_ended: date | None
    recorded_reason: EndReason | None
    registered: bool
    reasons: tuple[EndReason, ...]
    benefit_until: Month | None
    pending: bool
    allowance_received: bool
    allowance_elsewhere: bool


class SkillLevel(IntEnum):
    """Levels of a certificate; a lower number is the higher level."""

    CHIEF = 1  # 高级技师
    TECHNICIAN = 2  # 技师
    ADVANCED = 3  # 高级
    INTERMEDIATE = 4  # 中级
    ELEMENTARY = 5  # 初级


class SkillObjection(StrEnum):
    """Why there is no subsidy for a certificate (guide item 30)."""

    LEVEL_NOT_COVERED = "skill_level_not_covered"
    TOO_OLD = "skill_too_old"
    THREE_THIS_YEAR = "skill_three_this_year"
    SAME_ALREADY = "skill_same_already"
    HIGHER_ALREADY = "skill_higher_already"
    TRAINING_SUBSIDY = "skill_training_subsidy"


@dataclass(frozen=True)
class SkillCertificate:
    """A certificate of the national register, and whether it can be subsidised."""

    number: str
    occupation: str
    level: SkillLevel
    issued: date
    objection: SkillObjection | None


@dataclass(frozen=True)
class SkillRecord:
    """What decides on the skill-upgrade subsidy. ``months_paid``: of unemployment insurance, in total."""

    enterprise_employee: bool
    months_paid: int
    certificates: tuple[SkillCertificate, ...]


class Scheme(StrEnum):
    """The two pension schemes between which people move."""

    ENTERPRISE = "enterprise"  # 企业职工
    GOVERNMENT = "government"  # 机关事业单位


@dataclass(frozen=True)
class TransferRecord:
    """Where a person is insured now. ``scheme``: None when nobody pays here. ``pending``: a transfer is under way."""

    scheme: Scheme | None
    pending: bool


@dataclass(frozen=True)
class Agency:
    """A social insurance agency (经办机构)."""

    code: str
    name: str


@dataclass(frozen=True)
class AgencyList:
    """The agencies of a region."""

    agencies: tuple[Agency, ...]


@dataclass(frozen=True)
class Query(Generic[R]):
    """A question to the gateway; ``R`` is the record that answers it."""


@dataclass(frozen=True)
class AboutPerson(Query[R]):
    """A question about a person: by number, or by card number where the card gives no more."""

    number: str
    card_number: str | None = None


@dataclass(frozen=True)
class PersonOf(AboutPerson[PersonRecord]):
    """The person a document names."""


@dataclass(frozen=True)
class CardOf(AboutPerson[CardRecord]):
    """The card in question: by its own number, or the present card of a person."""


@dataclass(frozen=True)
class ContributionsOf(AboutPerson[ContributionRecord]):
    """What has been paid for a person."""


@dataclass(frozen=True)
class PensionOf(AboutPerson[PensionRecord]):
    """The pension of a person; who draws none is refused, like a person who is not known."""


@dataclass(frozen=True)
class UnemploymentOf(AboutPerson[UnemploymentRecord]):
    """What decides on benefits for the unemployed."""


@dataclass(frozen=True)
class SkillsOf(AboutPerson[SkillRecord]):
    """The certificates of a person, and what decides on their subsidy."""


@dataclass(frozen=True)
class TransferOf(AboutPerson[TransferRecord]):
    """Where a person is insured now."""


@dataclass(frozen=True)
class AgenciesOf(Query[AgencyList]):
    """The agencies of a region, by its division code (GB/T 2260, six digits)."""

    region: str
