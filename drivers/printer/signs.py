"""Signs and stripes of the banner: what says at a glance, without colour, how the matter stands."""

from PIL import Image, ImageDraw

from drivers.printer.blocks import BannerTone

STRIPE_ROWS = 18
_BLACK = 0
_WHITE = 255

# Lines of each sign in parts of its size, and how thick they are.
_STROKES: dict[BannerTone, tuple[tuple[tuple[float, float], ...], ...]] = {
    BannerTone.DONE: (((0.25, 0.52), (0.43, 0.70), (0.76, 0.32)),),  # a tick
    BannerTone.WAITING: (((0.5, 0.2), (0.5, 0.53), (0.72, 0.66)),),  # the hands of a clock
    BannerTone.REFUSED: (((0.3, 0.3), (0.7, 0.7)), ((0.3, 0.7), (0.7, 0.3))),  # a cross
}


def draw_sign(strip: Image.Image, tone: BannerTone, at: tuple[int, int], size: int) -> None:
    """Draw the sign of ``tone`` on a white disc of ``size`` dots."""
    left, top = at
    pen = ImageDraw.Draw(strip)
    pen.ellipse((left, top, left + size - 1, top + size - 1), fill=_WHITE)
    for stroke in _STROKES[tone]:
        points = [(left + x * size, top + y * size) for x, y in stroke]
        pen.line(points, fill=_BLACK, width=size // 8, joint="curve")


def draw_stripes(strip: Image.Image) -> None:
    """Slanting stripes along both edges: under way, not there yet."""
    pen = ImageDraw.Draw(strip)
    step = STRIPE_ROWS
    for top in (0, strip.height - step):
        for x in range(-step, strip.width, 2 * step):
            pen.polygon(
                ((x, top + step), (x + step, top), (x + 2 * step, top), (x + step, top + step)),
                fill=_WHITE,
            )
