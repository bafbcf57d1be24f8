"""Draws the blocks of a slip, each as a strip of the full width of the paper."""

from dataclasses import dataclass
from functools import cached_property

import segno
from PIL import Image, ImageDraw

from config.fonts import FontSet, Weight
from drivers.printer.blocks import (
    Banner,
    BannerTone,
    BigNumber,
    Block,
    FinePrint,
    Heading,
    Paragraph,
    Qr,
    Rows,
    Rule,
)
from drivers.printer.lettering import Align, Lettering
from drivers.printer.signs import STRIPE_ROWS, draw_sign, draw_stripes

WHITE = 255
BLACK = 0
_QUIET_MODULES = 4
_SMALLEST_MODULE = 4


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


class Sheet:
    """Draws one block after the other as a strip of the full width."""

    def __init__(self, fonts: FontSet, width: int) -> None:
        self.sizes = _WIDE if width >= 480 else _NARROW
        self._fonts = fonts
        self._width = width
        self._left = self.sizes.margin
        self._inner = width - 2 * self.sizes.margin

    def draw(self, block: Block) -> Image.Image:
        """The block as a strip of grey values, as wide as the paper."""
        match block:
            case Heading():
                strip = self._heading(block)
            case Banner():
                strip = self._banner(block)
            case Rows():
                strip = self._rows(block)
            case BigNumber():
                strip = self._big_number(block)
            case Paragraph():
                strip = self._text(block.text, self._body, "left")
            case Qr():
                strip = self._qr(block)
            case Rule():
                strip = self._rule()
            case FinePrint():
                strip = self._text(block.text, self._small, "centre")
        return strip

    @cached_property
    def _small(self) -> Lettering:
        return Lettering(self._fonts, self.sizes.small, Weight.REGULAR)

    @cached_property
    def _body(self) -> Lettering:
        return Lettering(self._fonts, self.sizes.body, Weight.REGULAR, line_height=1.4)

    def _bold(self, size: int) -> Lettering:
        return Lettering(self._fonts, size, Weight.BOLD)

    def _strip(self, rows: int) -> Image.Image:
        return Image.new("L", (self._width, rows), WHITE)

    def _text(self, text: str, lettering: Lettering, align: Align) -> Image.Image:
        return self._lines(lettering.lines(text, self._inner), lettering, align)

    def _lines(self, lines: list[str], lettering: Lettering, align: Align) -> Image.Image:
        strip = self._strip(lettering.height(len(lines)))
        lettering.draw(strip, lines, (self._left, 0), self._inner, align=align)
        return strip

    def _title(self, text: str, size: int) -> Image.Image:
        lettering = self._largest_that_fits(text, self._inner, size, size * 4 // 5)
        return self._lines(lettering.even_lines(text, self._inner), lettering, "centre")

    def _rule(self) -> Image.Image:
        strip = self._strip(4)
        ImageDraw.Draw(strip).rectangle((self._left, 0, self._left + self._inner - 1, 3), fill=BLACK)
        return strip

    def _heading(self, block: Heading) -> Image.Image:
        if not block.beneath:
            return self._title(block.text, self.sizes.title)
        name = self._title(block.text, self.sizes.letterhead)
        beneath = self._text(block.beneath, self._small, "centre")
        strip = self._strip(name.height + 6 + beneath.height)
        strip.paste(name, (0, 0))
        strip.paste(beneath, (0, name.height + 6))
        return strip

    def _banner(self, block: Banner) -> Image.Image:
        sign = round(self.sizes.banner * 1.15)
        beside = sign + self.sizes.gap
        room = self._inner - self.sizes.gap - beside
        lettering = self._largest_that_fits(block.text, room, self.sizes.banner, self.sizes.banner * 4 // 5)
        lines = lettering.even_lines(block.text, room)
        text_width = max(lettering.width(line) for line in lines)
        pad = self.sizes.gap + (STRIPE_ROWS if block.tone is BannerTone.WAITING else 0)
        rows = max(lettering.height(len(lines)), sign)
        strip = self._strip(rows + 2 * pad)
        ImageDraw.Draw(strip).rectangle((0, 0, strip.width, strip.height), fill=BLACK)
        left = (self._width - beside - text_width) / 2
        draw_sign(strip, block.tone, (round(left), pad + (rows - sign) // 2), sign)
        top = pad + (rows - lettering.height(len(lines))) / 2
        lettering.draw(strip, lines, (left + beside, top), text_width, align="left", ink=WHITE)
        if block.tone is BannerTone.WAITING:
            draw_stripes(strip)
        return strip

    def _rows(self, block: Rows) -> Image.Image:
        widest = max((self._small.width(label) for label, _ in block.pairs), default=0)
        column = min(widest, self._inner * 0.4) + self.sizes.gap
        value = self._value_lettering([text for _, text in block.pairs], self._inner - column)
        strips = [self._row(label, text, column, value) for label, text in block.pairs]
        between = self.sizes.gap
        strip = self._strip(sum(each.height + between for each in strips) - between if strips else 0)
        top = 0
        for each in strips:
            if top:
                self._dotted(strip, top - between // 2)
            strip.paste(each, (0, top))
            top += each.height + between
        return strip

    def _value_lettering(self, values: list[str], room: float) -> Lettering:
        """One size for all rows, in which each value that can stand on one line does."""
        smallest = self._bold(self.sizes.small)
        can = [text for text in values if smallest.width(text) <= room]
        longest = max(can, key=smallest.width, default="")
        return self._largest_that_fits(longest, room, self.sizes.value, self.sizes.small)

    def _row(self, label: str, text: str, column: float, value: Lettering) -> Image.Image:
        room = self._inner - column
        if not value.fits_unbroken(text, room) and value.width(text) <= self._inner:
            return self._stacked_row(label, text, value)  # a number is better below its label than broken
        labels, values = self._small.lines(label, column - self.sizes.gap), value.lines(text, room)
        # Both stand on one baseline, though the value may be larger.
        drop = value.baseline - self._small.baseline
        strip = self._strip(max(drop + self._small.height(len(labels)), value.height(len(values))))
        self._small.draw(strip, labels, (self._left, drop), column, align="left")
        value.draw(strip, values, (self._left + column, 0), room, align="left")
        return strip

    def _stacked_row(self, label: str, text: str, value: Lettering) -> Image.Image:
        labels = self._text(label, self._small, "left")
        values = self._text(text, value, "left")
        strip = self._strip(labels.height + 4 + values.height)
        strip.paste(labels, (0, 0))
        strip.paste(values, (0, labels.height + 4))
        return strip

    def _dotted(self, strip: Image.Image, row: int) -> None:
        pen = ImageDraw.Draw(strip)
        for x in range(self._left, self._left + self._inner - 3, 8):
            pen.rectangle((x, row, x + 2, row + 1), fill=BLACK)

    def _big_number(self, block: BigNumber) -> Image.Image:
        pad = self.sizes.gap
        lines = _in_groups(block.number)
        number = min((self._number_lettering(line) for line in lines), key=lambda each: each.size)
        if self._number_lettering(block.number).size * 3 > number.size * 2:
            lines, number = [block.number], self._number_lettering(block.number)
        label_rows = self._small.height(1) + pad // 2
        strip = self._strip(2 * pad + label_rows + number.height(len(lines)))
        box = (self._left, 1, self._left + self._inner - 1, strip.height - 2)
        ImageDraw.Draw(strip).rounded_rectangle(box, radius=pad, outline=BLACK, width=4)
        self._small.draw(strip, [block.label], (self._left, pad), self._inner, align="centre")
        number.draw(strip, lines, (self._left, pad + label_rows), self._inner, align="centre")
        return strip

    def _number_lettering(self, text: str) -> Lettering:
        return self._largest_that_fits(text, self._inner - 2 * self.sizes.gap, self.sizes.number, self.sizes.small // 2)

    def _largest_that_fits(self, text: str, width: float, size: int, smallest: int) -> Lettering:
        while size > smallest and self._bold(size).width(text) > width:
            size -= 2
        return self._bold(size)

    def _qr(self, block: Qr) -> Image.Image:
        code = _qr_picture(block.content, self.sizes.qr, self._width)
        strip = self._strip(code.height)
        strip.paste(code, ((self._width - code.width) // 2, 0))
        return strip


def _qr_picture(content: str, wanted: int, width: int) -> Image.Image:
    """The code with its quiet zone. Modules under half a millimetre cannot be read from thermal paper.

    Raises:
        ValueError: the content is too long for this paper.
    """
    code = segno.make_qr(content, error="m")
    modules = int(code.symbol_size(border=_QUIET_MODULES)[0])
    module = max(_SMALLEST_MODULE, wanted // modules)
    if modules * module > width:
        raise ValueError(f"a QR code of {modules} modules does not fit on {width} dots")
    dots = [[BLACK if dark else WHITE for dark in row] for row in code.matrix_iter(border=_QUIET_MODULES)]
    picture = Image.new("L", (modules, modules))
    picture.putdata([dot for row in dots for dot in row])
    return picture.resize((modules * module, modules * module), Image.Resampling.NEAREST)


def _in_groups(number: str) -> list[str]:
    """A long number in two lines, broken behind the hyphen that leaves them most alike."""
    ends = [at + 1 for at, char in enumerate(number[:-1]) if char == "-"]
    if not ends:
        return [number]
    middle = min(ends, key=lambda end: abs(end - len(number) / 2))
    return [number[:middle], number[middle:]]
