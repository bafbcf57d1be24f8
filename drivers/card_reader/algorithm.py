"""Which cipher a card's keys are of (hardware.md 1.5; P3, TR, SC 10.1). Pure."""

from enum import StrEnum

from drivers.card_reader import tlv
from drivers.device import DeviceError

_TEMPLATE, _PROPRIETARY, _ISSUER_DATA, _ALGORITHM = 0x6F, 0xA5, 0x9F0C, 0x86


class Algorithm(StrEnum):
    """The ciphers that cards name; UNKNOWN is any other: such a card can be read, but not be spoken to by a PSAM."""

    TRIPLE_DES = "3DES"
    SSF33 = "SSF33"
    SM4 = "SM4"
    UNKNOWN = "unknown"


_BY_TAG_86 = {b"\x01": Algorithm.TRIPLE_DES, b"\x02": Algorithm.SSF33, b"\x03": Algorithm.SM4}


def algorithm_of(fci: bytes, identification: str) -> Algorithm:
    """Tag 86 inside the issuer's data 9F0C of the file control information; without it the issuing area decides.

    Areas that begin with 11 (Beijing) have SSF33, all others DES (SC 10.1). Programs that look for byte strings in
    place of objects (GY) take a card maker's byte for it; so the objects are followed. File control information that is
    not made of objects says nothing about the algorithm, and is no reason to send the citizen away.
    """
    try:
        proprietary = _inside(_inside(tlv.parse(fci), _TEMPLATE), _PROPRIETARY)
        value = _inside(proprietary, _ISSUER_DATA).get(_ALGORITHM)
    except DeviceError:
        return Algorithm.UNKNOWN
    if value is None:
        return Algorithm.SSF33 if identification.startswith("11") else Algorithm.TRIPLE_DES
    return _BY_TAG_86.get(value, Algorithm.UNKNOWN)


def _inside(objects: dict[int, bytes], tag: int) -> dict[int, bytes]:
    return tlv.parse(objects.get(tag, b""))
