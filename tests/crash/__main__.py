"""``python -m tests.crash --rounds 1000``: kill kiosks and compare the books; ends with 1 when anything is wrong."""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tests.crash.harness import Round, open_hall, play
from tests.crash.judge import Wrong

_FIGURES = Path("build/crash.json")
_PORTION = 50  # rounds before a worker reports


def rounds(seeds: range) -> Round:
    """Play those rounds over a gateway of their own; those that failed are told at once."""
    total = Round()
    with tempfile.TemporaryDirectory(prefix="crash-") as directory, open_hall(Path(directory)) as hall:
        for seed in seeds:
            played = play(hall, seed)
            tell(f"SEED={seed}", played)
            total.add(played)
    return total


def tell(name: str, played: Round) -> None:
    """Name what went wrong, with what repeats it."""
    for finding in played.findings:
        print(f"{name}: {finding.wrong}: {finding.text}", file=sys.stderr, flush=True)


def figures(total: Round, seconds: float) -> dict[str, Any]:
    """What is counted, for build/crash.json."""
    wrong = Counter(finding.wrong for finding in total.findings)
    return {
        "rounds": total.rounds,
        "kills": total.kills.total(),
        "kills_by_place": dict(sorted((+total.kills).items())),
        "told": total.told.total(),
        "told_by_state": dict(sorted(total.told.items())),
        "transactions": total.transactions,
        "transactions_by_result": dict(sorted(total.results.items())),
        **{kind.value: wrong[kind] for kind in Wrong},
        "seconds": round(seconds, 1),
    }


def _portions(arguments: argparse.Namespace) -> Iterator[range]:
    if arguments.seed is not None:
        yield range(arguments.seed, arguments.seed + 1)
        return
    end = arguments.first + arguments.rounds
    for first in range(arguments.first, end, _PORTION):
        yield range(first, min(first + _PORTION, end))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="this one round only")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    """Play, write the JSON, print the table."""
    arguments, total, began = _arguments(), Round(), time.monotonic()
    with ProcessPoolExecutor(arguments.jobs, multiprocessing.get_context("spawn")) as workers:
        for done in as_completed([workers.submit(rounds, portion) for portion in _portions(arguments)]):
            total.add(done.result())
            print(f"{total.rounds} rounds, {len(total.findings)} findings", file=sys.stderr, flush=True)
    result = figures(total, time.monotonic() - began)
    _FIGURES.parent.mkdir(exist_ok=True)
    _FIGURES.write_text(json.dumps(result, indent=1) + "\n", "ascii")
    for name, value in result.items():
        print(f"{name:24}{value}")
    sys.exit(bool(total.findings))


if __name__ == "__main__":
    main()
