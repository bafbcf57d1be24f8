"""The gateway at the wire, asked by hand: keys, signatures, sequence, technicians' part."""

import json
from uuid import uuid4

import pytest
import requests
from joserfc import jws

from simulator.gateway.admin import InsuranceTable
from simulator.gateway.models import SequenceGap, Transaction
from simulator.people import BY_KEY
from tests.contracts.caller import Caller, problem

ZHANG = BY_KEY["zhang_ling"]


def test_same_key_same_answer_one_effect(caller: Caller) -> None:
    key = uuid4()
    content = caller.submission(key, 1)
    first, second = caller.submit(key, content), caller.submit(key, content)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert (first.json()["result"], first.json()["card_status"]) == ("accepted", "normal")
    with caller.server.state.sessions() as session:
        assert [row.times_received for row in session.query(Transaction)] == [2]


def test_same_key_with_another_payload(caller: Caller) -> None:
    key = uuid4()
    caller.submit(key, caller.submission(key, 1))
    assert problem(caller.submit(key, caller.submission(key, 1))) == (422, "key_reused")


def test_missing_key(caller: Caller) -> None:
    answer = caller.post("/v1/transactions", caller.submission(uuid4(), 1))
    assert problem(answer) == (400, "idempotency_key_missing")


def test_envelope_of_another_key(caller: Caller) -> None:
    assert problem(caller.submit(uuid4(), caller.submission(uuid4(), 1))) == (422, "envelope_mismatch")


def test_envelope_with_another_sequence_outside(caller: Caller) -> None:
    key = uuid4()
    assert problem(caller.submit(key, {**caller.submission(key, 1), "sequence": 2})) == (422, "envelope_mismatch")


def test_envelope_that_does_not_open(caller: Caller) -> None:
    key = uuid4()
    content = caller.submission(key, 1)
    broken = content["envelope"][:-4] + "AAAA"
    assert problem(caller.submit(key, {**content, "envelope": broken})) == (422, "envelope_invalid")
    assert problem(caller.submit(key, {**content, "envelope": "a.b"})) == (422, "envelope_invalid")


def test_sequence_used_again(caller: Caller) -> None:
    first, second = uuid4(), uuid4()
    assert caller.submit(first, caller.submission(first, 1)).status_code == 200
    assert problem(caller.submit(second, caller.submission(second, 1))) == (422, "sequence_reused")


def test_a_sequence_beyond_all_reason(caller: Caller) -> None:
    key = uuid4()
    assert problem(caller.submit(key, caller.submission(key, 10**30))) == (422, "sequence_reused")


def test_gap_in_the_sequence_is_noticed_and_filled(caller: Caller) -> None:
    for sequence in (1, 4, 3):
        key = uuid4()
        assert caller.submit(key, caller.submission(key, sequence)).status_code == 200
    with caller.server.state.sessions() as session:
        gaps = session.query(SequenceGap).order_by(SequenceGap.sequence)
        assert [(gap.sequence, gap.filled_at is not None) for gap in gaps] == [(2, False), (3, True)]


def test_signatures(caller: Caller) -> None:
    query = {"number": ZHANG.number}
    path, body = "/v1/persons/query", json.dumps(query).encode()
    good = caller.signer.sign("POST", path, body)
    assert caller.post(path, query, good).status_code == 200
    assert problem(caller.post(path, query, good)) == (401, "signature_replayed")
    assert problem(caller.post(path, query, "")) == (401, "signature_invalid")
    for_other_path = caller.signer.sign("POST", "/v1/cards/query", body)
    assert problem(caller.post(path, query, for_other_path)) == (401, "signature_invalid")
    for_other_body = caller.signer.sign("POST", path, b"{}")
    assert problem(caller.post(path, query, for_other_body)) == (401, "signature_invalid")


@pytest.mark.parametrize("late", [301, -301, 10**30, -(10**30)])
def test_stale_signature(caller: Caller, late: int) -> None:
    path, query = "/v1/persons/query", {"number": ZHANG.number}
    fresh = caller.signer.sign("POST", path, json.dumps(query).encode())
    token = jws.extract_compact(fresh.encode())
    claims = json.loads(token.payload)
    claims["iat"] -= late
    old = jws.serialize_compact(
        token.headers(), json.dumps(claims).encode(), caller.keys.signing_key, algorithms=["Ed25519"]
    )
    assert problem(caller.post(path, query, old)) == (401, "signature_stale")


def test_a_signed_transaction_is_no_signed_request(caller: Caller) -> None:
    """Each signature says what it is for."""
    path, query = "/v1/persons/query", {"number": ZHANG.number}
    fresh = jws.extract_compact(caller.signer.sign("POST", path, json.dumps(query).encode()).encode())
    other_type = {**fresh.headers(), "typ": "kiosk-transaction+jws"}
    signed = jws.serialize_compact(other_type, fresh.payload, caller.keys.signing_key, algorithms=["Ed25519"])
    assert problem(caller.post(path, query, signed)) == (401, "signature_invalid")


def test_kiosk_cannot_send_for_another(caller: Caller) -> None:
    key = uuid4()
    assert problem(caller.submit(key, caller.submission(key, 1, kiosk="jn-hall-02"))) == (403, "not_your_kiosk")


def test_malformed_and_unknown(caller: Caller) -> None:
    assert problem(caller.post("/v1/persons/query", {})) == (400, "malformed")
    assert problem(caller.post("/v1/persons/query", {"number": "0"})) == (404, "person_not_found")
    assert problem(caller.post("/v1/cards/query", {"card_number": "0"})) == (404, "card_not_found")
    assert problem(requests.get(caller.server.url + "/nowhere", timeout=10)) == (404, "not_found")


def test_technicians_part(caller: Caller) -> None:
    admin = caller.server.url + "/admin"
    key = uuid4()
    caller.submit(key, caller.submission(key, 1))
    assert [row["id"] for row in requests.get(admin + "/transactions", timeout=10).json()] == [str(key)]
    assert [row["after"] for row in requests.get(admin + "/events", timeout=10).json()] == ["normal"]
    cards = {row["number"]: row["status"] for row in requests.get(admin + "/cards", timeout=10).json()}
    assert cards[ZHANG.card.number] == "normal"
    tables = ("applications", "certificates", "copies", *(f"insurance/{table}" for table in InsuranceTable))
    assert {table: requests.get(f"{admin}/{table}", timeout=10).status_code for table in tables} == dict.fromkeys(
        tables, 200
    )
    assert problem(requests.get(admin + "/insurance/secrets", timeout=10)) == (400, "malformed")
    assert requests.post(admin + "/switch", json={"fault": "down"}, timeout=10).json()["fault"] == "down"
    with pytest.raises(requests.ConnectionError):
        requests.get(caller.server.url + "/v1/health", timeout=10)
    assert requests.post(admin + "/reset", timeout=10).status_code == 200
    assert requests.get(admin + "/transactions", timeout=10).json() == []
    assert requests.get(caller.server.url + "/v1/health", timeout=10).status_code == 200


def test_kiosk_is_registered_by_its_public_key_only(caller: Caller) -> None:
    admin = caller.server.url + "/admin/kiosks"
    public, private = (caller.keys.signing_key.as_dict(private=private) for private in (False, True))
    assert requests.post(admin, json=public, timeout=10).json() == {"kiosk": caller.keys.kiosk}
    assert problem(requests.post(admin, json=private, timeout=10)) == (400, "malformed")
