"""The words of the bench page: what can be set on each device, in Chinese and English, and who the people are."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from simulator.hall_state import (
    CameraState,
    CardReaderState,
    IdReaderState,
    NetworkState,
    PrinterState,
    StrangeCard,
)
from simulator.heads.moves import HeadMove
from simulator.people import PEOPLE, DocumentLayout, Person


@dataclass(frozen=True)
class Choice:
    """One button. ``fault`` is false for the state in which all is well."""

    value: StrEnum
    label: str
    english: str
    fault: bool = True


CHOICES: dict[str, tuple[Choice, ...]] = {
    "card_reader": (
        Choice(CardReaderState.PRESENT, "正常", "present", fault=False),
        Choice(CardReaderState.STOPPED, "停止", "pcscd stopped"),
    ),
    "id_reader": (
        Choice(IdReaderState.WORKING, "正常", "working", fault=False),
        Choice(IdReaderState.SILENT, "无应答", "silent"),
        Choice(IdReaderState.NOISE, "干扰", "noise"),
        Choice(IdReaderState.UNPLUGGED, "拔线", "unplugged"),
    ),
    "camera": (
        Choice(CameraState.WORKING, "正常", "working", fault=False),
        Choice(CameraState.DARK, "太暗", "dark"),
        Choice(CameraState.TWO_PEOPLE, "两个人", "two people"),
        Choice(CameraState.MASK, "戴口罩", "mask"),
        Choice(CameraState.PHOTO, "举照片", "held photo"),
        Choice(CameraState.SWAP, "中途换人", "swap midway"),
        Choice(CameraState.LEAVES, "中途走开", "leaves midway"),
        Choice(CameraState.FROZEN, "画面停住", "frozen"),
        Choice(CameraState.GONE, "断开", "gone"),
    ),
    "printer": (
        Choice(PrinterState.READY, "正常", "ready", fault=False),
        Choice(PrinterState.NEAR_END, "纸将尽", "near end"),
        Choice(PrinterState.PAPER_OUT, "缺纸", "paper out"),
        Choice(PrinterState.COVER_OPEN, "开盖", "cover open"),
        Choice(PrinterState.SILENT, "无应答", "silent"),
        Choice(PrinterState.OFF, "断电", "no power"),
    ),
    "network": (
        Choice(NetworkState.UP, "畅通", "up", fault=False),
        Choice(NetworkState.CUT, "断网", "cut"),
        Choice(NetworkState.SLOW, "很慢", "slow"),
        Choice(NetworkState.ANSWER_LOST, "丢应答", "answer lost"),
        Choice(NetworkState.ERROR, "报错", "error 500"),
        Choice(NetworkState.BROKEN_JSON, "乱码", "broken JSON"),
        Choice(NetworkState.PORTAL, "认证页", "captive portal"),
    ),
}

STRANGE_CARDS = (
    Choice(StrangeCard.BANK, "银行卡", "a bank card"),
    Choice(StrangeCard.SIM, "空白卡", "an empty SIM"),
    Choice(StrangeCard.MUTE, "插反的卡", "put in upside down"),
)

MOVES = (
    Choice(HeadMove.TURN_LEFT, "向左转头", "turn left", fault=False),
    Choice(HeadMove.TURN_RIGHT, "向右转头", "turn right", fault=False),
    Choice(HeadMove.NOD, "点头", "nod", fault=False),
)

_DOCUMENTS = {
    DocumentLayout.RESIDENT: "居民身份证",
    DocumentLayout.FOREIGNER_2017: "外国人永居证 2017",
    DocumentLayout.FOREIGNER_2023: "外国人永居证 2023",
    DocumentLayout.HK_MACAO_TAIWAN: "港澳台居民居住证",
}


@dataclass(frozen=True)
class PersonCard:
    """An invented person as the page shows them; ``card``: the number of the social security card."""

    key: str
    name: str
    document: str
    card: str | None
    card_version: str


def _shown(person: Person) -> PersonCard:
    card = person.card
    number, version = (card.number, card.version) if card else (None, "")
    return PersonCard(person.key, person.name, _DOCUMENTS[person.layout], number, version)


def words() -> dict[str, object]:
    """Everything on the page that never changes."""
    return {
        "people": [asdict(_shown(person)) for person in PEOPLE],
        "moves": [asdict(choice) for choice in MOVES],
        "strange_cards": [asdict(choice) for choice in STRANGE_CARDS],
        "choices": {part: [asdict(choice) for choice in choices] for part, choices in CHOICES.items()},
    }
