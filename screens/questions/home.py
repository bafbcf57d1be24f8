"""The home screen: what people come for most, and the ways to the rest; a closed matter stays, grey, and says why."""

from collections.abc import Sequence

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import ChooseMatter, Elsewhere, MatterTile, Text, Verbatim
from screens.screen import Reply, Scene, Screen
from screens.widgets.bars import Bar
from screens.widgets.base import Block, Gap, Panel, Row, Stack
from screens.widgets.button import Tile, beside
from screens.widgets.cards import note_box
from screens.widgets.kit import Kit
from screens.widgets.pages import Pages, Section
from screens.widgets.paging import Bookmark
from screens.widgets.text import Badge, Sentence, Style, body, headline

_FEW = 2
_AT_ONCE = {(False, False): 6, (False, True): 4, (True, False): 4, (True, True): 3}  # large type, low reach
_WAY = ("home.way.1", "home.way.2", "home.way.3", "home.way.4")
_BAR_ICONS = {Elsewhere.ALL_MATTERS: "grid", Elsewhere.GUIDE: "guide"}


class HomeScreen(Screen[ChooseMatter]):
    """The answer names what the kiosk shall do, or where else to look."""

    def __init__(self) -> None:
        self._bookmark = Bookmark()

    @override
    def compose(self, kit: Kit, prompt: ChooseMatter, reply: Reply) -> Scene:
        closed = all(tile.closed is not None for tile in prompt.tiles)
        about = body(kit, Text("home.closed") if closed else prompt.about)
        lead = [headline(kit, "home.question"), about if prompt.notice is None else note_box(kit, prompt.notice)]
        shown, hidden = _divided(kit, prompt)
        few = len(prompt.tiles) <= _FEW
        rows = tile_rows(kit, shown, reply, columns=1 if few else _columns(kit), compact=_short(kit))
        bars = [_bar(kit, where, hidden, reply) for where in prompt.elsewhere]
        if len(shown) > _AT_ONCE[kit.theme.large, kit.low_reach]:
            tiles: Block = Pages(kit, [Section(rows)], self._bookmark, gap=20 if _short(kit) else kit.space.gap)
        else:
            tiles = Stack(kit, rows, gap=20 if _short(kit) else None)
        after: list[Block] = [Gap(kit, 4), Stack(kit, bars, gap=22)] if bars else []
        if few and not closed and not _short(kit):
            after += _the_way(kit)
        return Scene(lead=lead, body=[tiles], after=after)

    @override
    def wipe(self) -> None:
        self._bookmark.reset()


def _divided(kit: Kit, prompt: ChooseMatter) -> tuple[Sequence[MatterTile], Sequence[MatterTile]]:
    """What stands here, and what only stands among all matters: large type has room for a few only."""
    count = _AT_ONCE[kit.theme.large, kit.low_reach]
    if Elsewhere.ALL_MATTERS not in prompt.elsewhere:
        return prompt.tiles, ()
    return prompt.tiles[:count], prompt.tiles[count:]


def _columns(kit: Kit) -> int:
    return 1 if kit.theme.large else 2


def tile_rows(
    kit: Kit, tiles: Sequence[MatterTile], reply: Reply, *, columns: int, compact: bool = False
) -> list[Block]:
    """Tiles in rows of ``columns``; where a row is not full, nothing is stretched."""
    side_by_side = columns == 1 or kit.landscape or compact
    made = [_tile(kit, tile, reply, narrow=columns > 1, side_by_side=side_by_side, compact=compact) for tile in tiles]
    if columns == 1:
        return list(made)
    rows: list[Block] = []
    for start in range(0, len(made), columns):
        row: list[Block] = list(made[start : start + columns])
        row += [Stack(kit, []) for _ in range(columns - len(row))]
        rows.append(Row(kit, row, gap=20 if compact else None))
    return rows


def _tile(kit: Kit, tile: MatterTile, reply: Reply, *, narrow: bool, side_by_side: bool, compact: bool) -> Tile:
    """The tile of one matter; a closed one says why in place of what it means."""
    return Tile(
        kit,
        tile.matter,
        tile.icon,
        kit.say(tile.title),
        kit.say(tile.subtitle if tile.closed is None else tile.closed),
        action=lambda: reply.answer(tile.matter),
        narrow=narrow,
        side_by_side=side_by_side,
        compact=compact,
        closed=tile.closed is not None,
    )


def _bar(kit: Kit, where: Elsewhere, hidden: Sequence[MatterTile], reply: Reply) -> Bar:
    key = f"home.{where.value}"
    words = kit.say(f"{key}.names")
    if hidden and where is Elsewhere.ALL_MATTERS:
        words = kit.say(Text("home.all_matters.hidden", {"matter": kit.say(hidden[0].title)}))
    return Bar(
        kit,
        where.value,
        _BAR_ICONS[where],
        kit.say(f"{key}.title"),
        words,
        kit.say(f"{key}.action"),
        action=lambda: reply.answer(where),
    )


def _short(kit: Kit) -> bool:
    """Height is short: large type on a lying screen, or everything within low reach."""
    return kit.low_reach or (kit.landscape and kit.theme.large)


def _the_way(kit: Kit) -> list[Block]:
    """With few matters there is room to say how it goes, so that nobody begins without the card at hand."""
    style = Style(kit.sizes.body, kit.palette.ink, Weight.BOLD, 1.3)
    steps = [_way_step(kit, number, key) for number, key in enumerate(_WAY, 1)]
    way = Stack(kit, [Sentence(kit, kit.say("home.way"), style), *steps])
    return [Gap(kit, 12), Panel(kit, way, line=kit.palette.line)]


def _way_step(kit: Kit, number: int, key: str) -> Block:
    badge = Badge(kit, kit.say(Verbatim(str(number))), kit.sizes.body * 1.7)
    words = Sentence(kit, kit.say(key), Style(kit.sizes.body, kit.palette.ink_soft, leading=1.35))
    return beside(kit, badge, words)
