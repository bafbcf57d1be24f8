"""How each check came out last: one small file, without personal data."""

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from config.files import replace
from kiosk.diagnostics.check import Level, Outcome

_FILE = "checks.json"


@dataclass(frozen=True)
class LastRun:
    """``who``: the staff number of whoever ran it, or "shell"."""

    name: str
    level: Level
    code: str | None
    at: datetime
    who: str
    seconds: float


class Results:
    """The last run of every check of one kiosk."""

    def __init__(self, data_directory: Path) -> None:
        self._path = data_directory / _FILE

    def keep(self, outcomes: Iterable[Outcome], who: str) -> None:
        """Note how they came out. Raises ``OSError``."""
        stored = self._stored()
        for outcome in outcomes:
            stored[outcome.check.name] = {
                "level": outcome.finding.level,
                "code": outcome.finding.code,
                "at": outcome.at.isoformat(timespec="seconds"),
                "who": who,
                "seconds": outcome.seconds,
            }
        replace(self._path, json.dumps(stored, indent=1).encode())

    def last(self) -> dict[str, LastRun]:
        """By the name of the check; one that never ran is not among them."""
        found: dict[str, LastRun] = {}
        for name, entry in self._stored().items():
            with contextlib.suppress(KeyError, ValueError, TypeError):  # of another version
                at = datetime.fromisoformat(entry["at"])
                found[name] = LastRun(name, Level(entry["level"]), entry["code"], at, entry["who"], entry["seconds"])
        return found

    def _stored(self) -> dict[str, dict[str, Any]]:
        try:
            stored = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return stored if isinstance(stored, dict) else {}
