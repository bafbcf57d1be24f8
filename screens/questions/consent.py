"""Consent to the face check, with another way of the same rank beside it."""

from typing_extensions import override

from config.fonts import Weight
from flows.presence_prompts import Agreed, Consent
from flows.prompts import OtherWay, Text
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block, Panel, Stack
from screens.widgets.button import Tile, beside
from screens.widgets.kit import Kit
from screens.widgets.steps import steps_line
from screens.widgets.text import Icon, Sentence, Style, body, headline, small
from screens.widgets.ways import how, ways

_POINTS = (("camera", "consent.point.what"), ("shield", "consent.point.where"), ("bin", "consent.point.after"))


class ConsentScreen(Screen[Consent]):
    """Says what is done with the face; both ways are tiles of one size."""

    @override
    def compose(self, kit: Kit, prompt: Consent, reply: Reply) -> Scene:
        gap = 20 if kit.landscape else 32
        points = Panel(kit, Stack(kit, [_point(kit, *point) for point in _POINTS], gap=gap), line=kit.palette.line)
        choice = body(kit, "consent.explanation")
        version = small(kit, Text("consent.version", {"version": prompt.version}))
        tiles = _ways(kit, prompt, reply)
        lead: list[Block] = [*steps_line(kit, prompt.steps), headline(kit, "consent.question")]
        # In a lying window the points want the wide column: what is agreed to is never set small.
        beside, below = ([choice, version], [points, tiles]) if kit.landscape else ([points], [choice, tiles, version])
        return Scene(lead=[*lead, *beside], body=below, actions=back_action(kit, prompt, reply))


def _ways(kit: Kit, prompt: Consent, reply: Reply) -> Block:
    other = "card" if prompt.card_way else "staff"
    roomy = not kit.theme.large
    agree = Tile(kit, "agree", "face", kit.say("consent.agree.title"), how(kit, "consent.agree.subtitle"),
                 action=lambda: reply.answer(Agreed(prompt.version)), large=roomy)  # fmt: skip
    way = Tile(kit, "other_way", "keypad" if prompt.card_way else "staff", kit.say(f"consent.{other}.title"),
               how(kit, f"consent.{other}.subtitle"),
               action=lambda: reply.answer(OtherWay.DECLINED), large=roomy)  # fmt: skip
    return ways(kit, agree, way)


def _point(kit: Kit, icon: str, key: str) -> Block:
    sign = Icon(kit, icon, kit.sizes.body * 1.5, kit.palette.brand)
    words = Sentence(kit, kit.say(key), Style(kit.sizes.body, kit.palette.ink, Weight.REGULAR, 1.4))
    return beside(kit, sign, words)
