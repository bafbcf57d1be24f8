"""The work of ``python -m tests.crash`` in pieces, for several processes."""

import logging
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.crash.harness import Hall, Round, open_hall, play
from tests.crash.walk import Boundaries, walk


@dataclass(frozen=True)
class Portion:
    """What one worker does before it reports: random rounds by their seeds, or a part of the walk."""

    seeds: range = range(0)
    sort: str = ""
    first: int = 1
    step: int = 1

    def played(self, hall: Hall) -> Iterator[tuple[str, Round]]:
        """Each with what repeats it."""
        for seed in self.seeds:
            yield f"make crash SEED={seed}", play(hall, seed)
        if self.sort:
            for name, round_ in walk(hall, Boundaries.named(self.sort), self.first, self.step):
                yield f"make crash AT='{name}'", round_


def work(portion: Portion) -> Round:
    """Play it over a gateway of its own; what went wrong is told at once."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # a kiosk that dies while it sends is meant here
    total = Round()
    with tempfile.TemporaryDirectory(prefix="crash-") as directory, open_hall(Path(directory)) as hall:
        for name, round_ in portion.played(hall):
            for finding in round_.findings:
                print(f"{name}: {finding.wrong}: {finding.text}", file=sys.stderr, flush=True)
            total.add(round_)
    return total
