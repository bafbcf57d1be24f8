"""The sentences of one language, read from gettext catalogues: one folder a language, one file a part of the kiosk.

A message id is a key such as ``home.question``. A message may hold ``{name}`` for a value and ``[b]...[/b]`` around
what is set in bold type.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

from babel.messages.pofile import read_po

from config.clock import CHINA
from config.typesetting import BOLD_OFF, BOLD_ON
from flows.months import Month
from flows.prompts import Localised, OpenDay, Text, Verbatim, Words

log = logging.getLogger(__name__)

LANGUAGES = ("zh_CN", "en")
_FOLDER = Path(__file__).parent


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MissingTextError(LookupError):
    """The catalogue has no such sentence."""


def raise_missing(key: str) -> str:
    """For tests and drawings: a missing sentence is an error."""
    raise MissingTextError(key)


def log_missing(key: str) -> str:
    """For the hall: a missing sentence must not end a visit; the key is shown and logged."""
    log.error("text_missing", extra={"key": key})
    return key


class Catalogue:
    """All sentences of one language."""

    def __init__(self, language: str, messages: Mapping[str, str], on_missing: Callable[[str], str]) -> None:
        self.language = language
        self._messages = messages
        self._on_missing = on_missing

    @classmethod
    def load(cls, language: str, on_missing: Callable[[str], str] = log_missing) -> "Catalogue":
        """Read ``<language>/*.po``; "zh_CN" or "en". Raises ValueError for a sentence written twice."""
        messages: dict[str, str] = {}
        for path in sorted((_FOLDER / language).glob("*.po")):
            with path.open("rb") as file:
                entries = read_po(file, locale=language)
            found = {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string}
            if twice := messages.keys() & found.keys():
                raise ValueError(f"{path}: written elsewhere too: {', '.join(sorted(twice))}")
            messages |= found
        return cls(language, messages, on_missing)

    @property
    def messages(self) -> Mapping[str, str]:
        """Key to sentence, as written in the catalogue."""
        return self._messages

    def has(self, key: str) -> bool:
        """True if there is such a sentence; for hints that only some screens have."""
        return key in self._messages

    def render(self, words: Words) -> str:
        """The sentence as plain text, for slips and certificates."""
        return self.marked(words).replace(BOLD_ON, "").replace(BOLD_OFF, "")

    def marked(self, words: Words) -> str:
        """The sentence with control characters around what is bold, for the screen."""
        if isinstance(words, Verbatim):
            return _without_marks(words.value)
        if isinstance(words, Localised):
            return _without_marks(words.zh if self.language == "zh_CN" else words.en)
        template = self._messages.get(words.key)
        if template is None:
            return self._on_missing(words.key)
        template = template.replace("[b]", BOLD_ON).replace("[/b]", BOLD_OFF)
        values = {name: self._value(value) for name, value in words.values.items()}
        try:
            return template.format_map(values)
        except KeyError as error:
            return self._on_missing(f"{words.key}: {error.args[0]}")

    def _value(self, value: str | int | date | OpenDay | Month | Words) -> str:
        match value:
            case Text() | Verbatim() | Localised():
                return self.render(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case OpenDay():
                return self.day(value.day)
            case Month():
                return self.month(value)
            case _:
                return _without_marks(str(value))

    def day(self, day: date) -> str:
        """A day with its year, "2023年3月31日"."""
        if self.language == "zh_CN":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def month(self, month: Month) -> str:
        """A month, "2023年3月"."""
        if self.language == "zh_CN":
            return f"{month.year}年{month.month}月"
        return f"{_MONTHS[month.month - 1]} {month.year}"

    def moment(self, moment: datetime) -> str:
        """Day and time as one says it, "11月30日 14:26"; an aware time is shown in China's time."""
        local = moment.astimezone(CHINA) if moment.tzinfo else moment
        if self.language == "zh_CN":
            return f"{local.month}月{local.day}日 {local:%H:%M}"
        return f"{local.day} {_MONTHS[local.month - 1]}, {local:%H:%M}"


def _without_marks(value: str) -> str:
    """A value as it is; it may not switch the type to bold or break the page."""
    return "".join(char for char in value if char >= " ")
