"""QR codes on thermal paper: how large their modules are, and how much they forgive."""

import segno
from PIL import Image

from drivers.printer.blocks import Qr, QrSize
from drivers.printer.ground import BLACK, WHITE

_QUIET_MODULES = 4
_SMALLEST_MODULE = 4  # dots; half a millimetre, below which phones do not read it from thermal paper
_LARGEST_MODULE = 7


def qr_picture(block: Qr, wanted: int, width: int) -> Image.Image:
    """The code with its quiet zone, about ``wanted`` dots wide, or filling the paper.

    Raises:
        ValueError: the content is too long for this paper.
    """
    if block.size is QrSize.SMALL:
        code = segno.make_qr(block.content, error="m")
        module = max(_SMALLEST_MODULE, wanted // (_modules(code) + 2 * _QUIET_MODULES))
        return _drawn(code, module, _QUIET_MODULES, width)
    return _full(block.content, width)


def _full(content: str, width: int) -> Image.Image:
    """As large as the paper allows.

    On narrow paper it gives up error correction before it gives up size, and lets the paper's own unprinted margins
    of 5 mm be part of the quiet zone.
    """
    medium, low = (segno.make_qr(content, error=error, boost_error=False) for error in ("m", "l"))
    for code, quiet in ((medium, _QUIET_MODULES), (low, _QUIET_MODULES), (low, 1)):
        module = min(_LARGEST_MODULE, width // (_modules(code) + 2 * quiet))
        if module >= _SMALLEST_MODULE:
            return _drawn(code, module, quiet, width)
    return _drawn(low, _SMALLEST_MODULE, 1, width)


def _modules(code: segno.QRCode) -> int:
    return int(code.symbol_size(border=0)[0])


def _drawn(code: segno.QRCode, module: int, quiet: int, width: int) -> Image.Image:
    across = _modules(code) + 2 * quiet
    if across * module > width:
        raise ValueError(f"a QR code of {across} modules does not fit on {width} dots")
    dots = [[BLACK if dark else WHITE for dark in row] for row in code.matrix_iter(border=quiet)]
    picture = Image.new("L", (across, across))
    picture.putdata([dot for row in dots for dot in row])
    return picture.resize((across * module, across * module), Image.Resampling.NEAREST)
