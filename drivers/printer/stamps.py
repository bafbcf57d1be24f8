"""A stamp: what sets one copy apart, in a double frame and a little aslant, as if by hand."""

from PIL import Image, ImageDraw

from drivers.printer.blocks import Stamp
from drivers.printer.ground import BLACK, WHITE, Ground

_SLANT = 4.0  # degrees
_FINER = 3  # drawn so many times larger, so that slanting lines come out clean


def stamp_picture(ground: Ground, block: Stamp) -> Image.Image:
    """The stamp on white."""
    room = ground.inner * 0.72
    lettering = ground.largest_that_fits(block.text, room, ground.sizes.banner, ground.sizes.small)
    gap = ground.sizes.gap
    beneath = ground.small.lines(block.beneath, room) if block.beneath else []
    text_width = max(lettering.width(block.text), *(ground.small.width(line) for line in beneath), 0)
    width = round(text_width) + 4 * gap
    below = gap // 2 + ground.small.height(len(beneath)) if beneath else 0
    height = lettering.height(1) + below + 2 * gap + gap // 2
    plate = Image.new("L", (width, height), WHITE)
    top = gap + gap // 4
    lettering.draw(plate, [block.text], (0, top), width, align="centre")
    ground.small.draw(plate, beneath, (0, top + lettering.height(1) + gap // 2), width, align="centre")
    return _slanted(_framed(plate, gap // 2))


def _framed(plate: Image.Image, radius: int) -> Image.Image:
    large = plate.resize((plate.width * _FINER, plate.height * _FINER), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(large)
    for inset, thickness in ((1, 5), (10, 2)):
        box = (inset * _FINER, inset * _FINER, large.width - inset * _FINER, large.height - inset * _FINER)
        pen.rounded_rectangle(box, (radius - inset // 3) * _FINER, outline=BLACK, width=thickness * _FINER)
    return large


def _slanted(large: Image.Image) -> Image.Image:
    turned = large.rotate(_SLANT, Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)
    return turned.resize((turned.width // _FINER, turned.height // _FINER), Image.Resampling.LANCZOS)
