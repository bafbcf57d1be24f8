"""The public contract: how a certificate is ordered, and what it says."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.gateway.details import ReferenceNumber
from simulator.gateway.lookup_schemas import Count, PensionAnswer, SpanAnswer
from simulator.gateway.schemas import Body, Month, Number, SealedPerson, SealedProof


class CertificateKind(StrEnum):
    """What is certified: contributions (19), the entitlement record (20), a pension (35)."""

    CONTRIBUTIONS = "contributions"
    PENSION = "pension"
    ENTITLEMENT_RECORD = "entitlement_record"


class Agent(Body):
    """Who fetches a certificate for somebody else (被委托人), by their own document."""

    number: Number
    name: Annotated[str, Field(min_length=1, max_length=200)]
    document: Annotated[str, Field(max_length=40)]


class CertificateOrder(Body):
    """A certificate about ``person``. ``first`` and ``last``: the months certified; null for a pension.

    The proof is that of who stands at the kiosk: the agent, if there is one.
    """

    kind: CertificateKind
    person: SealedPerson
    card_number: Number | None
    agent: Agent | None
    proof: SealedProof
    first: Month | None
    last: Month | None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not self.person.number and self.card_number is None:
            raise ValueError("number or card_number is needed")
        if self.kind is CertificateKind.PENSION:
            if self.first is not None or self.last is not None:
                raise ValueError("a pension has no period")
        elif self.first is None or self.last is None or self.last < self.first:
            raise ValueError("a period is needed")
        return self


class Party(BaseModel):
    """Somebody whom a certificate names."""

    number: Number
    name: str


class CertificateAnswer(BaseModel):
    """One copy of a certificate. Every copy has its number, and a verification code and a signature of its own."""

    model_config = ConfigDict(populate_by_name=True)

    number: ReferenceNumber
    kind: CertificateKind
    copy_number: Annotated[int, Field(alias="copy", ge=1, description="2 and more: a reprint")]
    verification_code: ReferenceNumber
    issued_at: datetime
    person: Party
    agent: Party | None
    first: Month | None
    last: Month | None
    spans: Annotated[list[SpanAnswer], Field(description="Cut to the period, only what was paid; none for a pension")]
    arrears: Annotated[Count, Field(description="Months of the period with a contribution missing; not certified")]
    pension: PensionAnswer | None
    token: Annotated[
        str,
        Field(
            description="For the QR code: compact JWS (Ed25519, typ kiosk-certificate+jws, kid = the key's thumbprint) "
            "over CertificateClaims"
        ),
    ]
    voided: Annotated[list[int], Field(description="Earlier copies that were reported void")]


class CertificateClaims(BaseModel):
    """What a certificate's token says. Its names are short because it stands in a QR code."""

    iss: str = "hall-gateway"
    n: Annotated[ReferenceNumber, Field(description="The certificate's number")]
    k: CertificateKind
    c: Annotated[int, Field(ge=1, description="Copy")]
    t: Annotated[int, Field(description="Issued at, seconds since 1970")]
    p: Annotated[tuple[str, str], Field(description="Name and number of the person")]
    a: Annotated[tuple[str, str] | None, Field(description="Of the agent; missing without one")] = None
    f: Annotated[Month | None, Field(description="First month; missing for a pension")] = None
    l: Annotated[Month | None, Field(description="Last month; missing for a pension")] = None  # noqa: E741 - the contract's name
    m: Annotated[dict[str, int] | None, Field(description="Months paid, by insurance; missing for a pension")] = None
    y: Annotated[int | None, Field(description="Monthly amount in hundredths of a yuan; for a pension only")] = None
    v: Annotated[ReferenceNumber, Field(description="Verification code")]
    h: Annotated[
        str,
        Field(
            description="base64url of the SHA-256 of the answer without token and voided, as JSON with sorted keys, "
            "without spaces, in UTF-8"
        ),
    ]
