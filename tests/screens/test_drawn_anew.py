"""The same question drawn anew, because something opened or closed meanwhile: no finger notices."""

import asyncio
from typing import Any

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


async def drawn_anew(booth: Booth, asked: "asyncio.Future[object]", other: Prompt[Any]) -> "asyncio.Future[object]":
    """The same question with something else in it, as the front desk asks it when something opens or closes."""
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    return await booth.ask(other, settled=False)
