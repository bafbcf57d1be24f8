"""The register of certificates: which there are, how many copies, and which of these are void."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from simulator.gateway.models_certificates import Certificate, CertificateCopy
from simulator.gateway.rules.facts import IssuedFacts


def find_certificate(session: Session, number: str) -> Certificate | None:
    """The certificate with that number."""
    return session.scalar(select(Certificate).where(Certificate.number == number))


def issued_facts(session: Session, number: str) -> IssuedFacts | None:
    """What the rules ask about a certificate."""
    certificate = find_certificate(session, number)
    if certificate is None:
        return None
    copies = copies_of(session, certificate)
    return IssuedFacts(number, certificate.person_number, certificate.agent_number, copies)


def copies_of(session: Session, certificate: Certificate) -> int:
    """How many copies there are."""
    count = select(func.count()).where(CertificateCopy.certificate_id == certificate.id)
    return session.scalar(count) or 0


def voided_copies(session: Session, certificate: Certificate) -> list[int]:
    """The copies that were reported void, by their number."""
    void = select(CertificateCopy.copy).where(
        CertificateCopy.certificate_id == certificate.id, CertificateCopy.voided_at.is_not(None)
    )
    return sorted(session.scalars(void))


def void_copy(session: Session, number: str, copy: int, now: datetime) -> None:
    """A copy is void from now on, or was before."""
    certificate = find_certificate(session, number)
    found = None if certificate is None else session.get(CertificateCopy, (certificate.id, copy))
    if found is not None and found.voided_at is None:
        found.voided_at = now
