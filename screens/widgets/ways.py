"""Two ways of equal rank, as tiles of exactly the same size; and a picture with the words that belong to it."""

from screens.widgets.base import Block, Centred, Row, Stack
from screens.widgets.button import Tile
from screens.widgets.kit import Kit


def ways(kit: Kit, one: Tile, other: Tile) -> Block:
    """Side by side, as high as the higher of them; neither is larger, first in sight, or easier to hit."""
    return Row(kit, [one, other])


def how(kit: Kit, key: str) -> str:
    """The second line of both tiles; in large type on a lying screen there is room for the first alone."""
    return "" if kit.landscape and kit.theme.large else kit.say(key)


def shown_and_said(kit: Kit, picture: Block, words: Block) -> Block:
    """A picture, and its words below it; in a lying window beside it, where height is short."""
    if kit.landscape:
        return Row(kit, [picture, Centred(kit, words)], weights=[1, 1.2], gap=40)
    return Stack(kit, [picture, words], gap=20)
