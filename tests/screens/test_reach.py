"""Low reach: with it chosen, everything that is touched lies in the lower 60 % of a standing screen."""

import asyncio
from collections.abc import Callable

import pytest

from screens.ease import Ease
from screens.samples import samples
from screens.sheets import LOW_SHARE
from screens.theme.tokens import THEMES, ThemeName
from screens.widgets.base import Block
from screens.widgets.button import Touchable
from tests.screens.booth import Booth

SIZE = (1080, 1920)


def highest(block: Block) -> float:
    """The upper edge of the highest thing to touch, as a share of the screen's height."""
    return max((each.top for each in block.walk_blocks() if isinstance(each, Touchable)), default=0) / SIZE[1]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("theme", THEMES)
async def test_everything_that_is_touched_is_within_reach(
    make_booth: Callable[..., Booth], theme: ThemeName, language: str
) -> None:
    booth = make_booth(theme=theme, language=language, low_reach=True)
    booth.stage.widget.size_hint = (None, None)  # else the window keeps it as large as itself
    booth.stage.widget.size = SIZE
    for sample in samples():
        answer = await booth.ask(sample.prompt)
        page = booth.stage.page
        assert highest(page) <= LOW_SHARE, sample.name
        assert page.overflow(*SIZE) == 0, sample.name
        assert page.content is None or page.footer.parent is None or page.content.y >= page.footer.top, sample.name
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)


async def test_the_sheets_lie_low_too(make_booth: Callable[..., Booth]) -> None:
    for theme in THEMES:
        booth = make_booth(theme=theme, low_reach=True)
        booth.stage.widget.size_hint = (None, None)
        booth.stage.widget.size = SIZE
        await booth.ask(next(each.prompt for each in samples() if each.name == "02_home"))
        booth.stage.open_help()
        assert 0 < highest(booth.sheet()) <= LOW_SHARE


async def test_looks_and_reach_are_chosen_on_any_screen_and_end_with_the_visit(
    make_booth: Callable[..., Booth],
) -> None:
    booth = make_booth()
    await booth.ask(next(each.prompt for each in samples() if each.name == "02_home"))
    for touched, theme, low in (
        ("looks.contrast", ThemeName.CONTRAST, False),
        ("looks.low", ThemeName.CONTRAST, True),
        ("looks.standard", ThemeName.STANDARD, True),
    ):
        booth.stage.open_looks()
        await booth.touch(touched)
        kit = booth.stage.page.kit
        assert (kit.theme.name, kit.low_reach) == (theme, low)
    await booth.touch("close")
    await booth.touch("looks")
    assert highest(booth.sheet()) > 0
    booth.stage.wipe()
    assert booth.stage.ease == Ease()
