"""From the 256 bytes of text that a reader returns to a document: the four layouts of HARDWARE.md 2.4.

The text is UTF-16LE in fixed fields padded with U+0020; the letter at offset 248 tells the layout. A document with a
wrong check digit or an impossible date is not shown to anybody: it is unreadable.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.gb_codes import Sex
from drivers.id_scanner.documents import (
    ForeignerId2017,
    ForeignerId2023,
    IdDocument,
    ResidencePermit,
    ResidentId,
)
from drivers.id_scanner.samv import TEXT_LENGTH

LONG_TERM = "长期"
NEW_ADDRESS_LENGTH = 70

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_NUMBER_18 = re.compile(r"[0-9]{17}[0-9X]")
_NUMBER_15 = re.compile(r"[0-9A-Z]{15}")
_DAY = re.compile(r"[0-9]{8}")


class _UnreadableError(ValueError):
    """A field holds what it cannot hold. The message names the field and never its value."""


@dataclass(frozen=True)
class _Text:
    """The 256 bytes, read by offset and length in bytes."""

    content: bytes = field(repr=False)

    def words(self, *places: tuple[int, int]) -> str:
        """A free text; several places are parts of one text."""
        raw = b"".join(self.content[offset : offset + size] for offset, size in places)
        try:
            return raw.decode("utf-16-le").strip(" ")
        except UnicodeDecodeError:
            raise _UnreadableError(f"text at {places[0][0]}") from None

    def required(self, *places: tuple[int, int]) -> str:
        """A free text that must be there and hold no control characters."""
        words = self.words(*places)
        if not words or any(char < " " for char in words):
            raise _UnreadableError(f"text at {places[0][0]}")
        return words

    def day(self, offset: int) -> date:
        """A date written YYYYMMDD."""
        return _day(self.words((offset, 16)), f"date at {offset}")

    def last_day(self, offset: int) -> date | None:
        """A date, or None for long term."""
        return None if self.words((offset, 16)) == LONG_TERM else self.day(offset)

    def sex(self, offset: int) -> Sex:
        """One of the four digits."""
        try:
            return Sex(self.words((offset, 2)))
        except ValueError:
            raise _UnreadableError("sex") from None


def _day(digits: str, what: str) -> date:
    if not _DAY.fullmatch(digits):
        raise _UnreadableError(what)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise _UnreadableError(what) from None


def check_digit(first_17: str) -> str:
    """The 18th character of GB 11643, MOD 11-2 (HARDWARE.md 5)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def _number_18(text: _Text, birth: date) -> str:
    number = text.words((122, 36)).upper()
    if not _NUMBER_18.fullmatch(number) or check_digit(number[:17]) != number[17]:
        raise _UnreadableError("number")
    if number[6:14] != f"{birth:%Y%m%d}":
        raise _UnreadableError("number and birth")
    return number


def _resident(text: _Text) -> ResidentId:
    birth = text.day(36)
    return ResidentId(
        name=text.required((0, 30)),
        sex=text.sex(30),
        nation_code=text.words((32, 4)),
        birth=birth,
        address=text.words((52, 70)),
        number=_number_18(text, birth),
        authority=text.words((158, 30)),
        valid_from=text.day(188),
        valid_until=text.last_day(204),
    )


def _residence_permit(text: _Text) -> ResidencePermit:
    birth = text.day(36)
    return ResidencePermit(
        name=text.required((0, 30)),
        sex=text.sex(30),
        birth=birth,
        address=text.words((52, 70)),
        number=_number_18(text, birth),
        authority=text.words((158, 30)),
        valid_from=text.day(188),
        valid_until=text.last_day(204),
        permit_number=text.words((220, 18)),
        issue_count=text.words((238, 4)),
    )


def _foreigner_2017(text: _Text) -> ForeignerId2017:
    number = text.words((122, 30)).upper()
    if not _NUMBER_15.fullmatch(number):
        raise _UnreadableError("number")
    return ForeignerId2017(
        english_name=text.required((0, 120)),
        sex=text.sex(120),
        number=number,
        nationality=text.words((152, 6)),
        chinese_name=text.words((158, 30)),
        valid_from=text.day(188),
        valid_until=text.last_day(204),
        birth=text.day(220),
        version=text.words((236, 4)),
        authority_code=text.words((240, 8)),
    )


def _foreigner_2023(text: _Text) -> ForeignerId2023:
    birth = text.day(36)
    number = _number_18(text, birth)
    if not number.startswith("9"):
        raise _UnreadableError("number")
    return ForeignerId2023(
        chinese_name=text.words((0, 30)),
        sex=text.sex(30),
        renewals=text.words((32, 4)),
        birth=birth,
        # Either part may be padded, when the name was broken between two words.
        english_name=" ".join(text.required((52, 70), (220, 22)).split()),
        number=number,
        valid_from=text.day(188),
        valid_until=text.last_day(204),
        nationality=text.words((242, 6)),
        old_number_relation=text.words((250, 6)),
    )


_LAYOUTS: dict[bytes, Callable[[_Text], IdDocument]] = {
    b"I\0": _foreigner_2017,
    b"Y\0": _foreigner_2023,
    b"J\0": _residence_permit,
}


def decode(content: bytes, photo: bytes = b"", fingerprint: bytes = b"") -> IdDocument:
    """The document in the 256 bytes of text that a reader returns.

    Raises:
        DeviceError: ``ID_UNREADABLE`` for anything that is not a sound document; the detail names a field only.
    """
    if len(content) != TEXT_LENGTH:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"text of {len(content)} bytes")
    layout = _LAYOUTS.get(content[248:250], _resident)
    try:
        document = layout(_Text(content))
    except _UnreadableError as reason:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"{layout.__name__[1:]}: {reason}") from None
    if document.valid_until is not None and document.valid_until < document.valid_from:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"{layout.__name__[1:]}: validity")
    return replace(document, photo=photo, fingerprint=fingerprint)


def decode_appended_address(data: bytes) -> str:
    """The newest appended address, 70 bytes UTF-16LE (HARDWARE.md 2.2).

    Raises:
        DeviceError: ``ID_UNREADABLE`` if it is not such a text.
    """
    if len(data) != NEW_ADDRESS_LENGTH:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"appended address of {len(data)} bytes")
    try:
        return _Text(data).words((0, NEW_ADDRESS_LENGTH))
    except _UnreadableError as reason:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"appended address: {reason}") from None
