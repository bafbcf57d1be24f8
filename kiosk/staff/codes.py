"""Time-based codes of six digits (RFC 6238), as every authenticator app makes them."""

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
_ISSUER = "hall-kiosk"
_SKEW = (0, -1, 1)  # steps by which the clock of the telephone may be wrong


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """To which step of time ``code`` belongs; None if to none that is near ``now``.

    ``secret`` in base 32. All steps are compared, each in constant time, so that the time taken tells nothing.
    """
    maker = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    found = [step for step in (present + skew for skew in _SKEW) if _same(maker.generate_otp(step), code)]
    return found[0] if found else None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def uri(secret: str, kiosk: str, number: str) -> str:
    """What an authenticator app takes in as text or as a QR code; ``kiosk`` and ``number`` name the account."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=f"{kiosk} {number}", issuer_name=_ISSUER)
