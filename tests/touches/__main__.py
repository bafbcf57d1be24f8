"""``python -m tests.touches``: every matter by real touches; docs/touches.md anew, or which matter stood where."""

import argparse
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config import clock
from config.services import ServiceName
from simulator.citizen import CitizenError
from simulator.desktop import Desktop, DesktopError, Size
from simulator.hall import Hall
from simulator.kiosk_program import KioskProgramError
from tests.touches import figures, table
from tests.touches.count import Count
from tests.touches.figures import Look
from tests.touches.house import House, Way
from tests.touches.matters import MATTERS, Matter

_MOST_BEYOND_FORM = 12
_MOST_AFTER_DOCUMENT = 5  # of an activation
_FAILURES = (CitizenError, DesktopError, KioskProgramError, OSError)
_ELDERS = (ServiceName.ACTIVATION, ServiceName.LOSS_REPORT, ServiceName.TRANSFER_ENTERPRISE_ACROSS)
# Half of the usual size, laid out in the same way: drawn by software, a whole one takes the processor from the camera.
_WINDOW = Size(540, 960)
_BUILD = Path("build/touches")
_SCREENS = {Look.USUAL: {}, Look.ELDERS: {"theme": "elders"}}


@dataclass(frozen=True)
class Visit:
    """One line of a table."""

    look: Look
    matter: Matter
    way: Way = Way.FACE

    @property
    def name(self) -> str:
        """As it stands in the table."""
        service = self.matter.service.value
        return service if self.way is Way.FACE else f"{service}, with card and PIN"


VISITS = (
    *(Visit(Look.USUAL, matter) for matter in MATTERS),
    Visit(Look.USUAL, MATTERS[0], Way.PIN),
    *(Visit(Look.ELDERS, matter) for matter in MATTERS if matter.service in _ELDERS),
)


def main() -> int:
    """0 if every matter came to its end within the goals; else 1, and the page stays as it was."""
    arguments = _parser().parse_args()
    _BUILD.mkdir(parents=True, exist_ok=True)
    known = figures.read(_BUILD) if arguments.missing or arguments.only else figures.nothing()
    wanted = list(_wanted(arguments.only, known if arguments.missing else figures.nothing()))
    with tempfile.TemporaryDirectory() as place:
        wrong = _play(wanted, known, arguments.keep or Path(place), pictures=arguments.pictures)
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong and sum(map(len, known.values())) == len(VISITS):
        table.write(known[Look.USUAL], known[Look.ELDERS], clock.now().date())
    return int(bool(wrong))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.touches", description=__doc__)
    parser.add_argument("--only", nargs="*", help="these matters anew; the others as they were counted last")
    parser.add_argument("--missing", action="store_true", help="what the last run did not bring to its end")
    parser.add_argument("--pictures", action="store_true", help="keep a picture of each step in build/touches")
    parser.add_argument("--keep", type=Path, help="a directory for the hall and the logs; else they go")
    return parser


def _wanted(only: Collection[str] | None, known: figures.Figures) -> Iterator[Visit]:
    for visit in VISITS:
        if (not only or visit.matter.service in only) and visit.name not in known[visit.look]:
            yield visit


def _play(visits: Sequence[Visit], counted: figures.Figures, directory: Path, *, pictures: bool) -> list[str]:
    """Play ``visits``; what was counted is put into ``counted``, and returned is what went wrong."""
    wrong: list[str] = []
    with Desktop(directory, touched=True, wanted=_WINDOW) as desktop, Hall(directory) as hall:
        hall.write_configuration(desktop.window)
        hall.enrol_kiosk()
        with House(hall, desktop, _BUILD / "screens" if pictures else None) as house:
            for visit in visits:
                wrong += _one(house, visit, counted)
    return wrong


def _one(house: House, visit: Visit, counted: figures.Figures) -> list[str]:
    began, lost = time.monotonic(), _BUILD / f"lost-{visit.matter.service.value}.png"
    try:
        count = house.play(visit.matter, visit.way, _SCREENS[visit.look], lost)
    except _FAILURES as error:
        wrong = [f"{visit.name} ({visit.look}): {error}; see {lost}"]
        print(f"{time.monotonic() - began:6.1f} s  {wrong[0]}", flush=True)
        return wrong
    counted[visit.look][visit.name] = count
    figures.write(_BUILD, counted)
    print(f"{time.monotonic() - began:6.1f} s  {visit.name} ({visit.look}): {count.in_words}", flush=True)
    return _missed(visit, count)


def _missed(visit: Visit, count: Count) -> list[str]:
    """Which goals."""
    missed = []
    if count.beyond_form > _MOST_BEYOND_FORM:
        missed.append(f"{visit.name}: {count.beyond_form} touches beyond its form, more than {_MOST_BEYOND_FORM}")
    activation = visit.matter.service is ServiceName.ACTIVATION and visit.way is Way.FACE
    if activation and count.after_document > _MOST_AFTER_DOCUMENT:
        most = _MOST_AFTER_DOCUMENT
        missed.append(f"{visit.name}: {count.after_document} touches after the document, more than {most}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
