"""A page of the guide: who can do it, what to bring, where to go; turned over when it is long, and printed."""

from typing_extensions import override

from config.fonts import Weight
from flows.guide_prompts import GuideChoice, GuideSection, ShowGuide
from flows.prompts import Option, SlipState, Text, Tone, Verbatim
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.bars import BeginButton
from screens.widgets.base import Block, Row
from screens.widgets.button import beside
from screens.widgets.cards import notice
from screens.widgets.kit import Kit
from screens.widgets.pages import Pages, Section
from screens.widgets.paging import Bookmark
from screens.widgets.points import Mark, point
from screens.widgets.text import Badge, Sentence, Style

_PRINTED = {
    SlipState.PRINTED: ("guide_page.printed", Tone.OK),
    SlipState.NOT_PRINTED: ("guide_page.not_printed", Tone.WAITING),
}
_SIDE_BY_SIDE = 2


class GuidePageScreen(Screen[ShowGuide]):
    """The answer is what shall be begun, or that the page shall be printed."""

    def __init__(self) -> None:
        self._bookmark = Bookmark()
        self._number = 0

    @override
    def open(self, prompt: ShowGuide) -> None:
        """The same page comes again when something opens or closes meanwhile: one goes on reading where one was."""
        if prompt.number != self._number:
            self._bookmark.reset()
        self._number = prompt.number

    @override
    def compose(self, kit: Kit, prompt: ShowGuide, reply: Reply) -> Scene:
        sections = [_section(kit, section) for section in prompt.sections]
        pages = Pages(kit, sections, self._bookmark, gap=14, section_gap=30, framed=True)
        large = kit.theme.large  # the words need the room that the sign would take
        printing = Action(
            "print",
            kit.say("guide_page.print_again" if prompt.printed is SlipState.PRINTED else "guide_page.print"),
            lambda: reply.answer(GuideChoice.PRINT),
            icon=None if large else "print",
            weight=2.2,
            closed=not prompt.can_print,
        )
        return Scene(
            lead=[_title(kit, prompt), *_news(kit, prompt)],
            body=[pages],
            after=_begin(kit, prompt.begin, reply),
            actions=[*back_action(kit, prompt, reply), printing],
        )

    @override
    def wipe(self) -> None:
        self._bookmark.reset()
        self._number = 0


def _title(kit: Kit, prompt: ShowGuide) -> Block:
    size = round(kit.sizes.title * (0.95 if kit.theme.large else 1.2))
    badge = Badge(kit, kit.say(Verbatim(str(prompt.number))), size * 1.6)
    words = Sentence(kit, kit.say(prompt.title), Style(size, kit.palette.ink, Weight.BOLD, 1.22), prompt.title)
    return beside(kit, badge, words)


def _news(kit: Kit, prompt: ShowGuide) -> list[Block]:
    """What became of the print, or why there can be none: one thing at a time."""
    if prompt.printed is not None:
        key, tone = _PRINTED[prompt.printed]
        return [notice(kit, kit.say(key), tone)]
    return [] if prompt.can_print else [notice(kit, kit.say("guide_page.no_printer"), Tone.WAITING)]


def _begin(kit: Kit, options: tuple[Option, ...], reply: Reply) -> list[Block]:
    buttons = [_begin_button(kit, option, reply) for option in options]
    if len(buttons) < _SIDE_BY_SIDE or kit.landscape:
        return list(buttons)
    rows = range(0, len(buttons), _SIDE_BY_SIDE)
    return [Row(kit, buttons[start : start + _SIDE_BY_SIDE]) for start in rows]


def _begin_button(kit: Kit, option: Option, reply: Reply) -> Block:
    words = kit.say(option.title)
    if option.closed is None:
        words = kit.say(Text("guide_page.begin", {"matter": words}))
    return BeginButton(kit, option, words, lambda: reply.answer(option.name))


def _section(kit: Kit, section: GuideSection) -> Section:
    mark = Mark.NUMBER if section.numbered else Mark.DOT if len(section.items) > 1 else Mark.NONE
    blocks = [
        block for number, item in enumerate(section.items, 1) for block in point(kit, kit.say(item), mark, number)
    ]
    return Section(blocks, lambda: _heading(kit, section))


def _heading(kit: Kit, section: GuideSection) -> Block:
    style = Style(kit.sizes.body, kit.palette.brand_deep, Weight.BOLD, 1.25)
    return Sentence(kit, kit.say(section.heading), style)
