"""The same question drawn anew, because something opened or closed meanwhile: no finger notices."""

import asyncio
from typing import Any

import pytest
from kivy.base import EventLoop

from flows.prompts import Prompt
from flows.start_prompts import HallState, Invitation, Touched
from screens.samples import samples
from tests.screens.booth import Booth, Finger

_SAMPLES = {sample.name: sample.prompt for sample in samples()}


async def test_a_page_drawn_anew_under_a_finger_loses_no_touch(booth: Booth) -> None:
    asked, finger = await booth.ask(Invitation()), Finger(540, 960)
    EventLoop.post_dispatch_input("begin", finger)
    again = await drawn_anew(booth, asked, Invitation(state=HallState(online=False)))
    assert booth.button("请点这里开始").pressed
    EventLoop.post_dispatch_input("end", finger)
    assert await again == Touched()


async def test_a_page_drawn_anew_takes_touches_at_once(booth: Booth) -> None:
    asked = await booth.ask(Invitation())
    again = await drawn_anew(booth, asked, Invitation(state=HallState(online=False)))
    await booth.tap(540, 960)
    assert await again == Touched()


async def test_a_finger_on_something_that_has_just_closed_does_nothing(booth: Booth) -> None:
    asked = await booth.ask(_SAMPLES["02_home_six"])
    finger = Finger(*booth.button("activation").center)
    EventLoop.post_dispatch_input("begin", finger)
    again = await drawn_anew(booth, asked, _SAMPLES["03_home_closed"])
    EventLoop.post_dispatch_input("end", finger)
    await asyncio.sleep(0)
    assert not again.done()


@pytest.mark.parametrize(("tool", "says"), [("求助", "12333"), ("显示", "您想怎么看？")])
@pytest.mark.parametrize("sample", ["01_start", "02_home_six"])
async def test_what_somebody_has_opened_above_the_page_stays(booth: Booth, sample: str, tool: str, says: str) -> None:
    others = {"01_start": Invitation(state=HallState(online=False)), "02_home_six": _SAMPLES["02_home_six_closed"]}
    asked = await booth.ask(_SAMPLES[sample])
    await booth.touch(tool)
    await drawn_anew(booth, asked, others[sample])
    assert says in booth.texts()
    await booth.touch("close")
    assert says not in booth.texts()
    assert booth.stage.asking


async def test_a_finger_on_a_sheet_loses_no_touch_either(booth: Booth) -> None:
    asked = await booth.ask(Invitation())
    await booth.touch("求助")
    finger = Finger(*booth.button("close").center)
    EventLoop.post_dispatch_input("begin", finger)
    again = await drawn_anew(booth, asked, Invitation(state=HallState(online=False)))
    assert booth.button("close").pressed
    EventLoop.post_dispatch_input("end", finger)
    await asyncio.sleep(0)
    assert "12333" not in booth.texts()
    assert not again.done()


async def test_a_sheet_that_somebody_left_on_the_start_screen_is_put_away_though_the_hall_changed(booth: Booth) -> None:
    asked = await booth.ask(Invitation())
    await booth.touch("求助")
    await drawn_anew(booth, asked, Invitation(state=HallState(online=False)))
    await booth.wait(61)
    assert "12333" not in booth.texts()


async def test_another_question_takes_the_sheet_away(booth: Booth) -> None:
    asked = await booth.ask(_SAMPLES["02_home_six"])
    await booth.touch("求助")
    await drawn_anew(booth, asked, _SAMPLES["22_refusal_no_document"])
    assert "需要帮忙吗？" not in booth.texts()
    assert booth.button("完成")


async def test_the_question_whether_somebody_is_there_is_not_rung_twice(booth: Booth) -> None:
    asked = await booth.ask(_SAMPLES["04_document"])
    await booth.wait(45)
    rung = len(booth.heard.rung)
    assert booth.button("stay")
    await drawn_anew(booth, asked, _SAMPLES["06_document_unavailable"])
    await booth.wait(1)
    assert booth.button("stay")
    assert len(booth.heard.rung) == rung


async def drawn_anew(booth: Booth, asked: "asyncio.Future[object]", other: Prompt[Any]) -> "asyncio.Future[object]":
    """The same question with something else in it, as the front desk asks it when something opens or closes."""
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    return await booth.ask(other, settled=False)
