"""Everything that a decision depends on, and what a decision is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from simulator.gateway.days import day_in_china
from simulator.gateway.details import EndReason, Scheme
from simulator.gateway.schemas import CardStatus, Reason, Result, SealedTransaction

LOSS = timedelta(days=7)  # a setting of the hall
ALL_REASONS = tuple(EndReason)


@dataclass(frozen=True)
class PersonFacts:
    """Who the gateway found."""

    number: str
    name: str
    transfers_out: bool = False


@dataclass(frozen=True)
class CardFacts:
    """Which card the gateway found, and how it is now."""

    number: str
    person_number: str
    status: CardStatus
    changed_at: datetime
    issuing_area: str = "370100"
    lost_until: datetime | None = None
    loss_ended_at: datetime | None = None


@dataclass(frozen=True)
class UnemploymentFacts:
    """What decides on benefit and allowance; ``benefit_until``: last month of the benefit ("2021-05").

    ``employment_ended``: None while somebody pays contributions. ``reasons``: those that are offered.
    """

    months_paid: int
    employment_ended: date | None
    recorded_reason: EndReason | None = None
    registered: bool = True
    benefit_until: str | None = None
    pending: bool = False
    allowance_received: bool = False
    allowance_elsewhere: bool = False
    reasons: tuple[EndReason, ...] = ALL_REASONS


@dataclass(frozen=True)
class SkillFacts:
    """A certificate of the national register; ``training_subsidy``: one was taken for it."""

    number: str
    occupation: str
    level: int
    issued: date
    training_subsidy: bool = False


@dataclass(frozen=True)
class SubsidyFacts:
    """A skill-upgrade subsidy taken before; ``day``: of its application."""

    occupation: str
    level: int
    day: date


@dataclass(frozen=True)
class EmployeeFacts:
    """What decides on the skill-upgrade subsidy, beside the certificate; ``months_paid`` in total."""

    enterprise_employee: bool
    months_paid: int
    skills: Mapping[str, SkillFacts] = field(default_factory=dict)  # by certificate number
    subsidies: tuple[SubsidyFacts, ...] = ()


@dataclass(frozen=True)
class TransferFacts:
    """Where the person is insured now, and whether a transfer is under way."""

    scheme: Scheme | None
    pending: bool = False


@dataclass(frozen=True)
class IssuedFacts:
    """A certificate that was issued: whom it is about, who fetched it, and how many copies there are."""

    number: str
    person_number: str
    agent_number: str | None
    copies: int


@dataclass(frozen=True)
class Facts:
    """Everything that a decision depends on. What does not bear on the kind may be missing."""

    transaction: SealedTransaction
    person: PersonFacts | None
    card: CardFacts | None
    now: datetime
    loss: timedelta = LOSS
    unemployment: UnemploymentFacts | None = None
    employee: EmployeeFacts | None = None
    transfer: TransferFacts | None = None
    draws_pension: bool = False
    certificate: IssuedFacts | None = None

    @property
    def day(self) -> date:
        """The day in China on which the person was at the kiosk: applications count from it. Never one to come."""
        return day_in_china(min(self.transaction.occurred_at, self.now))


@dataclass(frozen=True)
class Accepted:
    """An application that was accepted, to be decided by ``due`` (None: at once)."""

    due: date | None = None
    subsidy: SubsidyFacts | None = None


@dataclass(frozen=True)
class Decision:
    """The outcome, and what has to be written down for it.

    ``new_status`` only when the card changes; ``lost_until`` of a reported loss; ``review_due``: by when the next
    entitlement review is due; ``voided``: the copy that is void.
    """

    result: Result
    reason: Reason | None = None
    new_status: CardStatus | None = None
    lost_until: datetime | None = None
    application: Accepted | None = None
    review_due: date | None = None
    voided: int | None = None


def refused(reason: Reason) -> Decision:
    """A refusal."""
    return Decision(Result.REFUSED, reason)


def first_that_applies(*checks: tuple[bool, Reason]) -> Reason | None:
    """The reason of the first check that applies; None when nothing stands against it."""
    return next((reason for applies, reason in checks if applies), None)
