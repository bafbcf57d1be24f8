"""What goes wrong in the hall while visits go on: one trouble at a time, at random, and put right again."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simulator.hall import Hall
from simulator.hall_state import CameraState, IdReaderState, NetworkState, PrinterState

_QUIET = (0.5, 6.0)  # seconds between two troubles
_LASTS = (0.3, 4.0)
_APART = 31.0  # seconds between two of the same device: one that goes five times in two minutes is held as unstable
_NETWORKS = (
    NetworkState.CUT,
    NetworkState.CUT,
    NetworkState.ERROR,
    NetworkState.ANSWER_LOST,
    NetworkState.ANSWER_LOST,
    NetworkState.BROKEN_JSON,
    NetworkState.PORTAL,
)
_PRINTERS = (PrinterState.OFF, PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.SILENT)
_ID_READERS = (IdReaderState.UNPLUGGED, IdReaderState.SILENT, IdReaderState.NOISE)
_CAMERAS = (CameraState.GONE, CameraState.FROZEN, CameraState.DARK)


class Troubles:
    """Make them from a thread of their own; ``counted``: how often each came."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self._hall = hall
        self._chance = random.Random(seed)
        self._guard = threading.Lock()
        self._over = threading.Event()
        self.counted: Counter[str] = Counter()
        self._last: dict[str, float] = {}

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Make troubles meanwhile; afterwards all is well."""
        thread = threading.Thread(target=self._run, name="troubles")
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    @contextmanager
    def kept_off(self) -> Iterator[None]:
        """Nothing is wrong meanwhile."""
        with self._guard:
            yield

    def _run(self) -> None:
        while not self._over.wait(self._chance.uniform(*_QUIET)):
            with self._guard:
                self._one()

    def _one(self) -> None:
        now, kinds = time.monotonic(), self._kinds()
        name = self._chance.choice(
            [each for each in sorted(kinds) if now - self._last.get(each, 0) > _APART] or ["card"]
        )
        self._last[name] = now
        state, make = kinds[name]
        self.counted[f"{name} {state}"] += 1
        make()
        try:
            self._over.wait(self._chance.uniform(*_LASTS))
        finally:
            self._mend(name)

    def _kinds(self) -> dict[str, tuple[str, Callable[[], object]]]:
        hall, chance = self._hall, self._chance
        network, printer = chance.choice(_NETWORKS), chance.choice(_PRINTERS)
        id_reader, camera = chance.choice(_ID_READERS), chance.choice(_CAMERAS)
        return {
            "network": (network, lambda: hall.network(network)),
            "printer": (printer, lambda: hall.printer_state(printer)),
            "id_reader": (id_reader, lambda: hall.id_reader_state(id_reader)),
            "camera": (camera, lambda: hall.camera_state(camera)),
            "card_reader": ("stopped", lambda: hall.reader(present=False)),
            "card": ("pulled", hall.pull_card),
            "document": ("lifted", hall.lift_id),
        }

    def _mend(self, name: str) -> None:
        hall = self._hall
        mend: dict[str, Callable[[], object]] = {
            "network": lambda: hall.network(NetworkState.UP),
            "printer": lambda: hall.printer_state(PrinterState.READY),
            "id_reader": lambda: hall.id_reader_state(IdReaderState.WORKING),
            "camera": lambda: hall.camera_state(CameraState.WORKING),
            "card_reader": lambda: hall.reader(present=True),
        }
        mend.get(name, lambda: None)()
