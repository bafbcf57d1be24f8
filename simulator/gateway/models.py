"""The gateway's tables. SQLite by default, PostgreSQL by URL; both keep the same promises."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Date, DateTime, Dialect, ForeignKey, LargeBinary, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite forgets the zone, which is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library's signature
        """Towards the database."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library's signature
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON}  # noqa: RUF012 - declared so by the library


class Kiosk(Base):
    """A registered kiosk and the key whose signature is believed."""

    __tablename__ = "kiosk"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_jwk: Mapped[dict[str, Any]]
    highest_sequence: Mapped[int] = mapped_column(default=0)


class Person(Base):
    """A person of the pooling area. ``mobile`` is empty when none is on record."""

    __tablename__ = "person"
    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    mobile: Mapped[str] = mapped_column(String(20))
    photo: Mapped[bytes | None] = mapped_column(LargeBinary)
    transfers_out: Mapped[bool]


class Card(Base):
    """A social security card.

    ``changed_at``: when its state last changed, here or anywhere else (simulator.gateway.rules.card). ``lost_until``:
    when a temporary loss ends by itself; ``loss_ended_at``: when the last one did.
    """

    __tablename__ = "card"
    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"), index=True)
    status: Mapped[str] = mapped_column(String(40))
    issuing_area: Mapped[str] = mapped_column(String(20))
    bank: Mapped[str] = mapped_column(String(200))
    bank_telephone: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]
    lost_until: Mapped[datetime | None]
    loss_ended_at: Mapped[datetime | None]


class Transaction(Base):
    """A transaction received and decided. The idempotency key is the primary key: it can have one effect only.

    ``occurred_at`` and ``expires_at`` are the times by which it was decided, ``clock_trust`` says why
    (simulator.gateway.moments); ``payload`` is what the kiosk sealed, with the times that it told. No row is ever
    removed.
    """

    __tablename__ = "transaction"
    __table_args__ = (UniqueConstraint("kiosk_id", "sequence"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosk.id"))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    envelope: Mapped[str]
    envelope_sha256: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    card_number: Mapped[str | None] = mapped_column(String(20))
    result: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    card_status: Mapped[str | None] = mapped_column(String(40))
    clock_trust: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    received_at: Mapped[datetime]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    effective_at: Mapped[datetime | None]
    acceptance_number: Mapped[str | None] = mapped_column(String(40))
    due: Mapped[date | None] = mapped_column(Date)
    lost_until: Mapped[datetime | None]
    times_received: Mapped[int] = mapped_column(default=1)


class CardEvent(Base):
    """One change of a card's state; without a transaction when it came about by itself, or elsewhere."""

    __tablename__ = "card_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    card_number: Mapped[str] = mapped_column(ForeignKey("card.number"), index=True)
    before: Mapped[str] = mapped_column(String(40))
    after: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    transaction_id: Mapped[str | None] = mapped_column(ForeignKey("transaction.id"), unique=True)


class Sms(Base):
    """A message to a person; ``text_code`` names the text. ``mobile``: where it went."""

    __tablename__ = "sms"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_number: Mapped[str] = mapped_column(ForeignKey("person.number"))
    mobile: Mapped[str] = mapped_column(String(20))
    text_code: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    transaction_id: Mapped[str] = mapped_column(ForeignKey("transaction.id"))


class SequenceGap(Base):
    """A sequence number that was jumped over; ``filled_at`` when its transaction came after all."""

    __tablename__ = "sequence_gap"
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosk.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    noticed_at: Mapped[datetime]
    filled_at: Mapped[datetime | None]


class UsedSignature(Base):
    """The number of a request's signature, which counts once."""

    __tablename__ = "used_signature"
    kiosk_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    jti: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
