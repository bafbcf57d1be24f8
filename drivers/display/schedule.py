"""How bright the screen shall be at which time of the day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Self

FULL = 100


@dataclass(frozen=True)
class Schedule:
    """``steps``: from a time of the day on, so many per cent; ascending. Without any it is always full."""

    steps: tuple[tuple[time, int], ...] = ()

    @classmethod
    def of(cls, table: Mapping[str, int]) -> Self:
        """From times as they are written, "07:30", in ascending order.

        Raises:
            ValueError: a time is none.
        """
        return cls(tuple((time.fromisoformat(moment), percent) for moment, percent in table.items()))

    def percent(self, now: time) -> int:
        """What holds at ``now``; before the first step of the day that is the last one of the day before."""
        if not self.steps:
            return FULL
        begun = [percent for moment, percent in self.steps if moment <= now]
        return begun[-1] if begun else self.steps[-1][1]
