"""The envelope: signed by the kiosk, sealed to the gateway, before anything is written.

A JWS (RFC 7515) with the fully-specified algorithm Ed25519 (RFC 9864; the older name EdDSA says the same) inside a
JWE (RFC 7516) with ECDH-ES on X25519 and A256GCM. Each envelope has its own ephemeral key, which is forgotten at
once: the kiosk cannot open what it has written, and a stolen disk names nobody.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from joserfc import jwe, jws
from joserfc.jwk import OKPKey

from offline_queue.model import Draft

ENVELOPE_TYPE = "kiosk-transaction+jws"  # so that no other signature of the kiosk can stand in for a transaction


@dataclass(frozen=True)
class Sealer:
    """What is needed to seal: who signs, and for whom."""

    kiosk: str
    signing_key: OKPKey = field(repr=False)
    gateway_key: OKPKey = field(repr=False)

    def seal(self, draft: Draft, sequence: int) -> str:
        """The envelope of ``draft``, bound to its key, its place in the sequence and this kiosk."""
        payload = {
            **draft.payload,
            "id": str(draft.id),
            "sequence": sequence,
            "kiosk": self.kiosk,
            "kind": draft.kind,
            "occurred_at": draft.occurred_at.isoformat(),
            "expires_at": draft.expires_at.isoformat(),
            "clock": {"boot": draft.made.boot, "uptime": draft.made.uptime, "sure": draft.made.sure},
        }
        return self._seal(self._sign(payload))

    def _sign(self, payload: Mapping[str, object]) -> str:
        header = {"alg": "Ed25519", "typ": ENVELOPE_TYPE, "kid": self.kiosk}
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        return jws.serialize_compact(header, text.encode(), self.signing_key, algorithms=["Ed25519"])

    def _seal(self, signed: str) -> str:
        header = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JOSE", "kid": self.gateway_key.thumbprint()}
        return jwe.encrypt_compact(header, signed.encode(), self.gateway_key, algorithms=["ECDH-ES", "A256GCM"])


def subject_hash(key: bytes, number: str) -> str:
    """The pseudonym under which a person's or card's rows are kept in order.

    Keyed, because the numbers have too little variety for a plain hash: without the key they could all be tried.
    """
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()
