"""Consent to the face check, with another way of the same rank beside it."""

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Agreed, Consent, OtherWay, Text
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block, Panel, Row, Stack
from screens.widgets.button import Tile, beside
from screens.widgets.kit import Kit
from screens.widgets.steps import steps_line
from screens.widgets.text import Icon, Sentence, Style, body, headline, small

_POINTS = (("camera", "consent.point.what"), ("shield", "consent.point.where"), ("close", "consent.point.after"))


class ConsentScreen(Screen[Consent]):
    """Says what is done with the face; both ways are tiles of one size."""

    @override
    def compose(self, kit: Kit, prompt: Consent, reply: Reply) -> Scene:
        lead = [*steps_line(kit, prompt.steps), headline(kit, "consent.question")]
        points = Stack(kit, [_point(kit, *point) for point in _POINTS], gap=32)
        lead.append(Panel(kit, points, line=kit.palette.line))
        other = "card" if prompt.card_way else "staff"
        ways = Row(
            kit,
            [
                Tile(kit, "agree", "face", kit.say("consent.agree.title"), kit.say("consent.agree.subtitle"),
                     action=lambda: reply.answer(Agreed(prompt.version))),
                Tile(kit, "other_way", "keypad" if prompt.card_way else "staff", kit.say(f"consent.{other}.title"),
                     kit.say(f"consent.{other}.subtitle"), action=lambda: reply.answer(OtherWay.DECLINED)),
            ],
        )  # fmt: skip
        version = small(kit, Text("consent.version", {"version": prompt.version}))
        return Scene(
            lead=lead, body=[body(kit, "consent.explanation"), ways, version], actions=back_action(kit, prompt, reply)
        )


def _point(kit: Kit, icon: str, key: str) -> Block:
    sign = Icon(kit, icon, kit.sizes.body * 1.5, kit.palette.brand)
    words = Sentence(kit, kit.say(key), Style(kit.sizes.body, kit.palette.ink, Weight.REGULAR, 1.4))
    return beside(kit, sign, words)
