"""Every matter of this kiosk, under the headings of its groups."""

from functools import partial
from itertools import groupby

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import ChooseFromAll, MatterTile, Text
from screens.questions.home import tile_rows
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.kit import Kit
from screens.widgets.pages import Pages, Section
from screens.widgets.paging import Bookmark
from screens.widgets.text import Sentence, Style

_COLUMNS = {
    (False, False): 2,
    (False, True): 4,
    (True, False): 1,
    (True, True): 2,
}  # by whether the type is large, and whether the screen lies


class AllMattersScreen(Screen[ChooseFromAll]):
    """The answer names what the kiosk shall do."""

    def __init__(self) -> None:
        self._bookmark = Bookmark()

    @override
    def compose(self, kit: Kit, prompt: ChooseFromAll, reply: Reply) -> Scene:
        columns = _COLUMNS[kit.theme.large, kit.landscape]
        sections = [
            Section(
                tile_rows(kit, list(tiles), reply, columns=columns, compact=columns > 1),
                partial(_heading, kit, group),
            )
            for group, tiles in groupby(prompt.tiles, lambda tile: _group(kit, tile))
        ]
        short = kit.landscape or kit.low_reach
        pages = Pages(kit, sections, self._bookmark, gap=14 if short else 24, section_gap=26 if short else 40)
        return Scene(lead=(), body=[_question(kit), pages], actions=back_action(kit, prompt, reply))

    @override
    def wipe(self) -> None:
        self._bookmark.reset()


def _question(kit: Kit) -> Sentence:
    """All the width is here for the tiles, but on a lying screen little of the height is for the question."""
    size = round(kit.sizes.headline * 0.8) if kit.landscape else kit.sizes.headline
    style = Style(size, kit.palette.ink, Weight.BOLD, kit.theme.headline_leading)
    return Sentence(kit, kit.say("all_matters.question"), style, Text("all_matters.question"))


def _group(kit: Kit, tile: MatterTile) -> str:
    return kit.say(tile.group) if tile.group is not None else ""


def _heading(kit: Kit, group: str) -> Block:
    return Sentence(kit, group, Style(kit.sizes.body, kit.palette.brand_deep, Weight.BOLD, 1.3))
