"""What a slip is made of: frozen blocks of plain strings."""

from dataclasses import dataclass
from enum import Enum


class BannerTone(Enum):
    """What the banner's form says beside its words; never a matter of colour."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True)
class Heading:
    """A title in the middle. With a second line beneath it, it is the letterhead: place and machine."""

    text: str
    beneath: str = ""


@dataclass(frozen=True)
class Banner:
    """Where the matter stands, in white on a black band with a sign."""

    text: str
    tone: BannerTone


@dataclass(frozen=True)
class Rows:
    """Pairs of label and value in two columns."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BigNumber:
    """A number to be read out on the telephone, in a frame."""

    label: str
    number: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Qr:
    """A QR code, in the middle."""

    content: str


@dataclass(frozen=True)
class Rule:
    """A line across."""


@dataclass(frozen=True)
class FinePrint:
    """The last words, in the smallest text there is, in the middle."""

    text: str


Block = Heading | Banner | Rows | BigNumber | Paragraph | Qr | Rule | FinePrint


@dataclass(frozen=True)
class SlipDocument:
    """A slip from top to bottom."""

    blocks: tuple[Block, ...]
