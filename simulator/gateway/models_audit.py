"""The table of the kiosks' audit logs."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from simulator.gateway.models import Base


class AuditEntry(Base):
    """One entry of a kiosk's log as it came, kept for ever; ``suspect``: why it is not to be believed (Suspicion).

    A number may be there twice: then the one that came first stands, and the others are suspect.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_place", "kiosk_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosk.id"))
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    transaction_id: Mapped[str] = mapped_column(ForeignKey("transaction.id"))
    received_at: Mapped[datetime]
    suspect: Mapped[str | None] = mapped_column(String(20))
