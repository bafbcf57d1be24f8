"""Calendar months, in which contributions and benefits are counted."""

from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; ``str`` and ``parse`` use "2021-05"."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"no such month: {self.month}")

    @classmethod
    def of(cls, day: date) -> Self:
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month written as "2021-05". Raises ValueError."""
        year, dash, month = text.partition("-")
        if not dash or len(year) != 4 or len(month) != 2:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(year), int(month))

    def plus(self, months: int) -> "Month":
        """So many months later, or earlier."""
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, month + 1)

    def until(self, last: "Month") -> int:
        """How many months there are from this one to ``last``, both included; 0 when ``last`` is earlier."""
        return max(0, (last.year - self.year) * 12 + last.month - self.month + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
