"""What stands at the head of every page of the staff, and the deeds that it offers."""

from functools import partial
from typing import Any

from flows.desk_prompts import DeskPrompt
from flows.prompts import Text
from screens.screen import Reply
from screens.widgets.base import Block, Row, Stack
from screens.widgets.button import Rank
from screens.widgets.cards import note_box
from screens.widgets.chip import staff_chip
from screens.widgets.desk_rows import DeskButton
from screens.widgets.kit import Kit
from screens.widgets.text import Sentence, Style, body, headline

_PER_ROW = 2


def head(kit: Kit, prompt: DeskPrompt[Any]) -> list[Block]:
    """Who is logged in, the title, what there is to say."""
    blocks: list[Block] = [staff_chip(kit, prompt.who), headline(kit, prompt.title)]
    if prompt.explanation is not None:
        blocks.append(body(kit, prompt.explanation))
    return blocks + [note_box(kit, note) for note in prompt.notes]


def deeds(kit: Kit, prompt: DeskPrompt[str], reply: Reply) -> list[Block]:
    """Small buttons, two beside one another."""
    buttons: list[Block] = [
        DeskButton(
            kit,
            deed.name,
            kit.say(deed.words),
            partial(reply.answer, deed.name),
            rank=Rank.FINAL if deed.final else Rank.SECOND,
            closed=deed.closed,
        )
        for deed in prompt.deeds
    ]
    rows = [buttons[at : at + _PER_ROW] for at in range(0, len(buttons), _PER_ROW)]
    return [Stack(kit, [Row(kit, row, gap=16) for row in rows], gap=16)] if rows else []


def nothing(kit: Kit, words: Text) -> Block:
    """What is said in place of an empty list."""
    return Sentence(kit, kit.say(words), Style(kit.sizes.title, kit.palette.ink_soft, leading=1.4))
