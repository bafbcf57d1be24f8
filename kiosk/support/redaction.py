"""Takes out of a text whatever looks as if it told of a person, and counts what it took.

It is a second net. What is written down holds no personal data by construction (docs/keys.md); this is for the day on
which a library or a driver writes something that nobody has thought of. So it rather takes too much: numbers of
documents, cards and telephones have no check digit here that could let a misread one through.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_KEPT = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a SHA-256 or a UUID, and nothing else
_HARMLESS = re.compile(r"[A-Za-z_.]{0,19}")  # no rule can match it, and most values are such words
_DIGITS_OF_A_FLOAT = 6  # the binary ends of more would look like numbers of documents


class Removed(StrEnum):
    """What was taken out; the same word stands in its place."""

    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    PHONE = "phone"
    CARD_NUMBER = "card_number"  # of a social security card, or of a passport or a permit
    NAME = "name"
    EMAIL = "email"
    HOME = "home"
    PASSWORD = "password"  # noqa: S105 - a word for one
    CODED = "coded"  # long runs of hexadecimal or base64, in which anything could be
    ADDRESS = "address"  # of the network
    LINE = "line"  # a whole line that no part of the program has written
    FIELD = "field"  # a field of a line that is not on the list


@dataclass(frozen=True)
class _Rule:
    removed: Removed
    pattern: re.Pattern[str]


# In this order: what is longer first, for a number of 18 digits begins like a bank card.
_RULES = (
    _Rule(Removed.PASSWORD, re.compile(r"(?<=://)[^\s/@]+(?=@)")),
    _Rule(Removed.PASSWORD, re.compile(r"(?<=\?)[^\s\"']+(?=[\s\"']|$)")),
    _Rule(Removed.PASSWORD, re.compile(r"(?i)\b(password|passwd|secret|token|pin)(\s*[=:]\s*)[^\s,;\"']+")),
    _Rule(Removed.EMAIL, re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    _Rule(Removed.HOME, re.compile(r"(/home/|/Users/)[^/\s\"':]+|/root(?=[/\s\"':]|$)")),
    _Rule(Removed.CODED, re.compile(r"(?:\\+u[0-9a-fA-F]{4}){2,}|(?:\\+x[0-9a-fA-F]{2}){4,}")),
    _Rule(Removed.CODED, re.compile(r"(?:%[0-9a-fA-F]{2}){3,}")),
    _Rule(Removed.ID_NUMBER, re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")),
    _Rule(Removed.ID_NUMBER, re.compile(r"(?<!\d)\d{6}[ -]?(?:19|20)\d{6}[ -]?\d{3}[\dXx](?!\d)")),
    _Rule(Removed.BANK_CARD, re.compile(r"(?<!\d)(?:\d{13,19}|(?:\d{4}[ -]){3}\d{1,4}(?:[ -]\d{1,3})?)(?!\d)")),
    _Rule(Removed.PHONE, re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")),
    _Rule(Removed.PHONE, re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")),
    _Rule(Removed.CARD_NUMBER, re.compile(r"(?<![0-9A-Za-z])[A-Z]\d{7}[0-9X](?![0-9A-Za-z])")),
    _Rule(Removed.CODED, re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[ :]?){10,}(?![0-9A-Za-z])")),
    _Rule(Removed.NAME, re.compile(r"(?<![A-Za-z])[A-Z]{2,}, ?[A-Z]{2,}(?: [A-Z]{2,})*(?![A-Za-z])")),
)
# Names and addresses of people, and nothing that the program writes into its log.
_HAN = _Rule(Removed.NAME, re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]+"))
_ADDRESS = _Rule(
    Removed.ADDRESS,
    re.compile(
        r"(?<![\d.])(?!127\.)(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){4,7}[0-9A-Fa-f]{1,4}"
    ),
)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+_-])[A-Za-z0-9+_-]{20,}={0,2}")


@dataclass
class Redactor:
    """Takes out and counts. ``addresses``: those of the network too."""

    addresses: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def log_text(self, text: str) -> str:
        """A text of the program's log, in which no Chinese character has any business."""
        return self._by(_HAN, self.text(text))

    def text(self, text: str) -> str:
        """A text of ours that may have Chinese words in it, such as a hall's name."""
        if _HARMLESS.fullmatch(text) or _KEPT.fullmatch(text):
            return text
        for rule in _RULES:
            text = self._by(rule, text)
        if self.addresses:
            text = self._by(_ADDRESS, text)
        return _BASE64.sub(self._coded, text)

    def log_value(self, value: object) -> object:
        """The same as ``log_text`` in a value of JSON, however deep; a number that looks like one of a person too."""
        return _each(value, self.log_text, self._log_number)

    def value(self, value: object) -> object:
        """The same as ``text`` in a value of JSON of our own, whose numbers are counts, bytes and seconds."""
        return _each(value, self.text, _rounded)

    def dropped(self, what: Removed, times: int = 1) -> None:
        """Count what somebody else has left out."""
        if times:
            self.counts[what] += times

    def _log_number(self, value: float) -> object:
        plain = _rounded(value)
        told = self.text(str(plain))
        return plain if told == str(plain) else told

    def _by(self, rule: _Rule, text: str) -> str:
        told, times = rule.pattern.subn(f"<{rule.removed}>", text)
        self.dropped(rule.removed, times)
        return told

    def _coded(self, found: re.Match[str]) -> str:
        """Base64 has capitals, small letters and digits in no order; a name of our own has not."""
        text = found[0]
        if not (re.search("[a-z]", text) and re.search("[A-Z]", text) and re.search("[0-9]", text)):
            return text
        self.dropped(Removed.CODED)
        return f"<{Removed.CODED}>"


def _rounded(value: float) -> float:
    return round(value, _DIGITS_OF_A_FLOAT) if isinstance(value, float) else value


def _each(value: object, text: Callable[[str], str], number: Callable[[float], object]) -> object:
    match value:
        case bool() | None:
            return value
        case int() | float():
            return number(value)
        case Mapping():
            return {text(str(key)): _each(each, text, number) for key, each in value.items()}
        case list() | tuple():
            return [_each(each, text, number) for each in value]
    return text(str(value))
