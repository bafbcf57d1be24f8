"""The signature that every request carries: who asks, when, and for exactly what."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from joserfc.jwk import OKPKey

from config import clock
from offline_queue.suite import INTERNATIONAL, Suite

HEADER = "Kiosk-Signature"
_TYPE = "kiosk-request+jws"  # so that a signed transaction can never stand in for a request, or the other way round


@dataclass(frozen=True)
class RequestSigner:
    """Signs the requests of one kiosk. ``now``: its clock; the gateway refuses a request that is too old."""

    kiosk: str
    key: OKPKey = field(repr=False)
    now: Callable[[], datetime] = field(default=clock.now, repr=False)
    suite: Suite = field(default=INTERNATIONAL, repr=False)

    def sign(self, method: str, path: str, body: bytes) -> str:
        """The value of ``Kiosk-Signature``: a JWS over time, a number used once, method, path and body's hash."""
        claims = {
            "kiosk": self.kiosk,
            "iat": int(self.now().timestamp()),
            "jti": secrets.token_urlsafe(16),
            "method": method,
            "path": path,
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        return self.suite.sign({"typ": _TYPE, "kid": self.kiosk}, json.dumps(claims).encode(), self.key)
