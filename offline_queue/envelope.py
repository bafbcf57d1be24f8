"""The envelope: signed by the kiosk, sealed to the gateway, before anything is written.

A JWS (RFC 7515) with the fully-specified algorithm Ed25519 (RFC 9864; the older name EdDSA says the same) inside a
JWE (RFC 7516) with ECDH-ES on X25519 (RFC 8037) and A256GCM. Each envelope has its own ephemeral key, which is
forgotten at once: the kiosk cannot open what it has written, and a stolen disk names nobody.

What is in clear: the header, which names the algorithms and the gateway's key, and the length. The signed text is
filled up with spaces at its end, which JSON allows (RFC 8259, section 2), to a multiple of ``BLOCK`` bytes, so that
the length does not tell how long a name is or whether a bank account is in it. Nothing is compressed, for the same
reason (RFC 8725, section 3.6).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from joserfc.jwk import OKPKey

from offline_queue.model import Draft
from offline_queue.suite import INTERNATIONAL, Suite

ENVELOPE_TYPE = "kiosk-transaction+jws"  # so that no other signature of the kiosk can stand in for a transaction
BLOCK = 256  # bytes


@dataclass(frozen=True)
class Sealer:
    """What is needed to seal: who signs, and for whom."""

    kiosk: str
    signing_key: OKPKey = field(repr=False)
    gateway_key: OKPKey = field(repr=False)
    suite: Suite = field(default=INTERNATIONAL, repr=False)

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
        header = {"typ": ENVELOPE_TYPE, "kid": self.kiosk}
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        return self.suite.sign(header, _filled_up(text), self.signing_key)

    def _seal(self, signed: str) -> str:
        return self.suite.seal({"cty": "JOSE", "kid": self._gateway_kid}, signed.encode(), self.gateway_key)

    @cached_property
    def _gateway_kid(self) -> str:
        """The name by which the gateway finds the key again, also after it has made a new one (RFC 7638)."""
        return self.gateway_key.thumbprint()


def _filled_up(text: bytes) -> bytes:
    return text.ljust(-(-len(text) // BLOCK) * BLOCK)


def subject_hash(key: bytes, number: str) -> str:
    """The pseudonym under which a person's or card's rows are kept in order.

    Keyed, because the numbers have too little variety for a plain hash: without the key they could all be tried.
    """
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()
