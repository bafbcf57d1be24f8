"""``python -m tests.fleet``: 1,000 kiosks come back after an outage; ends with 1 when anything is lost or doubled."""

import argparse
import json
import shutil
import sys
from pathlib import Path

from tests.fleet.figures import table
from tests.fleet.outage import run
from tests.fleet.plan import Plan

_PLACE = Path("build/fleet")
_FIGURES = Path("build/fleet.json")


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("--kiosks", type=int, default=Plan.kiosks)
    parser.add_argument("--rows", type=int, default=Plan.rows)
    parser.add_argument("--workers", type=int, default=Plan.workers)
    parser.add_argument("--groups", type=int, default=Plan.groups)
    parser.add_argument("--in-flight", type=int, default=Plan.in_flight)
    parser.add_argument("--connections", type=int, default=Plan.connections)
    parser.add_argument("--outage", type=float, default=Plan.outage)
    parser.add_argument("--tick", type=float, default=Plan.tick)
    parser.add_argument("--within", type=float, default=Plan.within)
    parser.add_argument("--sqlite", dest="postgres", action="store_false", help="SQLite in place of PostgreSQL")
    return Plan(_PLACE.absolute(), **vars(parser.parse_args()))


def main() -> None:
    """Run, write the JSON, print the table."""
    plan = _plan()
    shutil.rmtree(plan.directory, ignore_errors=True)
    sound, result = run(plan)
    _FIGURES.write_text(json.dumps(result, indent=1) + "\n", "ascii")
    print(table(result))
    shutil.rmtree(plan.directory)
    sys.exit(not sound)


if __name__ == "__main__":
    main()
