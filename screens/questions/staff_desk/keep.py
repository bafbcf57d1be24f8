"""Shall it stay so? Whoever can touch "keep" says so; else the seconds run out, and it goes back by itself."""

from time import monotonic
from typing import Any

from kivy.clock import Clock
from typing_extensions import override

from config.fonts import Weight
from flows.desk_prompts import DeskKeep
from screens.questions.staff_desk.head import head
from screens.screen import Action, Reply, Scene, Screen
from screens.widgets.button import Rank
from screens.widgets.kit import Kit
from screens.widgets.text import Sentence, Style

_COUNT_EVERY = 0.25  # seconds
_STAYS, _GOES_BACK = True, False  # the answers to DeskKeep


class DeskKeepScreen(Screen[DeskKeep]):
    """Counts down; the answer after the last second is False."""

    def __init__(self) -> None:
        self._until = 0.0
        self._counting: Any = None

    @override
    def open(self, prompt: DeskKeep) -> None:
        self.wipe()
        self._until = monotonic() + prompt.seconds

    @override
    def compose(self, kit: Kit, prompt: DeskKeep, reply: Reply) -> Scene:
        self.wipe()
        desk, staff = kit.for_desk(), kit.for_staff()
        style = Style(kit.sizes.display, desk.palette.waiting.sign, Weight.BOLD, 1.2, 0.5)
        number = Sentence(desk, str(self._left()), style)
        goes = Sentence(
            desk, kit.say("desk.keep.goes_back"), Style(desk.sizes.title, desk.palette.ink_soft, leading=1.3, align=0.5)
        )

        def count() -> None:
            number.set_text(str(self._left()))
            if not self._left():
                self.wipe()
                reply.answer(_GOES_BACK)

        self._counting = Clock.schedule_interval(lambda _: count(), _COUNT_EVERY)
        actions = [
            Action("undo", staff.say("desk.keep.undo"), lambda: reply.answer(_GOES_BACK), icon="back"),
            Action("keep", staff.say("desk.keep.keep"), lambda: reply.answer(_STAYS), Rank.MAIN, "check", 1.4),
        ]
        return Scene(lead=head(desk, prompt), body=[number, goes], actions=actions, home=False, staff=True)

    def _left(self) -> int:
        return max(0, int(self._until - monotonic() + 0.999))

    @override
    def close(self) -> None:
        self.wipe()

    @override
    def wipe(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
