"""Before the last try of a PIN: go on, or have a member of staff help. Both ways look alike."""

from typing_extensions import override

from flows.presence_prompts import LastTry
from flows.prompts import Confirmed, OtherWay, Tone
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.button import Tile, beside
from screens.widgets.cards import notice, tone_sign
from screens.widgets.kit import Kit
from screens.widgets.steps import steps_line
from screens.widgets.text import headline
from screens.widgets.ways import ways


class LastTryScreen(Screen[LastTry]):
    """One question, what a wrong answer would do, and two tiles of one size."""

    @override
    def compose(self, kit: Kit, prompt: LastTry, reply: Reply) -> Scene:
        lead: list[Block] = [
            *steps_line(kit, prompt.steps),
            beside(kit, tone_sign(kit, Tone.STOP), headline(kit, "last_try.question")),
            notice(kit, kit.say("last_try.explanation"), Tone.STOP),
        ]
        again = Tile(kit, "again", "keypad", kit.say("last_try.again"), kit.say("last_try.again.how"),
                     action=lambda: reply.answer(Confirmed()), large=True)  # fmt: skip
        staff = Tile(kit, "staff", "staff", kit.say("last_try.staff"), kit.say("last_try.staff.how"),
                     action=lambda: reply.answer(OtherWay.DECLINED), large=True)  # fmt: skip
        return Scene(lead=lead, body=[ways(kit, again, staff)], actions=back_action(kit, prompt, reply))
