"""A table of sums: a heading with its total, and below it one row for each that was added up."""

from PIL import Image

from drivers.printer.blocks import Table, TableRow
from drivers.printer.ground import Ground
from drivers.printer.lettering import Lettering

_THICK = 4
_THIN = 2


def draw_table(ground: Ground, block: Table) -> Image.Image:
    """The table from its thick line at the top to its last row; what comes next has a line of its own."""
    gap = ground.sizes.gap
    heading = ground.bold(ground.sizes.value)
    head = _between(ground, (block.heading, heading), (block.total, heading))
    rows = [_row(ground, row) for row in block.rows]
    body = ground.stacked(rows, gap)
    top = 0
    for each in rows[:-1]:
        top += each.height + gap
        ground.dotted(body, top - gap // 2 - 1)
    parts = [ground.rule(_THICK), head, ground.rule(_THIN), body]
    return ground.stacked(parts if rows else parts[:3], gap // 2)


def _row(ground: Ground, row: TableRow) -> Image.Image:
    title = ground.text(row.title, ground.body, "left")
    amounts = _between(ground, (row.detail, ground.small), (row.amount, ground.bold(ground.sizes.small)))
    parts = [title, amounts]
    if row.remark:
        parts.append(ground.text(row.remark, ground.small, "left"))
    return ground.stacked(parts, 6)


def _between(ground: Ground, left: tuple[str, Lettering], right: tuple[str, Lettering]) -> Image.Image:
    """Words on the left, a sum on the right: on one baseline if there is room for both, else below each other."""
    words, lettering = left
    amount, sums = right
    width = sums.width(amount)
    if lettering.width(words) + ground.sizes.gap + width <= ground.inner:
        lines, drop = [words], 0
    else:
        lines = lettering.lines(words, ground.inner)
        drop = lettering.height(len(lines)) + 4
    strip = ground.strip(max(lettering.height(len(lines)), drop + sums.height(1)))
    lettering.draw(strip, lines, (ground.left, 0), ground.inner, align="left")
    sums.draw(strip, [amount], (ground.left + ground.inner - width, drop), width, align="left")
    return strip
