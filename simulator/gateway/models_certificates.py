"""Tables of the certificates issued."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from simulator.gateway.models import Base


class Certificate(Base):
    """What is the same in all copies. ``contents``: hash of all that it says, of whom, and by whom it was fetched."""

    __tablename__ = "certificate"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"), index=True)
    agent_number: Mapped[str | None] = mapped_column(String(20))
    issued_on: Mapped[date] = mapped_column(Date)
    contents: Mapped[str] = mapped_column(String(64))


class CertificateCopy(Base):
    """One copy. ``answer``: what the kiosk was given for it; ``voided_at``: when it was reported not to be whole."""

    __tablename__ = "certificate_copy"
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    copy: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosk.id"))
    request_sha256: Mapped[str] = mapped_column(String(64))
    verification_code: Mapped[str] = mapped_column(String(16))
    issued_at: Mapped[datetime]
    proof: Mapped[str] = mapped_column(String(40))
    answer: Mapped[dict[str, Any]]
    voided_at: Mapped[datetime | None]
