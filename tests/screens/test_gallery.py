"""`kiosk gallery`: every look, layout and language of a screen, and the page that shows them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from screens.gallery_book import index, variants
from tests.window import FONTS

ROOT = Path(__file__).parents[2]


def test_every_look_layout_and_language_is_a_variant() -> None:
    names = {variant.name for variant in variants()}
    assert len(names) == 3 * 3 * 2
    assert {"contrast-low-en", "standard-landscape-zh_CN"} <= names


def test_the_page_needs_nothing_but_the_pictures() -> None:
    page = index(["01_start"], variants())
    assert page.count("<figure ") == 18
    assert not re.search(r"https?:", page)


@pytest.mark.parametrize("option", [["--size", "1920x1080", "--theme", "contrast"], ["--low"]])
def test_a_variant_is_drawn_by_a_process_of_its_own(display: str, tmp_path: Path, option: list[str]) -> None:
    command = [sys.executable, "-m", "screens.gallery", str(tmp_path), "--only", "02_home_six", "--fonts", str(FONTS)]
    subprocess.run([*command, *option], cwd=ROOT, env={**os.environ, "DISPLAY": display}, check=True)
    sizes = set()
    for path in tmp_path.glob("*.png"):
        with Image.open(path) as picture:
            sizes.add(picture.size)
    assert sizes == ({(1080, 1920)} if option == ["--low"] else {(1920, 1080)})


def test_what_cannot_be_drawn_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk.cli", "gallery", str(tmp_path), "--fonts", str(tmp_path / "none")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "standard-portrait-zh_CN" in ran.stdout
    assert "kiosk: a variant was not drawn" in ran.stderr
