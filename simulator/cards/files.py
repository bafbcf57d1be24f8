"""The bytes that a personalisation centre writes into a card (hardware.md 1.4, 1.5 and 1.10; V2, P10).

Written from the layout tables alone and without a look at the driver, so that both can only agree on the standard.
"""

import zlib
from datetime import date

from simulator.cards.keys import CardCipher
from simulator.people import Card, Person

SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
_RID = bytes.fromhex("D156000005")
_INITIALISER_RID = bytes.fromhex("9156000002")
_CIPHERS = {"2": CardCipher.TRIPLE_DES, "3": CardCipher.SM4}  # a 1.0 card names none
_NAME_BYTES = 30
_NAME_REST_BYTES = 20


def atr(card: Card) -> bytes:
    """T=0, direct convention, 13 historical bytes: chip, card maker, issuing area, serial (P2)."""
    historical = bytes.fromhex("0081544E438660" + card.issuing_area[:4]) + card.serial
    return bytes.fromhex("3B6D0000") + historical


def cipher_of(card: Card) -> CardCipher | None:
    """The cipher that a card of this version names, None for one that names none."""
    return _CIPHERS.get(card.version[0])


def fci(cipher: CardCipher | None) -> bytes:
    """What SELECT of the social security application returns (P3)."""
    proprietary = bytes.fromhex("88011E")
    if cipher is not None:
        proprietary += bytes([0x9F, 0x0C, 3, 0x86, 1, cipher.value])
    return _record(0x6F, _record(0x84, SSSE) + _record(0xA5, proprietary))


def issuer_file(card: Card) -> dict[int, bytes]:
    """EF05: seven records by tag, in the order of the file."""
    area = bytes.fromhex(card.issuing_area)
    authentication = zlib.crc32(card.number.encode()).to_bytes(4, "big")
    return _file(
        (0x01, area + _RID + card.serial + authentication),
        (0x02, card.kind.encode()),
        (0x03, card.version.encode()),
        (0x04, _INITIALISER_RID + area + area + b"\x01"),
        (0x05, _day(card.issued)),
        (0x06, _day(card.expires)),
        (0x07, card.number.encode()),
    )


def holder_file(person: Person, card: Card) -> dict[int, bytes]:
    """EF06: six records on a 1.0 card, seven with the rest of the name (4E) on later ones."""
    name = person.name.encode("gb18030")
    rest = ((0x4E, name[_NAME_BYTES:].ljust(_NAME_REST_BYTES, b"\0")),)
    return _file(
        (0x08, person.number.encode()),
        (0x09, name[:_NAME_BYTES].ljust(_NAME_BYTES, b"\0")),
        *(() if card.version.startswith("1") else rest),
        (0x0A, person.sex.encode()),
        (0x0B, bytes.fromhex(person.nation or "FF")),
        (0x0C, bytes.fromhex(person.number[:6]) if person.nation else b"\xff\xff\xff"),
        (0x0D, _day(person.born)),
    )


def pin_block(pin: str) -> bytes:
    """A PIN as the card keeps and compares it: two digits per byte, an odd one padded with F (P5)."""
    return bytes.fromhex(pin + "F" * (len(pin) % 2))


def _day(day: date) -> bytes:
    return bytes.fromhex(day.strftime("%Y%m%d"))


def _record(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value


def _file(*items: tuple[int, bytes]) -> dict[int, bytes]:
    return {tag: _record(tag, value) for tag, value in items}
