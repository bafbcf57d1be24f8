"""A page with little on it is set larger, and what is to be taken along stands above the button."""

from collections.abc import Callable

from screens.samples import samples
from screens.theme.tokens import ELDERS, STANDARD
from screens.widgets.base import Block
from screens.widgets.text import Sentence
from tests.screens.booth import Booth

SIZE = (1080, 1920)


async def show(booth: Booth, name: str) -> None:
    booth.stage.widget.size_hint = (None, None)
    booth.stage.widget.size = SIZE
    await booth.ask(next(each.prompt for each in samples() if each.name == name))


def sentence(block: Block, words: str) -> Sentence:
    return next(each for each in block.walk_blocks() if isinstance(each, Sentence) and words in each.text)


async def test_few_words_are_set_larger_and_the_headline_as_everywhere(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth()
    await show(booth, "22_refusal_no_document")
    page = booth.stage.page
    sizes = page.kit.sizes
    assert sizes.body > 1.2 * STANDARD.type.body
    assert sizes.headline == STANDARD.type.headline
    assert page.overflow(*SIZE) == 0
    assert page.spare(*SIZE) > 0


async def test_header_and_footer_keep_their_size(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth()
    await show(booth, "22_refusal_no_document")
    assert booth.stage.page.header.kit.sizes == STANDARD.type
    assert booth.stage.page.footer.kit.sizes == STANDARD.type


async def test_a_page_that_fills_its_room_is_as_it_was(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth()
    for name in ("04_document", "11_pin", "02_home_six"):
        await show(booth, name)
        assert booth.stage.page.kit.sizes.body <= STANDARD.type.body, name


async def test_what_to_take_stands_above_the_button(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth()
    await show(booth, "21_refusal")
    content = booth.stage.page.content
    assert content is not None
    reminder = sentence(content, "拿好证件")
    assert reminder.y - content.y < 0.15 * content.height


def test_looser_is_never_smaller() -> None:
    for theme in (STANDARD, ELDERS):
        more = theme.loosened(1.24)
        assert more.type.small > theme.type.small
        assert more.space.gap > theme.space.gap
        assert more.space.touch == theme.space.touch
