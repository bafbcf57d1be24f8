"""The rows of a summary, each with the word that changes it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Line
from screens.widgets.base import Block
from screens.widgets.button import Rank, Touchable
from screens.widgets.cards import LineRow, rows_card
from screens.widgets.kit import Kit
from screens.widgets.paging import Layout
from screens.widgets.text import Sentence, Style

# Shares of the usual height of a row: closer rows on one page are better than two pages.
_CLOSER = (1.0, 0.9, 0.8, 0.72)


class ChangeButton(Touchable):
    """The word "change" beside a line."""

    def __init__(self, kit: Kit, name: str, action: Callable[[], None]) -> None:
        super().__init__(kit, f"change_{name}", action, Rank.QUIET)
        self._word = Sentence(
            kit, kit.say("confirm.change"), Style(kit.sizes.body, kit.palette.brand, Weight.BOLD, 1.2, 0.5)
        )
        self.add_widget(self._word)

    @override
    def grounds(self) -> tuple[str, str]:
        palette = self.kit.palette
        ground = palette.brand_pale if self.pressed else palette.brand_soft
        return ground, ground

    @override
    def arrange(self) -> None:
        super().arrange()
        self._word.place(self.x, self.top, self.width, self.height)


class SummaryLayout(Layout):
    """One row per line in a white card; ``change`` gets the name of the answer to be given again."""

    def __init__(self, kit: Kit, lines: Sequence[Line], change: Callable[[str], None], share: float = 1.0) -> None:
        space = replace(kit.space, row=round(kit.space.row * share))
        self._kit = replace(kit, theme=replace(kit.theme, space=space))
        self._lines, self._change = lines, change
        self._rows = [self._row(index, 0) for index in range(len(lines))]

    def _row(self, index: int, first: int) -> LineRow:
        line, button = self._lines[index], None
        if line.change:
            button = ChangeButton(self._kit, line.change, lambda: self._change(line.change))
        return LineRow(self._kit, line, index > first, button)

    @override
    def heights(self, width: float) -> Sequence[float]:
        inner = width - 2 * self._kit.px(self._kit.space.inset)
        return [row.height_for(inner) for row in self._rows]

    @override
    def page(self, first: int, end: int) -> Block:
        return rows_card(self._kit, [self._row(index, first) for index in range(first, end)])


def summaries(kit: Kit, lines: Sequence[Line], change: Callable[[str], None]) -> list[SummaryLayout]:
    """The rows with the usual air, and closer."""
    return [SummaryLayout(kit, lines, change, share) for share in _CLOSER]
