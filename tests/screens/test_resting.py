"""Nothing burns in: the start screen moves, then rests; whoever comes wakes it, and only wakes it."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from flows.prompts import ChooseMatter
from flows.start_prompts import HallState, Invitation, Touched
from screens.rest_layer import DARKEST, veil_for
from screens.resting import PLACES, SHIFTS, Rest, Resting
from screens.samples import samples
from screens.theme.tokens import THEMES, colour, contrast
from screens.widgets.rest_page import GROUND, TINTS, RestPage
from tests.screens.booth import Booth

HOME = next(each.prompt for each in samples() if each.name == "02_home")


@pytest.fixture
def resting() -> tuple[Resting, list[float]]:
    now = [0.0]
    made = Resting(600, lambda: now[0])
    made.alone()
    return made, now


def test_the_page_moves_every_two_minutes_and_comes_back(resting: tuple[Resting, list[float]]) -> None:
    rest, now = resting
    seen = []
    for now[0] in range(0, 600, 60):
        seen.append(rest.present.shift)
    assert seen[::2] == list(SHIFTS[:5])
    assert seen[1::2] == seen[::2]


def test_after_ten_minutes_it_rests_at_changing_places(resting: tuple[Resting, list[float]]) -> None:
    rest, now = resting
    now[0] = 599.0
    assert rest.present.step is None
    places = []
    for step in range(len(PLACES)):
        now[0] = 600.0 + 30 * step
        assert rest.present.step == step
        places.append(rest.present.place)
    assert places == list(PLACES)
    assert all(abs(one - other) >= 0.2 for one, other in itertools.pairwise(places))


def test_a_sign_of_life_begins_the_count_anew(resting: tuple[Resting, list[float]]) -> None:
    rest, now = resting
    now[0] = 700.0
    assert not rest.attended
    rest.alone()
    assert rest.attended
    assert rest.present == Rest()
    rest.visited()
    now[0] = 99_999.0
    assert rest.attended
    assert rest.present == Rest()


def test_never_when_the_setting_says_so() -> None:
    now = [0.0]
    rest = Resting(0, lambda: now[0])
    rest.alone()
    now[0] = 99_999.0
    assert rest.present.step is None


def rest_pages(booth: Booth) -> list[RestPage]:
    return [block for block in booth.blocks() if isinstance(block, RestPage)]


async def test_the_start_screen_moves_by_a_few_pixels(booth: Booth) -> None:
    await booth.ask(Invitation())
    assert tuple(booth.stage.page.pos) == (0, 0)
    await booth.wait(125)
    assert tuple(booth.stage.page.pos) == SHIFTS[1]
    await booth.tap(540, 400)
    await booth.wait(1)
    assert tuple(booth.stage.page.pos) == (0, 0)


async def test_a_touch_wakes_and_does_nothing_else(booth: Booth) -> None:
    answer = await booth.ask(Invitation())
    await booth.wait(601)
    assert len(rest_pages(booth)) == 1
    await booth.tap(540, 400)
    assert rest_pages(booth) == []
    await booth.tap(540, 400)  # the second half of a double touch
    assert not answer.done()
    await booth.wait(1)
    await booth.tap(540, 400)
    assert await answer == Touched()


async def test_a_document_wakes_it(booth: Booth) -> None:
    await booth.ask(Invitation())
    await booth.wait(601)
    assert rest_pages(booth)
    booth.stage.activity()
    assert not rest_pages(booth)
    assert booth.stage.attended


async def test_the_page_of_rest_stays_when_the_hall_changes_and_says_when_nothing_is_possible(booth: Booth) -> None:
    asked = await booth.ask(Invitation())
    await booth.wait(640)
    assert "社保的事，在这里就能办" in booth.texts()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await booth.ask(Invitation(state=replace(HallState(), open=False)))
    (page,) = rest_pages(booth)
    assert page.step == 1
    assert sum(text == "对不起，现在都办不了" for text in booth.texts()) == 2  # below it, too
    before = page.blocks()[0].y
    await booth.wait(30)
    assert page.blocks()[0].y != before


async def test_a_visit_is_never_covered(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(idle_seconds=9999, visit_seconds=9999)
    assert isinstance(HOME, ChooseMatter)
    await booth.ask(HOME)
    await booth.wait(700)
    assert rest_pages(booth) == []
    assert tuple(booth.stage.page.pos) == (0, 0)
    assert booth.stage.attended


async def test_no_frame_is_wanted_between_two_changes(booth: Booth) -> None:
    await booth.ask(Invitation())
    await booth.wait(601)
    (page,) = rest_pages(booth)
    drawn = page.canvas.before.children[:]
    for _ in range(20):
        await booth.wait(1)
    assert page.canvas.before.children == drawn


def test_the_words_of_the_page_of_rest_can_be_read_from_afar() -> None:
    assert all(contrast(GROUND, tint) >= 7 for tint in TINTS)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_under_the_thickest_veil_everything_can_still_be_read(theme: object) -> None:
    palette = theme.palette  # type: ignore[attr-defined]  # a Theme
    veiled = [contrast(_behind(one), _behind(other)) for one, other in palette.text_pairs]
    assert min(veiled) >= 2.5
    assert contrast(_behind(palette.ink), _behind(palette.card)) >= 4.5


def test_the_veil_is_as_thick_as_the_hall_wants_but_never_too_thick() -> None:
    assert veil_for(100) == 0
    assert veil_for(70) == pytest.approx(0.3)
    assert veil_for(10) == DARKEST


def _behind(value: str) -> str:
    shares = (round(share * (1 - DARKEST) * 255) for share in colour(value)[:3])
    return "#" + "".join(f"{share:02X}" for share in shares)
