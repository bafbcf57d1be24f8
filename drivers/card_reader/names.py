"""The holder's name: two records of GBK or GB 18030, read as one (hardware.md 1.4; V2, SC 10.2). Pure."""

import codecs
import unicodedata

from config.faults import FaultCode
from drivers.device import DeviceError

PADDING = b"\x00\x20\xff"  # none of them can end a character of GB 18030
FIRST_BYTES, CONTINUED_BYTES = 30, 20

# Python's codec is of GB 18030-2000, which had no character of its own yet for these and put them into the private
# area; the editions of 2005 and 2022 name them. The resident ID, in Unicode, writes the right ones.
_NAMED_LATER = str.maketrans(
    {
        0xE816: 0x20087,
        0xE817: 0x20089,
        0xE818: 0x200CC,
        0xE81E: 0x9FB4,
        0xE826: 0x9FB5,
        0xE82B: 0x9FB6,
        0xE82C: 0x9FB7,
        0xE831: 0x215D7,
        0xE832: 0x9FB8,
        0xE83B: 0x2298F,
        0xE843: 0x9FB9,
        0xE854: 0x9FBA,
        0xE855: 0x241FE,
        0xE864: 0x9FBB,
    }
)


def decode_name(first: bytes, continued: bytes) -> str:
    """The name of tag 09 and its continuation in tag 4E: bytes joined, then decoded once.

    A character of two or four bytes may lie across the border of the two. So may a word space of a Latin name, which
    must not pass for padding. A name longer than both records was cut by bytes: what is left of its last character is
    dropped.

    Raises:
        DeviceError: ``CARD_UNREADABLE`` if no name comes out; the message does not repeat the bytes.
    """
    rest = continued.rstrip(PADDING)
    word_space = b" " if first.rstrip(PADDING) + b" " == first and rest[:1].isalpha() else b""
    decoder = codecs.getincrementaldecoder("gb18030")()
    try:
        name = decoder.decode(first.rstrip(PADDING) + word_space + rest)
    except UnicodeDecodeError:
        raise _unreadable() from None
    half_a_character = decoder.getstate()[0]
    if half_a_character and not may_be_cut(first, continued):
        raise _unreadable()
    name = name.translate(_NAMED_LATER).strip()
    if not name or any(unicodedata.category(char) == "Cc" for char in name):
        raise _unreadable()
    return name


def may_be_cut(first: bytes, continued: bytes) -> bool:
    """True if the name fills all the room it has: 50 bytes, or the 30 of a card without tag 4E."""
    last, room = (continued, CONTINUED_BYTES) if continued else (first, FIRST_BYTES)
    return len(last) >= room and last[-1:].strip(PADDING) != b""


def _unreadable() -> DeviceError:
    return DeviceError(FaultCode.CARD_UNREADABLE, "name")
