"""The last words to somebody who leaves: the paper. It holds nobody up, and a touch anywhere goes on."""

from typing_extensions import override

from flows.start_prompts import TakePaper, Touched
from screens.screen import Action, Reply, Scene, Screen
from screens.widgets.base import Panel
from screens.widgets.button import Rank
from screens.widgets.kit import Kit
from screens.widgets.out_pictures import PaperOutPicture
from screens.widgets.text import body, headline


class TakePaperScreen(Screen[TakePaper]):
    """Looks like the other screens that ask to take something."""

    @override
    def compose(self, kit: Kit, prompt: TakePaper, reply: Reply) -> Scene:
        del prompt
        go_on = Action("go_on", kit.say("take_paper.go_on"), lambda: reply.answer(Touched()), Rank.MAIN)
        return Scene(
            lead=[headline(kit, "take_paper.headline"), body(kit, "take_paper.explanation")],
            body=[Panel(kit, PaperOutPicture(kit), line=kit.palette.line)],
            actions=[go_on],
            home=False,
            whole=True,
        )
