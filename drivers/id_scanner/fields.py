"""The fields in the 256 bytes of text of a document: UTF-16LE, padded (hardware.md 2.4).

What real documents and readers do, and what is made of it:

- Padding is U+0020. Readers that fill with U+0000 or U+3000 are understood: none of the three begins or ends a text.
- A text longer than its field is cut on the document itself. Half a character at the end of a full field, a high
  surrogate without its partner, is what such a cut leaves: it is dropped, and the rest is the text.
- Any other character that no text has (half a character elsewhere, a control or formatting character, a noncharacter)
  is damage, which the exclusive or of a frame may have missed. No text of such a document is believed.
- Characters without a place in Unicode when this was written, and private ones, stand in names and stay as they are.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from drivers.gb_codes import Sex

LONG_TERM = "长期"

_PADDING = " \0\u3000"
_AS_SPACES = dict.fromkeys(map(ord, _PADDING), " ")
_NEVER_IN_A_TEXT = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_DAY = re.compile(r"[0-9]{8}")


class UnreadableError(ValueError):
    """A field holds what it cannot hold. The message names the field and never its value."""


@dataclass(frozen=True)
class Fields:
    """The bytes, read by offset and length in bytes."""

    content: bytes = field(repr=False)

    def words(self, offset: int, size: int) -> str:
        """A text, which may be empty."""
        return _sound(self._decoded(offset, size).strip(_PADDING), offset)

    def required(self, offset: int, size: int) -> str:
        """A text that must be there."""
        words = self.words(offset, size)
        if not words:
            raise UnreadableError(f"text at {offset}")
        return words

    def name_in_parts(self, *places: tuple[int, int]) -> str:
        """A name of several words that goes on in another place, at a word's end or in the middle of a word."""
        whole = "".join(self._decoded(*place) for place in places).translate(_AS_SPACES)
        return _sound(" ".join(whole.split()), places[0][0])

    def _decoded(self, offset: int, size: int) -> str:
        text = self.content[offset : offset + size].decode("utf-16-le", "surrogatepass")
        return text[:-1] if text and ord(text[-1]) in _HIGH_SURROGATES else text

    def day(self, offset: int) -> date:
        """A date written YYYYMMDD."""
        digits = self.words(offset, 16)
        try:
            if _DAY.fullmatch(digits):
                return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            pass
        raise UnreadableError(f"date at {offset}")

    def last_day(self, offset: int) -> date | None:
        """A date, or None for long term."""
        return None if self.words(offset, 16) == LONG_TERM else self.day(offset)

    def sex(self, offset: int) -> Sex:
        """One of the four digits."""
        try:
            return Sex(self.words(offset, 2))
        except ValueError:
            raise UnreadableError("sex") from None


def _sound(text: str, offset: int) -> str:
    if any(unicodedata.category(char) in _NEVER_IN_A_TEXT or _is_noncharacter(char) for char in text):
        raise UnreadableError(f"text at {offset}")
    return text


def _is_noncharacter(char: str) -> bool:
    return ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
