"""A month within a range: one touch answers."""

from typing_extensions import override

from flows.prompts import ChooseMonth, Text
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.kit import Kit
from screens.widgets.months import MonthPad
from screens.widgets.steps import steps_line
from screens.widgets.text import body, headline


class MonthScreen(Screen[ChooseMonth]):
    """Begins in the last year of the range: most ask for what is recent."""

    def __init__(self) -> None:
        self._year = 0

    @override
    def open(self, prompt: ChooseMonth) -> None:
        self._year = prompt.last.year

    @override
    def compose(self, kit: Kit, prompt: ChooseMonth, reply: Reply) -> Scene:
        lead: list[Block] = [*steps_line(kit, prompt.steps), headline(kit, prompt.question)]
        if prompt.explanation is not None:
            lead.append(body(kit, prompt.explanation))
        lead.append(body(kit, Text("month.range", {"first": prompt.first, "last": prompt.last})))
        pad = MonthPad(kit, (prompt.first, prompt.last), self._year, self._turned, reply.answer)
        return Scene(lead=lead, body=[pad], actions=back_action(kit, prompt, reply))

    def _turned(self, year: int) -> None:
        self._year = year

    @override
    def wipe(self) -> None:
        self._year = 0
