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
class TableRow:
    """One row of a table: what it is about, and below that its details with the sum on the right."""

    title: str
    detail: str
    amount: str
    remark: str = ""


@dataclass(frozen=True)
class Table:
    """A heading with its total, and the rows that make it up."""

    heading: str
    total: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Stamp:
    """What sets this copy apart, as if stamped on it by hand."""

    text: str
    beneath: str = ""


class QrSize(Enum):
    """How large a QR code is printed."""

    SMALL = "small"  # a short number
    FULL = "full"  # a long signed text: as large as the paper allows


@dataclass(frozen=True)
class Qr:
    """A QR code, in the middle."""

    content: str
    size: QrSize = QrSize.SMALL


@dataclass(frozen=True)
class Rule:
    """A line across."""


@dataclass(frozen=True)
class FinePrint:
    """The last words, in the smallest text there is, in the middle."""

    text: str


@dataclass(frozen=True)
class Ruler:
    """Millimetres across the paper, to be held against a real ruler."""


@dataclass(frozen=True)
class Ramp:
    """Greys from white to black, each a pattern of dots: how evenly the head burns."""


@dataclass(frozen=True)
class HeadMarks:
    """Both ends of the head, and every one of its dots: a dead dot is a gap."""


TestMark = Ruler | Ramp | HeadMarks
Block = Heading | Banner | Rows | BigNumber | Paragraph | Table | Stamp | Qr | Rule | FinePrint | TestMark


@dataclass(frozen=True)
class SlipDocument:
    """A slip from top to bottom."""

    blocks: tuple[Block, ...]
