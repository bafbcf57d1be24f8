"""What was counted, by look and by name; kept in a file, so that a run which was stopped can be finished."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from tests.touches.count import Count


class Look(StrEnum):
    """How the kiosk looks from its start screen on."""

    USUAL = "usual"
    ELDERS = "elders"


Figures = dict[Look, dict[str, Count]]


def nothing() -> Figures:
    """Nothing was counted yet."""
    return {look: {} for look in Look}


def read(directory: Path) -> Figures:
    """What the last runs counted."""
    file = directory / "figures.json"
    if not file.exists():
        return nothing()
    held = json.loads(file.read_text("utf-8"))
    return {look: {name: Count(**count) for name, count in held[look].items()} for look in Look}


def write(directory: Path, figures: Figures) -> None:
    """In place of what was there."""
    held = {look: {name: asdict(count) for name, count in counts.items()} for look, counts in figures.items()}
    (directory / "figures.json").write_text(json.dumps(held, indent=2), "utf-8")
