"""The counts that outlive a restart: one small file, written when they have changed, and not too often."""

import asyncio
import json
import logging
from pathlib import Path

from config.files import replace
from drivers.tally import Count, Tally

log = logging.getLogger(__name__)

_FILE = "counters.json"
_EVERY = 30.0  # seconds; a power cut loses at most so much counting


class TallyFile:
    """Where the counts of one kiosk are kept."""

    def __init__(self, data_directory: Path) -> None:
        self._path = data_directory / _FILE
        self.tally = Tally(_read(self._path))
        self._kept = self.tally.lasting()

    def keep(self) -> None:
        """Write the counts if they have changed. A disk that refuses is logged; the counting goes on."""
        counts = self.tally.lasting()
        if counts == self._kept:
            return
        try:
            replace(self._path, json.dumps(counts, indent=1).encode())
        except OSError as error:
            log.warning("counters_not_kept", extra={"reason": error.strerror})
        else:
            self._kept = counts

    async def run(self) -> None:
        """Keep them up to date; for ever, until cancelled."""
        while True:
            await asyncio.sleep(_EVERY)
            await asyncio.to_thread(self.keep)


def _read(path: Path) -> dict[Count, int]:
    """What was kept; a file that is missing or damaged counts from zero."""
    try:
        stored = json.loads(path.read_bytes())
        return {Count(name): int(number) for name, number in stored.items() if name in set(Count)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        log.warning("counters_unreadable", extra={"error": type(error).__name__})
        return {}
