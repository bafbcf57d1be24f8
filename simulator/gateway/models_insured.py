"""Tables of what the gateway holds about the insurance of people. Months are text, "2021-05"."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from simulator.gateway.models import Base


class Contribution(Base):
    """Contributions to one insurance by one employer; ``unpaid`` are the months in arrears."""

    __tablename__ = "contribution"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"), index=True)
    insurance: Mapped[str] = mapped_column(String(20))
    employer: Mapped[str] = mapped_column(String(200))
    first: Mapped[str] = mapped_column(String(7))
    last: Mapped[str] = mapped_column(String(7))
    unpaid: Mapped[list[str]] = mapped_column(JSON)


class Pension(Base):
    """A pension that is being paid."""

    __tablename__ = "pension"
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    started: Mapped[str] = mapped_column(String(7))
    monthly_fen: Mapped[int]
    last_paid: Mapped[str] = mapped_column(String(7))
    review_due: Mapped[date] = mapped_column(Date)


class Standing(Base):
    """How a person stands in work and in insurance now; one row for everybody.

    ``benefit_pending``, ``allowance_*`` and ``transfer_pending``: what came by other ways than a kiosk; what a kiosk
    sent is in ``Application``.
    """

    __tablename__ = "standing"
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"), primary_key=True)
    scheme: Mapped[str | None] = mapped_column(String(20))
    enterprise_employee: Mapped[bool]
    transfer_pending: Mapped[bool]
    employment_ended: Mapped[date | None] = mapped_column(Date)
    recorded_reason: Mapped[str | None] = mapped_column(String(40))
    registered: Mapped[bool]
    benefit_until: Mapped[str | None] = mapped_column(String(7))
    benefit_pending: Mapped[bool]
    allowance_received: Mapped[bool]
    allowance_elsewhere: Mapped[bool]


class Skill(Base):
    """A certificate of the national register. ``training_subsidy``: one was taken for it."""

    __tablename__ = "skill"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"), index=True)
    occupation: Mapped[str] = mapped_column(String(100))
    level: Mapped[int]
    issued: Mapped[date] = mapped_column(Date)
    training_subsidy: Mapped[bool]


class Subsidy(Base):
    """A skill-upgrade subsidy applied for and granted before, by whatever way; ``day``: of the application."""

    __tablename__ = "subsidy"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"), index=True)
    occupation: Mapped[str] = mapped_column(String(100))
    level: Mapped[int]
    day: Mapped[date] = mapped_column(Date)


class Application(Base):
    """An accepted application; ``due``: by when it is decided, None for those that are accepted at once."""

    __tablename__ = "application"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    transaction_id: Mapped[str] = mapped_column(ForeignKey("transaction.id"), unique=True)
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    accepted_at: Mapped[datetime]
    due: Mapped[date | None] = mapped_column(Date)
