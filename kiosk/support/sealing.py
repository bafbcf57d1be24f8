"""The seal of a bundle: signed by the kiosk, sealed to the gateway's key, as transactions are (offline_queue.envelope).

Neither the kiosk nor whoever carries the file can read it again.
"""

from offline_queue.envelope import Sealer

BUNDLE_TYPE = "kiosk-support-bundle+jws"  # so that no other signature of the kiosk can stand in for it

# Base64 within base64: so many bytes of the file for each byte of the archive, and the headers.
_GROWS = 16 / 9
_HEADERS = 2_000


def sealed(archive: bytes, sealer: Sealer) -> str:
    """``archive`` as a JWS in a JWE, which only the gateway opens."""
    signed = sealer.suite.sign({"typ": BUNDLE_TYPE, "kid": sealer.kiosk}, archive, sealer.signing_key)
    names = {"cty": "JOSE", "kid": sealer.gateway_key.thumbprint()}
    return sealer.suite.seal(names, signed.encode(), sealer.gateway_key)


def room_for_archive(most: int) -> int:
    """How many bytes an archive may have whose sealed file has ``most``."""
    return max(0, int((most - _HEADERS) / _GROWS))
