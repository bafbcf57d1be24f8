"""The simulated hall with and without a PSAM, met by a kiosk's devices as the settings make them."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import settings
from drivers.card_reader.authentication import Outcome
from drivers.card_reader.reader import CardReader
from drivers.device import DeviceState
from simulator.hall import Hall
from simulator.pcscd import SECOND_READER_NAME
from simulator.people import BY_KEY

WANG = BY_KEY["wang_jianguo"]
LIMIT = 20.0


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    with Hall(tmp_path / "hall") as hall:
        for name, value in hall.environment().items():
            monkeypatch.setenv(name, value)
        yield hall


def reader_of(hall: Hall, psam: str) -> CardReader:
    configured = settings.load(hall.write_configuration(changes={"card_reader": {"psam": psam}})).card_reader
    return CardReader(configured.name or None, configured.psam or None)


async def test_a_3_0_card_in_a_hall_with_and_without_a_psam(hall: Hall) -> None:
    with contextlib.closing(reader_of(hall, SECOND_READER_NAME)) as reader:
        watching = asyncio.create_task(reader.watch())
        hall.insert_card(WANG.key)
        async with asyncio.timeout(LIMIT):
            without = await reader.wait_for_card()
            hall.psam(present=True)
            while reader.psam_health is None or reader.psam_health.state is not DeviceState.ONLINE:
                await asyncio.sleep(0.1)
            with_psam = await reader.wait_for_card()
            hall.psam(present=False)
            while reader.psam_health.state is not DeviceState.NO_DEVICE:
                await asyncio.sleep(0.1)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    assert (without.holder, without.authentication.outcome) == (None, Outcome.PSAM_FAILED)
    assert with_psam.holder is not None
    assert (with_psam.holder.name, with_psam.holder.number) == (WANG.name, WANG.number)


async def test_a_hall_whose_settings_name_no_psam(hall: Hall) -> None:
    hall.psam(present=True)
    hall.insert_card(WANG.key)
    with contextlib.closing(reader_of(hall, "")) as reader:
        card = await asyncio.wait_for(reader.wait_for_card(), LIMIT)
    assert (card.holder, card.authentication.outcome) == (None, Outcome.NO_PSAM)
    assert reader.psam_health is None
