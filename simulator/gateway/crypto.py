"""Envelopes and signatures on the gateway's side. It shares no code with the kiosk, only the contract."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, OKPKey
from pydantic import BaseModel, ValidationError

from simulator.gateway.fleet_schemas import DirectiveSheet
from simulator.gateway.key_schemas import KeySet
from simulator.gateway.keys import GatewayKeys
from simulator.gateway.schemas import RequestClaims

_ENVELOPE_TYPE = "kiosk-transaction+jws"
_REQUEST_TYPE = "kiosk-request+jws"
_KEYS_TYPE = "gateway-keys+jws"
_DIRECTIVES_TYPE = "kiosk-directives+jws"
_KEPT_KEYS = 10_000  # of kiosks; to read one again takes as long as to use it

_SIGNING = jws.JWSRegistry(algorithms=["Ed25519"])
_SEALING = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM"])

Content = TypeVar("Content", bound=BaseModel)


class CryptoRefused(Exception):
    """An envelope or a signature that is not what it must be."""


@dataclass(frozen=True)
class RequestSeen:
    """The part of a request that its signature covers."""

    method: str
    path: str
    body: bytes


def open_envelope(
    envelope: str, sealing_keys: Mapping[str, OKPKey], kiosk_jwk: Mapping[str, Any], content: type[Content]
) -> Content:
    """Open the seal with the key that it names, check the kiosk's signature, read what is inside as ``content``."""
    try:
        opened = jwe.decrypt_compact(envelope, named_in(sealing_keys), registry=_SEALING)
        payload = _verified(opened.plaintext or b"", kiosk_jwk, _ENVELOPE_TYPE)
        return content.model_validate_json(payload)
    except (JoseError, ValueError, KeyError, ValidationError) as error:
        raise CryptoRefused(type(error).__name__) from None


def named_in(keys: Mapping[str, OKPKey]) -> Callable[[GuestProtocol], OKPKey]:
    """Finds the key that a header names by its kid. Raises KeyError when it is none of ``keys``."""
    return lambda named: keys[str(named.headers().get("kid"))]


def signed_key_set(keys: GatewayKeys, now: datetime) -> str:
    """The public keys, signed by the oldest of them."""
    header = {"alg": "Ed25519", "typ": _KEYS_TYPE, "kid": keys.vouching.thumbprint()}
    content = KeySet.model_validate({"issued_at": now, "version": keys.version, "keys": keys.public_set()})
    return jws.serialize_compact(header, content.model_dump_json(), keys.vouching, registry=_SIGNING)


def signed_sheet(keys: GatewayKeys, sheet: DirectiveSheet) -> str:
    """Directives for a kiosk, signed by the key that every kiosk trusts."""
    header = {"alg": "Ed25519", "typ": _DIRECTIVES_TYPE, "kid": keys.vouching.thumbprint()}
    content = sheet.model_dump_json(exclude_none=True)
    return jws.serialize_compact(header, content, keys.vouching, registry=_SIGNING)


def signing_kiosk(signature: str) -> str:
    """Who says to have signed; to be believed only after ``verify_request``."""
    try:
        kiosk = jws.extract_compact(signature.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise CryptoRefused(type(error).__name__) from None
    if not isinstance(kiosk, str):
        raise CryptoRefused("no kid")
    return kiosk


def verify_request(signature: str, kiosk_jwk: Mapping[str, Any], request: RequestSeen) -> RequestClaims:
    """The claims of a request's signature, if they are about this request."""
    try:
        claims = RequestClaims.model_validate_json(_verified(signature.encode(), kiosk_jwk, _REQUEST_TYPE))
    except (JoseError, ValueError, ValidationError) as error:
        raise CryptoRefused(type(error).__name__) from None
    seen = (kiosk_jwk["kid"], request.method, request.path, hashlib.sha256(request.body).hexdigest())
    if (claims.kiosk, claims.method, claims.path, claims.sha256) != seen:
        raise CryptoRefused("signed for something else")
    return claims


def _verified(signed: bytes, kiosk_jwk: Mapping[str, Any], wanted_type: str) -> bytes:
    found = jws.deserialize_compact(signed, _key(str(kiosk_jwk["x"])), registry=_SIGNING)
    if found.headers().get("typ") != wanted_type:
        raise CryptoRefused("another type of signature")
    return found.payload


@lru_cache(_KEPT_KEYS)
def _key(x: str) -> OKPKey:
    """A kiosk's public key."""
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})
