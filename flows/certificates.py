"""Certificates: what is ordered, and what the gateway has signed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flows.months import Month
from flows.records import ContributionSpan, DocumentKind, Holder, PensionRecord
from flows.transactions import Proof


class CertificateKind(StrEnum):
    """What is certified."""

    CONTRIBUTIONS = "contributions"  # 参保缴费证明
    PENSION = "pension"  # 待遇领取证明
    ENTITLEMENT_RECORD = "entitlement_record"  # 权益记录单


@dataclass(frozen=True)
class CertificateOrder:
    """A certificate for ``holder``, fetched by ``agent`` if there is one; the proof is that of who stands here.

    ``first`` and ``last``: the months certified, both included; None for a pension.
    """

    kind: CertificateKind
    holder: Holder
    agent: Holder | None
    document: DocumentKind
    proof: Proof
    first: Month | None = None
    last: Month | None = None


@dataclass(frozen=True)
class Certificate:
    """What the gateway has certified; every copy of a certificate has its number, and a signature of its own.

    ``token`` is the signed content of the QR code (compact JWS). ``voided`` are earlier copies that did not come out
    whole. ``arrears``: months of the period that were not paid, and are not certified. ``agent_*`` empty without one.
    """

    number: str
    kind: CertificateKind
    copy: int
    verification_code: str
    issued_at: datetime
    person_name: str
    person_number: str
    agent_name: str
    agent_number: str
    first: Month | None
    last: Month | None
    spans: tuple[ContributionSpan, ...]
    arrears: int
    pension: PensionRecord | None
    token: str
    voided: tuple[int, ...] = ()


@dataclass(frozen=True)
class PrintedCertificate:
    """A certificate and whether a whole copy came out in the end."""

    certificate: Certificate
    printed: bool
