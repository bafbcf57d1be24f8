"""The few ESC/POS commands that print a picture (hardware.md 3.3, 3.4), as bytes.

The clearing commands follow the manuals of Epson, Citizen CT-S300 and HPRT TP80K, which agree on their form.
"""

import re
from collections.abc import Iterator

from PIL import Image

NUL = b"\x00"
INITIALIZE = b"\x1b@"
# Feeds to the knife and cuts; many 80 mm printers only know the partial cut.
FEED_AND_CUT = b"\x1dVB\x00"
FEED_SIX_LINES = b"\x1bd\x06"
# Real time: both take effect at once, in front of everything that waits in the printer's buffer.
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
RECOVER_AND_CLEAR = b"\x10\x05\x02"

_RASTER_HEADER = 8

# A printer scans all it receives for real-time commands, the bytes of a picture too: DLE EOT, DLE ENQ, DLE DC4.
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14][\x00-\x08])")


def about_request(part: int) -> bytes:
    """``GS I n``: 65 firmware, 66 maker, 67 model, 68 serial number; answered with 5Fh, the text and NUL."""
    return b"\x1dI" + bytes((part,))


def process_id_request(process_id: bytes) -> bytes:
    """``GS ( H`` function 48: answer with these four characters once all before it has been printed.

    Raises:
        ValueError: the id is not four bytes of 20h to 7Eh.
    """
    if len(process_id) != 4 or not all(0x20 <= byte <= 0x7E for byte in process_id):
        raise ValueError("a process id is four printable characters")
    return b"\x1d(H\x06\x00\x30\x30" + process_id


def raster_bands(picture: Image.Image, band_rows: int) -> Iterator[bytes]:
    """The picture as complete ``GS v 0`` commands of at most ``band_rows`` rows; black prints.

    Where the dots happen to spell a real-time command, one dot is left out: it would be carried out.
    """
    black = picture.convert("1", dither=Image.Dither.NONE)
    row_bytes = (black.width + 7) // 8
    dots = _REAL_TIME.sub(NUL, _ink(black, row_bytes))
    for top in range(0, black.height, band_rows):
        rows = min(band_rows, black.height - top)
        header = b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
        yield header + dots[top * row_bytes : (top + rows) * row_bytes]


def raster_bytes(width_dots: int, rows: int) -> int:
    """How long a ``GS v 0`` command with so many rows is."""
    return _RASTER_HEADER + (width_dots + 7) // 8 * rows


def _ink(black: Image.Image, row_bytes: int) -> bytes:
    """One bit per dot, 1 = black; the dots that fill up the last byte of a row stay white."""
    full = Image.new("1", (row_bytes * 8, black.height), 1)
    full.paste(black)
    return bytes(byte ^ 0xFF for byte in full.tobytes())
