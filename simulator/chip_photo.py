"""The picture that an invented person's ID holds in the 1024 bytes of its photo.

A real chip holds the closed form WLT there, for which no open coder exists (hardware.md 2.5). This is a form of our
own, so that comparing with the chip's photo off line can be tried: a WebP picture behind a header that nobody can take
for WLT. The hall's configuration names ``decode`` where a real hall names the vendor's library.
"""

import io
import struct

from PIL import Image, UnidentifiedImageError

SIZE = (102, 126)  # width and height of the picture that comes out of a WLT decoder
BYTES = 1024

# Real data may well hold what begins an answer on the line, and readers must not fall for it.
_MARK = b"SIMPHOTO" + bytes.fromhex("00 AA AA AA 96 69 00 08")
_HEAD = struct.Struct(f">{len(_MARK)}sH")  # the mark, and how many bytes of WebP follow
_QUALITIES = range(90, 0, -5)


def encode(picture: bytes) -> bytes:
    """The 1024 bytes for a picture file of a face, as good as fits.

    Raises:
        ValueError: it is not a picture, or not even its coarsest form fits.
    """
    small = _opened(picture).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    for quality in _QUALITIES:
        packed = io.BytesIO()
        small.save(packed, "WEBP", quality=quality, method=6)
        if packed.tell() <= BYTES - _HEAD.size:
            return (_HEAD.pack(_MARK, packed.tell()) + packed.getvalue()).ljust(BYTES, b"\0")
    raise ValueError("the picture does not fit")


def decode(content: bytes, library: str = "") -> bytes:
    """The picture as a BMP of ``SIZE``; ``library`` is what a real decoder's settings name, and not used here.

    Raises:
        ValueError: it is not of the form of ``encode``.
    """
    del library
    if len(content) != BYTES or not content.startswith(_MARK):
        raise ValueError("this is no simulated photo")
    _, size = _HEAD.unpack_from(content)
    picture = _opened(content[_HEAD.size : _HEAD.size + size])
    if picture.size != SIZE:
        raise ValueError("this is no simulated photo")
    plain = io.BytesIO()
    picture.convert("RGB").save(plain, "BMP")
    return plain.getvalue()


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content))
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError("this is no picture") from error
    return picture
