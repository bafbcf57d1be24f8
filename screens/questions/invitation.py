"""The start screen: what one can do here; a touch anywhere begins."""

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Invitation, Touched
from screens.screen import Reply, Scene, Screen
from screens.widgets.base import Block, Panel, Spring, Stack
from screens.widgets.button import Button, Rank, beside
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style, body

_OFFERS = (("card_chip", "start.offer.card"), ("identity", "start.offer.document"), ("receipt", "start.offer.slip"))


class InvitationScreen(Screen[Invitation]):
    """Waits for somebody to come."""

    @override
    def compose(self, kit: Kit, prompt: Invitation, reply: Reply) -> Scene:
        del prompt

        def begin() -> None:
            reply.answer(Touched())

        style = Style(round(kit.sizes.headline * 1.2), kit.palette.ink, Weight.BOLD, 1.22)
        lead = [Sentence(kit, kit.say("start.headline"), style), body(kit, "start.explanation")]
        button = Button(kit, kit.say("start.begin"), begin, Rank.MAIN, icon="touch")
        offers = Panel(kit, Stack(kit, [_offer(kit, *offer) for offer in _OFFERS], gap=44), line=kit.palette.line)
        return Scene(
            lead=lead, body=[Spring(kit), offers, Spring(kit), button, Spring(kit)], actions=(), home=False, whole=True
        )


def _offer(kit: Kit, icon: str, key: str) -> Block:
    sign = Icon(kit, icon, kit.sizes.title * 2, kit.palette.brand, kit.palette.brand_soft)
    words = Sentence(kit, kit.say(key), Style(kit.sizes.body, kit.palette.ink, leading=1.35))
    return beside(kit, sign, words)
