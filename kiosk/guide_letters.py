"""By which letters a page of the guide is found: initials of the Pinyin, or letters of the English title."""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from pypinyin import Style, pinyin

from flows.guide_prompts import GuideEntry
from kiosk.catalogue import Matter

_LONGEST = 12  # letters that somebody types before the list is short enough
_NOT_TYPED = re.compile(r"\W")
_ENGLISH_WORD = re.compile(r"[a-z0-9]+")


def entries(matters: Sequence[Matter], here: Collection[str]) -> tuple[GuideEntry, ...]:
    """The pages of the guide for a list; ``here`` names the services that this kiosk offers."""
    return tuple(
        GuideEntry(
            number=matter.number,
            title=matter.title.words,
            here=any(service.flow in here for service in matter.kiosk),
            initials=initials(matter),
        )
        for matter in matters
    )


def initials(matter: Matter) -> tuple[str, ...]:
    """Every string of small letters by whose beginning the matter is found."""
    found: set[str] = set()
    for name in (matter.title.zh, *matter.names, *(service.title.zh for service in matter.kiosk)):
        found.update(_chinese(name))
    for name in (matter.title.en, *(service.title.en for service in matter.kiosk)):
        found.update(_english(name))
    return tuple(sorted(found))


def _chinese(name: str) -> Iterator[str]:
    """Initials in every reading, from every word on; words stand apart where a name says so."""
    words = name.split()
    for start in range(len(words)):
        letters = _readings("".join(words[start:]))[:_LONGEST]
        yield from ("".join(reading) for reading in itertools.product(*letters))


def _readings(name: str) -> list[list[str]]:
    """The first letters of each character; letters and digits stand for themselves, brackets are not typed."""
    readings = pinyin(_NOT_TYPED.sub("", name), style=Style.FIRST_LETTER, heteronym=True, errors=str.lower)
    return [sorted(set(reading)) for reading in readings]


def _english(name: str) -> Iterator[str]:
    """From every word on: its letters with those that follow, and the first letters of the words."""
    words = _ENGLISH_WORD.findall(name.lower())
    for start in range(len(words)):
        yield _beginning(words[start:])
        yield _beginning(word[0] for word in words[start:])


def _beginning(words: Iterable[str]) -> str:
    return "".join(words)[:_LONGEST]
