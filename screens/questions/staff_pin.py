"""The PIN of a member of staff, in their colours, so that no citizen takes it for their own."""

from time import monotonic
from typing import Any

from kivy.clock import Clock
from typing_extensions import override

from flows.presence_prompts import EnterStaffPin
from flows.prompts import OtherWay, Text, Tone
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.button import Rank
from screens.widgets.cards import notice
from screens.widgets.chip import staff_chip
from screens.widgets.kit import Kit
from screens.widgets.pin_entry import PinEntry
from screens.widgets.steps import steps_line
from screens.widgets.text import Sentence, body, headline

_SHORTEST, _LONGEST = 6, 12
_COUNT_EVERY = 0.25  # seconds; the number changes once a second


class StaffPinScreen(Screen[EnterStaffPin]):
    """Collects the digits as the card's PIN screen does; while it waits, the pad is grey and the seconds count."""

    def __init__(self) -> None:
        self._entry = PinEntry(_SHORTEST, _LONGEST, "staff_pin.short")
        self._until = 0.0  # the moment from which digits are taken
        self._counting: Any = None
        self._words: Sentence | None = None

    @override
    def open(self, prompt: EnterStaffPin) -> None:
        self._entry.clear()
        self._until = monotonic() + prompt.wait

    @override
    def compose(self, kit: Kit, prompt: EnterStaffPin, reply: Reply) -> Scene:
        kit = kit.for_staff()
        seconds = self._seconds_left()
        self._stop()
        if seconds:
            self._counting = Clock.schedule_interval(lambda _: self._count(kit, reply), _COUNT_EVERY)
        lead = [staff_chip(kit), *steps_line(kit, prompt.steps), headline(kit, "staff_pin.question")]
        lead.append(self._state(kit, prompt, seconds))
        closed = seconds > 0
        cross = None if kit.theme.large else "close"  # three words need the room in large type
        actions = [
            *back_action(kit, prompt, reply),
            Action("give_up", kit.say("staff_pin.give_up"), lambda: reply.answer(OtherWay.DECLINED), icon=cross),
            Action(
                "ok",
                kit.say("pin.ok"),
                lambda: self._entry.give(reply.answer),
                Rank.MAIN,
                "check",
                weight=1.4,
                closed=closed,
            ),
        ]
        return Scene(lead=lead, body=self._entry.blocks(kit, closed=closed), actions=actions, staff=True)

    def _state(self, kit: Kit, prompt: EnterStaffPin, seconds: int) -> Block:
        """How long to wait, that it was wrong, or how it is done: one thing at a time."""
        if seconds:
            box = notice(kit, _wait(kit, seconds), Tone.WAITING)
            self._words = next(part for part in box.walk_blocks() if isinstance(part, Sentence))
            return box
        if prompt.wrong:
            return notice(kit, kit.say("staff_pin.wrong"), Tone.STOP)
        return body(kit, "staff_pin.explanation")

    def _seconds_left(self) -> int:
        return max(0, int(self._until - monotonic() + 0.999))

    def _count(self, kit: Kit, reply: Reply) -> None:
        seconds = self._seconds_left()
        if not seconds:
            self._stop()
            reply.anew()
        elif self._words is not None:
            self._words.set_text(_wait(kit, seconds))

    def _stop(self) -> None:
        self._words = None
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    @override
    def close(self) -> None:
        self._stop()

    @override
    def wipe(self) -> None:
        self._stop()
        self._entry.clear()


def _wait(kit: Kit, seconds: int) -> str:
    return kit.say(Text("staff_pin.wait", {"seconds": seconds}))
