"""The time of a whole visit: it is asked for, and may be had again without end."""

from collections.abc import Callable

import pytest

from flows.prompts import Invitation, Text, VisitEnded, Working
from screens.samples import samples
from screens.sheets import LongSheet, Sheet
from tests.screens.booth import Booth

HOME = next(each.prompt for each in samples() if each.name == "02_home")


def asks(booth: Booth) -> bool:
    return any(isinstance(block, LongSheet) for block in booth.blocks())


async def let_pass(booth: Booth, seconds: float) -> None:
    """Somebody is there all the time."""
    for _ in range(int(seconds / 30)):
        await booth.wait(30)
        booth.stage.activity()


async def test_a_long_visit_asks_and_goes_on_as_often_as_wanted(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180)
    answer = await booth.ask(HOME)
    for _ in range(4):
        await let_pass(booth, 150)
        assert not asks(booth)
        await let_pass(booth, 60)
        assert asks(booth)
        await booth.touch("go_on")
        assert not asks(booth)
    assert not answer.done()


async def test_it_lasts_over_the_questions_of_a_visit_and_begins_anew_with_the_next(
    make_booth: Callable[..., Booth],
) -> None:
    booth = make_booth(visit_seconds=180)
    first = await booth.ask(HOME)
    await let_pass(booth, 120)
    first.cancel()
    second = await booth.ask(HOME)
    await let_pass(booth, 90)
    assert asks(booth)
    second.cancel()
    booth.stage.wipe()
    invited = await booth.ask(Invitation(can_go_back=False))
    await let_pass(booth, 600)
    assert not any(isinstance(block, Sheet) for block in booth.blocks())
    invited.cancel()
    await booth.ask(HOME)
    await let_pass(booth, 90)
    assert not asks(booth)


async def test_who_stops_ends_the_visit_at_once(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180)
    answer = await booth.ask(HOME)
    await let_pass(booth, 210)
    await booth.touch("end")
    with pytest.raises(VisitEnded):
        await answer


async def test_nobody_is_asked_while_something_works(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180, patience_seconds=0)
    first = await booth.ask(HOME)
    first.cancel()
    booth.stage.show(Working(what=Text("working.submit")))
    await let_pass(booth, 600)
    assert not asks(booth)
    await booth.ask(HOME)
    await booth.wait(1)
    assert asks(booth)


async def test_who_does_not_answer_is_asked_whether_they_are_there(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180)
    answer = await booth.ask(HOME)
    await let_pass(booth, 210)
    assert asks(booth)
    await booth.wait(45)
    assert not asks(booth)
    await booth.wait(30)
    with pytest.raises(VisitEnded):
        await answer
