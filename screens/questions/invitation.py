"""The start screen: what one can do here and what to bring; a touch anywhere begins."""

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Invitation, Touched
from screens.screen import Action, Reply, Scene, Screen
from screens.widgets.base import Block, Panel, Row, Stack
from screens.widgets.button import Rank, beside
from screens.widgets.kit import Kit
from screens.widgets.pictures import CardPicture, IdPicture, Picture
from screens.widgets.text import Icon, Sentence, Style, body

_OFFERS = (("card", "start.offer.card"), ("certificate", "start.offer.proof"), ("work", "start.offer.apply"))


class InvitationScreen(Screen[Invitation]):
    """Waits for somebody to come. Nothing moves: the machine rests as well."""

    @override
    def compose(self, kit: Kit, prompt: Invitation, reply: Reply) -> Scene:
        del prompt

        def begin() -> None:
            reply.answer(Touched())

        style = Style(round(kit.sizes.headline * 1.2), kit.palette.ink, Weight.BOLD, 1.22)
        lead: list[Block] = [Sentence(kit, kit.say("start.headline"), style), body(kit, "start.explanation")]
        offers = Stack(kit, [_offer(kit, *offer) for offer in _OFFERS], gap=28)
        begin_action = Action("start", kit.say("start.begin"), begin, Rank.MAIN, icon="touch")
        lead.append(Panel(kit, offers, line=kit.palette.line))
        return Scene(lead=lead, body=[_what_to_bring(kit)], actions=[begin_action], home=False, whole=True)


def _what_to_bring(kit: Kit) -> Block:
    pictures = Row(
        kit,
        [
            _document(kit, CardPicture(kit, resting=True), "document.social_card.name"),
            _document(kit, IdPicture(kit, resting=True), "document.resident_id.name"),
        ],
    )
    words = Sentence(kit, kit.say("start.bring"), Style(kit.sizes.body, kit.palette.brand_deep, Weight.BOLD, 1.3, 0.5))
    return Panel(kit, Stack(kit, [words, pictures], gap=20), ground=kit.palette.brand_soft, inset=36)


def _document(kit: Kit, picture: Picture, name: str) -> Block:
    style = Style(kit.sizes.body, kit.palette.brand_deep, Weight.REGULAR, 1.3, 0.5)
    return Stack(kit, [picture, Sentence(kit, kit.say(name), style)], gap=12)


def _offer(kit: Kit, icon: str, key: str) -> Block:
    sign = Icon(kit, icon, kit.sizes.title * 1.8, kit.palette.brand, kit.palette.brand_soft)
    words = Sentence(kit, kit.say(key), Style(kit.sizes.body, kit.palette.ink, leading=1.35))
    return beside(kit, sign, words)
