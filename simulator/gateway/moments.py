"""When a transaction really happened: what its kiosk says, set right by the kiosk's boot clock where that is possible.

A kiosk whose wall clock nobody has vouched for still counts seconds well. If it has not been started anew since, the
difference between its boot clock at the visit and at the sending is the age of the transaction, and the gateway's own
clock less that age is the time of the visit. The way of the request takes a second or two, of no importance here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.gateway.schemas import SealedClock, SubmissionClock

_OLDEST = timedelta(
    days=400
)  # no machine of a hall runs for longer without a new start, and no transaction waits so long


class ClockTrust(StrEnum):
    """Where the times that were decided by come from."""

    SURE = "sure"  # the kiosk's clock followed the gateway's
    CORRECTED = "corrected"  # it did not, but the boot clock tells the age
    TOLD = "told"  # nobody can know better than the kiosk: started anew since, or its boot clock is not to be believed


@dataclass(frozen=True)
class Moments:
    """The times that count."""

    occurred_at: datetime
    expires_at: datetime
    received_at: datetime
    trust: ClockTrust


def moments_of(
    occurred_at: datetime, expires_at: datetime, made: SealedClock, sent: SubmissionClock, now: datetime
) -> Moments:
    """The times of a transaction that says ``occurred_at`` and ``expires_at``, made and sent by those clocks."""
    if made.sure:
        return Moments(occurred_at, expires_at, now, ClockTrust.SURE)
    seconds = sent.uptime - made.uptime
    if made.boot != sent.boot or not 0 <= seconds <= _OLDEST.total_seconds():
        return Moments(occurred_at, expires_at, now, ClockTrust.TOLD)
    wrong = now - timedelta(seconds=seconds) - occurred_at
    return Moments(occurred_at + wrong, expires_at + wrong, now, ClockTrust.CORRECTED)
