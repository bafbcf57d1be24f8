"""The layout of a slip: blocks of plain strings, drawn once as a picture for paper and screen.

Laid out for a head of 203 dots an inch (8 dots a millimetre), 576 dots on 80 mm paper or 384 on 58 mm. No text is
smaller than 30 dots, so that somebody of 80 years reads it without looking for their glasses.
"""

from PIL import Image

from config.fonts import FontSet
from drivers.printer.blocks import SlipDocument
from drivers.printer.ground import WHITE
from drivers.printer.sheet import Sheet

# Greys below this become ink: a little more than half, for thin strokes burn in weakly.
_INK_BELOW = 144


def render(document: SlipDocument, fonts: FontSet, width_dots: int = 576) -> Image.Image:
    """Draw ``document`` as a picture of mode "1", ``width_dots`` wide; black is ink.

    Raises:
        ValueError: a QR code does not fit on this paper.
    """
    sheet = Sheet(fonts, width_dots)
    strips = [sheet.draw(block) for block in document.blocks]
    gap = sheet.sizes.gap
    page = Image.new("L", (width_dots, sum(strip.height + gap for strip in strips) + gap), WHITE)
    top = gap
    for strip in strips:
        page.paste(strip, (0, top))
        top += strip.height + gap
    return page.point(lambda grey: WHITE if grey >= _INK_BELOW else 0).convert("1", dither=Image.Dither.NONE)
