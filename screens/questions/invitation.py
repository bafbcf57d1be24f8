"""The start screen: what one can do here, what to bring, and what does not work now; a touch anywhere begins."""

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Text
from flows.records import DocumentKind
from flows.start_prompts import HallState, Invitation, PaperLevel, Touched
from screens.screen import Action, Reply, Scene, Screen
from screens.widgets.base import Block, Centred, Panel, Row, Stack
from screens.widgets.button import Rank, beside
from screens.widgets.cards import note_box
from screens.widgets.kit import Kit
from screens.widgets.pictures import CardPicture, IdPicture, Picture
from screens.widgets.text import Icon, Sentence, Style, body

_OFFERS = (("card", "start.offer.card"), ("certificate", "start.offer.proof"), ("work", "start.offer.apply"))
_PICTURES: dict[DocumentKind, type[Picture]] = {
    DocumentKind.SOCIAL_CARD: CardPicture,
    DocumentKind.RESIDENT_ID: IdPicture,
}
_ICONS = {DocumentKind.SOCIAL_CARD: "card_chip", DocumentKind.RESIDENT_ID: "identity"}


class InvitationScreen(Screen[Invitation]):
    """Waits for somebody to come. Nothing moves: the machine rests as well."""

    @override
    def compose(self, kit: Kit, prompt: Invitation, reply: Reply) -> Scene:
        state = prompt.state
        notes = [note_box(kit, note) for note in state.notes]
        if not state.open:
            lead: list[Block] = [_large(kit, "start.shut.headline"), *notes]
            main: list[Block] = [_staff(kit), _line(kit, state)]
            return Scene(lead=lead, body=main, actions=[_begin(kit, state, reply)], home=False, whole=True)
        lead = [_large(kit, "start.headline")]
        if not notes:
            lead.append(body(kit, "start.explanation"))
        lead.append(Panel(kit, Stack(kit, [_offer(kit, *offer) for offer in _OFFERS], gap=28), line=kit.palette.line))
        bring = _names_to_bring(kit, state) if notes else _pictures_to_bring(kit, state)
        return Scene(
            lead=lead,
            body=[*notes, bring, _line(kit, state)],
            actions=[_begin(kit, state, reply)],
            home=False,
            whole=True,
        )


def _begin(kit: Kit, state: HallState, reply: Reply) -> Action:
    """The one button. Where nothing is possible it leads to the guide, by way of the home screen."""

    def begin() -> None:
        reply.answer(Touched())

    if state.open:
        return Action("start", kit.say("start.begin"), begin, Rank.MAIN, icon="touch")
    return Action("start", kit.say("start.shut.begin"), begin, Rank.SECOND, icon="guide")


def _large(kit: Kit, key: str) -> Sentence:
    style = Style(round(kit.sizes.headline * 1.2), kit.palette.ink, Weight.BOLD, 1.22)
    return Sentence(kit, kit.say(key), style, Text(key))


def _pictures_to_bring(kit: Kit, state: HallState) -> Block:
    pictures = [_picture(kit, kind) for kind in _readable(state)]
    return Panel(
        kit, Stack(kit, [_bring(kit, state), Row(kit, pictures)], gap=20), ground=kit.palette.brand_soft, inset=36
    )


def _names_to_bring(kit: Kit, state: HallState) -> Block:
    """Where there is something to say, the documents are only named."""
    names = [_named(kit, kind) for kind in _readable(state)]
    return Panel(
        kit, Stack(kit, [_bring(kit, state, align=0), Row(kit, names)], gap=12), ground=kit.palette.brand_soft, inset=32
    )


def _readable(state: HallState) -> list[DocumentKind]:
    return [kind for kind in _PICTURES if kind not in state.unreadable]


def _bring(kit: Kit, state: HallState, align: float = 0.5) -> Sentence:
    words = "start.bring" if len(_readable(state)) > 1 else "start.bring.one"
    return Sentence(kit, kit.say(words), Style(kit.sizes.body, kit.palette.brand_deep, Weight.BOLD, 1.3, align))


def _picture(kit: Kit, kind: DocumentKind) -> Block:
    style = Style(kit.sizes.body, kit.palette.brand_deep, Weight.REGULAR, 1.3, 0.5)
    words = Sentence(kit, kit.say(f"document.{kind}.name"), style)
    return Stack(kit, [_PICTURES[kind](kit, resting=True), words], gap=12)


def _named(kit: Kit, kind: DocumentKind) -> Block:
    sign = Icon(kit, _ICONS[kind], kit.sizes.title * 1.3, kit.palette.brand_deep)
    style = Style(kit.sizes.body, kit.palette.brand_deep, Weight.REGULAR, 1.3)
    return beside(kit, sign, Sentence(kit, kit.say(f"document.{kind}.name"), style))


def _staff(kit: Kit) -> Block:
    """Whom to ask, as a picture too for those who do not read it."""
    sign = Centred(kit, Icon(kit, "staff", 3 * kit.sizes.headline, kit.palette.brand, kit.palette.card))
    style = Style(kit.sizes.title, kit.palette.brand_deep, Weight.BOLD, 1.35, 0.5)
    words = Sentence(kit, kit.say("start.shut.ask"), style, Text("start.shut.ask"))
    return Panel(kit, Stack(kit, [sign, words], gap=28), ground=kit.palette.brand_soft, inset=48)


def _offer(kit: Kit, icon: str, key: str) -> Block:
    sign = Icon(kit, icon, kit.sizes.title * 1.8, kit.palette.brand, kit.palette.brand_soft)
    words = Sentence(kit, kit.say(key), Style(kit.sizes.body, kit.palette.ink, leading=1.35))
    return beside(kit, sign, words)


def _line(kit: Kit, state: HallState) -> Block:
    """One quiet line on network and paper; a coloured sign where the staff should look.

    The tick says that all is well. Where something is closed for another reason, the line has a sign that says nothing.
    """
    palette = kit.palette
    if not state.heard:
        clock = Icon(kit, "clock", kit.sizes.small * 1.3, palette.ink_soft)
        return beside(kit, clock, Sentence(kit, kit.say("start.line.unheard"), _quiet(kit, palette.ink_soft)))
    words = Text(
        "start.line.well" if state.well else "start.line",
        {
            "network": Text("start.network.on" if state.online else "start.network.off"),
            "paper": Text(f"start.paper.{state.paper}"),
        },
    )
    good = state.online and state.paper is PaperLevel.ENOUGH
    sign = ("info", palette.ink_soft) if good else ("warning", palette.waiting.sign)
    if state.well:
        sign = ("done", palette.ok.sign)
    tint = palette.ink_soft if good else palette.ink
    return beside(
        kit,
        Icon(kit, sign[0], kit.sizes.small * 1.3, sign[1]),
        Sentence(kit, kit.say(words), _quiet(kit, tint)),
    )


def _quiet(kit: Kit, tint: str) -> Style:
    return Style(kit.sizes.small, tint, leading=1.3)
