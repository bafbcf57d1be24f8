"""Days, months and years as they are counted in China, where the guide's rules live."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "China")  # one zone for the whole country, without summer time since 1991
_SATURDAY = 5


def day_in_china(moment: datetime) -> date:
    """The day on which ``moment`` falls in China."""
    return moment.astimezone(CHINA).date()


def months_later(day: date, months: int) -> date:
    """The same day so many months later or earlier; the last of the month where that month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_days_later(day: date, days: int) -> date:
    """The day by which so many working days, Monday to Friday, have passed after ``day``.

    Public holidays, and the weekends worked in their place, are set anew each year by the State Council; the province's
    own calendar knows them, this reference does not.
    """
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


def month_of(day: date) -> str:
    """The month of a day, written as "2021-05"; months written so compare as they follow each other."""
    return f"{day:%Y-%m}"


def months_between(first: str, last: str) -> Iterator[str]:
    """Every month from ``first`` to ``last``, both included."""
    day = date.fromisoformat(f"{first}-01")
    while month_of(day) <= last:
        yield month_of(day)
        day = months_later(day, 1)
