"""The card's PIN."""

from typing_extensions import override

from flows.presence_prompts import EnterPin
from flows.prompts import OtherWay, Text, Tone
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.button import Rank
from screens.widgets.cards import notice
from screens.widgets.kit import Kit
from screens.widgets.pin_entry import PinEntry
from screens.widgets.steps import steps_line
from screens.widgets.text import body, headline

_SHORTEST, _LONGEST = 4, 12


class PinScreen(Screen[EnterPin]):
    """Collects the digits; they leave with the answer and are nowhere else."""

    def __init__(self) -> None:
        self._entry = PinEntry(_SHORTEST, _LONGEST, "pin.short")

    @override
    def open(self, prompt: EnterPin) -> None:
        del prompt
        self._entry.clear()

    @override
    def compose(self, kit: Kit, prompt: EnterPin, reply: Reply) -> Scene:
        lead = [*steps_line(kit, prompt.steps), headline(kit, "pin.question"), *_tries(kit, prompt)]
        staff = None if kit.theme.large else "staff"  # three words need the room in large type
        actions = [
            *back_action(kit, prompt, reply),
            Action("forgotten", kit.say("pin.forgotten"), lambda: reply.answer(OtherWay.DECLINED), icon=staff),
            Action("ok", kit.say("pin.ok"), lambda: self._entry.give(reply.answer), Rank.MAIN, "check", weight=1.4),
        ]
        return Scene(lead=lead, body=self._entry.blocks(kit), actions=actions)

    @override
    def wipe(self) -> None:
        self._entry.clear()


def _tries(kit: Kit, prompt: EnterPin) -> list[Block]:
    """Why a PIN is asked for now, or how many tries are left: one thing at a time."""
    if prompt.notice is not None:
        return [notice(kit, kit.say(prompt.notice), Tone.INFO)]
    if prompt.wrong and prompt.tries_left is not None:
        return [notice(kit, kit.say(Text("pin.wrong_tries", {"tries": prompt.tries_left})), Tone.STOP)]
    if prompt.wrong:
        return [notice(kit, kit.say("pin.wrong"), Tone.STOP)]
    if prompt.tries_left is not None:
        return [body(kit, Text("pin.tries", {"tries": prompt.tries_left}))]
    return [body(kit, "pin.explanation")]
