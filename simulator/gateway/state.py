"""What the routes of one running gateway share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from joserfc.jwk import OKPKey
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from simulator.gateway.database import open_engine, sessions
from simulator.gateway.ledger import Ledger
from simulator.gateway.models import Kiosk, Person
from simulator.gateway.seed import Portrait, clear, seed
from simulator.gateway.switches import Switches
from simulator.people import Person as InventedPerson


class GatewayState:
    """Database, keys, clock and switches of one gateway."""

    def __init__(
        self,
        database_url: str,
        sealing_key: OKPKey,
        *,
        people: Iterable[InventedPerson],
        portrait: Portrait,
        clock: Callable[[], datetime],
    ) -> None:
        self.engine: Engine = open_engine(database_url)
        self.sessions: sessionmaker[Session] = sessions(self.engine)
        self.clock = clock
        self.switches = Switches()
        self.ledger = Ledger(self.sessions, sealing_key, clock)
        self._people = tuple(people)
        self._portrait = portrait
        with self.sessions.begin() as session:
            if session.query(Person).first() is None:
                seed(session, self._people, self._portrait)

    def reset(self) -> None:
        """Back to the people as they were invented; registered kiosks stay."""
        self.switches.off()
        with self.sessions.begin() as session:
            clear(session)
            seed(session, self._people, self._portrait)

    def register(self, public_jwk: Mapping[str, Any]) -> str:
        """Believe a kiosk's key from now on; returns the kiosk's name. Raises ValueError for anything else."""
        if public_jwk.get("crv") != "Ed25519" or "d" in public_jwk or not isinstance(public_jwk.get("kid"), str):
            raise ValueError("wanted is a public Ed25519 key with the kiosk's name as kid")
        name = str(public_jwk["kid"])
        with self.sessions.begin() as session:
            kiosk = session.get(Kiosk, name)
            if kiosk is None:
                session.add(Kiosk(id=name, public_jwk=dict(public_jwk), highest_sequence=0))
            else:
                kiosk.public_jwk = dict(public_jwk)
        return name
