"""A hand that gives an answer by touches, as a citizen must: through Kivy's own input, on the real screen."""

import asyncio

from kivy.base import EventLoop

from flows.presence_prompts import EnterPin
from flows.prompts import Choose, ChooseFromAll, EnterNumber, Prompt
from screens.stage import Stage
from tests.screens.booth import Finger
from tests.touches.buttons import button

_MOST = 40  # touches on one question; whoever needs more has lost the way
_NEXT = "next_page"


class LostError(Exception):
    """The answer cannot be given on this screen."""


class Hand:
    """Touches what leads to an answer. ``touches``: how many so far."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.touches = 0

    async def answer(self, prompt: "Prompt[object]", answer: object) -> None:
        """Touch until ``answer`` is given.

        Raises:
            LostError: there is nothing to touch that would lead there.
        """
        match prompt, answer:
            case EnterPin() | EnterNumber(), str():
                for name in (*answer, "ok"):
                    await self.touch(name)
            case Choose() | ChooseFromAll(), str():
                await self._turn_to(answer)
            case _:
                await self.touch(button(answer))

    async def touch(self, name: str) -> None:
        """One touch on what bears ``name``."""
        places = self._stage.targets()
        if name not in places or self.touches > 10 * _MOST:
            raise LostError(f"{name} is not among {sorted(places)}")
        x, y = places[name]
        finger = Finger(x, self._stage.widget.height - y)
        EventLoop.post_dispatch_input("begin", finger)
        EventLoop.post_dispatch_input("end", finger)
        self.touches += 1
        await asyncio.sleep(0)

    async def _turn_to(self, name: str) -> None:
        """Turn the pages until ``name`` stands there."""
        for _ in range(_MOST):
            if name in self._stage.targets():
                break
            await self.touch(_NEXT)
        await self.touch(name)
