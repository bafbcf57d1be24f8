"""Drawing and calibrating at the technician's desk: over the simulated hall, against a real X server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import clock
from drivers.touch_panel.affine import Affine, Place
from drivers.touch_panel.fit import CROSSES
from drivers.touch_panel.path import Drawn, LossKind, Region
from drivers.touch_panel.xinput import TouchPanels
from flows.desk_prompts import DeskCrosses, DeskDrag, DeskFacts, DeskKeep, DeskList
from flows.prompts import GoBack, VisitEnded
from kiosk.desk.touch_tests import judged
from kiosk.diagnostics.check import Level
from kiosk.diagnostics.results import Results
from kiosk.touch_settings import TouchSettings
from screens.text.catalogue import Catalogue, raise_missing
from tests.desk.coming import LOG_OUT, by_gesture, desk_events, opens, technician
from tests.flows.conftest import Stand
from tests.flows.play import Then
from tests.x_server import PANEL, x_server

SAY = Catalogue.load("en", raise_missing).render
BACK = (Then(DeskFacts, GoBack()), Then(DeskList, GoBack()), LOG_OUT)
TURNED = Affine(0, -1.02, 1.01, 0.99, 0, 0.004)  # a panel that sits a quarter turned, and a little off


AS_IT_IS = Affine()


def told_by_a_turned_panel(in_force: Affine = AS_IT_IS) -> tuple[Place, ...]:
    """Where the crosses are told to be."""
    raw = [((y - TURNED.f) / TURNED.d, (x - TURNED.c) / TURNED.b) for x, y in CROSSES]
    return tuple(in_force.at(place) for place in raw)


@pytest.fixture(autouse=True)
def x_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with x_server() as display:
        monkeypatch.setenv("DISPLAY", display)
        yield


@pytest.fixture
def display_file(tmp_path: Path) -> Path:
    return tmp_path / "touch"


@pytest.fixture
def kiosk(stand: Stand, display_file: Path) -> Stand:
    return stand.with_settings("screen", fullscreen=True, touch_device=PANEL, touch_file=str(display_file))


@pytest.fixture
def secret(stand: Stand) -> str:
    return technician(stand.settings.data_directory)


def in_force() -> Affine:
    panel = TouchPanels(PANEL).find()
    assert panel is not None
    return panel.matrix


def kept(file: Path) -> list[str]:
    """The words of a file that the display's user may read, if there is one."""
    assert not file.exists() or file.stat().st_mode & 0o777 == 0o640
    return file.read_text("ascii").split() if file.exists() else []


def acts(stand: Stand) -> list[object]:
    return [fields["act"] for _, fields in desk_events(stand) if fields.get("act")]


CALIBRATE = (
    opens("tests"),
    Then(DeskList, "calibration"),
    Then(DeskFacts, "begin"),
    Then(DeskCrosses, answer=told_by_a_turned_panel()),
    Then(DeskFacts, "use"),
)


async def test_a_turned_panel_is_put_right_kept_and_taken_back(kiosk: Stand, secret: str, display_file: Path) -> None:
    surface = await kiosk.play(*by_gesture(secret), *CALIBRATE, Then(DeskKeep, answer=True), *BACK)
    assert in_force().numbers == pytest.approx(TURNED.numbers, abs=1e-4)
    option, *numbers = kept(display_file)
    assert option == "TransformationMatrix"
    assert [float(number) for number in numbers] == pytest.approx(TURNED.numbers, abs=1e-5)
    found = next(page for page in surface.shown if isinstance(page, DeskFacts) and page.notes)
    assert "turned by 90°" in "".join(SAY(fact.value) for group in found.groups for fact in group.facts)
    last = Results(kiosk.settings.data_directory).last()["calibration"]
    assert (last.level, last.who) == (Level.OK, "S31")
    assert acts(kiosk) == ["calibrated", "tested"]

    again = by_gesture(secret, later=1)
    undo = (opens("tests"), Then(DeskList, "calibration"), Then(DeskFacts, "undo"), Then(DeskKeep, answer=True))
    await kiosk.play(*again, *undo, *BACK)
    assert in_force() == Affine()
    assert not kept(display_file)
    assert not kept(kiosk.settings.data_directory / "touch.json")
    assert acts(kiosk)[-2:] == ["calibration_undone", "tested"]


async def test_what_nobody_keeps_goes_back_by_itself(kiosk: Stand, secret: str, display_file: Path) -> None:
    await kiosk.play(*by_gesture(secret), *CALIBRATE, Then(DeskKeep, answer=False), *BACK)
    assert in_force() == Affine()
    assert not kept(display_file)
    assert Results(kiosk.settings.data_directory).last()["calibration"].level is Level.WARNING
    assert acts(kiosk) == ["tested"]


async def test_who_leaves_in_the_middle_leaves_the_panel_as_it_was(kiosk: Stand, secret: str) -> None:
    seen: list[Affine] = []
    leaves = Then(DeskKeep, VisitEnded(), does=lambda: seen.append(in_force()))
    await kiosk.play(*by_gesture(secret), *CALIBRATE, leaves)
    assert seen[0].numbers == pytest.approx(TURNED.numbers, abs=1e-4)
    assert in_force() == Affine()


async def test_touches_that_fit_nothing_are_refused_with_a_sentence(kiosk: Stand, secret: str) -> None:
    surface = await kiosk.play(
        *by_gesture(secret),
        opens("tests"),
        Then(DeskList, "calibration"),
        Then(DeskFacts, "begin"),
        Then(DeskCrosses, answer=((0.5, 0.5),) * 10),
        Then(DeskFacts, "leave"),
        *BACK,
    )
    refused = next(page for page in surface.shown if isinstance(page, DeskFacts) and page.notes)
    assert "at one spot" in SAY(refused.notes[0].text)
    assert in_force() == Affine()
    assert Results(kiosk.settings.data_directory).last()["calibration"].level is Level.ERROR


async def test_a_panel_that_is_not_there_is_said(kiosk: Stand, secret: str) -> None:
    without = kiosk.with_settings("screen", fullscreen=True, touch_device="")
    await without.play(*by_gesture(secret), opens("tests"), Then(DeskList, "calibration"), *BACK)
    assert Results(kiosk.settings.data_directory).last()["calibration"].level is Level.ABSENT


async def test_a_drawing_is_kept_as_an_outcome(kiosk: Stand, secret: str) -> None:
    drawn = Drawn(0.9, (Region.LEFT, Region.BOTTOM_LEFT), ((LossKind.JUMP, Region.TOP),))
    surface = await kiosk.play(
        *by_gesture(secret), opens("tests"), Then(DeskList, "drag"), Then(DeskDrag, answer=drawn), *BACK
    )
    page = surface.last(DeskFacts)
    said = "".join(SAY(fact.value) for group in page.groups for fact in group.facts)
    assert "not reached: left edge, bottom left corner; finger lost: jump at top edge" in said
    assert Results(kiosk.settings.data_directory).last()["drag"].level is Level.ERROR


def test_drawings_are_judged() -> None:
    assert judged(Drawn(1.0, (), ())).level is Level.OK
    lost = judged(Drawn(1.0, (), ((LossKind.ENDED, Region.RIGHT),) * 6))
    assert lost.level is Level.WARNING
    assert SAY(lost.line).endswith("touch ended at right edge, and 2 more")
    assert judged(Drawn(0.5, (Region.LEFT,), ())).level is Level.ERROR


def settings_in(directory: Path) -> TouchSettings:
    return TouchSettings(directory, None, TouchPanels(PANEL), clock.now)


def test_a_start_puts_in_force_what_was_kept_and_a_broken_try_is_gone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    panel = settings.panel()
    assert panel is not None
    settings.try_out(panel, TURNED)  # and the program ends here
    settings_in(tmp_path).restore()
    assert in_force() == Affine()
    assert not (tmp_path / "touch.json").exists()
    settings.try_out(panel, TURNED)
    settings.keep(panel, TURNED, "S31")
    TouchPanels(PANEL).set(panel, Affine())  # a panel that was plugged in anew
    settings_in(tmp_path).restore()
    assert in_force().numbers == pytest.approx(TURNED.numbers, abs=1e-5)
    (tmp_path / "touch.json").write_text(json.dumps({"settings": [{"numbers": [1, 2]}]}))
    assert settings.kept() == ()
