"""Asking for a document: the devices answer; a touch can only say that there is none."""

from typing_extensions import override

from flows.prompts import Option, OtherWay, PresentDocument, Text, Tone, Whose
from flows.records import DocumentKind
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block, Centred, Panel, Row, Stack
from screens.widgets.cards import notice
from screens.widgets.kit import Kit
from screens.widgets.options import OptionTile
from screens.widgets.pictures import CardPicture, IdPicture
from screens.widgets.steps import steps_line
from screens.widgets.text import body, headline, title

_PICTURES = {DocumentKind.SOCIAL_CARD: CardPicture, DocumentKind.RESIDENT_ID: IdPicture}


class DocumentScreen(Screen[PresentDocument]):
    """Shows with a moving picture where each document goes."""

    @override
    def compose(self, kit: Kit, prompt: PresentDocument, reply: Reply) -> Scene:
        lead: list[Block] = [*steps_line(kit, prompt.steps), headline(kit, _question(prompt))]
        if prompt.notice is not None:
            lead.append(notice(kit, kit.say(f"fault.{prompt.notice.value}.citizen"), Tone.WAITING))
        elif len(_open(prompt)) > 1:
            lead.append(body(kit, "document.either"))
        elif prompt.whose is not Whose.OWN:
            lead.append(body(kit, f"document.only.{_open_or_all(prompt)[0].value}"))
        else:
            lead.append(body(kit, "document.one"))
        ways = [_way(kit, kind, closed=kind in prompt.unavailable) for kind in prompt.accepted]
        none = Action("none", kit.say("document.none"), lambda: reply.answer(OtherWay.NO_DOCUMENT), icon="no_document")
        after = [_passport(kit, reply)] if prompt.passport else []
        return Scene(lead=lead, body=ways, after=after, actions=[*back_action(kit, prompt, reply), none])


def _open(prompt: PresentDocument) -> list[DocumentKind]:
    return [kind for kind in prompt.accepted if kind not in prompt.unavailable]


def _open_or_all(prompt: PresentDocument) -> list[DocumentKind]:
    return _open(prompt) or list(prompt.accepted)


def _question(prompt: PresentDocument) -> Text:
    """Only what can be read now is asked for; where two people's are asked for, whose comes first."""
    if prompt.whose is not Whose.OWN:
        return Text(f"document.question.{prompt.whose.value}")
    kinds = _open_or_all(prompt)
    if len(kinds) > 1:
        id_first = kinds[0] is DocumentKind.RESIDENT_ID  # in the order of the pictures: who lost the card has only that
        return Text("document.question.both_id_first" if id_first else "document.question.both")
    return Text(f"document.question.{kinds[0].value}")


def _passport(kit: Kit, reply: Reply) -> Block:
    """Valid, but not readable here: who has only this learns at once where to go."""
    # In large type the pictures need the room more than a second sentence does.
    short = kit.theme.large
    how = None if short else Text("document.passport.how")
    option = Option("passport", Text("document.passport.name"), how, "passport")
    return OptionTile(kit, option, lambda _: reply.answer(OtherWay.PASSPORT))


def _way(kit: Kit, kind: DocumentKind, *, closed: bool) -> Block:
    palette = kit.palette
    tint = palette.closed_ink if closed else None
    words = Stack(
        kit,
        [
            title(kit, f"document.{kind.value}.name", tint),
            body(kit, "document.closed" if closed else f"document.{kind.value}.how", tint),
        ],
        gap=10,
    )
    picture = _PICTURES[kind](kit, closed=closed)
    return Panel(
        kit,
        Row(kit, [picture, Centred(kit, words)], weights=[1, 1.15], gap=48),
        ground=palette.closed if closed else palette.card,
        line=palette.line,
        inset=32,
    )
