"""Something is going on: calm, saying what happens now, and how far it is where that is known."""

from collections.abc import Sequence

from typing_extensions import override

from flows.prompts import Working
from screens.screen import Reply, Scene, Screen
from screens.widgets.base import Block, Panel, Spring
from screens.widgets.kit import Kit
from screens.widgets.moving import Turning
from screens.widgets.out_pictures import CardOutPicture, IdOutPicture, PaperOutPicture, StaffCardOutPicture
from screens.widgets.pictures import Picture
from screens.widgets.progress import progress_card
from screens.widgets.steps import steps_line
from screens.widgets.text import body, headline

# What the citizen can do meanwhile is shown in place of the turning ring.
_PICTURES: dict[str, type[Picture]] = {
    "working.take_card": CardOutPicture,
    "working.take_principal_card": CardOutPicture,
    "working.take_own_card": CardOutPicture,
    "working.take_staff_card": StaffCardOutPicture,
    "working.take_id": IdOutPicture,
    "working.take_principal_id": IdOutPicture,
    "working.card_left": CardOutPicture,
    "working.id_left": IdOutPicture,
    "working.print": PaperOutPicture,
    "working.certificate_print": PaperOutPicture,
    "guide.printing": PaperOutPicture,
}


class WorkingScreen(Screen[Working]):
    """Takes no answer, so it shows no button. The sentence stands where every question stands."""

    @override
    def compose(self, kit: Kit, prompt: Working, reply: Reply) -> Scene:
        del reply
        hint = f"{prompt.what.key}.hint"
        if not kit.catalogue.has(hint):
            hint = "working.patience"
        lead = [*steps_line(kit, prompt.steps), headline(kit, prompt.what), body(kit, hint)]
        return Scene(lead=lead, body=_shown(kit, prompt), home=False)


def _shown(kit: Kit, prompt: Working) -> Sequence[Block]:
    """How far it is, and what to do or to expect meanwhile; a calm ring where nothing of that is known."""
    shown: list[Block] = [progress_card(kit, prompt.stages)] if prompt.stages is not None else []
    picture = _PICTURES.get(prompt.what.key)
    if picture is not None and not (kit.landscape and kit.theme.large and shown):
        shown.append(Panel(kit, picture(kit), line=kit.palette.line))
    return shown or [Spring(kit), Turning(kit), Spring(kit), Spring(kit)]
