"""What is stored on the chip of an invented person's document (hardware.md 2.4, 2.5).

Written apart from the driver's decoder, so that a wrong offset in one of them shows.
"""

import hashlib
from collections.abc import Callable
from functools import cache

from simulator import chip_photo
from simulator.heads import pictures
from simulator.people import DocumentLayout, Person

Field = tuple[int, int, str]  # offset and size in bytes, content

_TEXT_BYTES = 256
_ENGLISH_NAME_PARTS = ((52, 35), (220, 11))  # offset in bytes, characters


def _utf16(content: str, size: int) -> bytes:
    """``content`` in a field of ``size`` bytes, padded with U+0020."""
    encoded = content.encode("utf-16-le")
    if len(encoded) > size:
        raise ValueError(f"{len(encoded)} bytes do not fit into {size}")
    return encoded + b" \0" * ((size - len(encoded)) // 2)


def _validity(person: Person) -> list[Field]:
    until = f"{person.valid_until:%Y%m%d}" if person.valid_until else "长期"
    return [(188, 16, f"{person.valid_from:%Y%m%d}"), (204, 16, until)]


def _resident(person: Person) -> list[Field]:
    return [
        (0, 30, person.name),
        (30, 2, person.sex),
        (32, 4, person.nation),
        (36, 16, f"{person.born:%Y%m%d}"),
        (52, 70, person.address),
        (122, 36, person.number),
        (158, 30, person.authority),
        *_validity(person),
    ]


def _hk_macao_taiwan(person: Person) -> list[Field]:
    fields = [field for field in _resident(person) if field[0] != 32]
    return [*fields, (220, 18, person.permit_number), (238, 4, "01"), (248, 2, "J")]


def _foreigner_2017(person: Person) -> list[Field]:
    return [
        (0, 120, person.english_name),
        (120, 2, person.sex),
        (122, 30, person.number),
        (152, 6, person.nationality),
        (158, 30, person.name),
        *_validity(person),
        (220, 16, f"{person.born:%Y%m%d}"),
        (236, 4, "01"),
        (240, 8, "1500"),
        (248, 2, "I"),
    ]


def _foreigner_2023(person: Person) -> list[Field]:
    fields = [
        (0, 30, person.name),
        (30, 2, person.sex),
        (32, 4, "00"),
        (36, 16, f"{person.born:%Y%m%d}"),
        (122, 36, person.number),
        *_validity(person),
        (242, 6, person.nationality),
        (248, 2, "Y"),
        (250, 6, "000"),
    ]
    rest = person.english_name
    for offset, characters in _ENGLISH_NAME_PARTS:  # what goes beyond both parts is cut off
        fields.append((offset, 2 * characters, rest[:characters]))
        rest = rest[characters:]
    return fields


_LAYOUTS: dict[DocumentLayout, Callable[[Person], list[Field]]] = {
    DocumentLayout.RESIDENT: _resident,
    DocumentLayout.FOREIGNER_2017: _foreigner_2017,
    DocumentLayout.FOREIGNER_2023: _foreigner_2023,
    DocumentLayout.HK_MACAO_TAIWAN: _hk_macao_taiwan,
}


def text_of(person: Person) -> bytes:
    """The 256 bytes of text in the layout of the person's document."""
    text = bytearray(b" \0" * (_TEXT_BYTES // 2))
    for offset, size, content in _LAYOUTS[person.layout](person):
        text[offset : offset + size] = _utf16(content, size)
    return bytes(text)


def new_address_of(person: Person) -> bytes | None:
    """The 70 bytes of the newest appended address; None if there is none."""
    return _utf16(person.new_address, 70) if person.new_address else None


def _filler(label: bytes, person: Person) -> bytes:
    """1024 repeatable bytes that say what they are not, with a false preamble inside, as real data may have."""
    start = label + person.key.encode() + bytes.fromhex("00 AA AA AA 96 69 00 08")
    return start + hashlib.shake_256(start).digest(1024 - len(start))


@cache
def photo_of(person: Person) -> bytes:
    """The 1024 bytes of the photo: the person's portrait in our own form, which is not WLT (simulator/chip_photo.py).

    Whoever has no portrait has bytes that no decoder takes.
    """
    try:
        return chip_photo.encode(pictures.portrait(person.key))
    except FileNotFoundError:
        return _filler(b"NOT WLT ", person)


def fingerprint_of(person: Person) -> bytes:
    """A stand-in of the size of two fingerprints, whose form is closed too."""
    return _filler(b"NO FINGERPRINT ", person)
