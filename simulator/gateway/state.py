"""What the routes of one running gateway share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Unpack

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from simulator.gateway.amend import Amendment, amend
from simulator.gateway.database import alone, open_engine, sessions
from simulator.gateway.days import day_in_china
from simulator.gateway.fleet import Fleet, withdraw_all
from simulator.gateway.issuing import Issuer
from simulator.gateway.keys import GatewayKeys, KeyDirectory, Purpose
from simulator.gateway.ledger import Ledger
from simulator.gateway.models import Kiosk, Person
from simulator.gateway.rules.facts import LOSS
from simulator.gateway.seed import Portrait, clear, seed
from simulator.gateway.signatures import SignatureBook
from simulator.gateway.switches import Switches
from simulator.people import Person as InventedPerson


class GatewayState:
    """Database, keys, clock and switches of one gateway. ``clock`` may be set; ``reset`` puts the first one back."""

    def __init__(
        self,
        database_url: str,
        keys: KeyDirectory,
        *,
        people: Iterable[InventedPerson],
        portrait: Portrait,
        clock: Callable[[], datetime],
        loss: timedelta = LOSS,
        one_of_several: bool = False,
    ) -> None:
        self.engine: Engine = open_engine(database_url)
        self.sessions: sessionmaker[Session] = sessions(self.engine)
        self._keys = keys
        self.clock = self._first_clock = clock
        self.switches = Switches()
        self.one_of_several = one_of_several
        self.signatures = SignatureBook(self.sessions)
        self.ledger = Ledger(self.sessions, keys, self.now, loss)
        self.issuer = Issuer(self.sessions, keys, self.now)
        self.fleet = Fleet(self.sessions, keys, self.now)
        self._people = {person.key: person for person in people}
        self._portrait = portrait
        with self.sessions.begin() as session:
            alone(session.connection())
            if session.scalar(select(Person).limit(1)) is None:
                self._seed(session)

    @property
    def keys(self) -> GatewayKeys:
        """The keys as they are now."""
        return self._keys.current

    def rotate_sealing(self) -> int:
        """Publish a new key to which kiosks seal; the old ones still open old envelopes. Returns the set's version."""
        return self.rotate("sealing")

    def rotate_signing(self) -> int:
        """Sign certificates with a new key; the old ones stay in the set for old ones. Returns the set's version."""
        return self.rotate("signing")

    def rotate(self, purpose: Purpose) -> int:
        """Add a key, in the directory of the keys, for good."""
        return self._keys.rotate(purpose).version

    def now(self) -> datetime:
        """The time by the clock that is set."""
        return self.clock()

    def reset(self) -> None:
        """Back to the people as they were invented, and to the first clock; registered kiosks stay."""
        self.switches.off()
        self.clock = self._first_clock
        with self.sessions.begin() as session:
            clear(session)
            withdraw_all(session, self.now())
            self._seed(session)

    def amend(self, key: str, **changes: Unpack[Amendment]) -> None:
        """Change what is held about an invented person, until the next reset. Raises KeyError for a stranger."""
        with self.sessions.begin() as session:
            amend(session, self._people[key].number, changes, self.now())

    def _seed(self, session: Session) -> None:
        seed(session, self._people.values(), self._portrait, day_in_china(self.now()))

    def register(self, public_jwk: Mapping[str, Any]) -> str:
        """Believe a kiosk's key from now on; returns the kiosk's name. Raises ValueError for anything else."""
        texts = all(isinstance(public_jwk.get(name), str) for name in ("kid", "x"))
        if public_jwk.get("crv") != "Ed25519" or "d" in public_jwk or not texts:
            raise ValueError("wanted is a public Ed25519 key with the kiosk's name as kid")
        name = str(public_jwk["kid"])
        with self.sessions.begin() as session:
            kiosk = session.get(Kiosk, name)
            if kiosk is None:
                session.add(Kiosk(id=name, public_jwk=dict(public_jwk), highest_sequence=0))
            else:
                kiosk.public_jwk = dict(public_jwk)
        return name
