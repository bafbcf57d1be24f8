"""What every block of a slip stands on: the width of the paper, the type sizes, and strips to draw on."""

from dataclasses import dataclass
from functools import cached_property

from PIL import Image, ImageDraw

from config.fonts import FontSet, Weight
from drivers.printer.lettering import Align, Lettering

WHITE = 255
BLACK = 0


@dataclass(frozen=True)
class Sizes:
    """Type sizes and gaps of one paper width, in dots."""

    title: int
    letterhead: int
    banner: int
    number: int
    value: int
    body: int
    small: int
    gap: int
    margin: int
    qr: int


_WIDE = Sizes(56, 42, 60, 76, 38, 36, 32, gap=22, margin=12, qr=240)
_NARROW = Sizes(42, 34, 44, 52, 32, 32, 30, gap=16, margin=6, qr=200)


class Ground:
    """The paper's width with its sizes. ``left`` and ``inner``: where the text begins, and its width, in dots."""

    def __init__(self, fonts: FontSet, width: int) -> None:
        self.sizes = _WIDE if width >= 480 else _NARROW
        self.width = width
        self.left = self.sizes.margin
        self.inner = width - 2 * self.sizes.margin
        self._fonts = fonts

    @cached_property
    def small(self) -> Lettering:
        """The smallest text."""
        return Lettering(self._fonts, self.sizes.small, Weight.REGULAR)

    @cached_property
    def body(self) -> Lettering:
        """Running text."""
        return Lettering(self._fonts, self.sizes.body, Weight.REGULAR, line_height=1.4)

    def bold(self, size: int) -> Lettering:
        """Bold text of any size."""
        return Lettering(self._fonts, size, Weight.BOLD)

    def largest_that_fits(self, text: str, width: float, size: int, smallest: int) -> Lettering:
        """Bold text of at most ``size``, as small as need be for one line of ``width``, but not under ``smallest``."""
        while size > smallest and self.bold(size).width(text) > width:
            size -= 2
        return self.bold(size)

    def strip(self, rows: int) -> Image.Image:
        """A white strip of the full width."""
        return Image.new("L", (self.width, rows), WHITE)

    def stacked(self, strips: list[Image.Image], between: int) -> Image.Image:
        """Strips one below the other."""
        stack = self.strip(sum(each.height + between for each in strips) - between if strips else 0)
        top = 0
        for each in strips:
            stack.paste(each, (0, top))
            top += each.height + between
        return stack

    def text(self, text: str, lettering: Lettering, align: Align) -> Image.Image:
        """``text`` in as many lines as it takes."""
        return self.lines(lettering.lines(text, self.inner), lettering, align)

    def lines(self, lines: list[str], lettering: Lettering, align: Align) -> Image.Image:
        """Lines of text as they are."""
        strip = self.strip(lettering.height(len(lines)))
        lettering.draw(strip, lines, (self.left, 0), self.inner, align=align)
        return strip

    def rule(self, thickness: int) -> Image.Image:
        """A line across."""
        strip = self.strip(thickness)
        ImageDraw.Draw(strip).rectangle((self.left, 0, self.left + self.inner - 1, thickness - 1), fill=BLACK)
        return strip

    def dotted(self, strip: Image.Image, row: int) -> None:
        """Draw a dotted line across ``strip``."""
        pen = ImageDraw.Draw(strip)
        for x in range(self.left, self.left + self.inner - 3, 8):
            pen.rectangle((x, row, x + 2, row + 1), fill=BLACK)
