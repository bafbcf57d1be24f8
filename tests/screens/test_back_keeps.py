"""Who goes on and comes back finds what was typed; who leaves the question begins anew."""

from typing import Any

import pytest

from flows.prompts import ChooseMonth, EnterNumber, Prompt
from screens.samples import samples
from screens.widgets.button import Touchable
from tests.screens.booth import Booth

SAMPLES = {sample.name: sample.prompt for sample in samples()}
LETTERS, NUMBER, PAGE, OTHER = (
    SAMPLES[name] for name in ("62_find_letters", "63_find_number", "64_guide_short", "60_all_matters")
)


def names(booth: Booth) -> set[str]:
    return {block.name for block in booth.blocks() if isinstance(block, Touchable) and block.enabled}


async def _found(booth: Booth, asked: Prompt[Any], key: str) -> None:
    """Type one key, and open a page that is found by it."""
    answer = await booth.ask(asked)
    await booth.touch(key)
    await booth.touch(min(name for name in names(booth) if name.startswith("matter_")))
    assert isinstance(await answer, int)
    await booth.ask(PAGE)
    assert "delete" not in names(booth)


@pytest.mark.parametrize(("asked", "key", "typed"), [(LETTERS, "letter_s", "S"), (NUMBER, "digit_2", "2")])
async def test_who_comes_back_from_a_page_finds_what_was_typed(
    booth: Booth, asked: Prompt[Any], key: str, typed: str
) -> None:
    await _found(booth, asked, key)
    await booth.ask(asked)
    assert typed in booth.texts()
    assert "delete" in names(booth)


async def test_who_goes_back_from_the_question_begins_anew(booth: Booth) -> None:
    await _found(booth, LETTERS, "letter_s")
    await booth.ask(LETTERS)
    await booth.touch("back")
    await booth.ask(OTHER)
    await booth.ask(LETTERS)
    assert "delete" not in names(booth)


async def test_what_was_typed_goes_with_the_visit_even_from_the_page(booth: Booth) -> None:
    await _found(booth, LETTERS, "letter_s")
    booth.stage.wipe()
    await booth.ask(LETTERS)
    assert "delete" not in names(booth)


@pytest.mark.parametrize(
    "asked", [next(each for each in SAMPLES.values() if isinstance(each, kind)) for kind in (EnterNumber, ChooseMonth)]
)
async def test_an_answer_given_is_not_kept_on_the_screen(booth: Booth, asked: Prompt[Any]) -> None:
    """The journal of the visit keeps it; a number stays nowhere else."""
    await booth.ask(asked)
    fresh = booth.texts()
    if isinstance(asked, EnterNumber):
        await booth.touch("1")
        assert booth.texts() != fresh
    await booth.ask(OTHER)
    await booth.ask(asked)
    assert booth.texts() == fresh
