"""What can be set in the simulated hall, and its state at one moment, as the bench page shows it."""

from dataclasses import dataclass
from enum import StrEnum


class CardReaderState(StrEnum):
    """The card reader's service (pcscd)."""

    PRESENT = "present"
    STOPPED = "stopped"


class IdReaderState(StrEnum):
    """The resident ID reader."""

    WORKING = "working"
    SILENT = "silent"
    NOISE = "noise"
    UNPLUGGED = "unplugged"


class CameraState(StrEnum):
    """The camera and what is before it, beside the person who stands there."""

    WORKING = "working"
    GONE = "gone"
    DARK = "dark"
    TWO_PEOPLE = "two_people"
    MASK = "mask"
    PHOTO = "photo"
    SWAP = "swap"
    LEAVES = "leaves"
    FROZEN = "frozen"


class PrinterState(StrEnum):
    """The slip printer."""

    READY = "ready"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    SILENT = "silent"
    OFF = "off"


class NetworkState(StrEnum):
    """The way to the gateway, and the gateway at its end."""

    UP = "up"
    CUT = "cut"
    SLOW = "slow"
    ANSWER_LOST = "answer_lost"
    ERROR = "error"
    BROKEN_JSON = "broken_json"
    PORTAL = "portal"


class StrangeCard(StrEnum):
    """Cards that do not belong in the kiosk."""

    BANK = "bank_card"
    SIM = "empty_sim"
    MUTE = "mute_card"


@dataclass(frozen=True)
class CardReaderView:
    """``card``: key of its holder, or a StrangeCard."""

    state: CardReaderState
    card: str | None


@dataclass(frozen=True)
class IdReaderView:
    """``document``: key of the person whose document lies there."""

    state: IdReaderState
    document: str | None


@dataclass(frozen=True)
class CameraView:
    """``person``: key of the one who stands there. ``willing``: does what the kiosk's face check asks for."""

    state: CameraState
    person: str | None
    willing: bool


@dataclass(frozen=True)
class PrinterView:
    """``height``: rows of paper to be seen; ``revision`` changes whenever the paper does."""

    state: PrinterState
    slips: int
    height: int
    revision: str


@dataclass(frozen=True)
class CardRecord:
    """A card at the gateway."""

    number: str
    holder: str
    status: str


@dataclass(frozen=True)
class TransactionRecord:
    """A transaction at the gateway. ``times_received``: how often it came; it took effect once at most."""

    id: str
    kind: str
    holder: str
    person_number: str
    card: str
    proof: str
    result: str
    reason: str
    kiosk: str
    sequence: int
    occurred: str
    received: str
    times_received: int


@dataclass(frozen=True)
class MessageRecord:
    """A text message that the gateway sent about a transaction; ``code`` names its text, ``kind`` the transaction's."""

    id: str
    kind: str
    holder: str
    mobile: str
    code: str
    at: str


@dataclass(frozen=True)
class GatewayView:
    """What the gateway holds, newest first."""

    address: str
    cards: tuple[CardRecord, ...]
    transactions: tuple[TransactionRecord, ...]
    messages: tuple[MessageRecord, ...]


@dataclass(frozen=True)
class HallView:
    """The whole hall at one moment."""

    card_reader: CardReaderView
    id_reader: IdReaderView
    camera: CameraView
    printer: PrinterView
    network: NetworkState
    gateway: GatewayView
