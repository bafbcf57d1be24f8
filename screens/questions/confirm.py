"""The summary before every submission; the button says what it does."""

from typing_extensions import override

from flows.prompts import Confirm, Confirmed
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.button import Rank
from screens.widgets.cards import lines_card, note_box
from screens.widgets.kit import Kit
from screens.widgets.steps import steps_line
from screens.widgets.text import headline


class ConfirmScreen(Screen[Confirm]):
    """Question, what it is about, one box per consequence."""

    @override
    def compose(self, kit: Kit, prompt: Confirm, reply: Reply) -> Scene:
        lead = [*steps_line(kit, prompt.steps), headline(kit, prompt.question)]
        notes = [note_box(kit, note) for note in prompt.notes]
        main = Action(
            "confirm", kit.say(prompt.action), lambda: reply.answer(Confirmed()), Rank.MAIN, "check", weight=2
        )
        return Scene(
            lead=lead,
            body=[lines_card(kit, prompt.lines)],
            after=notes,
            actions=[*back_action(kit, prompt, reply), main],
        )
