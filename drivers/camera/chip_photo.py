"""Makes the photo in an ID's chip readable, with whatever decoder the hall has. Child process only.

The form WLT (1024 bytes for 102 x 126 pixels) is closed: only vendors' libraries decode it. The setting
``face.chip_photo_decoder`` names a function ``decode(content: bytes, library: str) -> bytes`` that answers with a BMP,
JPEG or PNG file, or raises ValueError. ``wlt_library.py`` is one for a library with a plain C function.
"""

import importlib
import logging
from collections.abc import Callable
from functools import cache

log = logging.getLogger(__name__)

Decode = Callable[[bytes, str], bytes]


def decoded_chip(content: bytes, decoder: str, library: str) -> bytes | None:
    """The photo as a picture file, or None if the decoder cannot decode it or is not there."""
    try:
        return bytes(_loaded(decoder)(content, library))
    except Exception as error:  # noqa: BLE001 - a vendor's code: whatever it raises, this photo cannot be used
        # The name of the error alone: its text might repeat something of the photo.
        log.warning("chip_photo_not_decoded", extra={"decoder": decoder, "error": type(error).__name__})
        return None


@cache
def _loaded(decoder: str) -> Decode:
    module, _, name = decoder.partition(":")
    decode: Decode = getattr(importlib.import_module(module), name)
    return decode
