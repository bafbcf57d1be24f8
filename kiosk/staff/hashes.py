"""What is kept in place of a staff card and a staff PIN: hashes that are of no use without the kiosk's key.

The card's 卡的识别码 (hardware.md 1.4) is read without any key, so who finds the list must not be able to make a card
of it: it is kept as HMAC-SHA-256. A PIN of six digits is soon guessed, whatever the hash: Argon2id (RFC 9106) over the
PIN's own HMAC makes every guess slow, and none possible without the key, which need not lie on the same disk
(docs/keys.md). The secret of time-based codes is not kept at all: it is made, each time, of a random seed in the list
and the kiosk's key.
"""

import base64
import hashlib
import hmac
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

PIN_LENGTHS = range(6, 13)

_FEWEST_DIGITS = 4  # different ones
_LINES = ("123", "456", "789", "147", "258", "369", "159", "357")
_DRAWN = {*_LINES, *(line[::-1] for line in _LINES)}  # three keys in a line


def too_weak(pin: str) -> str:
    """Why ``pin`` is not taken, in words for the technician; empty if it is."""
    if not (pin.isascii() and pin.isdecimal()) or len(pin) not in PIN_LENGTHS:
        return f"a staff PIN has {PIN_LENGTHS.start} to {PIN_LENGTHS.stop - 1} digits"
    if len(set(pin)) < _FEWEST_DIGITS:
        return f"at least {_FEWEST_DIGITS} different digits are wanted"
    if _is_run(pin) or all(pin[start : start + 3] in _DRAWN for start in range(0, len(pin), 3)):
        return "digits in a row, on the number line or on the keypad, are guessed first"
    return ""


def _is_run(pin: str) -> bool:
    """123456, 654321, 345678901: every digit is one more, or one less, than that before it."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


class StaffSecrets:
    """Makes and checks the hashes with one kiosk's key."""

    def __init__(self, key: bytes) -> None:
        """``key``: that of the kiosk's pseudonyms; cards, PINs and codes each get a key of their own made of it."""
        self._card_key = hmac.digest(key, b"hall-kiosk staff card", hashlib.sha256)
        self._pin_key = hmac.digest(key, b"hall-kiosk staff PIN", hashlib.sha256)
        self._code_key = hmac.digest(key, b"hall-kiosk staff codes", hashlib.sha256)
        self._hasher = PasswordHasher()  # Argon2id with the second recommended choice of RFC 9106: 64 MiB, 3 passes

    def card(self, identification: str) -> str:
        """What stands for the card with this 卡的识别码."""
        return hmac.new(self._card_key, identification.encode(), hashlib.sha256).hexdigest()

    def pin(self, pin: str) -> str:
        """What stands for this PIN; another one each time."""
        return self._hasher.hash(self._keyed(pin))

    def is_pin(self, kept: str, pin: str) -> bool:
        """True if ``kept`` stands for ``pin``. Takes the same long time either way."""
        try:
            return self._hasher.verify(kept, self._keyed(pin))
        except VerificationError:
            return False

    def code_secret(self, seed: str) -> str:
        """The secret of the time-based codes (RFC 6238: 160 bits, in base 32) that belongs to a seed in hex."""
        secret = hmac.digest(self._code_key, bytes.fromhex(seed), hashlib.sha256)[:20]
        return base64.b32encode(secret).decode()

    def _keyed(self, pin: str) -> str:
        return hmac.new(self._pin_key, pin.encode(), hashlib.sha256).hexdigest()
