"""What the gateway tells each kiosk to do, and how each kiosk says how it is: the wire, byte by byte."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jws
from joserfc.jwk import OKPKey

from simulator.gateway.models_fleet import KioskReport
from simulator.gateway.server import GatewayServer
from tests.contracts.caller import Caller, problem
from tests.offline_queue.hall import enrol, new_server

HEALTH, DIRECTIVES = "/v1/kiosk/health", "/v1/kiosk/directives"
CLOSED = {"kind": "out_of_service", "reason": "maintenance"}


def report(kiosk: str, **changes: Any) -> dict[str, Any]:
    return {
        "kiosk": kiosk,
        "at": datetime.now(UTC).isoformat(),
        "report_seconds": 60,
        "uptime_seconds": 5,
        "versions": {"program": "0.1.0", "configuration": "0123456789ab"},
        "devices": [{"device": "printer", "state": "offline", "fault": "PRN_PAPER_OUT"}],
        "paper": "out",
        "queue": {"waiting": 2, "oldest_seconds": 9, "used_percent": 1, "closed": None},
        "matters": [{"service": "activation", "open": False}],
        "directives": {"number": 0, "unknown": 0, "refused": 0, "fault": None, "support_bundle": "none"},
        "machine": {
            "celsius": 41.5,
            "disk_free_percent": 60,
            "clock_wrong_seconds": None,
            "certificate_until": None,
        },
        "audit_failing": False,
        "last_visit_at": None,
        **changes,
    }


def order(caller: Caller, *directives: dict[str, Any], kiosk: str = "") -> requests.Response:
    url = f"{caller.server.url}/admin/directives/{kiosk or caller.keys.kiosk}"
    return requests.put(url, json={"directives": list(directives)}, timeout=10)


def sheet(caller: Caller) -> dict[str, Any]:
    """What the gateway tells this kiosk, its signature checked with the oldest signing key."""
    signed = caller.get(DIRECTIVES).json()["directives"]
    keys = json.loads(caller.server.public_keys_file.read_text("ascii"))["keys"]
    oldest = next(OKPKey.import_key(key) for key in keys if key["use"] == "sig")
    found = jws.deserialize_compact(signed, oldest, algorithms=["Ed25519"])
    assert found.headers()["typ"] == "kiosk-directives+jws"
    content: dict[str, Any] = json.loads(found.payload)
    return content


def test_nothing_was_ever_ordered(caller: Caller) -> None:
    told = sheet(caller)
    assert (told["kiosk"], told["number"], told["directives"]) == (caller.keys.kiosk, 0, [])
    issued, expires = (datetime.fromisoformat(told[name]) for name in ("issued_at", "expires_at"))
    assert expires - issued == timedelta(hours=1)


def test_a_report_is_kept_and_told_which_sheet_is_in_force(caller: Caller) -> None:
    assert caller.post(HEALTH, report(caller.keys.kiosk)).json() == {"directives": 0}
    assert order(caller, CLOSED).json() == {"number": 1}
    assert caller.post(HEALTH, report(caller.keys.kiosk, paper="low")).json() == {"directives": 1}
    kept = [row for row in caller.rows(KioskReport) if row.kiosk_id == caller.keys.kiosk]
    assert [row.content["paper"] for row in kept] == ["low"], "the last one only"


def test_each_order_has_a_higher_number_and_replaces_the_one_before(caller: Caller) -> None:
    message = {"kind": "message", "zh": "今天16:00停电", "en": "No power from 16:00", "until": "2030-01-01T00:00:00Z"}
    assert [order(caller, CLOSED).json()["number"], order(caller, message).json()["number"]] == [1, 2]
    assert sheet(caller)["directives"] == [message]
    assert order(caller).json() == {"number": 3}
    assert (sheet(caller)["number"], sheet(caller)["directives"]) == (3, [])


def test_the_sheet_is_signed_by_the_key_that_every_kiosk_trusts(tmp_path: Path) -> None:
    """Also by those that have not heard of a new key yet."""
    with new_server(tmp_path / "gateway") as server:
        caller = Caller(server, enrol(tmp_path / "keys", server, "kiosk-1"))
        before = jws.extract_compact(caller.get(DIRECTIVES).json()["directives"].encode()).headers()["kid"]
        server.state.rotate_signing()
        after = jws.extract_compact(caller.get(DIRECTIVES).json()["directives"].encode()).headers()["kid"]
    assert before == after
    assert before in caller.keys.gateway.signing


def test_a_gateway_built_anew_goes_on_above_what_the_kiosk_has_taken(caller: Caller) -> None:
    """A kiosk never takes a lower number: it could be an old sheet."""
    taken = {"number": 41, "unknown": 0, "refused": 0, "fault": None, "support_bundle": "none"}
    assert caller.post(HEALTH, report(caller.keys.kiosk, directives=taken)).json() == {"directives": 42}
    assert order(caller, CLOSED).json() == {"number": 43}


def test_a_kiosk_speaks_for_itself_only(caller: Caller) -> None:
    assert problem(caller.post(HEALTH, report("another"))) == (403, "not_your_kiosk")
    for signature in ("", "a.b.c"):
        answer = caller.post(HEALTH, report(caller.keys.kiosk), signature)
        assert problem(answer) == (401, "signature_invalid")
    assert problem(requests.get(caller.server.url + DIRECTIVES, timeout=10)) == (401, "signature_invalid")


def test_a_report_counts_once(caller: Caller) -> None:
    body = json.dumps(report(caller.keys.kiosk)).encode()
    signature = caller.signer.sign("POST", HEALTH, body)
    assert caller.post(HEALTH, json.loads(body), signature).status_code == 200
    assert problem(caller.post(HEALTH, json.loads(body), signature)) == (401, "signature_replayed")


@pytest.mark.parametrize(
    "changes",
    [
        {"paper": "much"},
        {"note": "free text"},
        {"devices": [{"device": "printer", "state": "sleepy", "fault": None}]},
        {"devices": [{"device": "printer", "state": "online", "fault": "张伶的卡"}]},
        {"matters": [{"service": "370101199001011234", "open": True}]},
        {"at": "yesterday"},
    ],
    ids=repr,
)
def test_a_report_holds_only_what_the_contract_names(caller: Caller, changes: dict[str, Any]) -> None:
    assert problem(caller.post(HEALTH, report(caller.keys.kiosk, **changes))) == (400, "malformed")


@pytest.mark.parametrize(
    "directive",
    [
        {"kind": "reboot"},
        {"kind": "message", "zh": "", "en": "x", "until": "2030-01-01T00:00:00Z"},
        {"kind": "message", "zh": "只有中文", "until": "2030-01-01T00:00:00Z"},
        {"kind": "matter_off", "service": "Activation"},
        {"kind": "out_of_service", "reason": "because"},
    ],
    ids=repr,
)
def test_only_known_directives_are_ordered(caller: Caller, directive: dict[str, Any]) -> None:
    assert problem(order(caller, directive)) == (400, "malformed")
    assert sheet(caller)["number"] == 0


def test_only_a_known_kiosk_is_ordered(caller: Caller) -> None:
    assert problem(order(caller, CLOSED, kiosk="nobody")) == (404, "not_found")


def test_orders_and_reports_are_there_after_a_new_start(tmp_path: Path) -> None:
    with new_server(tmp_path / "gateway") as server:
        caller = Caller(server, enrol(tmp_path / "keys", server, "kiosk-1"))
        assert caller.post(HEALTH, report("kiosk-1")).status_code == 200
        order(caller, CLOSED)
    with new_server(tmp_path / "gateway") as again:
        caller = Caller(again, caller.keys)
        assert (sheet(caller)["number"], sheet(caller)["directives"]) == (1, [CLOSED])
        assert len(caller.rows(KioskReport)) == 1


def test_a_reset_withdraws_what_was_ordered_with_a_higher_number(caller: Caller, gateway_server: GatewayServer) -> None:
    order(caller, CLOSED)
    gateway_server.state.reset()
    assert (sheet(caller)["number"], sheet(caller)["directives"]) == (2, [])
