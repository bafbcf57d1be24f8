"""What signs, seals and hashes: one suite for the whole kiosk, chosen by ``security.suite`` in the settings.

Everything that is signed or sealed passes through ``Suite``; no other module names an algorithm of the international
suite to a library. Why there is no second suite yet, and what it would need: docs/decisions/0021.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from joserfc import jwe, jws
from joserfc.jwk import OKPKey

from config.suites import SuiteName


class SuiteUnavailable(Exception):
    """This version has no such suite."""


@dataclass(frozen=True)
class Suite:
    """Names as in JOSE: ``signature`` (JWS alg), ``agreement`` and ``encryption`` (JWE alg and enc), curves of JWK."""

    name: SuiteName
    signature: str
    signing_curve: Any
    agreement: str
    sealing_curve: Any
    encryption: str

    def new_signing_key(self, kid: str) -> OKPKey:
        """A new private key for signatures, with its name."""
        return OKPKey.generate_key(self.signing_curve, {"kid": kid, "use": "sig"})

    def sign(self, header: Mapping[str, str], payload: bytes, key: OKPKey) -> str:
        """A compact JWS; ``header`` says type and name of the key, the algorithm is added."""
        return jws.serialize_compact({"alg": self.signature, **header}, payload, key, registry=self._signing)

    def verified(self, token: str | bytes, key: OKPKey) -> bytes:
        """What was signed. Raises ``JoseError`` or ``ValueError`` when it is not signed by ``key`` in this suite."""
        return jws.deserialize_compact(token, key, registry=self._signing).payload

    def header_of(self, token: str | bytes) -> dict[str, Any]:
        """The header of a compact JWS, not yet believed. Raises ``JoseError`` or ``ValueError``."""
        text = token.encode() if isinstance(token, str) else token
        return dict(jws.extract_compact(text).headers())

    def is_signature(self, header: Mapping[str, Any], of_type: str) -> bool:
        """True if a header names this suite's algorithm and that type."""
        return (header.get("alg"), header.get("typ")) == (self.signature, of_type)

    def seal(self, header: Mapping[str, str], content: bytes, key: OKPKey) -> str:
        """A compact JWE to the public ``key``, with an ephemeral key that is forgotten at once."""
        names = {"alg": self.agreement, "enc": self.encryption}
        return jwe.encrypt_compact({**names, **header}, content, key, registry=self._sealing)

    # Looked up once: joserfc would build them anew for each envelope.
    @cached_property
    def _signing(self) -> jws.JWSRegistry:
        return jws.JWSRegistry(algorithms=[self.signature])

    @cached_property
    def _sealing(self) -> jwe.JWERegistry:
        return jwe.JWERegistry(algorithms=[self.agreement, self.encryption])


INTERNATIONAL = Suite(
    name=SuiteName.INTERNATIONAL,
    signature="Ed25519",  # RFC 9864: the fully specified name of what was called EdDSA
    signing_curve="Ed25519",
    agreement="ECDH-ES",
    sealing_curve="X25519",
    encryption="A256GCM",
)
_SUITES = {INTERNATIONAL.name: INTERNATIONAL}


def suite_of(name: SuiteName) -> Suite:
    """The suite with that name. Raises ``SuiteUnavailable``."""
    try:
        return _SUITES[name]
    except KeyError:
        raise SuiteUnavailable(f'the suite "{name}" is not in this version: docs/decisions/0021') from None
