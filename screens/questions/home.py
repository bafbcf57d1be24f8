"""The home screen: what can be done here, one tile per matter; a closed matter stays, grey, with its reason."""

from typing_extensions import override

from flows.prompts import ChooseMatter, MatterTile
from screens.screen import Reply, Scene, Screen
from screens.widgets.base import Block, Row, Stack
from screens.widgets.button import Tile
from screens.widgets.kit import Kit
from screens.widgets.text import body, headline


class HomeScreen(Screen[ChooseMatter]):
    """The answer is the identifier of a matter."""

    @override
    def compose(self, kit: Kit, prompt: ChooseMatter, reply: Reply) -> Scene:
        lead = [headline(kit, "home.question"), body(kit, "home.explanation")]
        columns = 2 if kit.landscape else kit.theme.columns
        if len(prompt.tiles) <= 2:
            columns = 1
        tiles = [_tile(kit, tile, reply, beside=columns == 1) for tile in prompt.tiles]
        rows: list[Block] = []
        for start in range(0, len(tiles), columns):
            row: list[Block] = list(tiles[start : start + columns])
            row += [Stack(kit, []) for _ in range(columns - len(row))]
            rows.append(Row(kit, row))
        return Scene(lead=lead, body=[Stack(kit, rows)])


def _tile(kit: Kit, tile: MatterTile, reply: Reply, *, beside: bool) -> Tile:
    subtitle = tile.subtitle if tile.closed is None else tile.closed
    return Tile(
        kit,
        tile.icon,
        kit.say(tile.title),
        kit.say(subtitle),
        lambda: reply.answer(tile.matter),
        side_by_side=beside,
        closed=tile.closed is not None,
    )
