"""The live tests read and print over the simulated hall, and tell nothing of what was read."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from config import clock
from config.settings import Settings
from drivers.printer.slip import render
from drivers.tally import Tally
from kiosk.devices import devices_of
from kiosk.diagnostics.check import Finding, Level, carry_out
from kiosk.diagnostics.doctor import Configured
from kiosk.diagnostics.hand_checks import hand_checks
from kiosk.diagnostics.sample_page import sample_page
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from simulator.hall import Hall


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with Hall(tmp_path_factory.mktemp("hall")) as hall:
        hall.write_configuration()
        yield hall


@pytest.fixture
def settings(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in hall.environment().items():
        monkeypatch.setenv(name, value)
    hall.pcscd.publish()
    found = Configured.by(hall.configuration).settings
    assert found is not None
    return found


def page(settings: Settings, faces, language: str) -> Image.Image:
    document = sample_page(
        settings, Catalogue.load(language, raise_missing), datetime(2026, 11, 29, tzinfo=clock.CHINA)
    )
    return render(document, faces, settings.printer.width_dots)


async def run(settings: Settings, name: str, faces) -> Finding:
    devices = devices_of(settings, Tally())
    try:
        (check,) = [each for each in hand_checks(devices, partial(page, settings, faces, "en")) if each.name == name]
        assert check.needs_hand
        return (await carry_out(check, clock.now)).finding
    finally:
        await devices.close()


async def test_a_card_is_read_and_nothing_of_it_told(hall: Hall, settings: Settings, faces) -> None:
    hall.insert_card("zhang_ling")
    finding = await run(settings, "read_card", faces)
    hall.pull_card()
    assert (finding.level, finding.figures["holder"]) == (Level.OK, True)
    assert "张" not in repr(finding)


async def test_an_id_is_read_and_nothing_of_it_told(hall: Hall, settings: Settings, faces) -> None:
    hall.lay_id("zhang_ling")
    finding = await run(settings, "read_id", faces)
    hall.lift_id()
    assert (finding.level, finding.figures["kind"]) == (Level.OK, "ResidentId")
    assert "张" not in repr(finding)


async def test_the_test_page_comes_out_whole_and_cut(hall: Hall, settings: Settings, faces) -> None:
    hall.take_paper()
    assert (await run(settings, "print_page", faces)).level is Level.OK
    (paper,) = hall.cut_papers
    assert not paper.torn
    assert paper.picture.convert("1").tobytes() == page(settings, faces, "en").convert("1").tobytes()


@pytest.mark.parametrize("width", [576, 512, 384])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_dot_of_the_head_is_burnt_on_the_page(settings: Settings, faces, width: int, language: str) -> None:
    printer = settings.printer.model_copy(update={"width_dots": width})
    picture = page(settings.model_copy(update={"printer": printer}), faces, language)
    assert picture.width == width
    rows = picture.crop((0, 0, width, 90)).convert("L").tobytes()
    assert all(0 in rows[x::width] for x in range(width))
    assert rows.count(0) < len(rows) / 2, "the stairs leave white between their dots"


def test_no_files_are_needed(tmp_path: Path) -> None:
    assert Configured.by(tmp_path / "not there.toml").finding.level is Level.ERROR
