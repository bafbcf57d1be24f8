"""What can be read and touched, measured: contrast, size of type, size of touch targets, pages that fit.

A dp is 72/44 of a design pixel: on a kiosk screen of 27 inches, 1080 wide, 44 dp are then about as many millimetres as
44 dp of a telephone. Rounding to whole pixels may take one of them.
"""

import asyncio
from collections.abc import Callable

import pytest

from screens.samples import Sample, samples
from screens.theme.icons import ICONS, draw_icon, parse
from screens.theme.tokens import CONTRAST, ELDERS, STANDARD, THEMES, Theme, ThemeName, contrast
from screens.widgets.button import Touchable
from screens.widgets.text import Sentence
from tests.screens.booth import Booth

DP = 72 / 44  # design pixels, of which the short side of a screen has 1080
LEAST_TARGET = {ThemeName.STANDARD: 44 * DP, ThemeName.ELDERS: 60 * DP, ThemeName.CONTRAST: 60 * DP}
STAFF_KEYBOARDS = {"78_desk_settings_text", "78_desk_settings_text_refused"}
LEAST_GAP = 8 * DP
PORTRAIT, LANDSCAPE, SMALL = (1080, 1920), (1920, 1080), (768, 1366)
WINDOWS = [(PORTRAIT, "zh_CN"), (PORTRAIT, "en"), (LANDSCAPE, "zh_CN"), (LANDSCAPE, "en"), (SMALL, "zh_CN")]


def test_contrast_formula() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_text_has_contrast(theme: Theme) -> None:
    for palette in (theme.palette, theme.palette.for_staff()):
        weak = {pair: contrast(*pair) for pair in palette.text_pairs if contrast(*pair) < 4.5}
        assert not weak


def test_high_contrast_is_higher() -> None:
    palette = THEMES[ThemeName.CONTRAST].palette
    assert all(contrast(*pair) >= 7 for pair in (*palette.text_pairs, *palette.for_staff().text_pairs))


def test_type_is_large_enough_even_on_the_fullest_page() -> None:
    for theme, least in ((STANDARD, 34), (ELDERS, 44), (CONTRAST, 44)):
        for share in (1.0, 0.8, 0.56):
            sizes = theme.tightened(share).type
            assert min(sizes.headline, sizes.title, sizes.body, sizes.label, sizes.button, sizes.small) >= least


@pytest.mark.parametrize("name", ICONS)
def test_signs_stay_on_their_grid(name: str) -> None:
    points = [point for stroke in ICONS[name] for point in parse(stroke).points]
    assert all(0 <= x <= 24 and 0 <= y <= 24 for x, y in points)
    assert len(draw_icon(name, 32)) == 32 * 32 * 4


@pytest.mark.parametrize(("size", "language"), WINDOWS, ids=str)
@pytest.mark.parametrize("theme", THEMES)
async def test_every_page_fits_and_can_be_touched(
    make_booth: Callable[..., Booth], size: tuple[int, int], theme: ThemeName, language: str
) -> None:
    booth = make_booth(theme=theme, language=language)
    booth.stage.widget.size_hint = (None, None)  # else the window keeps it as large as itself
    booth.stage.widget.size = size
    for sample in samples():
        answer = await booth.ask(sample.prompt)
        _check(booth, sample, size, theme)
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)


def _check(booth: Booth, sample: Sample, size: tuple[int, int], theme: ThemeName) -> None:
    targets = [block for block in booth.blocks() if isinstance(block, Touchable)]
    # Ten keys in a row are what everybody knows, and only the staff type: theirs have the usual size in each theme.
    least = LEAST_TARGET[ThemeName.STANDARD if sample.name in STAFF_KEYBOARDS else theme] * min(size) / 1080
    for target in targets:
        assert min(target.width, target.height) >= least - 1, (sample.name, target)
    for i, one in enumerate(targets):
        for other in targets[i + 1 :]:
            assert _gap(one, other) >= LEAST_GAP * min(size) / 1080 - 1, sample.name
    content = booth.stage.page.content
    assert content is not None
    assert tuple(booth.stage.widget.size) == size
    assert booth.stage.page.overflow(*size) == 0, sample.name
    for block in content.walk_blocks():
        if isinstance(block, Sentence | Touchable):
            assert block.y >= content.y - 1, (sample.name, getattr(block, "text", block))
            assert block.right <= content.right + 1, (sample.name, getattr(block, "text", block))


def _gap(one: Touchable, other: Touchable) -> float:
    across: float = max(one.x - other.right, other.x - one.right)
    along: float = max(one.y - other.top, other.y - one.top)
    return max(across, along)
