"""What a transaction says beyond who is there: one class for each kind, all named in the contract."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Annotated

from pydantic import Field

from simulator.gateway.schemas import Body

Mobile = Annotated[str, Field(pattern=r"^(1[0-9]{10})?$", description="Empty: the one on record")]
BankAccount = Annotated[str, Field(pattern=r"^([0-9]{8,32})?$", description="Empty: the account of the card")]
Region = Annotated[str, Field(pattern=r"^[1-8][0-9]{5}$", description="Division code (GB/T 2260)")]
ReferenceNumber = Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,40}$")]


class EndReason(StrEnum):
    """Why an employment ended."""

    CONTRACT_ENDED = "contract_ended"
    EMPLOYER_ENDED = "employer_ended"
    DISMISSED = "dismissed"
    EMPLOYER_AT_FAULT = "employer_at_fault"
    EMPLOYER_CLOSED = "employer_closed"
    OWN_WILL = "own_will"


class Insurance(StrEnum):
    """Branches of social insurance."""

    PENSION = "pension"
    UNEMPLOYMENT = "unemployment"
    WORK_INJURY = "work_injury"


class Scheme(StrEnum):
    """The two pension schemes: of enterprises (企业职工), of government bodies and institutions (机关事业单位)."""

    ENTERPRISE = "enterprise"
    GOVERNMENT = "government"


class SkillLevel(IntEnum):
    """Levels of a certificate of skill; a lower number is the higher level."""

    CHIEF = 1
    TECHNICIAN = 2
    ADVANCED = 3
    INTERMEDIATE = 4
    ELEMENTARY = 5


class TransferRoute(StrEnum):
    """The four ways of a transfer-in, guide items 21 to 24."""

    ENTERPRISE_ACROSS = "transfer_enterprise_across"
    BETWEEN_ACROSS = "transfer_between_across"
    BETWEEN_WITHIN = "transfer_between_within"
    GOVERNMENT_WITHIN = "transfer_government_within"


class NoDetails(Body):
    """Of the kinds about a card, and of the entitlement review."""


class UnemploymentBenefitDetails(Body):
    """Of an application for the unemployment insurance benefit."""

    reason: EndReason
    mobile: Mobile
    bank_account: BankAccount


class UnemploymentAllowanceDetails(Body):
    """Of an application for the unemployment allowance."""

    mobile: Mobile
    bank_account: BankAccount


class SkillSubsidyDetails(Body):
    """Of an application for the skill-upgrade subsidy."""

    certificate_number: ReferenceNumber
    mobile: Mobile
    bank_account: BankAccount


class TransferInDetails(Body):
    """Of an application for a transfer-in. ``agency`` empty: the gateway finds it by the region."""

    route: TransferRoute
    region: Region
    agency: Annotated[str, Field(pattern=r"^[0-9A-Z-]{0,40}$")]
    old_scheme: Scheme
    mobile: Mobile


class CertificateVoidDetails(Body):
    """Of the report that a copy did not come out whole."""

    certificate_number: ReferenceNumber
    copy_number: Annotated[int, Field(alias="copy", ge=1)]


DETAILS: Mapping[str, type[Body]] = {
    "activation": NoDetails,
    "loss_report": NoDetails,
    "reinstatement": NoDetails,
    "cancellation": NoDetails,
    "entitlement_review": NoDetails,
    "unemployment_benefit": UnemploymentBenefitDetails,
    "unemployment_allowance": UnemploymentAllowanceDetails,
    "skill_subsidy": SkillSubsidyDetails,
    "transfer_in": TransferInDetails,
    "certificate_void": CertificateVoidDetails,
}
