"""What the devices have done so far: counts that the drivers add to, from whatever thread."""

import threading
from collections.abc import Mapping
from enum import StrEnum


class Count(StrEnum):
    """One count. Before the point stands the device, as in its health."""

    CARDS_READ = "card_reader.cards_read"
    CARD_FAILURES = "card_reader.failures"  # a card was in, and could not be read
    IDS_READ = "id_scanner.ids_read"
    ID_FAILURES = "id_scanner.failures"
    FRAMES = "camera.frames"
    PAPERS = "printer.papers"  # slips and certificates that came out whole
    CUTS = "printer.cuts"
    BROKEN_OFF = "printer.broken_off"  # papers of which only a part came out
    PAPER_MM = "printer.paper_mm"  # millimetres since the roll was changed
    ROLLS = "printer.rolls"  # changes of the roll that somebody told

    @property
    def device(self) -> str:
        """The device that it is about."""
        return self.value.partition(".")[0]

    @property
    def what(self) -> str:
        """What is counted."""
        return self.value.partition(".")[2]


# Worth a place on the disk: wear, and the paper that is left. Pictures are only interesting as long as one looks.
LASTING = frozenset(Count) - {Count.FRAMES}


class Tally:
    """The counts of one kiosk. May be used from any thread."""

    def __init__(self, kept: Mapping[Count, int] | None = None) -> None:
        """``kept``: what had been counted before this start."""
        self._guard = threading.Lock()
        self._counts = dict.fromkeys(Count, 0) | dict(kept or {})

    def add(self, count: Count, amount: int = 1) -> None:
        """Count ``amount`` more."""
        with self._guard:
            self._counts[count] += amount

    def roll_changed(self) -> None:
        """A whole roll is in from now on."""
        with self._guard:
            self._counts[Count.PAPER_MM] = 0
            self._counts[Count.ROLLS] += 1

    def __getitem__(self, count: Count) -> int:
        with self._guard:
            return self._counts[count]

    def lasting(self) -> dict[Count, int]:
        """What is to be kept over a restart."""
        with self._guard:
            return {count: number for count, number in self._counts.items() if count in LASTING}

    def of(self, device: str) -> dict[str, int]:
        """The counts of one device by what is counted."""
        with self._guard:
            return {count.what: number for count, number in self._counts.items() if count.device == device}
