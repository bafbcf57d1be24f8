"""Where a long list is divided into pages: pure, the heights are measured outside.

As few pages as possible; of all ways to do that, the one that divides no section and fills the pages evenly.
"""

from dataclasses import dataclass
from functools import cached_property

_PER_PAGE = 1000.0
_DIVIDED = 0.3  # against the squares of how empty the pages are, 0..1 each
_LAST = 0.5  # what the emptiness of the last page counts: a book may end anywhere, but the first page is what is seen
_HARDLY = 0.5  # pixels by which rounding may exceed a page


@dataclass(frozen=True)
class Gaps:
    """Distances in pixels: between neighbours in a section, and between sections."""

    item: float
    section: float


@dataclass(frozen=True)
class Entry:
    """One thing that is never divided. ``heading``: the height of its section's heading, 0 without one."""

    section: int
    height: float
    heading: float = 0.0


@dataclass(frozen=True)
class Sheaf:
    """Entries in their order, to be divided into pages."""

    entries: tuple[Entry, ...]
    gaps: Gaps

    def height(self, start: int, end: int) -> float:
        """The height of a page with the entries from ``start`` to before ``end``; headings stand on every page."""
        total, section = 0.0, -1
        for entry in self.entries[start:end]:
            if entry.section != section:
                total += self.gaps.section if section >= 0 else 0
                total += entry.heading + self.gaps.item if entry.heading else 0
                section = entry.section
            else:
                total += self.gaps.item
            total += entry.height
        return total

    @cached_property
    def highest(self) -> float:
        """The least room in which every entry has a place."""
        return max((self.height(i, i + 1) for i in range(len(self.entries))), default=0.0)

    def breaks(self, room: float) -> list[tuple[int, int]]:
        """The pages, as (first entry, entry after the last); an entry higher than ``room`` has a page of its own."""
        count = len(self.entries)
        best: list[float] = [0.0] + [float("inf")] * count
        previous = [0] * (count + 1)
        for start in range(count):
            for end in range(start + 1, count + 1):
                height = self.height(start, end)
                if height > room + _HARDLY and end > start + 1:
                    break
                cost = best[start] + self._cost(start, end, height / max(room, 1.0))
                if cost < best[end]:
                    best[end], previous[end] = cost, start
        return _collect(previous, count)

    def _cost(self, start: int, end: int, filled: float) -> float:
        divided = start > 0 and self.entries[start].section == self.entries[start - 1].section
        share = _LAST if start > 0 and end == len(self.entries) else 1.0
        return _PER_PAGE + (_DIVIDED if divided else 0.0) + share * max(0.0, 1 - filled) ** 2


def _collect(previous: list[int], count: int) -> list[tuple[int, int]]:
    pages: list[tuple[int, int]] = []
    end = count
    while end > 0:
        pages.append((previous[end], end))
        end = previous[end]
    return pages[::-1]
