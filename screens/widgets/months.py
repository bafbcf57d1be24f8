"""A year with arrows on both sides, and its twelve months."""

from collections.abc import Callable

from typing_extensions import override

from config.fonts import Weight
from flows.months import Month
from flows.prompts import Text
from screens.widgets.base import Block, Panel, Row, Stack
from screens.widgets.button import Rank, Touchable
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

_DECADE = 10
_LONG_RANGE = 12  # years; in more than these, single steps are tedious
_GAP = 20


class MonthPad(Block):
    """The months of one year; ``turned`` hears of another year, ``chosen`` of a month."""

    grows = True

    def __init__(
        self,
        kit: Kit,
        span: tuple[Month, Month],
        year: int,
        turned: Callable[[int], None],
        chosen: Callable[[Month], None],
    ) -> None:
        super().__init__(kit)
        self._first, self._last = span
        self._year = year
        self._turned, self._chosen = turned, chosen
        self._show()

    def turn(self, years: int) -> None:
        """So many years on or back, as far as the range goes."""
        self._year = min(max(self._year + years, self._first.year), self._last.year)
        self._turned(self._year)
        self._show()
        self.arrange()

    @override
    def arrange(self) -> None:
        self.blocks()[0].place(self.x, self.top, self.width, self.height)

    def _show(self) -> None:
        self.clear_widgets()
        columns = 4 if self.kit.landscape else 3
        months = [self._month(number) for number in range(1, 13)]
        rows: list[Block] = [Row(self.kit, months[at : at + columns], gap=_GAP) for at in range(0, 12, columns)]
        self.add_widget(Stack(self.kit, [self._years(), *rows], gap=_GAP))

    def _month(self, number: int) -> Block:
        month = Month(self._year, number)
        return MonthTile(self.kit, month, lambda: self._chosen(month), closed=not self._first <= month <= self._last)

    def _years(self) -> Block:
        kit = self.kit
        back = [self._arrow("year_back", "before", -1)]
        onward = [self._arrow("year_on", "forward", 1)]
        if self._last.year - self._first.year > _LONG_RANGE:
            back.insert(0, self._arrow("decade_back", "far_before", -_DECADE))
            onward.append(self._arrow("decade_on", "far_forward", _DECADE))
        style = Style(round(kit.sizes.headline * 0.9), kit.palette.ink, Weight.BOLD, 1.2, 0.5)
        year = Sentence(kit, kit.say(Text("month.year", {"year": str(self._year)})), style)
        weights = [1.0] * len(back) + [2.6] + [1.0] * len(onward)
        return Panel(kit, Row(kit, [*back, year, *onward], weights, gap=14), line=kit.palette.line, inset=14)

    def _arrow(self, name: str, icon: str, years: int) -> "YearArrow":
        end = self._first.year if years < 0 else self._last.year
        word = "month.decade" if abs(years) == _DECADE else "month.one_year"
        return YearArrow(self.kit, name, icon, word, lambda: self.turn(years), closed=self._year == end)


class YearArrow(Touchable):
    """An arrow with the number of years below it; grey at the end of the range."""

    def __init__(self, kit: Kit, name: str, icon: str, word: str, action: Callable[[], None], *, closed: bool) -> None:
        super().__init__(kit, name, action, Rank.QUIET)
        self.enabled = not closed
        tint = kit.palette.closed_ink if closed else kit.palette.brand
        self._icon = Icon(kit, icon, kit.sizes.title, tint)
        self._word = Sentence(kit, kit.say(word), Style(kit.sizes.small, tint, Weight.REGULAR, 1.2, 0.5))
        self.add_widget(self._icon)
        self.add_widget(self._word)

    @override
    def height_for(self, width: float) -> float:
        inside = self._icon.height_for(width) + self._word.height_for(width) + 2 * self.kit.px(10)
        return max(self.kit.px(self.kit.space.touch), inside)

    @override
    def arrange(self) -> None:
        super().arrange()
        icon, word = self._icon.height_for(self.width), self._word.height_for(self.width)
        top = self.center_y + (icon + word) / 2
        self._icon.place(self.x, top, self.width, icon)
        self._word.place(self.x, top - icon, self.width, word)


class MonthTile(Touchable):
    """One month; grey outside the range."""

    grows = True

    def __init__(self, kit: Kit, month: Month, action: Callable[[], None], *, closed: bool) -> None:
        super().__init__(kit, f"month_{month.month}", action, Rank.CARD)
        self.enabled = not closed
        tint = kit.palette.closed_ink if closed else kit.palette.ink
        weight = Weight.REGULAR if closed else Weight.BOLD
        self._word = Sentence(kit, kit.say(f"month.{month.month}"), Style(kit.sizes.title, tint, weight, 1.2, 0.5))
        self.add_widget(self._word)

    @override
    def height_for(self, width: float) -> float:
        return max(self.kit.px(self.kit.space.touch), self._word.height_for(width))

    @override
    def arrange(self) -> None:
        super().arrange()
        self._word.place(self.x, self.top, self.width, self.height)
