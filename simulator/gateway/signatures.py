"""Each request's signature counts once, in all processes of the gateway together."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from simulator.gateway.database import done
from simulator.gateway.models import UsedSignature
from simulator.gateway.schemas import RequestClaims

FRESH = timedelta(minutes=5)
_REMEMBERED = 2 * FRESH  # longer than any signature is fresh, by whichever clock
_CLEANED_EVERY = timedelta(minutes=1)


class SignatureBook:
    """The signatures that were used, as long as they would be fresh. May be used from any thread."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._guard = threading.Lock()
        self._cleaned_at = datetime.min.replace(tzinfo=UTC)

    def use(self, connection: Connection, claims: RequestClaims) -> bool:
        """Take note of a signature; False when it was used before, and then the transaction can only be rolled back."""
        until = datetime.fromtimestamp(claims.iat, UTC) + _REMEMBERED
        row = {"kiosk_id": claims.kiosk, "jti": claims.jti, "expires_at": until}
        try:
            connection.execute(insert(UsedSignature), row)
        except IntegrityError:
            return False
        return True

    def clean(self, now: datetime) -> None:
        """Forget those that are stale anyway; does so once in a while, and nothing in between."""
        with self._guard:
            if abs(now - self._cleaned_at) < _CLEANED_EVERY:
                return
            self._cleaned_at = now
        done(
            self._sessions, lambda session: session.execute(delete(UsedSignature).where(UsedSignature.expires_at < now))
        )
