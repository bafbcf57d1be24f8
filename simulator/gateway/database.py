"""Opening the gateway's database."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from simulator.gateway import models_certificates, models_insured
from simulator.gateway.models import Base

TABLES_OF = (models_certificates, models_insured)  # a table is known once its module has been imported


def open_engine(url: str) -> Engine:
    """An engine for ``url`` with all tables made."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_as_writer)
    Base.metadata.create_all(engine)
    return engine


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Makes sessions whose objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001 - the library's signature
    connection.isolation_level = None  # the driver begins no transactions of its own
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_as_writer(connection: Any) -> None:
    """Take the write lock at once: a reader that becomes a writer half-way would fail when another was faster."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
