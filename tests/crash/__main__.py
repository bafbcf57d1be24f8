"""``python -m tests.crash --rounds 1000``: kill kiosks and compare the books; ends with 1 when anything is wrong."""

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tests.crash.harness import Round
from tests.crash.judge import Wrong
from tests.crash.portion import Portion, work
from tests.crash.walk import SORTS

_FIGURES = Path("build/crash.json")
_PORTION = 100  # rounds before a worker reports; a new one takes some seconds to be warm
_PARTS = 4  # into which the walk over one sort of boundary is split
_FAR = 10_000  # beyond the last boundary


def figures(total: Round, seconds: float) -> dict[str, Any]:
    """What is counted, for build/crash.json."""
    wrong = Counter(finding.wrong for finding in total.findings)
    return {
        "rounds": total.rounds,
        "boundaries": total.boundaries,
        "kills": total.kills.total(),
        "kills_by_place": dict(sorted((+total.kills).items())),
        "told": total.told.total(),
        "told_by_state": dict(sorted(total.told.items())),
        "transactions": total.transactions,
        "transactions_by_result": dict(sorted(total.results.items())),
        **{kind.value: wrong[kind] for kind in Wrong},
        "seconds": round(seconds, 1),
    }


def _portions(arguments: argparse.Namespace) -> Iterator[Portion]:
    if arguments.at:
        sort, after = arguments.at.split()
        yield Portion(sort=sort, first=int(after), step=_FAR)
        return
    if arguments.seed is not None:
        yield Portion(range(arguments.seed, arguments.seed + 1))
        return
    for sort in SORTS:
        for part in range(_PARTS if arguments.walk else 0):
            yield Portion(sort=str(sort), first=1 + part * arguments.walk, step=_PARTS * arguments.walk)
    end = arguments.first + arguments.rounds
    for first in range(arguments.first, end, _PORTION):
        yield Portion(range(first, min(first + _PORTION, end)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="this one round only")
    parser.add_argument("--at", help="this one boundary of the walk only, such as 'pwrite64 31'")
    parser.add_argument("--walk", type=int, default=1, metavar="N", help="every N-th boundary; 0: no walk")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    """Play, write the JSON, print the table."""
    arguments, total, began = _arguments(), Round(), time.monotonic()
    with ProcessPoolExecutor(arguments.jobs, multiprocessing.get_context("spawn")) as workers:
        for done in as_completed([workers.submit(work, portion) for portion in _portions(arguments)]):
            total.add(done.result())
            so_far = f"{total.rounds} rounds, {total.boundaries} boundaries, {len(total.findings)} findings"
            print(so_far, file=sys.stderr, flush=True)
    result = figures(total, time.monotonic() - began)
    _FIGURES.parent.mkdir(exist_ok=True)
    _FIGURES.write_text(json.dumps(result, indent=1) + "\n", "ascii")
    for name, value in result.items():
        print(f"{name:24}{value}")
    sys.exit(bool(total.findings))


if __name__ == "__main__":
    main()
