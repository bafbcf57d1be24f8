"""Decodes a chip photo through a vendor's library with one C function.

``face.chip_photo_decoder`` is then "drivers.camera.wlt_library:decode", ``face.chip_photo_library`` the library's file.
The function is expected to be

    int unpack(const unsigned char *wlt, unsigned char *bmp, int size);

``wlt``: the 1024 bytes of the chip. ``bmp``: room for the picture, a BMP file of 102 x 126 pixels in 24 bits, 38,862
bytes (54 of heading and 126 rows of 308; hardware.md 2.5). ``size``: of that room. It answers 1 when all went well,
like ``GetBmp`` of the widespread Windows library; 0 and below are errors (-5 there: no licence).

No standard says so: vendors' functions differ in name, in the order of the arguments and in what they answer. One that
differs needs a module of its own, a copy of this page with another call (docs/face.md).
"""

import ctypes
from functools import cache

_WLT_BYTES = 1024
_BMP_BYTES = 54 + 126 * 308
_DONE = 1


def decode(content: bytes, library: str) -> bytes:
    """The photo as a BMP file.

    Raises:
        ValueError: the content is not of the length of a WLT photo, or the library refuses it.
        OSError: the library cannot be loaded.
        AttributeError: it has no function ``unpack``.
    """
    if len(content) != _WLT_BYTES:
        raise ValueError(f"{len(content)} bytes are no WLT photo")
    bmp = ctypes.create_string_buffer(_BMP_BYTES)
    try:
        answer = _function(library)(content, bmp, _BMP_BYTES)
        if answer != _DONE:
            raise ValueError(f"the library answers {answer}")
        return bmp.raw
    finally:
        ctypes.memset(bmp, 0, _BMP_BYTES)


@cache
def _function(library: str) -> "ctypes._NamedFuncPointer":
    unpack = ctypes.CDLL(library).unpack
    unpack.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int)
    unpack.restype = ctypes.c_int
    return unpack
