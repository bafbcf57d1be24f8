"""Twelve screens as they looked when somebody last looked: a change that nobody wanted is seen here.

A quarter of the size of the screen, compared with a tolerance: another hinting of the fonts moves edges, but few pixels
by much. When a screen is meant to look different, draw the pictures anew, look at them, and commit them:

    RENEW_SNAPSHOTS=1 .venv/bin/pytest tests/screens/test_gallery_snapshots.py

After a failure tests/output has the picture that was drawn, and the difference.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFilter

from config.fonts import FontSet
from screens.ease import Ease
from screens.gallery import Easel
from screens.samples import samples
from screens.settings import StageSettings
from screens.theme.tokens import ThemeName

KEPT = Path(__file__).parent / "snapshots"
OUTPUT = Path(__file__).parents[1] / "output"
SIZE = (270, 480)
MUCH = 40  # of 255: by which a pixel may differ
SHARE = 0.004  # of the pixels may differ by more

STANDARD, ELDERS, CONTRAST = Ease(), Ease(theme=ThemeName.ELDERS), Ease(theme=ThemeName.CONTRAST)
LOW = Ease(low_reach=True)
ENGLISH = Ease(language="en")
SHOWN = [
    ("01_start", STANDARD),
    ("02_home_six", ELDERS),
    ("02_home_six", CONTRAST),
    ("04_document", LOW),
    ("07_consent_card", ENGLISH),
    ("11_pin", ELDERS),
    ("13_confirm", STANDARD),
    ("15_take_card", CONTRAST),
    ("16_done", ELDERS),
    ("41_choose_reason", LOW),
    ("48_confirm_final", CONTRAST),
    ("54_month", ENGLISH),
]


def name_of(sample: str, ease: Ease) -> str:
    return f"{sample}-{ease.theme}-{'low' if ease.low_reach else 'portrait'}-{ease.language}"


def differing(one: Image.Image, other: Image.Image) -> tuple[float, Image.Image]:
    """The share of pixels that differ by much in any channel, and a picture of where."""
    bands = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).split()
    worst = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    where = worst.point(lambda value: 255 if value > MUCH else 0)
    return where.histogram()[255] / (where.width * where.height), where


@pytest.mark.parametrize(("sample", "ease"), SHOWN, ids=[name_of(*each) for each in SHOWN])
async def test_a_screen_looks_as_it_did(window: Any, faces: FontSet, tmp_path: Path, sample: str, ease: Ease) -> None:
    easel = Easel(window, faces, StageSettings(ease, motion=False))
    try:
        wanted = next(each for each in samples() if each.name == sample)
        drawn = await easel.draw(wanted, tmp_path / "drawn.png")
    finally:
        easel.close()
    with Image.open(drawn) as large:
        small = large.convert("RGB").resize(SIZE, Image.Resampling.BOX)
    kept = KEPT / f"{name_of(sample, ease)}.png"
    if os.environ.get("RENEW_SNAPSHOTS"):
        small.quantize(64).save(kept, optimize=True)
    with Image.open(kept) as before:
        share, where = differing(small, before)
    if share > SHARE:
        OUTPUT.mkdir(exist_ok=True)
        small.save(OUTPUT / f"{kept.stem}.png")
        where.save(OUTPUT / f"{kept.stem}-difference.png")
    assert share <= SHARE, f"{share:.1%} of {kept.stem} differ; see {OUTPUT}"


def test_a_button_that_moves_is_seen_and_a_softer_edge_is_not() -> None:
    with Image.open(KEPT / f"{name_of('13_confirm', STANDARD)}.png") as kept:
        page = kept.convert("RGB")
    assert differing(page, ImageChops.offset(page, 0, 4))[0] > SHARE
    assert differing(page, Image.blend(page, page.filter(ImageFilter.GaussianBlur(0.6)), 0.3))[0] <= SHARE


def test_no_snapshot_is_left_behind() -> None:
    assert {path.stem for path in KEPT.glob("*.png")} == {name_of(*each) for each in SHOWN}
