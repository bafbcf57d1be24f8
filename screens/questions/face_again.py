"""A try of the face check has not worked: what helps, once more, or the other way."""

from typing_extensions import override

from flows.presence_prompts import FaceTryAgain
from flows.prompts import Again, OtherWay, Text
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block, Panel
from screens.widgets.button import Rank, Tile
from screens.widgets.face_pictures import HeadPicture
from screens.widgets.kit import Kit
from screens.widgets.steps import steps_line
from screens.widgets.text import body, headline, title
from screens.widgets.ways import how, shown_and_said, ways


class FaceAgainScreen(Screen[FaceTryAgain]):
    """Says with words and a moving picture what to do better; both ways are tiles of one size."""

    @override
    def compose(self, kit: Kit, prompt: FaceTryAgain, reply: Reply) -> Scene:
        lead: list[Block] = [
            *steps_line(kit, prompt.steps),
            headline(kit, "face_again.question"),
            body(kit, Text("face_again.tries", {"tries": prompt.tries_left})),
        ]
        advice = title(kit, f"face_again.{prompt.failure.value}", align=0 if kit.landscape else 0.5)
        card = Panel(kit, shown_and_said(kit, HeadPicture(kit, prompt.failure), advice), line=kit.palette.line)
        return Scene(lead=lead, body=[card, _ways(kit, prompt, reply)], actions=back_action(kit, prompt, reply))


def _ways(kit: Kit, prompt: FaceTryAgain, reply: Reply) -> Block:
    other = "card" if prompt.card_way else "staff"
    again = Tile(kit, "retry", "face", kit.say("face_again.retry"), how(kit, "face_again.retry.how"),
                 action=lambda: reply.answer(Again.RETRY), rank=Rank.MAIN)  # fmt: skip
    way = Tile(kit, "other_way", "keypad" if prompt.card_way else "staff", kit.say(f"consent.{other}.title"),
               how(kit, f"consent.{other}.subtitle"),
               action=lambda: reply.answer(OtherWay.DECLINED))  # fmt: skip
    return ways(kit, again, way)
