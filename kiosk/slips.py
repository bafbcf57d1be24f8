"""What stands on a slip: the words of the flow, and what every slip says."""

from datetime import datetime

from config.settings import Hall
from drivers.printer.blocks import (
    Banner,
    BannerTone,
    BigNumber,
    FinePrint,
    Heading,
    Paragraph,
    Qr,
    Rows,
    Rule,
    SlipDocument,
)
from flows.prompts import Text, Words
from flows.transactions import ReceiptState
from flows.visit import Slip
from screens.text.catalogue import Catalogue

_BANNERS = {
    ReceiptState.DONE: BannerTone.DONE,
    ReceiptState.STORED: BannerTone.WAITING,
    ReceiptState.PROCESSING: BannerTone.WAITING,
    ReceiptState.REFUSED: BannerTone.REFUSED,
    ReceiptState.SUPERSEDED: BannerTone.REFUSED,
}


def compose(slip: Slip, title: Words, hall: Hall, catalogue: Catalogue, printed_at: datetime) -> SlipDocument:
    """The slip of the service ``title`` as blocks of plain strings, in the catalogue's language."""
    say = catalogue.render
    rows = [(say(line.label), say(line.value)) for line in slip.lines]
    rows.append((say(Text("label.time")), f"{printed_at:%Y-%m-%d %H:%M}"))
    return SlipDocument(
        (
            Heading(hall.name, say(Text("slip.kiosk", {"kiosk": hall.kiosk}))),
            Rule(),
            Heading(say(title)),
            Banner(say(slip.headline), _BANNERS[slip.receipt.state]),
            Rows(tuple(rows)),
            BigNumber(say(Text("label.receipt")), slip.receipt.number),
            *(Paragraph(say(sentence)) for sentence in slip.what_next),
            Qr(slip.receipt.number),
            Rule(),
            FinePrint(say(Text("slip.help"))),
        )
    )
