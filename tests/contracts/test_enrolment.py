"""The kiosk's keys: made once, private, complaining clearly."""

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey
from uuid6 import uuid7

from config.clock import Instant
from kiosk import cli, enrolment
from kiosk.certificate_token import Flaw, NotGenuine
from offline_queue.model import Draft, TransactionState
from offline_queue.store import Store

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


def test_a_credential_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As systemd gives it: read-only, and open to the service's group."""
    here = enrolled(tmp_path / "keys")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    for name in ("signing.jwk", "subject.key"):
        (here / name).rename(credentials / name)
        (credentials / name).chmod(0o440)
    credentials.chmod(0o550)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert enrolment.load(here).kiosk == "jn-hall-01"
    assert enrolment.signing_key_file(here).parent == credentials
    with pytest.raises(enrolment.NotEnrolled, match="already"):
        enrolment.create(here, "jn-hall-01")
    enrolment.trust_gateway(here, jwks(public(OKPKey.generate_key("X25519", {"use": "enc"})), public(SIGNING)))
    assert enrolment.load(here).gateway_key.thumbprint() != SEALING.thumbprint()


def test_renewed_keys_of_the_gateway_go_before_the_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = enrolled(tmp_path / "keys")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (here / "gateway.jwks").rename(credentials / "gateway.jwks")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert enrolment.load(here).gateway_key.thumbprint() == SEALING.thumbprint()
    renewed = OKPKey.generate_key("X25519", {"use": "enc"})
    enrolment.trust_gateway(here, jwks(public(renewed), public(SIGNING)))
    assert enrolment.load(here).gateway_key.thumbprint() == renewed.thumbprint()


@pytest.mark.parametrize(
    ("name", "mode"), [("signing.jwk", 0o640), ("subject.key", 0o604), ("gateway.jwks", 0o666), (".", 0o777)]
)
def test_a_file_that_others_may_use_is_refused_with_its_remedy(tmp_path: Path, name: str, mode: int) -> None:
    """A secret that others may read, and what is trusted where others may write."""
    path = enrolled(tmp_path / "keys") / name
    path.chmod(mode)
    with pytest.raises(enrolment.NotEnrolled, match=r"open to other users, wanted is mode 0\d+; do: chmod 0\d+ "):
        enrolment.load(tmp_path / "keys")


def test_a_file_of_somebody_else_is_refused_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = enrolled(tmp_path / "keys")
    monkeypatch.setattr("os.geteuid", lambda: 4711)
    for path in (here, *here.iterdir()):
        if path.stat().st_uid == 0:
            os.chown(path, 4712, -1)
    with pytest.raises(enrolment.NotEnrolled, match=r"signing.jwk: belongs to user \d+; run this as that user"):
        enrolment.load(here)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """``kiosk`` with its data in ``tmp_path``."""
    (tmp_path / "kiosk.toml").write_text(f'data_directory = "{tmp_path}/data"\n[hall]\nreceipt_prefix = "JN03"\n')
    (tmp_path / "gateway.jwks").write_text(GATEWAY)

    def run(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["kiosk", "--config", str(tmp_path / "kiosk.toml"), *words])
        monkeypatch.setattr("kiosk.logs.set_up", lambda _level: None)
        return cli.main()

    return run


def test_keys_show_names_everything_and_tells_no_secret(
    tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("enroll", "--gateway-keys", str(tmp_path / "gateway.jwks")) == 0
    assert command("keys", "show") == 0
    told = capsys.readouterr().out
    for word in ("JN03", "version 0, put here by hand", SEALING.thumbprint(), SIGNING.thumbprint(), "signing.jwk"):
        assert word in told
    directory = tmp_path / "data" / "keys"
    assert json.loads((directory / "signing.jwk").read_text())["d"] not in told
    assert (directory / "subject.key").read_text().strip() not in told


def test_other_keys_of_the_gateway_are_trusted_by_hand(tmp_path: Path, command: Callable[..., int]) -> None:
    assert command("enroll", "--gateway-keys", str(tmp_path / "gateway.jwks")) == 0
    renewed = OKPKey.generate_key("X25519", {"use": "enc"})
    (tmp_path / "gateway.jwks").write_text(jwks(public(renewed), public(SIGNING)))
    assert command("keys", "trust", str(tmp_path / "gateway.jwks")) == 0
    assert enrolment.load(tmp_path / "data" / "keys").gateway_key.thumbprint() == renewed.thumbprint()
    (tmp_path / "gateway.jwks").write_text("{}")
    assert command("keys", "trust", str(tmp_path / "gateway.jwks")) == 2
    assert enrolment.load(tmp_path / "data" / "keys").gateway_key.thumbprint() == renewed.thumbprint()


def test_a_bad_set_of_the_gateway_leaves_no_half_enrolment(tmp_path: Path, command: Callable[..., int]) -> None:
    (tmp_path / "gateway.jwks").write_text("{}")
    assert command("enroll", "--gateway-keys", str(tmp_path / "gateway.jwks")) == 2
    assert not (tmp_path / "data" / "keys").exists()


def test_no_new_enrolment_while_transactions_wait(
    tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """They are signed by the old key, and the gateway would believe the new one alone."""
    assert command("enroll", "--gateway-keys", str(tmp_path / "gateway.jwks")) == 0
    keys = enrolment.load(tmp_path / "data" / "keys")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    made = Instant(at, sure=True, boot="b", uptime=1.0)
    store = Store(tmp_path / "data" / "queue", "JN03", at)
    row = store.append(Draft(uuid7(), "activation", 0, "s", at, at, made, {}), keys.sealer().seal)
    (tmp_path / "data" / "keys" / "signing.jwk").unlink()
    assert command("enroll", "--gateway-keys", str(tmp_path / "gateway.jwks")) == 2
    assert "1 transactions wait, signed by the key before" in capsys.readouterr().err
    store.finish(row.id, TransactionState.REFUSED, {})
    store.close()
    assert command("enroll", "--gateway-keys", str(tmp_path / "gateway.jwks")) == 0
