"""From the 256 bytes of text that a reader returns to a document: the four layouts of hardware.md 2.4.

The letter at offset 248 tells the layout; what stands in a field, ``fields`` says. A document with a wrong check digit,
an impossible date, or a number that its kind never has is not shown to anybody: it is unreadable.

Not compared are sex and the number's 17th digit, which differ on some people's true documents, nor is anything with the
clock: a document that ended, or that begins after what this machine holds for today, is read like any other. Whether it
is good enough is for the matter to say (``document_expires``).
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.id_scanner.documents import (
    ForeignerId2017,
    ForeignerId2023,
    IdDocument,
    ResidencePermit,
    ResidentId,
)
from drivers.id_scanner.fields import Fields, UnreadableError
from drivers.id_scanner.samv import TEXT_LENGTH

NEW_ADDRESS_LENGTH = 70

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_RESIDENTS = re.compile(r"[1-8][0-9]{16}[0-9Xx]")  # the area where it was first given out
_PERMITS = re.compile(r"8[123]0000[0-9]{11}[0-9Xx]")  # Hong Kong, Macao, Taiwan
_FOREIGNERS_2023 = re.compile(r"9[0-9]{16}[0-9Xx]")  # then province 2, country 3
_FOREIGNERS_2017 = re.compile(r"[0-9A-Za-z]{15}")


def check_digit(first_17: str) -> str:
    """The 18th character of GB 11643, MOD 11-2 (hardware.md 5)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def _number_18(text: Fields, birth: date, form: re.Pattern[str]) -> str:
    number = text.words(122, 36)
    if not form.fullmatch(number) or check_digit(number[:17]) != number[17].upper():
        raise UnreadableError("number")
    if number[6:14] != f"{birth:%Y%m%d}":
        raise UnreadableError("number and birth")
    return number.upper()


def _resident(text: Fields) -> ResidentId:
    birth = text.day(36)
    return ResidentId(
        name=text.required(0, 30),
        sex=text.sex(30),
        nation_code=text.words(32, 4),
        birth=birth,
        address=text.words(52, 70),
        number=_number_18(text, birth, _RESIDENTS),
        authority=text.words(158, 30),
        valid_from=text.day(188),
        valid_until=text.last_day(204),
    )


def _residence_permit(text: Fields) -> ResidencePermit:
    birth = text.day(36)
    return ResidencePermit(
        name=text.required(0, 30),
        sex=text.sex(30),
        birth=birth,
        address=text.words(52, 70),
        number=_number_18(text, birth, _PERMITS),
        authority=text.words(158, 30),
        valid_from=text.day(188),
        valid_until=text.last_day(204),
        permit_number=text.words(220, 18),
        issue_count=text.words(238, 4),
    )


def _foreigner_2017(text: Fields) -> ForeignerId2017:
    number = text.words(122, 30)
    if not _FOREIGNERS_2017.fullmatch(number):
        raise UnreadableError("number")
    return ForeignerId2017(
        english_name=text.required(0, 120),
        sex=text.sex(120),
        number=number.upper(),
        nationality=text.words(152, 6),
        chinese_name=text.words(158, 30),
        valid_from=text.day(188),
        valid_until=text.last_day(204),
        birth=text.day(220),
        version=text.words(236, 4),
        authority_code=text.words(240, 8),
    )


def _foreigner_2023(text: Fields) -> ForeignerId2023:
    birth = text.day(36)
    english_name = text.name_in_parts((52, 70), (220, 22))
    if not english_name:
        raise UnreadableError("text at 52")
    return ForeignerId2023(
        chinese_name=text.words(0, 30),
        sex=text.sex(30),
        renewals=text.words(32, 4),
        birth=birth,
        english_name=english_name,
        number=_number_18(text, birth, _FOREIGNERS_2023),
        valid_from=text.day(188),
        valid_until=text.last_day(204),
        nationality=text.words(242, 6),
        old_number_relation=text.words(250, 6),
    )


_LAYOUTS: dict[bytes, Callable[[Fields], IdDocument]] = {
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
        document = layout(Fields(content))
    except UnreadableError as reason:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"{layout.__name__[1:]}: {reason}") from None
    if document.valid_until is not None and document.valid_until < document.valid_from:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"{layout.__name__[1:]}: validity")
    return replace(document, photo=photo, fingerprint=fingerprint)


def decode_appended_address(data: bytes) -> str:
    """The newest appended address, 70 bytes UTF-16LE (hardware.md 2.2).

    Raises:
        DeviceError: ``ID_UNREADABLE`` if it is not such a text.
    """
    if len(data) != NEW_ADDRESS_LENGTH:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"appended address of {len(data)} bytes")
    try:
        return Fields(data).words(0, NEW_ADDRESS_LENGTH)
    except UnreadableError as reason:
        raise DeviceError(FaultCode.ID_UNREADABLE, f"appended address: {reason}") from None
