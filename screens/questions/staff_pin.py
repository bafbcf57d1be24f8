"""The PIN of a member of staff, in their colours, so that no citizen takes it for their own."""

from typing_extensions import override

from flows.presence_prompts import EnterStaffPin
from flows.prompts import OtherWay, Tone
from screens.questions.pin_wait import PinWait
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.button import Rank
from screens.widgets.cards import notice
from screens.widgets.chip import staff_chip
from screens.widgets.kit import Kit
from screens.widgets.pin_entry import PinEntry
from screens.widgets.steps import steps_line
from screens.widgets.text import body, headline

_SHORTEST, _LONGEST = 6, 12


class StaffPinScreen(Screen[EnterStaffPin]):
    """Collects the digits as the card's PIN screen does; while it waits, the pad is grey and the seconds count."""

    def __init__(self) -> None:
        self._entry = PinEntry(_SHORTEST, _LONGEST, "staff_pin.short")
        self._wait = PinWait()

    @override
    def open(self, prompt: EnterStaffPin) -> None:
        self._entry.clear()
        self._wait.begin(prompt.wait)

    @override
    def compose(self, kit: Kit, prompt: EnterStaffPin, reply: Reply) -> Scene:
        kit = kit.for_staff()
        waits = self._wait.block(kit, reply.anew)
        closed = waits is not None
        lead = [staff_chip(kit), *steps_line(kit, prompt.steps), headline(kit, "staff_pin.question")]
        lead.append(waits or _state(kit, prompt))
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

    @override
    def close(self) -> None:
        self._wait.stop()

    @override
    def wipe(self) -> None:
        self._wait.stop()
        self._entry.clear()


def _state(kit: Kit, prompt: EnterStaffPin) -> Block:
    """That it was wrong, or how it is done."""
    if prompt.wrong:
        return notice(kit, kit.say("staff_pin.wrong"), Tone.STOP)
    return body(kit, "staff_pin.explanation")
