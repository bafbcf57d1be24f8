"""What the display makes of the setting that a technician has kept: only a line with nine numbers, and never more."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "systemd" / "touch-setting"
GOOD = "CalibrationMatrix 0.000000 -1.020000 1.010000 0.990000 0.000000 0.004000 0.000000 0.000000 1.000000\n"


def laid_down(place: Path, kept: str | None) -> dict[str, str]:
    """The display's configuration after a start: file to content."""
    hall, file, out = place / "hall", place / "touch", place / "out"
    hall.mkdir()
    (hall / "xorg.conf").write_text("# the hall's\n")
    if kept is not None:
        file.write_text(kept)
    for _ in range(2):  # a second start finds what the first one has left
        subprocess.run([SCRIPT, hall, file, out], check=True)
    return {path.name: path.read_text() for path in out.iterdir()}


def test_a_setting_becomes_a_section_after_those_of_the_hall(tmp_path: Path) -> None:
    files = laid_down(tmp_path, GOOD)
    assert sorted(files) == ["xorg.conf", "zz-touch.conf"]
    option, _, numbers = GOOD.strip().partition(" ")
    assert f'Option "{option}" "{numbers}"' in files["zz-touch.conf"]
    assert 'MatchIsTouchscreen "on"' in files["zz-touch.conf"]


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "",
        "CalibrationMatrix 1 0 0\n",
        GOOD.replace("CalibrationMatrix", "ModulePath"),
        GOOD.strip() + ' "\nEndSection\n',
        GOOD.replace("1.000000", '1.000000" "'),
        GOOD.replace("0.000000", "nan", 1),
    ],
)
def test_whatever_is_not_exactly_a_setting_is_left_out(tmp_path: Path, kept: str | None) -> None:
    assert laid_down(tmp_path, kept) == {"xorg.conf": "# the hall's\n"}
