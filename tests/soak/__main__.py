"""``python -m tests.soak --visits 2000``: many visits at one kiosk; ends with 1 when anything is wrong."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.soak.soak import soak, write

_FIGURES = Path("build/soak.json")


def main() -> None:
    """Play, write the JSON, print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--visits", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=None, help="of what citizens do and what goes wrong")
    parser.add_argument("--seconds", type=float, default=4 * 3600, help="after which nobody comes any more")
    parser.add_argument("--keep", type=Path, help="a directory for the hall and the kiosk's log; else they are removed")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    with tempfile.TemporaryDirectory() as place:
        directory = arguments.keep or Path(place)
        figures = soak(directory, arguments.visits, seed, most_seconds=arguments.seconds, progress=sys.stderr)
    write(figures, _FIGURES)
    for name, value in figures.items():
        if name != "held":
            print(f"{name:12}{value}")
    sys.exit(bool(figures["findings"]))


if __name__ == "__main__":
    main()
