"""The questions of the guide: finding a page, and reading it."""

from dataclasses import dataclass
from enum import StrEnum

from flows.prompts import Option, Prompt, SlipState, Text, Words


class FindBy(StrEnum):
    """What is typed to find a page of the guide."""

    LETTERS = "letters"  # initials of the Pinyin, or letters of the English title
    NUMBER = "number"


@dataclass(frozen=True)
class GuideEntry:
    """One page of the guide in a list. ``initials``: every string of letters by whose beginning it is found."""

    number: int
    title: Words
    here: bool  # can be done at this kiosk
    initials: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FindMatter(Prompt[int]):
    """A pad of letters or digits, and below it the pages found so far; the answer is a page's number."""

    by: FindBy
    entries: tuple[GuideEntry, ...]


class GuideChoice(StrEnum):
    """What can be done with a page of the guide, besides going back."""

    PRINT = "print"


@dataclass(frozen=True)
class GuideSection:
    """A heading of a guide page with what stands below it; each item is a point of its own."""

    heading: Text
    items: tuple[Words, ...]
    numbered: bool = False


@dataclass(frozen=True, kw_only=True)
class ShowGuide(Prompt["str | GuideChoice"]):
    """A page of the guide, turned over when it is long. ``begin``: what can be begun here from this page.

    ``can_print``: the printer works. ``printed``: the slip of this page has come out, or could not.
    """

    title: Words
    number: int
    sections: tuple[GuideSection, ...]
    begin: tuple[Option, ...] = ()
    can_print: bool = True
    printed: SlipState | None = None
