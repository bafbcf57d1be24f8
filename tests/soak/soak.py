"""A soak: many visits at one kiosk that is never started anew, while its devices come and go."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from simulator.gateway.schemas import CardStatus
from simulator.hall import Hall
from simulator.people import PEOPLE
from tests.crash.judge import Finding, Wrong
from tests.soak.books import Told, findings, ledger
from tests.soak.citizen import CLOSED
from tests.soak.measures import Held, middle
from tests.soak.troubles import Troubles
from tests.soak.wire import Message, Wire
from tests.unit_settings import allocation_of_the_unit

_ROOT = Path(__file__).parents[2]
WARM = 100  # visits after which everything is loaded that will ever be
EVERY = 50  # visits between two lines of progress, with a measurement
SETTLED = 4.0  # seconds without trouble before a measurement
_HUNG = 240.0  # seconds: longer than any visit, and than a document that nobody comes back for
_FORGETFUL = 20  # visits after which everybody holds a card with all its tries again
_GROWS = 0.05  # the most that memory may grow after it is warm

_CARDS = (CardStatus.NOT_ACTIVATED, CardStatus.NORMAL, CardStatus.NORMAL, CardStatus.TEMPORARILY_LOST)


@dataclass
class Soak:
    """One soak and what came of it."""

    hall: Hall
    visits: int
    seed: int
    most_seconds: float
    progress: TextIO
    settled: float = SETTLED
    told: Told = field(default_factory=Told)
    samples: dict[int, Held] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    turned_away: int = 0  # who came while everything was closed; they count as no visit
    _books: list[Message] | None = None

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def run(self) -> dict[str, Any]:
        """Play it; the figures."""
        troubles = Troubles(self.hall, self.seed)
        with self._kiosk() as kiosk, troubles.going_on():
            self._serve(kiosk, troubles)
        if self._books is None:
            self.found.append(Finding(Wrong.BROKEN, f"the kiosk ended or hung at visit {len(self.told.visits)}"))
        else:
            self.found += findings(self.told, self._books, ledger(self.hall.gateway, self.told))
        self.found += self._grown()
        return self._figures(troubles)

    @contextmanager
    def _kiosk(self) -> Iterator["subprocess.Popen[str]"]:
        command = (sys.executable, "-m", "tests.soak.kiosk_child", str(self.hall.configuration), str(self.seed))
        with (
            (self.hall.directory / "kiosk.log").open("w") as log,
            subprocess.Popen(
                command,
                cwd=_ROOT,
                env=_environment(self.hall),
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    def _serve(self, kiosk: "subprocess.Popen[str]", troubles: Troubles) -> None:
        assert kiosk.stdout is not None
        assert kiosk.stdin is not None
        wire = Wire(kiosk.stdout, kiosk.stdin)
        while (message := self._heard(wire, kiosk)) is not None:
            if "deed" in message:
                getattr(self.hall, message["deed"])(*message["what"])
                if "beside" not in message:
                    wire.say(done=True)
            elif "visit" in message:
                self._over(message, kiosk, troubles)
                over = self._enough()
                if over:
                    threading.Thread(target=self._hold, args=(kiosk, troubles), daemon=True).start()
                wire.say(over=over)
            else:
                self._books = message["books"]
                kiosk.wait(60)
                return

    def _hold(self, kiosk: "subprocess.Popen[str]", troubles: Troubles) -> None:
        """No trouble any more, until the kiosk has told its books."""
        with troubles.kept_off():
            kiosk.wait()

    def _heard(self, wire: Wire, kiosk: "subprocess.Popen[str]") -> Message | None:
        """The next message; a kiosk that hangs is ended."""
        alarm = threading.Timer(_HUNG, kiosk.kill)
        alarm.start()
        try:
            return wire.hear()
        finally:
            alarm.cancel()
            alarm.join()

    def _enough(self) -> bool:
        served = len(self.told.visits)
        return served >= self.visits or time.monotonic() - self.began > self.most_seconds

    def _over(self, message: Message, kiosk: "subprocess.Popen[str]", troubles: Troubles) -> None:
        """A visit is over: note it, and make the hall ready for the next."""
        if message["visit"]["ended"] == CLOSED:
            self.turned_away += 1
            return
        if message["visit"]["person"]:
            self.told.add(message["visit"], message["rows"])
        else:  # the first is only about to come
            self.began = time.monotonic()
        served = len(self.told.visits)
        self._counter()
        self.hall.stand(None)
        self.hall.take_paper()
        if served % _FORGETFUL == 0:
            self.hall.new_cards()
        if served and (served % EVERY == 0 or served == WARM or self._enough()):
            self._measure(kiosk, troubles)

    def _counter(self) -> None:
        """Cards are as people come with them: else soon none could be activated or lost any more."""
        for person in PEOPLE:
            if person.card is not None:
                self.hall.gateway.state.amend(person.key, card_status=self._chance.choice(_CARDS))

    def _measure(self, kiosk: "subprocess.Popen[str]", troubles: Troubles) -> None:
        with troubles.kept_off():
            time.sleep(self.settled)
            held = middle([Held.by(kiosk.pid) for _ in range(3)])
        served = len(self.told.visits)
        self.samples[served] = held
        seconds = time.monotonic() - self.began
        self.progress.write(
            f"{served} of {self.visits} visits in {seconds:.0f} s, {held.bytes / 1e6:.1f} MB and faces "
            f"{held.face_bytes / 1e6:.1f} MB, {held.threads} threads, {held.descriptors} descriptors\n"
        )
        self.progress.flush()

    def _grown(self) -> Iterator[Finding]:
        """What is held at the end and was not when all was warm."""
        warm, last = self.samples.get(WARM), self.samples.get(len(self.told.visits))
        if warm is None or last is None:
            return
        for name, before, after in (("memory", warm.bytes, last.bytes), ("faces", warm.face_bytes, last.face_bytes)):
            if after > before * (1 + _GROWS):
                yield Finding(Wrong.BROKEN, f"{name}: {after} bytes, {before} when it was warm")
        for name in ("threads", "descriptors"):
            if getattr(last, name) > getattr(warm, name):
                yield Finding(Wrong.BROKEN, f"{name}: {getattr(last, name)}, {getattr(warm, name)} when it was warm")

    def _figures(self, troubles: Troubles) -> dict[str, Any]:
        visits, books = self.told.visits, self._books or []
        return {
            "visits": len(visits),
            "seed": self.seed,
            "turned_away": self.turned_away,
            "seconds": round(time.monotonic() - self.began),
            "ends": dict(sorted(self.told.ends().items())),
            "receipts": sum(bool(visit["receipt"]) for visit in visits),
            "rows": dict(_counted(books)),
            "troubles": dict(sorted(troubles.counted.items())),
            "held": {str(served): asdict(held) for served, held in self.samples.items()},
            "findings": [f"{finding.wrong}: {finding.text}" for finding in self.found],
        }


def _counted(rows: list[Message]) -> list[tuple[str, int]]:
    states = sorted({row["state"] for row in rows})
    return [(state, sum(row["state"] == state for row in rows)) for state in states]


def _environment(hall: Hall) -> dict[str, str]:
    return {**os.environ, **hall.environment(), **allocation_of_the_unit(), "PYTHONPATH": str(_ROOT)}


def soak(
    directory: Path, visits: int, seed: int, *, most_seconds: float, progress: TextIO, settled: float = SETTLED
) -> dict[str, Any]:
    """A soak in a hall of its own below ``directory``; ends early after ``most_seconds``, and says how far it came."""
    with Hall(directory) as hall:
        hall.write_configuration(changes={"log": {"level": "INFO"}})
        hall.enrol_kiosk()
        return Soak(hall, visits, seed, most_seconds, progress, settled).run()


def write(figures: dict[str, Any], file: Path) -> None:
    """Write the figures as JSON."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
