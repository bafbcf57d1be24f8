"""The key schedule of social security cards and PSAMs, with TEST KEYS of the simulated hall.

Sources: hardware.md 1.8 and 1.9 (P4, P9). The keys are made of a sentence and open nothing but simulated cards. Written
from the standard's tables and without a look at the driver. Where those are silent, as banks' cards do (JR/T 0025): a
key of the next level is E(K, D) and E(K, not D) for 3DES, E(K, D with not D) for SM4; an 8-byte session key is used for
single DES.
"""

import hashlib
from enum import Enum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

IRK, RKSSSE = 0x08, 0x0A


class CardCipher(Enum):
    """A cipher, and its number in tag 86 of a card. SSF33 is not public: a card that names it has no keys here."""

    TRIPLE_DES = 0x01
    SSF33 = 0x02
    SM4 = 0x03

    @property
    def block(self) -> int:
        """Block length in bytes."""
        return 8 if self is CardCipher.TRIPLE_DES else 16


def root_key(cipher: CardCipher, key: int) -> bytes:
    """The root of all keys of one kind; an invention of this hall."""
    return hashlib.sha256(f"test key {cipher.name} {key:02X} of the simulated hall, worth nothing".encode()).digest()[
        :16
    ]


def factors(area: str, card_factor: bytes) -> tuple[bytes, bytes, bytes]:
    """What tells a province, a city and a card apart, from the highest level down (P9 7.3)."""
    province = area[:2].encode() + bytes.fromhex("303030307368")
    city = area[:4].encode() + bytes.fromhex("30307378") if area[:2] == "33" else area.encode() + bytes.fromhex("7378")
    return province, city, card_factor


def key_below(cipher: CardCipher, key: bytes, *levels: bytes) -> bytes:
    """The key that many levels below ``key``."""
    for factor in levels:
        other = bytes(byte ^ 0xFF for byte in factor)
        if cipher is CardCipher.TRIPLE_DES:
            key = encipher(cipher, key, factor) + encipher(cipher, key, other)
        else:
            key = encipher(cipher, key, factor + other)
    return key


def session_key(cipher: CardCipher, key: bytes, factor: bytes) -> bytes:
    """The process key of one exchange: the process factor enciphered."""
    return encipher(cipher, key, factor.ljust(cipher.block, b"\0"))


def proof(cipher: CardCipher, key: bytes, factor: bytes, original: bytes) -> bytes:
    """Authentication data, eight bytes: the original information under the process key."""
    return folded(encipher(cipher, session_key(cipher, key, factor), original.ljust(cipher.block, b"\0")))


def folded(data: bytes) -> bytes:
    """Sixteen bytes laid over each other; eight stay as they are."""
    return bytes(a ^ b for a, b in zip(data[:8], data[8:], strict=True)) if len(data) == 16 else data


def encipher(cipher: CardCipher, key: bytes, data: bytes) -> bytes:
    """Block by block, without chaining.

    Raises:
        ValueError: nobody here knows the cipher.
    """
    match cipher:
        case CardCipher.TRIPLE_DES:
            algorithm: TripleDES | SM4 = TripleDES((key * 3)[:24] if len(key) == 8 else key + key[:8])
        case CardCipher.SM4:
            algorithm = SM4(key)
        case CardCipher.SSF33:
            raise ValueError("SSF33 is not public")
    encryptor = Cipher(algorithm, modes.ECB()).encryptor()  # noqa: S305 - single blocks, as the standard has it
    return encryptor.update(data) + encryptor.finalize()
