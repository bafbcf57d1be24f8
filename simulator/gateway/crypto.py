"""Keys, envelopes and signatures on the gateway's side. It shares no code with the kiosk, only the contract."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from simulator.gateway.schemas import RequestClaims, SealedTransaction

_ENVELOPE_TYPE = "kiosk-transaction+jws"
_REQUEST_TYPE = "kiosk-request+jws"
_SEALING_FILE = "sealing.jwk"
_SIGNING_FILE = "signing.jwk"
PUBLIC_KEYS_FILE = "gateway-public.jwks"


class CryptoRefused(Exception):  # noqa: N818 - says what happened
    """An envelope or a signature that is not what it must be."""


@dataclass(frozen=True)
class GatewayKeys:
    """What transactions are sealed to (X25519), and what signs certificates (Ed25519)."""

    sealing: OKPKey = field(repr=False)
    signing: OKPKey = field(repr=False)

    def public_set(self) -> dict[str, Any]:
        """The public halves, as a JWK Set; the signing key is known by its thumbprint."""
        signing = {**self.signing.as_dict(private=False), "kid": self.signing.thumbprint()}
        return {"keys": [self.sealing.as_dict(private=False), signing]}


@dataclass(frozen=True)
class RequestSeen:
    """The part of a request that its signature covers."""

    method: str
    path: str
    body: bytes


def load_keys(directory: Path) -> GatewayKeys:
    """The gateway's private keys; made at the first start, with the public halves in one file for the kiosks."""
    directory.mkdir(parents=True, exist_ok=True)
    sealing = _load(directory / _SEALING_FILE, "X25519", "enc")
    signing = _load(directory / _SIGNING_FILE, "Ed25519", "sig")
    keys = GatewayKeys(sealing, signing)
    public = directory / PUBLIC_KEYS_FILE
    if not public.exists():
        public.write_text(json.dumps(keys.public_set()) + "\n", "ascii")
    return keys


def _load(path: Path, curve: Literal["X25519", "Ed25519"], use: str) -> OKPKey:
    if path.exists():
        return OKPKey.import_key(json.loads(path.read_text("ascii")))
    key = OKPKey.generate_key(curve, {"use": use})
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(json.dumps(key.as_dict(private=True)) + "\n")
    return key


def open_envelope(envelope: str, sealing_key: OKPKey, kiosk_jwk: Mapping[str, Any]) -> SealedTransaction:
    """Open the seal, check the kiosk's signature, read the content."""
    try:
        opened = jwe.decrypt_compact(envelope, sealing_key, algorithms=["ECDH-ES", "A256GCM"])
        payload = _verified(opened.plaintext or b"", kiosk_jwk, _ENVELOPE_TYPE)
        return SealedTransaction.model_validate_json(payload)
    except (JoseError, ValueError, ValidationError) as error:
        raise CryptoRefused(type(error).__name__) from None


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
    found = jws.deserialize_compact(signed, OKPKey.import_key(dict(kiosk_jwk)), algorithms=["Ed25519"])
    if found.headers().get("typ") != wanted_type:
        raise CryptoRefused("another type of signature")
    return found.payload
