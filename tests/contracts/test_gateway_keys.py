"""The gateway's keys change, and nobody is left behind: neither old envelopes, nor old certificates, nor old kiosks."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from joserfc import jws
from joserfc.jwk import OKPKey

from kiosk import enrolment
from offline_queue.envelope import Sealer
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory, Purpose
from simulator.gateway.server import GatewayServer
from simulator.people import BY_KEY
from tests.contracts.caller import Caller, problem
from tests.offline_queue.hall import enrol, new_server


@pytest.fixture
def caller(tmp_path: Path) -> Any:
    with new_server(tmp_path / "gateway") as server:
        yield Caller(server, enrol(tmp_path / "keys", server, "kiosk-1"))


def told(caller: Caller, trusted: dict[str, OKPKey]) -> dict[str, Any]:
    """The key set as the gateway gives it, for one who trusts some of its signing keys."""
    text = caller.get("/v1/keys").json()["keys"]
    header = jws.extract_compact(text.encode()).headers()
    assert (header["alg"], header["typ"]) == ("Ed25519", "gateway-keys+jws")
    found = jws.deserialize_compact(text, trusted[header["kid"]], algorithms=["Ed25519"])
    content: dict[str, Any] = json.loads(found.payload)
    return content


def of_use(content: dict[str, Any], use: str) -> dict[str, OKPKey]:
    return {key["kid"]: OKPKey.import_key(key) for key in content["keys"] if key["use"] == use}


def file_content(caller: Caller) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(caller.server.public_keys_file.read_text("ascii"))
    return content


def certificate(caller: Caller) -> str:
    caller.server.state.amend("wang_jianguo", months_paid=100)
    answer = caller.certify("contributions", "wang_jianguo", first="2000-01", last="2030-01")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


def test_the_set_is_signed_and_the_same_as_the_file(caller: Caller) -> None:
    trusted = of_use(file_content(caller), "sig")
    content = told(caller, trusted)
    assert content["version"] == 1
    assert content["keys"] == file_content(caller)["keys"]
    assert [key["use"] for key in content["keys"]] == ["enc", "sig"]
    assert not any("d" in key for key in content["keys"])
    assert abs(datetime.now(UTC) - datetime.fromisoformat(content["issued_at"])).total_seconds() < 60


def test_only_a_known_kiosk_is_told(caller: Caller) -> None:
    for path in ("/v1/keys", "/v1/kiosk", "/v1/audit/head"):
        assert problem(requests.get(caller.server.url + path, timeout=10)) == (401, "signature_invalid")


def test_old_envelopes_open_after_the_sealing_key_has_changed(caller: Caller) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    before = caller.submission(first, 1)
    caller.server.state.rotate_sealing()
    (new,) = of_use(told(caller, of_use(file_content(caller), "sig")), "enc").values()
    assert new.thumbprint() != caller.keys.gateway_key.thumbprint()
    assert caller.submit(first, before).status_code == 200
    assert caller.submit(second, caller.submission(second, 2)).status_code == 200, "sealed by one who knows no better"
    draft_sealed = Caller(caller.server, enrolment.load(trusting_anew(caller)))
    assert draft_sealed.submit(third, draft_sealed.submission(third, 3)).status_code == 200


def trusting_anew(caller: Caller) -> Path:
    """The kiosk's directory of keys, with the gateway's as they are now."""
    directory = caller.server.public_keys_file.parent.parent / "keys"
    enrolment.trust_gateway(directory, caller.server.public_keys_file.read_text("ascii"))
    return directory


@pytest.mark.parametrize("name", ["", "unknown"])
def test_an_envelope_must_name_its_key(caller: Caller, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key = uuid4()
    monkeypatch.setattr(Sealer, "_gateway_kid", name)
    assert problem(caller.submit(key, caller.submission(key, 1))) == (422, "envelope_invalid")


def test_old_certificates_are_good_after_the_signing_key_has_changed(caller: Caller) -> None:
    old = certificate(caller)
    caller.server.state.rotate_signing()
    new = certificate(caller)
    assert header_kid(old) != header_kid(new)
    for token in (old, new):
        page = requests.post(caller.server.url + "/verify", data={"qr": token}, timeout=10).text
        assert 'class="genuine"' in page
        keys = enrolment.load(trusting_anew(caller)).certificate_keys
        assert keys.check(token).person == (BY_KEY["wang_jianguo"].name, BY_KEY["wang_jianguo"].number)


def header_kid(token: str) -> str:
    return str(jws.extract_compact(token.encode()).headers()["kid"])


@pytest.mark.parametrize("changes", [["signing"], ["signing", "signing", "sealing"], ["sealing", "signing"] * 3])
def test_a_kiosk_that_trusts_any_earlier_set_can_follow(caller: Caller, changes: list[Purpose]) -> None:
    """However many changes it has missed, and wherever it began."""
    sets = [file_content(caller)]
    for purpose in changes:
        caller.server.state.rotate(purpose)
        sets.append(file_content(caller))
    for known in sets:
        content = told(caller, of_use(known, "sig"))
        assert content["version"] == len(sets)
        assert content["keys"] == sets[-1]["keys"]


def test_the_version_grows_with_each_key_of_either_kind(caller: Caller) -> None:
    state = caller.server.state
    assert [state.rotate_sealing(), state.rotate_signing(), state.rotate_signing(), state.rotate_sealing()] == [
        2,
        3,
        4,
        5,
    ]
    assert len(state.keys.sealing_keys) == len(state.keys.signing_keys) == 3


def test_keys_last_over_a_new_start_and_are_private(tmp_path: Path) -> None:
    with new_server(tmp_path) as server:
        server.state.rotate_sealing()
        server.state.rotate_signing()
        before = server.state.keys
    with new_server(tmp_path) as server:
        after = server.state.keys
    assert after.public_set() == before.public_set()
    assert list(after.sealing_keys) == list(before.sealing_keys)
    files = sorted(path.name for path in tmp_path.glob("*.jwk"))
    assert files == ["sealing-2.jwk", "sealing.jwk", "signing-3.jwk", "signing.jwk"]
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in files} == {0o600}


def test_a_directory_of_the_first_release_is_read(tmp_path: Path) -> None:
    """It held one file for each key, and public keys without a name for the sealing key."""
    sealing = OKPKey.generate_key("X25519", {"use": "enc"})
    signing = OKPKey.generate_key("Ed25519", {"use": "sig"})
    for name, key in (("sealing", sealing), ("signing", signing)):
        (tmp_path / f"{name}.jwk").write_text(json.dumps(key.as_dict(private=True)) + "\n", "ascii")
    (tmp_path / PUBLIC_KEYS_FILE).write_text(json.dumps({"keys": [sealing.as_dict(private=False)]}), "ascii")
    keys = KeyDirectory(tmp_path)
    assert keys.current.sealing.thumbprint() == sealing.thumbprint()
    assert keys.current.signing.thumbprint() == signing.thumbprint()
    published = json.loads((tmp_path / PUBLIC_KEYS_FILE).read_text("ascii"))["keys"]
    assert [key["kid"] for key in published] == [sealing.thumbprint(), signing.thumbprint()]


def test_another_process_sees_the_new_key_at_once(tmp_path: Path) -> None:
    one, other = KeyDirectory(tmp_path), KeyDirectory(tmp_path)
    assert one.current.public_set() == other.current.public_set()
    one.rotate("sealing")
    other.rotate("sealing")
    assert one.current.version == other.current.version == 3
    assert one.current.public_set() == other.current.public_set()


def test_technicians_change_keys(caller: Caller) -> None:
    admin = caller.server.url + "/admin/rotate/"
    assert requests.post(admin + "sealing", timeout=10).json() == {"version": 2}
    assert requests.post(admin + "signing", timeout=10).json() == {"version": 3}
    assert problem(requests.post(admin + "everything", timeout=10)) == (400, "malformed")


def test_the_first_key_is_not_made_anew_when_another_is_there(tmp_path: Path) -> None:
    GatewayServer(tmp_path).close()
    (tmp_path / "signing.jwk").rename(tmp_path / "signing-2.jwk")
    keys = KeyDirectory(tmp_path).current
    assert (len(keys.signing_keys), keys.version) == (1, 2)
