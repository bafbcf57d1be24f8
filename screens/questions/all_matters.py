"""Every matter of this kiosk, under the headings of its groups."""

from dataclasses import replace
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
_GAP, _CLOSE_GAP, _LEAST_GAP = 24, 16, 14  # design pixels between tiles; in large type; where height is short
_CLOSE_INSET = 32  # design pixels of air in a tile of large type


class AllMattersScreen(Screen[ChooseFromAll]):
    """The answer names what the kiosk shall do."""

    def __init__(self) -> None:
        self._bookmark = Bookmark()

    @override
    def compose(self, kit: Kit, prompt: ChooseFromAll, reply: Reply) -> Scene:
        columns = _COLUMNS[kit.theme.large, kit.landscape]
        sections = [
            Section(
                tile_rows(_closer(kit), list(tiles), reply, columns=columns, compact=columns > 1),
                partial(_heading, kit, group),
            )
            for group, tiles in groupby(prompt.tiles, lambda tile: _group(kit, tile))
        ]
        short = kit.landscape or kit.low_reach
        gap = _LEAST_GAP if short else _CLOSE_GAP if kit.theme.large else _GAP
        pages = Pages(kit, sections, self._bookmark, gap=gap, section_gap=26 if short else 40)
        return Scene(lead=(), body=[_question(kit), pages], actions=back_action(kit, prompt, reply))

    @override
    def wipe(self) -> None:
        self._bookmark.reset()


def _closer(kit: Kit) -> Kit:
    """In large type the tiles lose a little air, so that the four of a group stand on one page."""
    if not kit.theme.large:
        return kit
    return replace(kit, theme=replace(kit.theme, space=replace(kit.theme.space, inset=_CLOSE_INSET)))


def _question(kit: Kit) -> Sentence:
    """All the width is here for the tiles, but on a lying screen little of the height is for the question."""
    size = round(kit.sizes.headline * 0.8) if kit.landscape else kit.sizes.headline
    style = Style(size, kit.palette.ink, Weight.BOLD, kit.theme.headline_leading)
    return Sentence(kit, kit.say("all_matters.question"), style, Text("all_matters.question"))


def _group(kit: Kit, tile: MatterTile) -> str:
    return kit.say(tile.group) if tile.group is not None else ""


def _heading(kit: Kit, group: str) -> Block:
    leading = 1.15 if kit.landscape else 1.3
    return Sentence(kit, group, Style(kit.sizes.body, kit.palette.brand_deep, Weight.BOLD, leading))
