"""Finding a page of the guide: by the first letters of its name, or by its number."""

from collections.abc import Callable

from typing_extensions import override

from config.fonts import Weight
from flows.guide_prompts import FindBy, FindMatter, GuideEntry
from flows.prompts import Text
from screens.screen import Reply, Scene, Screen, back_action
from screens.widgets.bars import MatterRow
from screens.widgets.base import Block
from screens.widgets.kit import Kit
from screens.widgets.letters import DELETE, Pad, Typed, digit_pad, letter_pad
from screens.widgets.pages import Pages, Section
from screens.widgets.paging import Bookmark
from screens.widgets.text import Sentence, Style, headline

_PADS = {FindBy.LETTERS: letter_pad, FindBy.NUMBER: digit_pad}


def names(entry: GuideEntry, by: FindBy) -> tuple[str, ...]:
    """By the beginning of which strings an entry is found."""
    return entry.initials if by is FindBy.LETTERS else (str(entry.number),)


def found(prompt: FindMatter, typed: str) -> list[GuideEntry]:
    """The entries that begin with what was typed, those first that end with it too; none before the first key."""
    if not typed:
        return []
    hits = [entry for entry in prompt.entries if any(name.startswith(typed) for name in names(entry, prompt.by))]
    return sorted(hits, key=lambda entry: (typed not in names(entry, prompt.by), entry.number))


def leading_on(prompt: FindMatter, typed: str) -> set[str]:
    """The characters after which something is still found."""
    known = {name for entry in prompt.entries for name in names(entry, prompt.by)}
    return {name[len(typed)] for name in known if name.startswith(typed) and len(name) > len(typed)}


class FindScreen(Screen[FindMatter]):
    """The answer is the number of a page. Who comes back from it finds what was typed: it only names a matter."""

    def __init__(self) -> None:
        self._typed = ""
        self._by = FindBy.LETTERS
        self._followed = False  # a page that was found is read now
        self._bookmark = Bookmark()
        self._field: Typed | None = None
        self._pad: Pad | None = None
        self._results: Pages | None = None

    @override
    def open(self, prompt: FindMatter) -> None:
        """Letters are no numbers; the same pad again keeps what was typed."""
        if prompt.by is not self._by:
            self.wipe()
        self._by = prompt.by
        self._followed = False

    @override
    def compose(self, kit: Kit, prompt: FindMatter, reply: Reply) -> Scene:
        def touch(key: str) -> None:
            self._type(key)
            self._show(kit, prompt, reply)

        question = headline(kit, f"find.{prompt.by}.question")
        self._field = Typed(kit, kit.say(f"find.{prompt.by}.empty"))
        self._field.show(self._typed, _count(kit, prompt, self._typed))
        self._pad = _PADS[prompt.by](kit, touch)
        self._pad.open(_open_keys(prompt, self._typed))
        self._results = Pages(kit, self._sections(kit, prompt, reply), self._bookmark, gap=16)
        actions = back_action(kit, prompt, reply)
        if kit.landscape:
            return Scene(lead=[question, self._pad], body=[self._field, self._results], actions=actions)
        return Scene(lead=[question, self._field], body=[self._pad, self._results], actions=actions)

    def _type(self, key: str) -> None:
        self._typed = self._typed[:-1] if key == DELETE else self._typed + key

    def _show(self, kit: Kit, prompt: FindMatter, reply: Reply) -> None:
        if self._field and self._pad and self._results:
            self._field.show(self._typed, _count(kit, prompt, self._typed))
            self._field.arrange()
            self._pad.open(_open_keys(prompt, self._typed))
            self._results.fill(self._sections(kit, prompt, reply))

    def _sections(self, kit: Kit, prompt: FindMatter, reply: Reply) -> list[Section]:
        entries = found(prompt, self._typed)
        if not entries:
            return [Section([_kind_words(kit, "find.nothing" if self._typed else f"find.{prompt.by}.example")])]

        def follow(number: int) -> None:
            self._followed = True
            reply.answer(number)

        return [Section([_row(kit, entry, follow) for entry in entries])]

    @override
    def leave(self) -> None:
        if self._followed:
            self._field = self._pad = self._results = None
        else:
            self.wipe()

    @override
    def wipe(self) -> None:
        self._typed = ""
        self._followed = False
        self._bookmark.reset()
        self._field = self._pad = self._results = None


def _open_keys(prompt: FindMatter, typed: str) -> set[str]:
    return leading_on(prompt, typed) | ({DELETE} if typed else set())


def _count(kit: Kit, prompt: FindMatter, typed: str) -> str:
    return kit.say(Text("find.count", {"count": len(found(prompt, typed))})) if typed else ""


def _row(kit: Kit, entry: GuideEntry, follow: Callable[[int], None]) -> Block:
    return MatterRow(kit, entry, lambda: follow(entry.number))


def _kind_words(kit: Kit, words: str) -> Block:
    return Sentence(kit, kit.say(words), Style(kit.sizes.body, kit.palette.ink_soft, Weight.REGULAR, 1.35))
