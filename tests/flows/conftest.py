"""A simulated hall for the whole run, and a kiosk of its own for each played visit."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from config import clock
from config import settings as configuration
from config.settings import Settings
from flows.prompts import Surface
from kiosk.wiring import Kiosk
from screens.text.catalogue import Catalogue, raise_missing
from simulator.gateway.models import Kiosk as RegisteredKiosk
from simulator.hall import Hall
from simulator.hall_records import TransactionRecord
from simulator.hall_state import CameraState, IdReaderState, PrinterState
from simulator.people import BY_KEY
from tests.flows.album import album
from tests.flows.play import ScriptedSurface, Then, play

__all__ = ["album"]


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

    async def play(
        self, *script: Then, seconds: float = 60, meanwhile: Callable[[str], object] | None = None
    ) -> ScriptedSurface:
        """Play ``script`` on a kiosk started for it; ``meanwhile`` hears what is only shown.

        Unless it says otherwise, the citizen takes a document when asked to.
        """
        return await self.let(ScriptedSurface(list(script), meanwhile=meanwhile or self.take), seconds=seconds)

    def take(self, asked: str) -> None:
        """Take the document that the screen asks to take."""
        if asked in {"working.take_card", "working.take_own_card", "working.take_staff_card"}:
            self.hall.pull_card()
        elif asked == "working.take_id":
            self.hall.lift_id()

    async def let(self, surface: ScriptedSurface, *, seconds: float = 60) -> ScriptedSurface:
        """Let the citizen of ``surface`` come to a kiosk started for it.

        Unless it says otherwise, the citizen does what the face check asks for while ``hall.willing``, and takes a
        document when asked to.
        """
        surface.meanwhile = surface.meanwhile or self.take
        surface.obeys = surface.obeys or self.hall.obey
        await play(surface, self.start, seconds)
        return surface

    async def start(self, surface: Surface, now: Callable[[], datetime] | None = None) -> Kiosk:
        """A kiosk with the queue and the keys of this stand."""
        catalogue = Catalogue.load("zh_CN", raise_missing)
        return await Kiosk.start(self.settings, surface, lambda: catalogue, now)

    def with_settings(self, table: str, **changes: object) -> "Stand":
        """The same stand with other settings."""
        changed = getattr(self.settings, table).model_copy(update=changes)
        return Stand(self.hall, self.settings.model_copy(update={table: changed}))

    @property
    def transactions(self) -> tuple[TransactionRecord, ...]:
        """What the gateway has taken in."""
        return self.hall.snapshot().gateway.transactions

    def card_status(self, key: str) -> str:
        """The state of a person's card at the gateway."""
        number = BY_KEY[key].card.number
        return next(card.status for card in self.hall.snapshot().gateway.cards if card.number == number)

    async def delivered(self, seconds: float = 30, later: timedelta = timedelta()) -> None:
        """Run a kiosk that nobody visits until its queue is empty; ``later``: gateway and a new start are so far on."""
        surface = ScriptedSurface([])
        if later:
            self.hall.gateway.state.clock = lambda: clock.now() + later
            kiosk = await self.start(surface, lambda: clock.now() + later)
        else:
            kiosk = await self.start(surface)
        await kiosk.queue.network_is_back()
        jobs = [asyncio.create_task(job) for job in (kiosk.queue.run(), kiosk.gateway.watch(), kiosk.send_when_back())]
        try:
            async with asyncio.timeout(seconds):
                while kiosk.queue.pending():
                    await asyncio.sleep(0.05)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            await kiosk.stop()


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
    hall.pcscd.publish()  # other tests of this process start a pcscd of their own
    hall.new_cards()
    hall.lift_id()
    hall.stand(None)
    hall.reader(present=True)
    hall.id_reader_state(IdReaderState.WORKING)
    hall.camera_state(CameraState.WORKING)
    hall.willing = True
    hall.printer_state(PrinterState.READY)
    hall.take_paper()
    hall.reset_gateway()
    _forget_the_numbers(hall)


def _forget_the_numbers(hall: Hall) -> None:
    """The next kiosk begins with an empty queue: to a gateway that knew more it would be one put back from a backup."""
    with hall.gateway.state.sessions.begin() as session:
        session.execute(update(RegisteredKiosk).values(highest_sequence=0))
