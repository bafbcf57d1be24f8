"""Chimes: which screen comes with which, and how a forgotten card is called for."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from drivers.speaker.chimes import Chime
from drivers.speaker.speaker import Utterance
from flows.prompts import Call, Prompt, Text, Working
from flows.start_prompts import Invitation, TakePaper, Touched
from screens.ease import Ease
from screens.samples import samples
from screens.theme.tokens import ThemeName
from tests.screens.booth import Booth

SAMPLES = {sample.name: sample.prompt for sample in samples()}
TAKE = Working(what=Text("working.take_card"), call=Call.NOW)
LEFT = Working(what=Text("working.card_left"), call=Call.LATER)


def rung(booth: Booth) -> list[Chime]:
    return [chime for chime, _ in booth.heard.rung]


async def seconds_of_calls(booth: Booth, prompt: Prompt[None], seconds: int) -> list[float]:
    """When ``prompt`` has rung, counted from its beginning."""
    began, at = booth.now[0], [0.0]
    booth.stage.show(prompt)
    for _ in range(seconds * 4):
        before = len(booth.heard.rung)
        await booth.wait(0.25)
        at += [booth.now[0] - began] * (len(booth.heard.rung) - before)
    return at


@pytest.mark.parametrize(
    ("name", "chime"),
    [
        ("16_done", Chime.DONE),
        ("20_refused", Chime.SORRY),
        ("21_refusal", Chime.SORRY),
        ("23_fault_retry", Chime.SORRY),
        ("26_take_paper", Chime.TAKE),
        ("01_start", None),
        ("02_home", None),
        ("13_confirm", None),
    ],
)
async def test_which_screen_comes_with_which(booth: Booth, name: str, chime: Chime | None) -> None:
    await booth.ask(SAMPLES[name])
    assert booth.heard.rung == ([(chime, 60)] if chime else [])
    await booth.touch("language")  # drawn anew, and the same screen
    assert len(booth.heard.rung) == (chime is not None)


async def test_chime_comes_first_and_then_the_words(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(voice=True)
    await booth.ask(SAMPLES["16_done"])
    assert booth.heard.order[0] is Chime.DONE
    assert isinstance(booth.heard.order[1], Utterance)


async def test_so_it_does_where_something_was_forgotten(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(voice=True)
    booth.stage.wipe()
    booth.stage.show(TAKE)
    assert booth.heard.order[0] is Chime.TAKE
    assert isinstance(booth.heard.order[1], Utterance)
    assert booth.heard.order[1].key == "working.take_card"


async def test_a_forgotten_card_is_called_for_sooner_and_louder_but_calmly(booth: Booth) -> None:
    at = await seconds_of_calls(booth, TAKE, 60)
    pauses = [after - before for before, after in pairwise(at)]
    assert pauses == sorted(pauses, reverse=True)
    assert pauses[0] == pytest.approx(8, abs=0.5)
    assert min(pauses) >= 5
    volumes = [volume for _, volume in booth.heard.rung]
    assert volumes[0] == 60
    assert volumes == sorted(volumes)
    assert volumes[-1] == 80


async def test_later_it_is_called_for_slower_and_not_louder(booth: Booth) -> None:
    await seconds_of_calls(booth, TAKE, 30)
    booth.heard.rung.clear()
    silences = booth.heard.silences
    at = await seconds_of_calls(booth, LEFT, 90)
    assert booth.heard.silences > silences
    assert [round(after - before) for before, after in pairwise(at)] == [20] * (len(at) - 1)
    assert len(at) >= 4
    assert set(booth.heard.rung) == {(Chime.TAKE, 60)}


async def test_it_is_silent_as_soon_as_the_card_is_out(booth: Booth) -> None:
    await seconds_of_calls(booth, TAKE, 3)
    silences = booth.heard.silences
    booth.heard.rung.clear()
    await booth.ask(Invitation())
    await booth.wait(100)
    assert booth.heard.silences > silences
    assert booth.heard.rung == []


async def test_the_end_of_a_visit_and_every_answer_are_silent(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["16_done"])
    silences = booth.heard.silences
    await booth.touch("完成，取走证件")
    await answer
    assert booth.heard.silences > silences
    silences = booth.heard.silences
    booth.stage.wipe()
    assert booth.heard.silences > silences


@pytest.mark.parametrize(("volume", "loudest"), [(0, None), (90, 100)])
async def test_the_halls_volume(make_booth: Callable[..., Booth], volume: int, loudest: int | None) -> None:
    booth = make_booth(chime_volume=volume)
    await seconds_of_calls(booth, TAKE, 60)
    assert max((volume for _, volume in booth.heard.rung), default=None) == loudest


async def test_who_forgets_something_is_called_as_they_were_served(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["02_home"])
    await booth.touch("language")
    await booth.touch("size")
    answer.cancel()
    booth.stage.wipe()
    booth.stage.show(TAKE)
    assert booth.stage.ease == Ease(language="en", theme=ThemeName.ELDERS)
    assert "Please take your card" in booth.texts()
    booth.stage.show(LEFT)  # for whoever comes by
    assert booth.stage.ease == Ease()
    booth.stage.wipe()
    await booth.ask(Invitation())
    assert booth.stage.ease == Ease()


async def test_the_next_one_is_served_as_the_hall_says(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["02_home"])
    await booth.touch("language")
    answer.cancel()
    booth.stage.wipe()
    booth.stage.show(TAKE)
    await booth.ask(Invitation())
    assert booth.stage.ease == Ease()


async def test_the_paper_is_not_in_the_way_of_the_next_one(booth: Booth) -> None:
    answer = await booth.ask(TakePaper(can_go_back=False))
    await booth.tap(540, 1500)
    assert await answer == Touched()
