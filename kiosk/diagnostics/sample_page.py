"""The printer's test page: everything on it can be judged by eye, with a ruler and with a telephone."""

from datetime import datetime

from config.settings import Settings
from drivers.printer.blocks import (
    Banner,
    BannerTone,
    FinePrint,
    Heading,
    HeadMarks,
    Paragraph,
    Qr,
    Ramp,
    Rows,
    Rule,
    Ruler,
    SlipDocument,
)
from flows.prompts import Text
from screens.text.catalogue import Catalogue

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789"
_COMMON = "社会保障卡 参保缴费 待遇领取 济南市 ，。：；！？（）《》￥"
_RARE = "䶮 㛃 喆 堃 𠮷 𬎆 𫖯 〇"


def sample_page(settings: Settings, catalogue: Catalogue, printed_at: datetime) -> SlipDocument:
    """The page for this kiosk; it is cut behind its last line as every slip is."""

    def say(key: str) -> str:
        return catalogue.render(Text(key))

    dots = settings.printer.width_dots
    return SlipDocument(
        (
            HeadMarks(),
            Heading(settings.hall.name, catalogue.render(Text("slip.kiosk", {"kiosk": settings.hall.kiosk}))),
            Rule(),
            Heading(say("test_page.title")),
            Rows(((say("label.time"), f"{printed_at:%Y-%m-%d %H:%M}"), (say("test_page.width"), str(dots)))),
            Paragraph(say("test_page.ruler")),
            Ruler(),
            Paragraph(say("test_page.ramp")),
            Ramp(),
            Banner(say("test_page.banner"), BannerTone.DONE),
            Paragraph(_COMMON),
            Paragraph(_LETTERS),
            Paragraph(f"{say('test_page.rare')} {_RARE}"),
            Qr(f"TEST {settings.hall.receipt_prefix} {printed_at:%Y%m%d%H%M}"),
            Rule(),
            FinePrint(say("test_page.cut")),
            HeadMarks(),
        )
    )
