"""The kiosk's keys: made once, private, complaining clearly."""

import json
import stat
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from kiosk import enrolment

GATEWAY = json.dumps(OKPKey.generate_key("X25519").as_dict(private=False))


def enrolled(directory: Path) -> Path:
    enrolment.create(directory, "jn-hall-01")
    enrolment.trust_gateway(directory, GATEWAY)
    return directory


def test_keys_are_made_and_loaded(tmp_path: Path) -> None:
    public = json.loads(enrolment.create(tmp_path, "jn-hall-01").read_text("ascii"))
    assert (public["kid"], public["kty"], public["crv"]) == ("jn-hall-01", "OKP", "Ed25519")
    assert "d" not in public
    enrolment.trust_gateway(tmp_path, GATEWAY)
    keys = enrolment.load(tmp_path)
    assert (keys.kiosk, len(keys.subject_key)) == ("jn-hall-01", 32)
    assert keys.signing_key.as_dict(private=False)["x"] == public["x"]
    assert keys.gateway_key.as_dict(private=False)["x"] == json.loads(GATEWAY)["x"]


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


@pytest.mark.parametrize("name", ["signing.jwk", "subject.key", "gateway.jwk"])
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


def test_only_a_sealing_key_is_taken_as_the_gateways(tmp_path: Path) -> None:
    with pytest.raises(enrolment.NotEnrolled, match="X25519"):
        enrolment.trust_gateway(tmp_path, json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False)))
