"""What only a test page has: a ruler, a ramp of greys, and marks for every dot of the head."""

from PIL import Image, ImageDraw

from drivers.printer.blocks import HeadMarks, Ramp, Ruler, TestMark
from drivers.printer.ground import BLACK, Ground
from drivers.printer.paper_used import DOTS_A_MILLIMETRE

_RAMP_STEPS = 8
_RAMP_ROWS = 64
_TICKS = {10: 40, 5: 26, 1: 14}  # rows of a line at each so many millimetres
# Bayer's order of 4 x 4 dots: of n in 16 black ones each stands as far from the others as can be.
_ORDER = ((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5))
_COMB = 8  # dots between two that are burnt in one row
_COMB_ROWS = 6


def draw_mark(ground: Ground, mark: TestMark) -> Image.Image:
    """The mark as a strip of the full width."""
    match mark:
        case Ruler():
            return draw_ruler(ground)
        case Ramp():
            return draw_ramp(ground)
        case HeadMarks():
            return draw_head_marks(ground)


def draw_ruler(ground: Ground) -> Image.Image:
    """Millimetres from the left end of the head, numbered by tens."""
    strip = ground.strip(_TICKS[10] + 4 + ground.small.height(1))
    pen = ImageDraw.Draw(strip)
    pen.rectangle((0, 0, ground.width - 1, 1), fill=BLACK)
    for millimetre in range(ground.width // DOTS_A_MILLIMETRE + 1):
        x = min(millimetre * DOTS_A_MILLIMETRE, ground.width - 2)
        rows = next(rows for step, rows in _TICKS.items() if millimetre % step == 0)
        pen.rectangle((x, 0, x + 1, rows), fill=BLACK)
        half = DOTS_A_MILLIMETRE * 5
        if millimetre % 10 == 0 and half <= x <= ground.width - half:
            ground.small.draw(strip, [str(millimetre)], (x - half, _TICKS[10] + 4), 2 * half, align="centre")
    return strip


def draw_ramp(ground: Ground) -> Image.Image:
    """From an eighth of the dots to all of them."""
    strip = ground.strip(_RAMP_ROWS)
    for x in range(ground.width):
        black = (x * _RAMP_STEPS // ground.width + 1) * 16 // _RAMP_STEPS
        for y in range(_RAMP_ROWS):
            if _ORDER[y % 4][x % 4] < black:
                strip.putpixel((x, y), BLACK)
    return strip


def draw_head_marks(ground: Ground) -> Image.Image:
    """A full line between two edges, and below it stairs in which each dot of the head stands alone once."""
    strip = ground.strip(12 + _COMB * _COMB_ROWS)
    pen = ImageDraw.Draw(strip)
    pen.rectangle((0, 0, ground.width - 1, 3), fill=BLACK)
    for x in (0, ground.width - 2):
        pen.rectangle((x, 0, x + 1, strip.height - 1), fill=BLACK)
    for x in range(ground.width):
        top = 8 + x % _COMB * _COMB_ROWS
        pen.rectangle((x, top, x, top + _COMB_ROWS - 1), fill=BLACK)
    return strip
