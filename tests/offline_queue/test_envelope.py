"""The envelope: what is inside, who can open it, and who cannot."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from config.clock import Instant
from offline_queue.envelope import Sealer, subject_hash
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
