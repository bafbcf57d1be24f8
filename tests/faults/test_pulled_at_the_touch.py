"""The card is pulled in the same moment in which its holder touches "confirm"."""

import asyncio
from typing import TypeVar

import pytest

from drivers.card_reader.reader import CardReader
from flows.presence_prompts import Consent, EnterPin
from flows.prompts import Confirm, Confirmed, Finished, OtherWay, PresentDocument, Prompt, ShowFault
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.flows.steps import start

T = TypeVar("T")


class AtOnce(ScriptedSurface):
    """The touch comes in the next turn of the event loop after the card was seen to have left."""

    asked: asyncio.Event
    left: asyncio.Event

    async def ask(self, prompt: Prompt[T]) -> T:
        if isinstance(prompt, Confirm):
            self.asked.set()
            await self.left.wait()
        return await super().ask(prompt)


async def test_who_pulls_the_card_with_the_last_touch_has_submitted_nothing(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    surface = AtOnce(
        [
            *start("activation"),
            Then(PresentDocument, does=lambda: stand.hall.insert_card("zhang_ling")),
            Then(Consent, OtherWay.DECLINED),
            Then(EnterPin, "123456"),
            Then(Confirm, Confirmed()),
            Then(ShowFault, Finished(), does=stand.hall.pull_card),
        ]
    )
    surface.asked, surface.left = asyncio.Event(), asyncio.Event()
    really_left = CardReader.wait_for_removal

    async def seen_to_leave(reader: CardReader) -> None:
        if surface.left.is_set():
            await really_left(reader)
        await surface.asked.wait()
        surface.left.set()

    monkeypatch.setattr(CardReader, "wait_for_removal", seen_to_leave)
    await stand.let(surface)
    assert surface.last(ShowFault).fault == "CARD_REMOVED"
    await stand.delivered()
    assert stand.transactions == ()
