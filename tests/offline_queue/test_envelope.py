"""The envelope: what is inside, who can open it, and who cannot."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from config.clock import Instant
from offline_queue.envelope import BLOCK, Sealer, subject_hash
from offline_queue.model import Draft

KIOSK_KEY = OKPKey.generate_key("Ed25519")
GATEWAY_KEY = OKPKey.generate_key("X25519")
SEALER = Sealer("jn-hall-01", KIOSK_KEY, OKPKey.import_key(GATEWAY_KEY.as_dict(private=False)))
AT = datetime(2026, 3, 2, 10, 0, 0, 5, tzinfo=UTC)
MADE = Instant(AT, sure=True, boot="b1", uptime=7.5)
DRAFT = Draft(UUID(int=7), "activation", 0, "s", AT, AT, MADE, {"person": {"name": "赵\U0002c386"}, "kiosk": "another"})
ALGORITHMS = ["ECDH-ES", "A256GCM"]


def test_what_is_inside() -> None:
    opened = jwe.decrypt_compact(SEALER.seal(DRAFT, 41), GATEWAY_KEY, algorithms=ALGORITHMS)
    assert opened.protected["kid"] == GATEWAY_KEY.thumbprint()
    assert (opened.protected["alg"], opened.protected["enc"]) == ("ECDH-ES", "A256GCM")
    signed = jws.deserialize_compact(opened.plaintext or b"", KIOSK_KEY, algorithms=["Ed25519"])
    assert signed.headers() == {"alg": "Ed25519", "typ": "kiosk-transaction+jws", "kid": "jn-hall-01"}
    assert json.loads(signed.payload) == {
        "person": {"name": "赵\U0002c386"},
        "kiosk": "jn-hall-01",
        "id": "00000000-0000-0000-0000-000000000007",
        "sequence": 41,
        "kind": "activation",
        "occurred_at": "2026-03-02T10:00:00.000005+00:00",
        "expires_at": "2026-03-02T10:00:00.000005+00:00",
        "clock": {"boot": "b1", "uptime": 7.5, "sure": True},
    }


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_it_opens_by_the_steps_of_the_standards_without_the_library_that_sealed_it() -> None:
    """RFC 7516, section 5.2, with the key agreement of RFC 7518, section 4.6, on the curve of RFC 8037."""
    protected, wrapped_key, iv, ciphertext, tag = SEALER.seal(DRAFT, 41).split(".")
    header = json.loads(decoded(protected))
    assert (wrapped_key, len(decoded(iv)), len(decoded(tag))) == ("", 12, 16)
    own = X25519PrivateKey.from_private_bytes(decoded(str(GATEWAY_KEY.as_dict(private=True)["d"])))
    shared = own.exchange(X25519PublicKey.from_public_bytes(decoded(header["epk"]["x"])))
    named = (len(b"A256GCM").to_bytes(4, "big") + b"A256GCM", bytes(4), bytes(4), (256).to_bytes(4, "big"))
    key = ConcatKDFHash(SHA256(), 32, b"".join(named)).derive(shared)
    signed = AESGCM(key).decrypt(decoded(iv), decoded(ciphertext) + decoded(tag), protected.encode())
    assert json.loads(jws.deserialize_compact(signed, KIOSK_KEY, algorithms=["Ed25519"]).payload)["sequence"] == 41


def test_the_header_tells_nothing_but_how_and_for_whom() -> None:
    header = json.loads(decoded(SEALER.seal(DRAFT, 41).partition(".")[0]))
    ephemeral = header.pop("epk")
    assert header == {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JOSE", "kid": GATEWAY_KEY.thumbprint()}
    assert {name: value for name, value in ephemeral.items() if name != "x"} == {"kty": "OKP", "crv": "X25519"}


def test_the_length_does_not_tell_what_is_inside() -> None:
    """A long name, a bank account or nothing at all: the same length, until a whole block is full."""
    text = json.dumps(opened(SEALER.seal(with_name(""), 1)), ensure_ascii=False, separators=(",", ":"))
    room = -len(text) % BLOCK
    lengths = {len(SEALER.seal(with_name("x" * much), 1)) for much in (0, 1, room // 2, room)}
    assert len(lengths) == 1
    assert len(SEALER.seal(with_name("x" * (room + 1)), 1)) > lengths.pop()


def with_name(name: str) -> Draft:
    return replace(DRAFT, payload={"person": {"name": name}})


def opened(envelope: str) -> dict[str, object]:
    signed = jwe.decrypt_compact(envelope, GATEWAY_KEY, algorithms=ALGORITHMS).plaintext or b""
    content = jws.deserialize_compact(signed, KIOSK_KEY, algorithms=["Ed25519"]).payload
    assert len(content) % BLOCK == 0
    found: dict[str, object] = json.loads(content)
    return found


def test_the_kiosk_cannot_open_what_it_sealed() -> None:
    envelope = SEALER.seal(DRAFT, 1)
    for key in (SEALER.gateway_key, OKPKey.generate_key("X25519")):
        with pytest.raises((JoseError, ValueError, AttributeError)):
            jwe.decrypt_compact(envelope, key, algorithms=ALGORITHMS)


def test_no_two_envelopes_are_alike() -> None:
    assert SEALER.seal(DRAFT, 1) != SEALER.seal(DRAFT, 1)


def test_a_changed_envelope_does_not_open() -> None:
    parts = SEALER.seal(DRAFT, 1).split(".")
    parts[3] = ("A" if parts[3][0] != "A" else "B") + parts[3][1:]
    with pytest.raises(JoseError):
        jwe.decrypt_compact(".".join(parts), GATEWAY_KEY, algorithms=ALGORITHMS)


def test_keys_are_not_shown() -> None:
    assert repr(SEALER) == "Sealer(kiosk='jn-hall-01')"


def test_subject_depends_on_key_and_number() -> None:
    assert subject_hash(b"k" * 32, "1") == subject_hash(b"k" * 32, "1")
    assert len({subject_hash(key, number) for key in (b"k", b"l") for number in ("1", "2")}) == 4
