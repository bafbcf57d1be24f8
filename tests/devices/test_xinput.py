"""The matrix of a device in a real X server: read, set, and what is said where there is none."""

from collections.abc import Iterator

import pytest

from drivers.touch_panel.affine import Affine, Turn
from drivers.touch_panel.xinput import PanelError, Property, TouchPanels, millimetres_per_pixel
from tests.x_server import PANEL, x_server


@pytest.fixture(autouse=True)
def x_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with x_server() as display:
        monkeypatch.setenv("DISPLAY", display)
        yield


def test_a_matrix_is_set_at_once_and_read_again() -> None:
    panels = TouchPanels(PANEL)
    panel = panels.find()
    assert panel is not None
    assert (panel.name, panel.kind, panel.matrix) == (PANEL, Property.SERVER, Affine())
    panels.set(panel, Affine(0.01, -1.02, 1.0, 0.98, 0.02, -0.013))
    now = panels.find()
    assert now is not None
    assert now.matrix.numbers == pytest.approx((0.01, -1.02, 1.0, 0.98, 0.02, -0.013, 0, 0, 1), abs=1e-5)
    assert now.matrix.turn is Turn.QUARTER
    panels.set(panel, panel.matrix)
    assert panels.find() == panel


def test_a_mouse_is_no_panel_and_neither_is_a_name_that_is_not_there() -> None:
    assert TouchPanels().find() is None
    assert TouchPanels("ILITEK Multi-Touch").find() is None


def test_a_screen_without_a_size_tells_none() -> None:
    assert millimetres_per_pixel() is None


def test_without_an_x_server_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    with pytest.raises(PanelError):
        TouchPanels(PANEL).find()
    assert millimetres_per_pixel() is None
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PanelError):
        TouchPanels(PANEL).find()


# Written in the form of xinput and xrandr, not recorded: no test machine has a touch panel of libinput.
PROPERTIES = """Device 'ILITEK Multi-Touch-V5100':
\tDevice Enabled (143):\t1
\tCoordinate Transformation Matrix (145):\t1.000000, 0.000000, 0.000000, 0.000000, 1.000000, 0.000000, 0.000000, \
0.000000, 1.000000
\tlibinput Calibration Matrix (299):\t0.000000, -1.000000, 1.000000, 1.000000, 0.000000, 0.000000, 0.000000, \
0.000000, 1.000000
\tlibinput Calibration Matrix Default (300):\t1.000000, 0.000000, 0.000000, 0.000000, 1.000000, 0.000000, 0.000000, \
0.000000, 1.000000
"""
SCREEN = "HDMI-1 connected primary 1080x1920+0+0 left (normal left inverted right x axis y axis) 698mm x 393mm\n"


def test_the_panel_of_libinput_is_found_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {("xinput", "list"): "∼ 9\n", ("xinput", "list-props"): PROPERTIES, ("xrandr", "--current"): SCREEN}
    monkeypatch.setattr("drivers.touch_panel.xinput._run", lambda *words: told[words[:2]])
    panel = TouchPanels().find()
    assert panel is not None
    assert (panel.number, panel.kind, panel.matrix.turn) == (9, Property.LIBINPUT, Turn.QUARTER)
    assert millimetres_per_pixel() == pytest.approx(0.364, abs=0.001)
