"""Opening the gateway's database, and working in it beside other threads and processes."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from simulator.gateway import models_audit, models_certificates, models_fleet, models_insured
from simulator.gateway.models import Base

R = TypeVar("R")

TABLES_OF = (
    models_audit,
    models_certificates,
    models_fleet,
    models_insured,
)  # a table is known once its module has been imported
_ATTEMPTS = 5
_PASSING = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock; the same again will go through
_SETTING_UP = 0x68616C6C  # the lock of whoever makes the tables and fills them
_CONNECTIONS = 10  # kept open, per process
_SQLITE_PATIENCE = 30.0  # seconds for whoever else writes


# Rows that refer to the locked one may be added meanwhile (FOR NO KEY UPDATE): a certificate names a kiosk whose
# transaction waits for the person of that certificate, and neither may wait for the other.
LOCKED: Final[dict[str, Any]] = {"key_share": True}


class AnotherRelease(Exception):
    """The database was made by another release of the gateway; put it aside, and a new one is made."""


def open_engine(url: str) -> Engine:
    """An engine for ``url`` with all tables made. Raises ``AnotherRelease``."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": _SQLITE_PATIENCE})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_as_writer)
    else:
        engine = create_engine(url, pool_size=_CONNECTIONS, max_overflow=0)
    with engine.begin() as connection:
        alone(connection)
        Base.metadata.create_all(connection)
        _refuse_another_release(connection)
    return engine


def _refuse_another_release(connection: Connection) -> None:
    """Records are never altered to fit: a database that another release has made is put aside by a person."""
    there = inspect(connection)
    for table in Base.metadata.sorted_tables:
        missing = set(table.columns.keys()) - {column["name"] for column in there.get_columns(table.name)}
        if missing:
            raise AnotherRelease(f"{connection.engine.url.render_as_string()}: {table.name} has no {sorted(missing)}")


def alone(connection: Connection) -> None:
    """Until the end of this transaction nobody else sets the database up."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SETTING_UP)))


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Makes sessions whose objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def done(made: sessionmaker[Session], work: Callable[[Session], R]) -> R:
    """Do ``work`` in one transaction; once more when somebody else was in the way or faster with the same key."""
    for _ in range(_ATTEMPTS - 1):
        try:
            with made.begin() as session:
                return work(session)
        except DBAPIError as error:
            if not (isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _PASSING):
                raise
    with made.begin() as session:
        return work(session)


def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001 - the library's signature
    connection.isolation_level = None  # the driver begins no transactions of its own
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_as_writer(connection: Any) -> None:
    """Take the write lock at once: a reader that becomes a writer half-way would fail when another was faster."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
