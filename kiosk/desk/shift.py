"""One member's time at the desk: asks pages in their name, and writes down what they open and do."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flows.desk_prompts import DeskPrompt
from flows.prompts import Text, Verbatim
from kiosk.audit.log import Act, Event
from kiosk.desk.kinds import DeskAct, DeskPage
from kiosk.desk.parts import Parts
from kiosk.racing import first_of, until_changed
from kiosk.staff.member import Member
from kiosk.visit import Hands

T = TypeVar("T")

log = logging.getLogger(__name__)

_LOOK = 1.0  # seconds between looks at whether a page has to be drawn anew


@dataclass(frozen=True)
class Shift:
    """What every page works with."""

    hands: Hands
    parts: Parts
    member: Member

    @property
    def who(self) -> Text:
        """Number and role, for the head of every page."""
        role = Text(f"desk.role.{self.member.role}")
        return Text("desk.who", {"number": Verbatim(self.member.number), "role": role})

    async def ask(self, prompt: DeskPrompt[T]) -> T:
        """Show a page and wait for its answer. Raises ``GoBack``, ``VisitEnded``."""
        return await self.hands.surface.ask(replace(prompt, who=self.who))

    async def ask_live(self, look: Callable[[], DeskPrompt[T]]) -> T:
        """The same for a page that is drawn anew when ``look`` gives something else. ``look`` must be quick."""
        while True:
            seen = look()
            answer: T | None = await first_of(self.ask(seen), until_changed(look, seen, _LOOK))
            if answer is not None:
                return answer

    async def off_loop(self, work: Callable[[], T]) -> T:
        """Do ``work``, which reads or writes files, beside the event loop."""
        return await asyncio.to_thread(work)

    def opened(self, page: DeskPage) -> None:
        """A page was opened."""
        self.hands.audit.note(Event.DESK_PAGE, number=self.member.number, page=page)

    def did(self, act: DeskAct | Act, **fields: Any) -> None:
        """Something was done."""
        log.info("desk_act", extra={"kind": act})
        self.hands.audit.note(Event.DESK_ACT, number=self.member.number, act=act, **fields)
