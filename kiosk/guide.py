"""The guide at the kiosk: all matters by category, by letters and by number, each with its page and its slip."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from config.clock import CHINA
from config.settings import Hall
from drivers.printer.blocks import SlipDocument
from flows.guide_prompts import FindBy, FindMatter, GuideChoice, ShowGuide
from flows.prompts import Choose, GoBack, Option, Prompt, SlipState, Surface, Text, Working
from kiosk.catalogue import Category, Matter
from kiosk.guide_letters import entries
from kiosk.guide_page import guide_slip, numbered, sections, short
from kiosk.racing import first_of, until_changed
from screens.text.catalogue import Catalogue

T = TypeVar("T")

_POLL = 0.5  # seconds between looks at whether a page can be printed and what can be begun from it


async def browse(
    surface: Surface,
    matters: Sequence[Matter],
    *,
    begin: Callable[[Matter], tuple[Option, ...]],
    can_print: Callable[[], bool],
    print_page: Callable[[SlipDocument], Awaitable[SlipState]],
    catalogue: Callable[[], Catalogue],
    hall: Hall,
    now: Callable[[], datetime],
) -> str:
    """Let a citizen read the guide until something is begun from it; returns the name of that service.

    Args:
        surface: what shows the pages.
        matters: all matters of the guide.
        begin: what this kiosk can begin of a matter, with what is closed and why.
        can_print: whether the printer works now.
        print_page: prints the slip of a page.
        catalogue: the sentences in the language chosen.
        hall: this hall, for the slip.
        now: the time, for the slip and for what is closed by now.

    Raises:
        GoBack: back was touched on the first page.
    """
    return await _Guide(surface, matters, begin, can_print, print_page, catalogue, hall, now).read()


@dataclass(frozen=True)
class _Guide:
    surface: Surface
    matters: Sequence[Matter]
    begin: Callable[[Matter], tuple[Option, ...]]
    can_print: Callable[[], bool]
    print_page: Callable[[SlipDocument], Awaitable[SlipState]]
    catalogue: Callable[[], Catalogue]
    hall: Hall
    now: Callable[[], datetime]

    async def read(self) -> str:
        return await self._below(self._contents(), self._list)

    async def _below(self, above: Prompt[T], follow: Callable[[T], Awaitable[str]]) -> str:
        """Ask what stands ``above`` and follow the answer; who goes back from there sees it again."""
        while True:
            answer = await self.surface.ask(above)
            try:
                return await follow(answer)
            except GoBack:
                continue

    def _contents(self) -> Choose:
        """All on one page, in two columns: who does not know the category sees the other ways at once."""
        present = {matter.category for matter in self.matters}
        categories = (Option(each, Text(f"guide.category.{each}")) for each in Category if each in present)
        ways = (Option(way, Text(f"guide.by_{way}")) for way in FindBy)
        return Choose(question=Text("guide.question"), options=(*categories, *ways), small=True)

    async def _list(self, chosen: str) -> str:
        if chosen in set(FindBy):
            here = {option.name for matter in self.matters for option in self.begin(matter)}
            return await self._below(FindMatter(by=FindBy(chosen), entries=entries(self.matters, here)), self._page)
        return await self._below(self._category(Category(chosen)), lambda name: self._page(int(name)))

    def _category(self, category: Category) -> Choose:
        return Choose(
            question=Text("guide.category.question", {"category": Text(f"guide.category.{category}")}),
            options=tuple(
                Option(str(matter.number), numbered(matter), self._how(matter))
                for matter in self.matters
                if matter.category is category
            ),
        )

    def _how(self, matter: Matter) -> Text:
        """The line below a title in a list."""
        if not matter.open_on(self._today()):
            return Text("guide.list.closed")
        if any(option.closed is None for option in self.begin(matter)):
            return Text("guide.list.here")
        return short(matter)

    async def _page(self, number: int) -> str:
        matter = next(matter for matter in self.matters if matter.number == number)
        printed: SlipState | None = None
        while True:
            answer = await self._shown(matter, printed)
            if answer is not GuideChoice.PRINT:
                return answer
            self.surface.show(Working(what=Text("guide.printing")))
            printed = await self.print_page(
                guide_slip(matter, self.hall, self.catalogue(), self.now().astimezone(CHINA))
            )

    async def _shown(self, matter: Matter, printed: SlipState | None) -> str | GuideChoice:
        """The answer to the page, which is drawn anew when the printer or what can be begun changes meanwhile."""
        while True:
            present = self._present(matter)
            begin, can_print = present
            page = ShowGuide(
                title=matter.title.words,
                number=matter.number,
                sections=sections(matter, self._today()),
                begin=begin,
                can_print=can_print,
                printed=printed,
            )
            look = until_changed(lambda: self._present(matter), present, _POLL)
            answer: str | GuideChoice | None = await first_of(self.surface.ask(page), look)
            if answer is not None:
                return answer

    def _today(self) -> date:
        return self.now().astimezone(CHINA).date()

    def _present(self, matter: Matter) -> tuple[tuple[Option, ...], bool]:
        return self.begin(matter), self.can_print()
