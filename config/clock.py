"""The time that the kiosk shows and prints: China's, whatever zone the machine is set to."""

from datetime import datetime, timedelta, timezone

# One time for the whole country, without summer time since 1991.
CHINA = timezone(timedelta(hours=8))


def now() -> datetime:
    """The time of day."""
    return datetime.now(CHINA)
