"""Something is going on: calm, and saying what happens now."""

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Working
from screens.screen import Reply, Scene, Screen
from screens.widgets.base import Spring
from screens.widgets.kit import Kit
from screens.widgets.moving import Moving, Turning
from screens.widgets.pictures import CardOutPicture, IdPicture, StaffCardOutPicture
from screens.widgets.text import Sentence, Style, body

# What the citizen can do meanwhile is shown in place of the turning ring.
_PICTURES: dict[str, type[Moving]] = {
    "working.take_card": CardOutPicture,
    "working.take_principal_card": CardOutPicture,
    "working.take_own_card": CardOutPicture,
    "working.take_staff_card": StaffCardOutPicture,
    "working.take_id": IdPicture,
    "working.take_principal_id": IdPicture,
}


class WorkingScreen(Screen[Working]):
    """Takes no answer, so it shows no button."""

    @override
    def compose(self, kit: Kit, prompt: Working, reply: Reply) -> Scene:
        del reply
        hint = f"{prompt.what.key}.hint"
        if not kit.catalogue.has(hint):
            hint = "working.patience"
        style = Style(kit.sizes.headline, kit.palette.ink, Weight.BOLD, kit.theme.headline_leading, 0.5)
        what = Sentence(kit, kit.say(prompt.what), style)
        picture = _PICTURES.get(prompt.what.key, Turning)(kit)
        middle = [Spring(kit), picture, what, body(kit, hint, align=0.5), Spring(kit), Spring(kit)]
        return Scene(lead=(), body=middle, home=False)
