"""Draws the blocks of a slip, each as a strip of the full width of the paper."""

from PIL import Image, ImageDraw

from config.fonts import FontSet
from drivers.printer.blocks import (
    Banner,
    BannerTone,
    BigNumber,
    Block,
    FinePrint,
    Heading,
    HeadMarks,
    Paragraph,
    Qr,
    Ramp,
    Rows,
    Rule,
    Ruler,
    Stamp,
    Table,
)
from drivers.printer.codes import qr_picture
from drivers.printer.ground import BLACK, WHITE, Ground
from drivers.printer.lettering import Lettering
from drivers.printer.page_marks import draw_mark
from drivers.printer.signs import STRIPE_ROWS, draw_sign, draw_stripes
from drivers.printer.stamps import stamp_picture
from drivers.printer.tables import draw_table


class Sheet:
    """Draws one block after the other as a strip of the full width."""

    def __init__(self, fonts: FontSet, width: int) -> None:
        self._ground = Ground(fonts, width)
        self.sizes = self._ground.sizes

    def draw(self, block: Block) -> Image.Image:
        """The block as a strip of grey values, as wide as the paper."""
        ground = self._ground
        match block:
            case Heading():
                strip = self._heading(block)
            case Banner():
                strip = self._banner(block)
            case Rows():
                strip = self._rows(block)
            case BigNumber():
                strip = self._big_number(block)
            case Table():
                strip = draw_table(ground, block)
            case Stamp():
                strip = self._centred(stamp_picture(ground, block))
            case Qr():
                strip = self._centred(qr_picture(block, ground.sizes.qr, ground.width))
            case Ruler() | Ramp() | HeadMarks():
                strip = draw_mark(ground, block)
            case Paragraph() | Rule() | FinePrint():
                strip = self._plain(block)
        return strip

    def _plain(self, block: Paragraph | Rule | FinePrint) -> Image.Image:
        match block:
            case Paragraph():
                return self._ground.text(block.text, self._ground.body, "left")
            case FinePrint():
                return self._ground.text(block.text, self._ground.small, "centre")
            case Rule():
                return self._ground.rule(4)

    def _title(self, text: str, size: int) -> Image.Image:
        lettering = self._ground.largest_that_fits(text, self._ground.inner, size, size * 4 // 5)
        return self._ground.lines(lettering.lines(text, self._ground.inner), lettering, "centre")

    def _heading(self, block: Heading) -> Image.Image:
        if not block.beneath:
            return self._title(block.text, self.sizes.title)
        name = self._title(block.text, self.sizes.letterhead)
        beneath = self._ground.text(block.beneath, self._ground.small, "centre")
        strip = self._ground.strip(name.height + 6 + beneath.height)
        strip.paste(name, (0, 0))
        strip.paste(beneath, (0, name.height + 6))
        return strip

    def _banner(self, block: Banner) -> Image.Image:
        sign = round(self.sizes.banner * 1.15)
        beside = sign + self.sizes.gap
        room = self._ground.inner - self.sizes.gap - beside
        lettering = self._ground.largest_that_fits(block.text, room, self.sizes.banner, self.sizes.banner * 4 // 5)
        lines = lettering.lines(block.text, room)
        text_width = max(lettering.width(line) for line in lines)
        pad = self.sizes.gap + (STRIPE_ROWS if block.tone is BannerTone.WAITING else 0)
        rows = max(lettering.height(len(lines)), sign)
        strip = self._ground.strip(rows + 2 * pad)
        ImageDraw.Draw(strip).rectangle((0, 0, strip.width, strip.height), fill=BLACK)
        left = (self._ground.width - beside - text_width) / 2
        draw_sign(strip, block.tone, (round(left), pad + (rows - sign) // 2), sign)
        top = pad + (rows - lettering.height(len(lines))) / 2
        lettering.draw(strip, lines, (left + beside, top), text_width, align="left", ink=WHITE)
        if block.tone is BannerTone.WAITING:
            draw_stripes(strip)
        return strip

    def _rows(self, block: Rows) -> Image.Image:
        widest = max((self._ground.small.width(label) for label, _ in block.pairs), default=0)
        column = min(widest, self._ground.inner * 0.4) + self.sizes.gap
        value = self._value_lettering([text for _, text in block.pairs], self._ground.inner - column)
        strips = [self._row(label, text, column, value) for label, text in block.pairs]
        between = self.sizes.gap
        strip = self._ground.strip(sum(each.height + between for each in strips) - between if strips else 0)
        top = 0
        for each in strips:
            if top:
                self._ground.dotted(strip, top - between // 2)
            strip.paste(each, (0, top))
            top += each.height + between
        return strip

    def _value_lettering(self, values: list[str], room: float) -> Lettering:
        """One size for all rows, in which each value that can stand on one line does."""
        smallest = self._ground.bold(self.sizes.small)
        can = [text for text in values if smallest.width(text) <= room]
        longest = max(can, key=smallest.width, default="")
        return self._ground.largest_that_fits(longest, room, self.sizes.value, self.sizes.small)

    def _row(self, label: str, text: str, column: float, value: Lettering) -> Image.Image:
        room = self._ground.inner - column
        if not value.fits_unbroken(text, room) and value.width(text) <= self._ground.inner:
            return self._stacked_row(label, text, value)  # a number is better below its label than broken
        labels, values = self._ground.small.lines(label, column - self.sizes.gap), value.lines(text, room)
        # Both stand on one baseline, though the value may be larger.
        drop = value.baseline - self._ground.small.baseline
        strip = self._ground.strip(max(drop + self._ground.small.height(len(labels)), value.height(len(values))))
        self._ground.small.draw(strip, labels, (self._ground.left, drop), column, align="left")
        value.draw(strip, values, (self._ground.left + column, 0), room, align="left")
        return strip

    def _stacked_row(self, label: str, text: str, value: Lettering) -> Image.Image:
        labels = self._ground.text(label, self._ground.small, "left")
        values = self._ground.text(text, value, "left")
        strip = self._ground.strip(labels.height + 4 + values.height)
        strip.paste(labels, (0, 0))
        strip.paste(values, (0, labels.height + 4))
        return strip

    def _big_number(self, block: BigNumber) -> Image.Image:
        pad = self.sizes.gap
        lines = _in_groups(block.number)
        number = min((self._number_lettering(line) for line in lines), key=lambda each: each.size)
        if self._number_lettering(block.number).size * 3 > number.size * 2:
            lines, number = [block.number], self._number_lettering(block.number)
        label_rows = self._ground.small.height(1) + pad // 2
        strip = self._ground.strip(2 * pad + label_rows + number.height(len(lines)))
        box = (self._ground.left, 1, self._ground.left + self._ground.inner - 1, strip.height - 2)
        ImageDraw.Draw(strip).rounded_rectangle(box, radius=pad, outline=BLACK, width=4)
        self._ground.small.draw(strip, [block.label], (self._ground.left, pad), self._ground.inner, align="centre")
        number.draw(strip, lines, (self._ground.left, pad + label_rows), self._ground.inner, align="centre")
        return strip

    def _number_lettering(self, text: str) -> Lettering:
        return self._ground.largest_that_fits(
            text, self._ground.inner - 2 * self.sizes.gap, self.sizes.number, self.sizes.small // 2
        )

    def _centred(self, picture: Image.Image) -> Image.Image:
        strip = self._ground.strip(picture.height)
        strip.paste(picture, ((self._ground.width - picture.width) // 2, 0))
        return strip


def _in_groups(number: str) -> list[str]:
    """A long number in two lines, broken behind the hyphen that leaves them most alike."""
    ends = [at + 1 for at, char in enumerate(number[:-1]) if char == "-"]
    if not ends:
        return [number]
    middle = min(ends, key=lambda end: abs(end - len(number) / 2))
    return [number[:middle], number[middle:]]
