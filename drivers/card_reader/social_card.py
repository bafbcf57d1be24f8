"""What stands on a social security card, and how its bytes are to be read.

Sources: hardware.md 1.3 to 1.5 (V2, P3, P6, SC 10). Pure. Whatever bytes come, the only error is
``DeviceError(CARD_UNREADABLE)``, and it never repeats them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum

from config.faults import FaultCode
from drivers.card_reader.algorithm import Algorithm, algorithm_of
from drivers.card_reader.atr import ResetInformation, historical_bytes
from drivers.card_reader.authentication import NOT_NEEDED, Authentication
from drivers.card_reader.names import PADDING, decode_name, may_be_cut
from drivers.device import DeviceError
from drivers.gb_codes import Sex, nation_name

_CARD_NUMBER_LENGTH = 9
_SOCIAL_NUMBER_LENGTH = 18
_IDENTIFICATION_LENGTH = 16
_CHECK_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHER_NATION_ON_CARDS = "99"  # V2's 其他; ID cards, and some cards with them, say 97 (GB/T 3304 and its clients)
_INITIALISER_LENGTH = 12
_INITIALISER_RID = "9156000002"


class Item(Enum):
    """The data items: tag and defined length of the value in bytes (V2)."""

    IDENTIFICATION = 0x01, 16
    KIND = 0x02, 1
    VERSION = 0x03, 4
    INITIALISER = 0x04, 12
    ISSUED = 0x05, 4
    EXPIRES = 0x06, 4
    CARD_NUMBER = 0x07, 9
    NUMBER = 0x08, 18
    NAME = 0x09, 30
    NAME_CONTINUED = 0x4E, 20
    SEX = 0x0A, 1
    NATION = 0x0B, 1
    BIRTH_PLACE = 0x0C, 3
    BORN = 0x0D, 4

    @property
    def tag(self) -> int:
        """The first byte of the record."""
        return self.value[0]

    @property
    def record_length(self) -> int:
        """The whole record: tag, length and value."""
        return self.value[1] + 2


ISSUER_FILE = 0xEF05
ISSUER_ITEMS = (
    Item.IDENTIFICATION,
    Item.KIND,
    Item.VERSION,
    Item.INITIALISER,
    Item.ISSUED,
    Item.EXPIRES,
    Item.CARD_NUMBER,
)
HOLDER_FILE = 0xEF06
HOLDER_ITEMS_1_0 = (Item.NUMBER, Item.NAME, Item.SEX, Item.NATION, Item.BIRTH_PLACE, Item.BORN)
HOLDER_ITEMS = (Item.NUMBER, Item.NAME, Item.NAME_CONTINUED, Item.SEX, Item.NATION, Item.BIRTH_PLACE, Item.BORN)

Values = Mapping[Item, bytes]


class CardKind(StrEnum):
    """卡的类别 (V2)."""

    PRE_SCHOOL = "1"
    STUDENT = "2"
    ADULT = "3"
    ELDERLY = "4"


@dataclass(frozen=True)
class Nation:
    """民族 by its code; a code that no table knows is its own name."""

    code: str
    name: str


@dataclass(frozen=True)
class Initialiser:
    """初始化机构编号: ``91 56 00 00 02``, area 3, area of the organisation 3, sequence 1, in bytes (V2)."""

    code: str  # all 24 digits, as they stand on the card

    @property
    def area(self) -> str | None:
        """The area, six digits of GB/T 2260; None if the code is made up in another way."""
        return self._part(10, 16)

    @property
    def organisation_area(self) -> str | None:
        """The area of the organisation that initialised the card, six digits; None as for ``area``."""
        return self._part(16, 22)

    @property
    def sequence(self) -> str | None:
        """Which of that area's organisations it was, two digits; None as for ``area``."""
        return self._part(22, 24)

    def _part(self, begin: int, end: int) -> str | None:
        return self.code[begin:end] if self.code.startswith(_INITIALISER_RID) else None


@dataclass(frozen=True)
class CardHolder:
    """EF06. Items that the card leaves open are None. Nothing of it shows in ``repr``, so none gets into a log."""

    number: str = field(repr=False)  # 社会保障号码, 18 characters; not always a number of GB 11643
    name: str = field(repr=False)
    name_may_be_cut: bool = field(default=False, repr=False)  # it fills its room to the last byte
    sex: Sex | None = field(default=None, repr=False)
    nation: Nation | None = field(default=None, repr=False)
    birth_place: str | None = field(default=None, repr=False)  # GB/T 2260, six digits
    born: date | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SocialCard:
    """A card that was read. ``holder`` is None when the card shows it to a PSAM only (3.0 cards) and there was none.

    ``authentication`` says why, or that card and terminal have proved themselves to each other.
    """

    identification: str = field(repr=False)  # 卡的识别码, 32 hexadecimal digits
    card_number: str = field(repr=False)  # 卡号, 9 characters; not the bank card's number
    version: str  # three characters: "1.0", "2.0", "3.0"
    kind: CardKind
    initialiser: Initialiser | None
    issued: date | None
    expires: date | None
    reset: ResetInformation
    algorithm: Algorithm
    holder: CardHolder | None
    authentication: Authentication = NOT_NEEDED

    @property
    def issuing_area(self) -> str:
        """发卡地区行政区划代码, six digits of GB/T 2260."""
        return self.identification[:6]

    @property
    def reset_information(self) -> str:
        """卡复位信息, 26 hexadecimal digits (SC 1.1.2)."""
        return self.reset.text


def parse_record(item: Item, record: bytes) -> bytes:
    """The value of one record: tag, length, value (V2)."""
    if len(record) < 2 or record[0] != item.tag or record[1] > len(record) - 2:
        raise unreadable(item.name)
    return record[2 : 2 + record[1]]


def decode_card(issuer: Values, fci: bytes, atr: bytes) -> SocialCard:
    """The card from the values of EF05, the answer to SELECT and the answer to reset; its holder is not known yet."""
    identification = decode_identification(_required(issuer, Item.IDENTIFICATION))
    return SocialCard(
        identification=identification,
        card_number=_card_number(_required(issuer, Item.CARD_NUMBER)),
        version=version_of(issuer),
        kind=_kind(issuer),
        initialiser=_initialiser(issuer),
        issued=_day(issuer, Item.ISSUED),
        expires=_day(issuer, Item.EXPIRES),
        reset=ResetInformation(historical_bytes(atr)),
        algorithm=algorithm_of(fci, identification),
        holder=None,
    )


def decode_holder(values: Values) -> CardHolder:
    """The holder from the values of EF06."""
    name = _required(values, Item.NAME), values.get(Item.NAME_CONTINUED, b"")
    return CardHolder(
        number=_social_number(_required(values, Item.NUMBER)),
        name=decode_name(*name),
        name_may_be_cut=may_be_cut(*name),
        sex=_sex(values),
        nation=_nation(values),
        birth_place=_digits(values, Item.BIRTH_PLACE),
        born=_day(values, Item.BORN),
    )


def version_of(issuer: Values) -> str:
    """规范版本: only the first three characters count, an empty one is "1.0" (SC 10.2)."""
    text = _text(issuer.get(Item.VERSION, b""), Item.VERSION)[:3]
    if not text:
        return "1.0"
    if not (len(text) == 3 and text[0].isdigit() and text[1] == "." and text[2].isalnum()):
        raise unreadable(Item.VERSION.name)
    return text


def card_number_check(first_8: str) -> str:
    """The check character of a card number (V2 annex A)."""
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(first_8, _CHECK_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


def unreadable(what: str) -> DeviceError:
    """The one error of this module; ``what`` names an item and never holds its value."""
    return DeviceError(FaultCode.CARD_UNREADABLE, what.lower())


def _required(values: Values, item: Item) -> bytes:
    if item not in values:
        raise unreadable(item.name)
    return values[item]


def _is_unset(value: bytes) -> bool:
    return not value.strip(b"\x00") or not value.strip(b"\xff")


def _text(value: bytes, item: Item) -> str:
    try:
        return value.rstrip(PADDING).decode("ascii")
    except UnicodeDecodeError:
        raise unreadable(item.name) from None


def _digits(values: Values, item: Item) -> str | None:
    """A value of type cn: two digits per byte, padded on the right with F; None when unset."""
    value = values.get(item, b"")
    if _is_unset(value):
        return None
    digits = value.hex().rstrip("f")
    if not digits.isdecimal():
        raise unreadable(item.name)
    return digits


def _day(values: Values, item: Item) -> date | None:
    digits = _digits(values, item)
    if digits is None:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise unreadable(item.name) from None


def decode_identification(value: bytes) -> str:
    """卡的识别码: area 3, ``D1 56 00 00 05``, serial 4, authentication code 4, in bytes; the last may be unset (TR)."""
    if len(value) != _IDENTIFICATION_LENGTH or _is_unset(value) or not value[:3].hex().isdecimal():
        raise unreadable(Item.IDENTIFICATION.name)
    return value.hex().upper()


def _card_number(value: bytes) -> str:
    """Only the first nine characters are the number (SC 10.4)."""
    number = _text(value[:_CARD_NUMBER_LENGTH], Item.CARD_NUMBER)
    if len(number) != _CARD_NUMBER_LENGTH or not set(number) <= set(_ALPHABET):
        raise unreadable(Item.CARD_NUMBER.name)
    if card_number_check(number[:-1]) != number[-1]:
        raise unreadable(Item.CARD_NUMBER.name)
    return number


def _social_number(value: bytes) -> str:
    """18 letters and digits. The rule for foreigners' numbers is not public, so no check digit is demanded."""
    number = _text(value, Item.NUMBER).strip().upper()
    if len(number) != _SOCIAL_NUMBER_LENGTH or not number.isalnum():
        raise unreadable(Item.NUMBER.name)
    return number


def _kind(issuer: Values) -> CardKind:
    text = _text(issuer.get(Item.KIND, b""), Item.KIND)
    return CardKind(text) if text in set(CardKind) else CardKind.ADULT


def _initialiser(issuer: Values) -> Initialiser | None:
    value = issuer.get(Item.INITIALISER, b"")
    return None if _is_unset(value) else Initialiser(value[:_INITIALISER_LENGTH].hex().upper())


def _sex(values: Values) -> Sex | None:
    text = _text(values.get(Item.SEX, b""), Item.SEX)
    return Sex(text) if text in set(Sex) else None


def _nation(values: Values) -> Nation | None:
    code = _digits(values, Item.NATION)
    if code is None:
        return None
    return Nation(code, "其他" if code == _OTHER_NATION_ON_CARDS else nation_name(code))
