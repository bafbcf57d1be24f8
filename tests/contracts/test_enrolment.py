"""The kiosk's keys: made once, private, complaining clearly."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from kiosk import enrolment
from kiosk.certificate_token import Flaw, NotGenuine

SEALING = OKPKey.generate_key("X25519", {"use": "enc"})
SIGNING = OKPKey.generate_key("Ed25519", {"use": "sig"})
NEXT_SIGNING = OKPKey.generate_key("Ed25519", {"use": "sig"})


def public(key: OKPKey, **changes: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.thumbprint(), **changes}


def jwks(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": keys})


GATEWAY = jwks(public(SEALING), public(SIGNING))


def enrolled(directory: Path) -> Path:
    enrolment.create(directory, "jn-hall-01")
    enrolment.trust_gateway(directory, GATEWAY)
    return directory


def test_keys_are_made_and_loaded(tmp_path: Path) -> None:
    own = json.loads(enrolment.create(tmp_path, "jn-hall-01").read_text("ascii"))
    assert (own["kid"], own["kty"], own["crv"]) == ("jn-hall-01", "OKP", "Ed25519")
    assert "d" not in own
    enrolment.trust_gateway(tmp_path, GATEWAY)
    keys = enrolment.load(tmp_path)
    assert (keys.kiosk, len(keys.subject_key)) == ("jn-hall-01", 32)
    assert keys.signing_key.as_dict(private=False)["x"] == own["x"]
    assert keys.gateway_key.thumbprint() == SEALING.thumbprint()


def test_secrets_are_for_the_owner_alone(tmp_path: Path) -> None:
    enrolled(tmp_path / "keys")
    for name in ("signing.jwk", "subject.key"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600


def test_nothing_secret_in_words(tmp_path: Path) -> None:
    keys = enrolment.load(enrolled(tmp_path))
    private = json.loads((tmp_path / "signing.jwk").read_text("ascii"))["d"]
    assert private not in repr(keys)
    assert keys.subject_key.hex() not in repr(keys)
    assert repr(keys) == "KioskKeys(kiosk='jn-hall-01')"


def test_a_kiosk_is_enrolled_once(tmp_path: Path) -> None:
    enrolled(tmp_path)
    with pytest.raises(enrolment.NotEnrolled, match="already"):
        enrolment.create(tmp_path, "jn-hall-01")


@pytest.mark.parametrize("name", ["signing.jwk", "subject.key", "gateway.jwks"])
def test_each_file_is_needed_and_checked(tmp_path: Path, name: str) -> None:
    path = enrolled(tmp_path) / name
    kept = path.read_text("ascii")
    path.unlink()
    with pytest.raises(enrolment.NotEnrolled, match=f"{name}: No such file"):
        enrolment.load(tmp_path)
    path.write_text("{}", "ascii")
    path.chmod(0o600)
    with pytest.raises(enrolment.NotEnrolled, match=f"{name}: not "):
        enrolment.load(tmp_path)
    path.write_text(kept, "ascii")
    assert enrolment.load(tmp_path).kiosk == "jn-hall-01"


def test_a_key_open_to_others_is_refused(tmp_path: Path) -> None:
    (enrolled(tmp_path) / "signing.jwk").chmod(0o644)
    with pytest.raises(enrolment.NotEnrolled, match="mode 0600"):
        enrolment.load(tmp_path)


def test_a_certificate_is_believed_by_the_key_it_names(tmp_path: Path) -> None:
    """While one key replaces another, certificates signed by either are good."""
    both = [public(SIGNING), public(NEXT_SIGNING)]
    enrolment.create(tmp_path, "jn-hall-01")
    enrolment.trust_gateway(tmp_path, jwks(public(SEALING), *both))
    keys = enrolment.load(tmp_path).certificate_keys
    for key in (SIGNING, NEXT_SIGNING):
        assert keys.check(token(key)).number == "JN-1"
    with pytest.raises(NotGenuine) as caught:
        keys.check(token(OKPKey.generate_key("Ed25519")))
    assert caught.value.flaw is Flaw.OTHER_KEY


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not a set of keys"),
        ("[]", "not a set of keys"),
        ('{"keys": 1}', "not a set of keys"),
        ('{"keys": ["x"]}', "not a set of keys"),
        (json.dumps(public(SEALING)), "not a set of keys"),
        (jwks(), "one key for use enc"),
        (jwks(public(SEALING)), "one or more for use sig"),
        (jwks(public(SIGNING)), "one key for use enc"),
        (jwks(public(SEALING), public(SEALING), public(SIGNING)), "one key for use enc"),
        (jwks(public(SIGNING, use="enc"), public(SIGNING)), "X25519 is wanted"),
        (jwks(public(SEALING), public(SEALING, use="sig")), "Ed25519 is wanted"),
        (jwks(public(SEALING), {"use": "sig", "kty": "OKP", "crv": "Ed25519"}), "not a key"),
        (jwks(public(SEALING), SIGNING.as_dict(private=True)), "private key"),
    ],
)
def test_only_the_gateways_public_keys_are_taken(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(enrolment.NotEnrolled, match=complaint):
        enrolment.trust_gateway(enrolled(tmp_path), text)
    assert enrolment.load(tmp_path).gateway_key.thumbprint() == SEALING.thumbprint()


def token(key: OKPKey) -> str:
    header = {"alg": "Ed25519", "typ": "kiosk-certificate+jws", "kid": key.thumbprint()}
    content = {"iss": "hall-gateway", "n": "JN-1", "k": "pension", "c": 1, "t": 1, "p": ["x", "1"], "y": 1, "v": "V"}
    payload = json.dumps({**content, "h": "h" * 43}).encode()
    return jws.serialize_compact(header, payload, key, algorithms=["Ed25519"])
