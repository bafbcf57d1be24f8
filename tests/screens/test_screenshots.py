"""No picture of the screen that the program can make has a citizen's camera picture in it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kivy.config import Config
from kivy.modules import keybinding
from PIL import Image

from flows.presence_prompts import LookAtCamera
from screens.gallery import Easel
from screens.samples import samples
from screens.settings import StageSettings
from screens.widgets.camera_view import CameraView
from screens.window import WindowSettings, build_window, drop_modules, picture
from tests.screens.booth import Booth
from tests.screens.pixels import LIME, RED, count, halves, on_window, settle

ROOT = Path(__file__).parents[2]
PRODUCT = ("config", "drivers", "flows", "kiosk", "offline_queue", "screens")
COPIES = re.compile(r"glReadPixels|\.screenshot\b|export_to_png|export_as_image|\.pixels\b|get_pixel")


@pytest.fixture
async def checked(booth: Booth, window: Any) -> Booth:
    """A booth in which the camera sees somebody red and green."""
    await booth.ask(LookAtCamera(card_way=True))
    booth.stage.update(halves())
    assert count(on_window(window), RED) > 10_000
    return booth


def nobody(image: Image.Image) -> bool:
    return count(image, RED) == 0 and count(image, LIME) == 0


def view(booth: Booth) -> CameraView:
    return next(block for block in booth.blocks() if isinstance(block, CameraView))


async def test_the_program_s_own_copy_shows_nobody(checked: Booth, window: Any) -> None:
    copied = picture(window)
    assert nobody(copied)
    assert copied.size == tuple(int(side) for side in window.system_size)
    assert len(copied.getcolors(1 << 24) or []) > 20  # the rest of the page is there
    assert set(view(checked).texture.pixels[0::4]) == {0}


async def test_kivy_s_copy_of_the_window_shows_nobody(checked: Booth, window: Any, tmp_path: Path) -> None:
    assert checked
    file = window.screenshot(name=str(tmp_path / "copy.png"))
    with Image.open(file) as copied:
        assert nobody(copied)


async def test_the_key_of_kivy_s_add_on_would_show_nobody(
    checked: Booth, window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checked
    monkeypatch.chdir(tmp_path)
    keybinding._on_keyboard_handler(window, 293, 69, None, [])  # F12
    with Image.open(tmp_path / "screenshot0001.png") as copied:
        assert nobody(copied)


@pytest.mark.parametrize(
    "whose",
    [lambda booth: booth.stage.widget, lambda booth: booth.stage.page, view],
    ids=["root", "page", "view"],
)
async def test_a_copy_of_a_part_shows_nobody(checked: Booth, whose: Callable[[Booth], Any], tmp_path: Path) -> None:
    settle()
    whose(checked).export_to_png(str(tmp_path / "part.png"))
    with Image.open(tmp_path / "part.png") as copied:
        assert nobody(copied)


async def test_the_next_picture_is_shown_again(checked: Booth, window: Any) -> None:
    picture(window)
    assert nobody(on_window(window))
    checked.stage.update(halves())
    assert count(on_window(window), RED) > 10_000


async def test_the_gallery_shows_nobody(tmp_path: Path, window: Any, faces: Any) -> None:
    sample = next(sample for sample in samples() if sample.name == "09_camera")
    easel = Easel(window, faces, StageSettings(motion=False))
    try:
        file = await easel.draw(sample, tmp_path / "camera.png")
    finally:
        easel.close()
    skin = (224, 178, 150)
    assert sample.progress is not None
    assert bytes(skin) in sample.progress.picture
    with Image.open(file) as copied:
        assert count(copied, skin) == 0


def test_kivy_s_add_ons_are_off() -> None:
    assert Config.items("modules") == []
    Config.set("modules", "keybinding", "")
    drop_modules()
    assert Config.items("modules") == []


def test_building_the_window_again_guards_it_once(window: Any) -> None:
    before = window.screenshot
    assert build_window(WindowSettings(1080, 1920, fullscreen=False)) is window
    assert window.screenshot is before


def test_no_other_room_copies_the_screen() -> None:
    guarded = {"screens/window.py", "screens/widgets/base.py", "screens/widgets/root.py"}
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in PRODUCT
        for path in (ROOT / room).rglob("*.py")
        if str(path.relative_to(ROOT)) not in guarded
        for line in path.read_text("utf-8").splitlines()
        if COPIES.search(line)
    }
    assert sorted(found) == []
