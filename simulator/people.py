"""The invented people of the simulated hall, with their documents and cards.

Nobody here exists: the division code 370199 is not assigned to any county, and the sequence 000 is never
given out, so no real person can hold one of these numbers.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CARD_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

CITY = "370100"  # issuing areas: Jinan, and the provincial level (省直)
PROVINCE = "370000"


def with_id_check(first_17: str) -> str:
    """The 18-character number of GB 11643 (and of the foreigner's card of 2023) for its first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _ID_WEIGHTS, strict=True))
    return first_17 + "10X98765432"[total % 11]


def with_card_check(first_8: str) -> str:
    """The 9-character card number (卡号) for its first 8 characters (V2 annex A)."""
    total = sum(int(char, 36) * weight for char, weight in zip(first_8, _CARD_WEIGHTS, strict=True))
    return first_8 + {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


class DocumentLayout(StrEnum):
    """The four text layouts of the resident ID reader (hardware.md 2.4)."""

    RESIDENT = "resident"
    FOREIGNER_2017 = "I"
    FOREIGNER_2023 = "Y"
    HK_MACAO_TAIWAN = "J"


@dataclass(frozen=True)
class Card:
    """A simulated social security card and what the gateway holds about it."""

    number: str
    version: str  # "1.00", "2.00", "3.00"
    status: str  # a value of flows.records.CardStatus
    pin: str = "123456"
    pin_tries: int = 6
    issued: date = date(2021, 5, 6)
    expires: date = date(2031, 5, 6)
    issuing_area: str = CITY
    kind: str = "3"  # 卡的类别: 1 child, 2 student, 3 adult, 4 elderly
    bank: str = "泉城示例银行"
    bank_telephone: str = "400-000-0000"

    @property
    def serial(self) -> bytes:
        """The 4 serial bytes of 卡的识别码, also the last historical bytes of the ATR."""
        return int(self.number[1:8]).to_bytes(4, "big")


@dataclass(frozen=True)
class Person:
    """One invented person."""

    key: str
    name: str
    number: str
    sex: str  # GB/T 2261.1: "1" male, "2" female
    nation: str  # GB/T 3304 code, two digits
    born: date
    address: str
    card: Card | None
    mobile: str = "13800000021"
    authority: str = "济南市公安局示例分局"
    valid_from: date = date(2015, 3, 1)
    valid_until: date | None = date(2035, 3, 1)  # None: long term (长期)
    layout: DocumentLayout = DocumentLayout.RESIDENT
    english_name: str = ""
    nationality: str = ""  # three letters, GB/T 2659
    permit_number: str = ""  # 通行证号 of Hong Kong, Macao and Taiwan residents
    new_address: str = ""  # appended address on the ID


def _number(area: str, born: str, sequence: str) -> str:
    return with_id_check(area + born + sequence)


def _card(first_8: str, version: str, status: str, kind: str = "3", issuing_area: str = CITY) -> Card:
    number = with_card_check(first_8)
    return Card(number=number, version=version, status=status, kind=kind, issuing_area=issuing_area)


PEOPLE: tuple[Person, ...] = (
    Person(
        key="zhang_ling",
        name="张玲",
        number=_number("370199", "19860315", "002"),
        sex="2",
        nation="01",
        born=date(1986, 3, 15),
        address="山东省济南市示例区泉水路1号",
        card=_card("D2143569", "2.00", "not_activated"),
    ),
    Person(
        key="zhao_qi",
        name="赵\U0002c386",
        number=_number("370199", "19911102", "011"),
        sex="1",
        nation="01",
        born=date(1991, 11, 2),
        address="山东省济南市示例区柳荫街22号",
        card=_card("D2143570", "2.00", "not_activated"),
        new_address="山东省济南市示例区荷花巷5号",
    ),
    Person(
        key="gulimire",
        name="古丽米热·阿卜杜热合曼",
        number=_number("370199", "19940720", "024"),
        sex="2",
        nation="05",
        born=date(1994, 7, 20),
        address="山东省济南市示例区学府路8号",
        card=_card("D2143571", "2.00", "not_activated"),
    ),
    Person(
        key="berg",
        name="安娜·贝尔格",
        english_name="BERG, ANNA MARIA KRISTINA ELISABETH JOHANSDATTER",
        number=with_id_check("9" + "37" + "578" + "19790908" + "000"),
        sex="2",
        nation="",
        born=date(1979, 9, 8),
        address="",
        card=_card("D2143572", "3.00", "not_activated", issuing_area=PROVINCE),
        layout=DocumentLayout.FOREIGNER_2023,
        nationality="NOR",
        authority="",
    ),
    Person(
        key="chan",
        name="陈颖欣",
        number=_number("810000", "19880505", "000"),
        sex="2",
        nation="",
        born=date(1988, 5, 5),
        address="山东省济南市示例区经十路100号",
        card=_card("D2143573", "2.00", "not_activated"),
        layout=DocumentLayout.HK_MACAO_TAIWAN,
        permit_number="H00000001",
    ),
    Person(
        key="li_xiuying",
        name="李秀英",
        number=_number("370199", "19430212", "040"),
        sex="2",
        nation="01",
        born=date(1943, 2, 12),
        address="山东省济南市示例区大明湖路3号",
        card=_card("D2143574", "1.00", "not_activated", kind="4"),
        valid_until=None,
    ),
    Person(
        key="wang_jianguo",
        name="王建国",
        number=_number("370199", "19750101", "053"),
        sex="1",
        nation="11",
        born=date(1975, 1, 1),
        address="山东省济南市示例区工业南路7号",
        card=_card("D2143575", "3.00", "normal", issuing_area=PROVINCE),
    ),
    Person(
        key="liu_zhiqiang",
        name="刘志强",
        number=_number("370199", "19690630", "061"),
        sex="1",
        nation="01",
        born=date(1969, 6, 30),
        address="山东省济南市示例区二环东路50号",
        card=_card("D2143576", "2.00", "cancelled"),
    ),
)

# Members of staff hold a card like everybody; the gateway need not know them, and they have no portrait.
STAFF: tuple[Person, ...] = (
    Person(
        key="sun_xia",
        name="孙霞",
        number=_number("370199", "19900417", "068"),
        sex="2",
        nation="01",
        born=date(1990, 4, 17),
        address="山东省济南市示例区解放路12号",
        card=_card("D2143577", "3.00", "normal"),
    ),
    Person(
        key="zhou_ming",
        name="周明",
        number=_number("370199", "19820930", "079"),
        sex="1",
        nation="01",
        born=date(1982, 9, 30),
        address="山东省济南市示例区历山路30号",
        card=_card("D2143578", "2.00", "normal"),
    ),
)

BY_KEY = {person.key: person for person in (*PEOPLE, *STAFF)}
