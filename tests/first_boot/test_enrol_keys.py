"""The kiosk's keys by its command: made once, kept, made anew on request; and whose files they are."""

import json
import os
import subprocess
import sys
from pathlib import Path

from kiosk import enrolment
from kiosk.audit.acts import files_of, note_act
from kiosk.audit.chain import HeadKey, Link, SignedPlace
from kiosk.audit.files import TAKEN_AWAY, months
from kiosk.audit.log import Act
from offline_queue.files import WriterLock
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory
from tests.first_boot.conftest import Command, Steps


def entries(data: Path) -> list[tuple[str, dict[str, object]]]:
    lines = (line for path in months(data / "audit") for line in path.read_text("utf-8").splitlines())
    return [(entry["event"], entry["fields"]) for entry in map(json.loads, lines)]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_they_are_made_once_and_kept(tmp_path: Path, enrol: Steps, gateway_keys: Path) -> None:
    code, steps = enrol("--gateway-keys", str(gateway_keys))
    assert (code, steps["keys"]["state"], steps["tests"]) == (0, "done", None)
    assert steps["keys"]["then"] == [f"Register it at the gateway: {tmp_path}/data/keys/kiosk.jwk"]
    before = contents(tmp_path / "data" / "keys")
    code, steps = enrol("--gateway-keys", str(gateway_keys))
    assert (code, steps["keys"]["state"]) == (0, "kept")
    assert contents(tmp_path / "data" / "keys") == before


def test_the_last_line_is_the_file_to_register(tmp_path: Path, kiosk: Command, gateway_keys: Path) -> None:
    code, said = kiosk("enroll", "--gateway-keys", str(gateway_keys))
    assert (code, said.splitlines()[-1]) == (0, f"{tmp_path}/data/keys/kiosk.jwk")


def test_other_keys_of_the_gateway_are_not_taken_by_the_way(tmp_path: Path, enrol: Steps, gateway_keys: Path) -> None:
    assert enrol("--gateway-keys", str(gateway_keys))[0] == 0
    before = contents(tmp_path / "data" / "keys")
    KeyDirectory(tmp_path / "another")
    code, steps = enrol("--gateway-keys", str(tmp_path / "another" / PUBLIC_KEYS_FILE))
    assert (code, steps["keys"]["then"]) == (1, ["If the new ones are right: kiosk keys trust FILE"])
    assert contents(tmp_path / "data" / "keys") == before


def test_renewed_ones_leave_the_old_beside_and_the_staff_and_the_audit_log_as_they_are(
    tmp_path: Path, enrol: Steps, kiosk: Command, gateway_keys: Path
) -> None:
    assert enrol("--gateway-keys", str(gateway_keys))[0] == 0
    keys = tmp_path / "data" / "keys"
    assert note_act(tmp_path / "data", Act.EXPORT)
    before, loaded = contents(keys), enrolment.load(keys)
    code, steps = enrol("--renew")
    assert (code, steps["keys"]["state"]) == (0, "done")
    after = enrolment.load(keys)
    assert after.signing_key.thumbprint() != loaded.signing_key.thumbprint()
    assert after.subject_key == loaded.subject_key
    (old,) = keys.glob("before-*")
    assert {name: before[name] for name in ("signing.jwk", "kiosk.jwk")} == contents(old)
    assert note_act(tmp_path / "data", Act.EXPORT)
    code, said = kiosk("audit", "verify")
    assert (code, "genuine" in said) == (0, True), said


def test_what_housekeeping_has_taken_away_is_signed_anew_with_the_key(
    tmp_path: Path, enrol: Steps, gateway_keys: Path
) -> None:
    assert enrol("--gateway-keys", str(gateway_keys))[0] == 0
    data, away = tmp_path / "data", Link(7, "0" * 64)
    file = data / "audit" / TAKEN_AWAY

    def key() -> HeadKey:
        return HeadKey("JN01", enrolment.signing_key(data / "keys"))

    file.write_bytes(key().sign(away, SignedPlace.TAKEN_AWAY))
    before = file.read_bytes()
    assert enrol("--renew")[0] == 0
    assert key().read(file.read_bytes(), SignedPlace.TAKEN_AWAY) == away
    assert file.read_bytes() != before


def test_each_step_that_changed_something_is_in_the_audit_log(
    tmp_path: Path, enrol: Steps, kiosk: Command, gateway_keys: Path
) -> None:
    data = tmp_path / "data"
    assert enrol("--hall", "JN", "--kiosk", "04", "--gateway-keys", str(gateway_keys))[0] == 0
    done = [{"renewed": False, "state": "done", "step": step} for step in ("identity", "keys")]
    assert entries(data) == [("enrolment", fields) for fields in done]
    assert enrol("--gateway-keys", str(gateway_keys))[0] == 0  # nothing is done, and nothing noted
    assert len(entries(data)) == 2
    assert enrol("--request")[0] == 1
    assert enrol("--renew")[0] == 0
    later = [fields for _, fields in entries(data)[2:]]
    assert later == [
        {"renewed": False, "state": "open", "step": "certificate"},
        {"renewed": True, "state": "done", "step": "keys"},
    ]
    assert kiosk("audit", "verify")[0] == 0


def test_that_a_step_could_not_be_noted_is_said(
    tmp_path: Path, enrol: Steps, kiosk: Command, gateway_keys: Path
) -> None:
    assert enrol("--gateway-keys", str(gateway_keys))[0] == 0
    audit = files_of(tmp_path / "data").directory
    for path in audit.iterdir():
        path.unlink()
    audit.rmdir()
    audit.write_text("in the way")
    code, said = kiosk("enroll", "--request", "--language", "en")
    assert (code, "could not be written into the audit log" in said) == (1, True)


def test_that_other_keys_of_the_gateway_are_believed_is_in_the_audit_log(
    tmp_path: Path, enrol: Steps, kiosk: Command, gateway_keys: Path
) -> None:
    assert enrol("--gateway-keys", str(gateway_keys))[0] == 0
    KeyDirectory(tmp_path / "another")
    assert kiosk("keys", "trust", str(tmp_path / "another" / PUBLIC_KEYS_FILE))[0] == 0
    assert entries(tmp_path / "data")[-1] == ("technician", {"act": "keys_trusted"})


def test_nothing_is_renewed_under_a_kiosk_that_runs(tmp_path: Path, enrol: Steps, gateway_keys: Path) -> None:
    assert enrol("--gateway-keys", str(gateway_keys))[0] == 0
    (tmp_path / "data" / "queue").mkdir()
    before = contents(tmp_path / "data" / "keys")
    lock = WriterLock(tmp_path / "data" / "queue")
    try:
        code, steps = enrol("--renew")
    finally:
        lock.release()
    assert (code, steps["keys"]["then"]) == (2, ["Stop it first: systemctl stop hall-kiosk"])
    assert {name: text for name, text in contents(tmp_path / "data" / "keys").items() if name in before} == before


def test_what_root_makes_belongs_to_the_kiosks_user(tmp_path: Path) -> None:
    """A technician types ``sudo kiosk enroll``: the service must be able to read its keys afterwards."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(data, 65534, 65533)
    program = (
        "import os, pathlib, sys; from kiosk.first_boot.user import become_owner_of; data = pathlib.Path(sys.argv[1]);"
        "become_owner_of(data); print(*os.getresuid(), *os.getresgid())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(data)], capture_output=True, text=True, timeout=60, check=False
    )
    owner = data.stat()
    assert done.stdout.split() == [str(owner.st_uid)] * 3 + [str(owner.st_gid)] * 3, done.stderr
