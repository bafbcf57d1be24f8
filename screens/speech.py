"""What is read aloud of a screen: headline and explanation, and never a value that belongs to a person.

A sentence is said only if it is the program's own from the first word to the last: a text of the catalogue whose values
are counts, days of a rule (``OpenDay``: the same for everybody) or again such texts, or words that come with their
translation. Names, numbers, dates and whatever else is
shown as it is make a sentence silent; there is no list that could be forgotten. Where the catalogue has a text
KEY.spoken, that is said in place of the silent one: it has no values at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from drivers.speaker.speaker import Utterance
from flows.prompts import Localised, OpenDay, Text, Words
from screens.ease import Ease
from screens.screen import Scene
from screens.text.catalogue import Catalogue
from screens.widgets.base import Block
from screens.widgets.text import Sentence


class Voice(Protocol):
    """What reads aloud; ``drivers.speaker.speaker.Speaker`` is one."""

    def say(self, sentences: Sequence[Utterance], language: str, volume: int) -> None:
        """End what is being said, and say this."""

    def stop(self) -> None:
        """Silence, at once."""


def sayable(words: Words) -> bool:
    """True if nothing in the sentence belongs to a person."""
    match words:
        case Localised():
            return True
        case Text():
            return all(
                isinstance(value, int | OpenDay) or (isinstance(value, Text | Localised) and sayable(value))
                for value in words.values.values()
            )
        case _:
            return False


def speech(blocks: Iterable[Block], catalogue: Catalogue) -> list[Utterance]:
    """The sentences of ``blocks`` that may be said, in reading order."""
    words = (aloud(each, catalogue) for block in blocks for each in _words(block))
    return [utterance(each, catalogue) for each in words if each is not None]


def aloud(words: Words, catalogue: Catalogue) -> Words | None:
    """What is said for ``words``: themselves, or what stands for them without a value; None: silence."""
    if sayable(words):
        return words
    if isinstance(words, Text) and catalogue.has(f"{words.key}.spoken"):
        return Text(f"{words.key}.spoken")
    return None


def utterance(words: Words, catalogue: Catalogue) -> Utterance:
    """One sentence; where it never changes, its key names the clip that may stand for it."""
    key = words.key if isinstance(words, Text) and not words.values else ""
    return Utterance(catalogue.render(words), key)


def _words(block: Block) -> Iterator[Words]:
    for part in block.walk_blocks():
        if isinstance(part, Sentence) and part.words is not None:
            yield part.words


class Aloud:
    """Reads pages aloud for a citizen who wants it, each once; ``voice`` None: there is no loudspeaker."""

    def __init__(self, voice: Voice | None) -> None:
        self._voice = voice
        self._read: tuple[object, str] | None = None

    @property
    def able(self) -> bool:
        """True if there is a loudspeaker."""
        return self._voice is not None

    def read(self, present: object, scene: Scene, ease: Ease, catalogue: Catalogue) -> None:
        """Say what the page asks, once for each prompt and language."""
        if not ease.voice or (self._read and self._read[0] is present and self._read[1] == ease.language):
            return
        self._read = (present, ease.language)
        self._say(speech([*scene.lead, *scene.body], catalogue), ease)

    def say(self, words: Words, ease: Ease, catalogue: Catalogue) -> None:
        """Say one sentence between, if it may be said."""
        if ease.voice and sayable(words):
            self._say([utterance(words, catalogue)], ease)

    def be_silent(self) -> None:
        """Stop at once; the page is read again when it is shown anew."""
        self._read = None
        if self._voice:
            self._voice.stop()

    def _say(self, sentences: Sequence[Utterance], ease: Ease) -> None:
        if self._voice and sentences:
            self._voice.say(sentences, ease.language, ease.volume)
