"""The seal of what leaves the kiosk as a file: signed by it, sealed to the gateway's key, as transactions are.

Neither the kiosk nor whoever carries the file can read it again (see offline_queue.envelope).
"""

from enum import StrEnum
from pathlib import Path

from offline_queue.envelope import Sealer
from offline_queue.files import new_file


class SealedFile(StrEnum):
    """What such a file is; the type of its signature, so that no other one of the kiosk can stand in for it."""

    BUNDLE = "kiosk-support-bundle+jws"
    LOG = "kiosk-log+jws"


# Base64 within base64: so many bytes of the file for each byte of the archive, and the headers.
_GROWS = 16 / 9
_HEADERS = 2_000


def write_sealed(content: bytes, what: SealedFile, target: Path, sealer: Sealer) -> int:
    """Seal ``content`` into a new file; returns its size in bytes. Raises ``OSError``, and nothing is left then."""
    text = _sealed(content, what, sealer)
    with new_file(target) as new:
        new.write_text(text, "ascii")
    return len(text)


def _sealed(content: bytes, what: SealedFile, sealer: Sealer) -> str:
    """``content`` as a JWS in a JWE, which only the gateway opens."""
    signed = sealer.suite.sign({"typ": what, "kid": sealer.kiosk}, content, sealer.signing_key)
    names = {"cty": "JOSE", "kid": sealer.gateway_key.thumbprint()}
    return sealer.suite.seal(names, signed.encode(), sealer.gateway_key)


def room_for_archive(most: int) -> int:
    """How many bytes an archive may have whose sealed file has ``most``."""
    return max(0, int((most - _HEADERS) / _GROWS))
