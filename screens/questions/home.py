"""The home screen: what can be done here, one tile per matter; a closed matter stays, grey, with its reason."""

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import ChooseMatter, MatterTile, Verbatim
from screens.screen import Reply, Scene, Screen
from screens.theme.tokens import ThemeName
from screens.widgets.base import Block, Gap, Row, Stack
from screens.widgets.button import Tile, beside
from screens.widgets.kit import Kit
from screens.widgets.text import Badge, Sentence, Style, body, headline

_FEW = 2
_WAY = ("home.way.1", "home.way.2", "home.way.3", "home.way.4")


class HomeScreen(Screen[ChooseMatter]):
    """The answer is the identifier of a matter."""

    @override
    def compose(self, kit: Kit, prompt: ChooseMatter, reply: Reply) -> Scene:
        closed = all(tile.closed is not None for tile in prompt.tiles)
        lead = [headline(kit, "home.question"), body(kit, "home.closed" if closed else "home.explanation")]
        few = len(prompt.tiles) <= _FEW
        columns = 1 if few else (2 if kit.landscape else kit.theme.columns)
        tiles = [_tile(kit, tile, reply, beside=columns == 1) for tile in prompt.tiles]
        rows: list[Block] = []
        for start in range(0, len(tiles), columns):
            row: list[Block] = list(tiles[start : start + columns])
            row += [Stack(kit, []) for _ in range(columns - len(row))]
            rows.append(Row(kit, row))
        return Scene(
            lead=lead, body=[Stack(kit, rows), *(_the_way(kit) if few and not closed and not _short(kit) else ())]
        )


def _tile(kit: Kit, tile: MatterTile, reply: Reply, *, beside: bool) -> Tile:
    subtitle = tile.subtitle if tile.closed is None else tile.closed
    return Tile(
        kit,
        tile.matter,
        tile.icon,
        kit.say(tile.title),
        kit.say(subtitle),
        action=lambda: reply.answer(tile.matter),
        side_by_side=beside,
        closed=tile.closed is not None,
    )


def _short(kit: Kit) -> bool:
    """Large type on a lying screen: the question needs the height more than the way does."""
    return kit.landscape and kit.theme.name is ThemeName.ELDERS


def _the_way(kit: Kit) -> list[Block]:
    """With few matters there is room to say how it goes, so that nobody begins without the card at hand."""
    style = Style(kit.sizes.body, kit.palette.ink, Weight.BOLD, 1.3)
    steps = [_way_step(kit, number, key) for number, key in enumerate(_WAY, 1)]
    return [Gap(kit, 24), Sentence(kit, kit.say("home.way"), style), *steps]


def _way_step(kit: Kit, number: int, key: str) -> Block:
    badge = Badge(kit, kit.say(Verbatim(str(number))), kit.sizes.body * 1.7)
    words = Sentence(kit, kit.say(key), Style(kit.sizes.body, kit.palette.ink_soft, leading=1.35))
    return beside(kit, badge, words)
