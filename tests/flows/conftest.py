"""A simulated hall for the whole run, and a kiosk of its own for each played visit."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import settings as configuration
from config.settings import Settings
from kiosk.wiring import Kiosk
from screens.text.catalogue import Catalogue, raise_missing
from simulator.hall import Hall
from simulator.hall_state import CameraState, IdReaderState, PrinterState
from tests.flows.play import ScriptedSurface, Then, play


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """All devices and the gateway, real at the wire; started once."""
    with Hall(tmp_path_factory.mktemp("hall")) as hall:
        hall.write_configuration()
        hall.enrol_kiosk()
        yield hall


@dataclass(frozen=True)
class Stand:
    """A hall with a kiosk in it: play a script, look at the gateway."""

    hall: Hall
    settings: Settings

    async def play(self, *script: Then, seconds: float = 60) -> ScriptedSurface:
        """Play ``script`` on a kiosk started for it."""
        catalogue = Catalogue.load("zh_CN", raise_missing)

        async def kiosk_of(surface: ScriptedSurface) -> Kiosk:
            return await Kiosk.start(self.settings, surface, lambda: catalogue)

        return await play(kiosk_of, list(script), seconds=seconds)


@pytest.fixture
def stand(hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    """The hall as it opens in the morning, and a kiosk with an empty queue."""
    for name, value in hall.environment().items():
        monkeypatch.setenv(name, value)
    _open_the_hall(hall)
    settings = configuration.load(hall.write_configuration())
    shutil.copytree(settings.data_directory / "keys", tmp_path / "keys")
    yield Stand(hall, settings.model_copy(update={"data_directory": tmp_path}))
    _open_the_hall(hall)


def _open_the_hall(hall: Hall) -> None:
    hall.pull_card()
    hall.lift_id()
    hall.stand(None)
    hall.reader(present=True)
    hall.id_reader_state(IdReaderState.WORKING)
    hall.camera_state(CameraState.WORKING)
    hall.printer_state(PrinterState.READY)
    hall.take_paper()
    hall.reset_gateway()
