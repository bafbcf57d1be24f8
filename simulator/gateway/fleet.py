"""The kiosks as a fleet: keeps what they tell about themselves, and signs what they are told to do."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from simulator.gateway.crypto import signed_sheet
from simulator.gateway.database import LOCKED, done
from simulator.gateway.fleet_schemas import Directive, DirectiveSheet, KioskHealth, SupportBundle
from simulator.gateway.keys import KeyDirectory
from simulator.gateway.models import Kiosk
from simulator.gateway.models_fleet import KioskBundle, KioskReadiness, KioskReport, Sheet
from simulator.gateway.readiness_schemas import ReadinessReport

GOOD_FOR = timedelta(hours=1)  # after its signing a sheet is not taken any more


class Fleet:
    """Reports and directives of all kiosks. May be used from any thread, and beside other processes."""

    def __init__(self, sessions: sessionmaker[Session], keys: KeyDirectory, now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._keys = keys
        self._now = now

    def take(self, report: KioskHealth) -> int:
        """Keep a kiosk's report in place of the one before; returns the number of its sheet."""
        return done(self._sessions, lambda session: self._take(session, report))

    def _take(self, session: Session, report: KioskHealth) -> int:
        _locked(session, report.kiosk)
        session.merge(
            KioskReport(kiosk_id=report.kiosk, received_at=self._now(), content=report.model_dump(mode="json"))
        )
        sheet = self._sheet(session, report.kiosk)
        if report.directives.number > sheet.number:  # a gateway built anew: a lower number would never be taken
            sheet.number = report.directives.number + 1
        return sheet.number

    def keep_bundle(self, bundle: SupportBundle) -> int:
        """Keep a kiosk's support bundle in place of the one before; returns its length."""
        row = KioskBundle(kiosk_id=bundle.kiosk, received_at=self._now(), content=bundle.bundle)
        with self._sessions.begin() as session:
            session.merge(row)
        return len(bundle.bundle)

    def keep_readiness(self, report: ReadinessReport) -> datetime:
        """Keep a kiosk's readiness report in place of the one before; returns when it came."""
        now = self._now()
        row = KioskReadiness(kiosk_id=report.kiosk, received_at=now, content=report.model_dump(mode="json"))
        with self._sessions.begin() as session:
            session.merge(row)
        return now

    def order(self, kiosk: str, directives: Sequence[Directive]) -> int:
        """Put ``directives`` in force in place of those before; returns their number. KeyError: no such kiosk."""
        return done(self._sessions, lambda session: self._order(session, kiosk, directives))

    def _order(self, session: Session, kiosk: str, directives: Sequence[Directive]) -> int:
        if not _locked(session, kiosk):
            raise KeyError(kiosk)
        sheet = self._sheet(session, kiosk)
        sheet.number += 1
        sheet.directives = [each.model_dump(mode="json", exclude_none=True) for each in directives]
        sheet.changed_at = self._now()
        return sheet.number

    def signed(self, kiosk: str) -> str:
        """The sheet in force, signed now."""
        with self._sessions.begin() as session:
            found = session.get(Sheet, kiosk)
        now = self._now()
        return signed_sheet(
            self._keys.current,
            DirectiveSheet(
                kiosk=kiosk,
                number=0 if found is None else found.number,
                issued_at=now,
                expires_at=now + GOOD_FOR,
                directives=[] if found is None else found.directives,
            ),
        )

    def _sheet(self, session: Session, kiosk: str) -> Sheet:
        found = session.get(Sheet, kiosk)
        if found is None:
            found = Sheet(kiosk_id=kiosk, number=0, directives=[], changed_at=self._now())
            session.add(found)
        return found


def _locked(session: Session, kiosk: str) -> bool:
    """Let nobody else change what belongs to the kiosk until the end of the transaction; False if there is none."""
    return session.scalar(select(Kiosk.id).where(Kiosk.id == kiosk).with_for_update(**LOCKED)) is not None


def withdraw_all(session: Session, now: datetime) -> None:
    """No directives for anybody; the numbers go on, because a kiosk never takes a lower one."""
    for sheet in (each for each in session.scalars(select(Sheet)) if each.directives):
        sheet.number += 1
        sheet.directives = []
        sheet.changed_at = now
