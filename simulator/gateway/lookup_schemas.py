"""The public contract: what the look-ups about insurance answer."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from simulator.gateway.details import EndReason, Insurance, ReferenceNumber, Region, Scheme, SkillLevel
from simulator.gateway.schemas import Body, Month

Count = Annotated[int, Field(ge=0)]


class SpanAnswer(BaseModel):
    """Contributions to one insurance by one employer. Fewer months paid than there are: arrears."""

    insurance: Insurance
    employer: Annotated[str, Field(max_length=200)]
    first: Month
    last: Month
    months_paid: Count


class ContributionsAnswer(BaseModel):
    """What was paid for a person, oldest first."""

    spans: list[SpanAnswer]


class PensionKind(StrEnum):
    """What a pension is paid for."""

    ENTERPRISE = "enterprise"
    GOVERNMENT = "government"


class PensionAnswer(BaseModel):
    """A pension; amounts in hundredths of a yuan. ``review_due``: by when the entitlement is to be reviewed again."""

    kind: PensionKind
    started: Month
    monthly_fen: Count
    last_paid: Month
    review_due: date


class UnemploymentAnswer(BaseModel):
    """What decides on the unemployment insurance benefit and on the allowance."""

    months_paid: Count
    employment_ended: Annotated[date | None, Field(description="null while somebody pays contributions")]
    recorded_reason: Annotated[EndReason | None, Field(description="As the employer reported it")]
    registered: bool
    reasons: Annotated[list[EndReason], Field(description="Those that may be chosen")]
    benefit_until: Annotated[Month | None, Field(description="Last month of the benefit, past or to come")]
    pending: Annotated[bool, Field(description="An application waits, or the benefit is being paid")]
    allowance_received: bool
    allowance_elsewhere: bool


class SkillObjection(StrEnum):
    """Why there is no subsidy for a certificate of skill."""

    LEVEL_NOT_COVERED = "skill_level_not_covered"
    TOO_OLD = "skill_too_old"
    TRAINING_SUBSIDY = "skill_training_subsidy"
    SAME_ALREADY = "skill_same_already"
    HIGHER_ALREADY = "skill_higher_already"
    THREE_THIS_YEAR = "skill_three_this_year"


class SkillAnswer(BaseModel):
    """A certificate of the national register; ``objection`` null: a subsidy can be applied for today."""

    number: ReferenceNumber
    occupation: str
    level: SkillLevel
    issued: date
    objection: SkillObjection | None


class SkillsAnswer(BaseModel):
    """What decides on the skill-upgrade subsidy. ``months_paid``: of unemployment insurance, in total."""

    enterprise_employee: bool
    months_paid: Count
    certificates: list[SkillAnswer]


class TransferAnswer(BaseModel):
    """Where a person is insured now; ``scheme`` null: nobody pays here."""

    scheme: Scheme | None
    pending: bool


class AgenciesQuery(Body):
    """A region."""

    region: Region


class AgencyAnswer(BaseModel):
    """A social insurance agency."""

    code: ReferenceNumber
    name: str


class AgenciesAnswer(BaseModel):
    """The agencies of a region; none where there is no such region."""

    agencies: list[AgencyAnswer]
