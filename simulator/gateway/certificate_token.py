"""The signature under a certificate: made for the QR code, and checked again on the gateway's own page."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from simulator.gateway.certificate_schemas import CertificateClaims
from simulator.gateway.crypto import CryptoRefused, named_in

_TYPE = "kiosk-certificate+jws"
_NOT_SIGNED_OVER = ("token", "voided")


def sign(claims: CertificateClaims, key: OKPKey) -> str:
    """The token for a QR code."""
    header = {"alg": "Ed25519", "typ": _TYPE, "kid": key.thumbprint()}
    payload = canonical(claims.model_dump(mode="json", exclude_none=True))
    return jws.serialize_compact(header, payload, key, algorithms=["Ed25519"])


def read(token: str, keys: Mapping[str, OKPKey]) -> CertificateClaims:
    """What a token of this gateway says, signed by one of ``keys``. Raises ``CryptoRefused`` for anything else."""
    try:
        found = jws.deserialize_compact(token, named_in(keys), algorithms=["Ed25519"])
        if found.headers().get("typ") != _TYPE:
            raise CryptoRefused("another type of signature")
        return CertificateClaims.model_validate_json(found.payload)
    except (JoseError, ValueError, KeyError, ValidationError) as error:
        raise CryptoRefused(type(error).__name__) from None


def content_hash(answer: dict[str, Any]) -> str:
    """The hash of everything that a certificate says."""
    content = {name: value for name, value in answer.items() if name not in _NOT_SIGNED_OVER}
    return base64.urlsafe_b64encode(hashlib.sha256(canonical(content)).digest()).rstrip(b"=").decode()


def canonical(content: dict[str, Any]) -> bytes:
    """The one way of writing ``content``."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
