"""The tables of the fleet: how each kiosk is, and what each is told to do."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from simulator.gateway.models import Base


class KioskReport(Base):
    """The last report of a kiosk, as it came."""

    __tablename__ = "kiosk_report"
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosk.id"), primary_key=True)
    received_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class KioskBundle(Base):
    """The last support bundle of a kiosk, sealed as it came; `python -m simulator.gateway.open_bundle` opens it."""

    __tablename__ = "kiosk_bundle"
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosk.id"), primary_key=True)
    received_at: Mapped[datetime]
    content: Mapped[str]


class KioskReadiness(Base):
    """The last readiness report of a kiosk, as it came."""

    __tablename__ = "kiosk_readiness"
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosk.id"), primary_key=True)
    received_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class Sheet(Base):
    """The directives in force for a kiosk. ``number`` never goes back."""

    __tablename__ = "directive_sheet"
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosk.id"), primary_key=True)
    number: Mapped[int]
    directives: Mapped[list[Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
