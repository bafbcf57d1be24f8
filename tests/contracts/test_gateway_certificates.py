"""Certificates: what is certified, number and copies, the signature, and the page that checks them."""

import base64
import hashlib
import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey

from simulator.insurance import Span
from simulator.people import BY_KEY
from tests.contracts.caller import Caller, party, problem

WANG, ZHANG, LI = BY_KEY["wang_jianguo"], BY_KEY["zhang_ling"], BY_KEY["li_xiuying"]
MORNING = datetime(2026, 3, 2, 1, 30, 15, 250_000, tzinfo=UTC)
PENSION: dict[str, Any] = {"first": None, "last": None}
SPANS = (
    Span("pension", "甲示例厂", "2019-03", "2020-02", ("2019-12", "2020-01")),
    Span("unemployment", "甲示例厂", "2019-03", "2020-02", ("2020-01",)),
    Span("pension", "乙示例厂", "2020-05", "2020-12", ()),
    Span("work_injury", "丙示例厂", "2020-11", "2021-02", ("2020-11", "2020-12")),
)


@pytest.fixture
def kiosk(caller: Caller) -> Caller:
    caller.live_in(MORNING)
    caller.server.state.amend(WANG.key, spans=SPANS)
    return caller


def certificate(kiosk: Caller, kind: str = "contributions", key: str = WANG.key, /, **changes: Any) -> dict[str, Any]:
    answer = kiosk.certify(kind, key, **changes)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(jws.extract_compact(token.encode()).payload)
    return found


def test_what_is_certified_of_a_period(kiosk: Caller) -> None:
    found = certificate(kiosk, first="2020-01", last="2020-12")
    assert (found["first"], found["last"], found["copy"], found["voided"]) == ("2020-01", "2020-12", 1, [])
    assert found["person"] == {"number": WANG.number, "name": WANG.name}
    assert found["agent"] is None
    assert found["pension"] is None
    assert [
        (span["insurance"], span["employer"], span["first"], span["last"], span["months_paid"])
        for span in found["spans"]
    ] == [
        ("pension", "甲示例厂", "2020-01", "2020-02", 1),
        ("unemployment", "甲示例厂", "2020-01", "2020-02", 1),
        ("pension", "乙示例厂", "2020-05", "2020-12", 8),
    ]
    assert found["arrears"] == 3, "January, November and December; what was not paid is not certified"
    assert re.fullmatch(r"JF20260302\d{5}", found["number"])
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{8}", found["verification_code"])
    assert found["issued_at"] == "2026-03-02T01:30:15Z"


def test_a_pension(kiosk: Caller) -> None:
    found = certificate(kiosk, "pension", LI.key, **PENSION)
    assert found["pension"] == kiosk.ask("pensions", LI.key)
    assert (found["spans"], found["arrears"], found["first"], found["last"]) == ([], 0, None, None)
    assert found["number"].startswith("DY20260302")
    said = claims(found["token"])
    assert said["y"] == found["pension"]["monthly_fen"]
    assert not {"m", "f", "l", "a"} & set(said)


def test_an_entitlement_record(kiosk: Caller) -> None:
    found = certificate(kiosk, "entitlement_record")
    assert found["number"].startswith("QY20260302")
    assert claims(found["token"])["m"] == {"pension": 9, "unemployment": 1}


@pytest.mark.parametrize(
    ("kind", "key", "changes", "code"),
    [
        ("contributions", "berg", {"person": {**party(WANG), "number": "0"}}, "person_not_found"),
        ("contributions", WANG.key, {"first": "2019-12", "last": "2019-12"}, None),
        ("contributions", WANG.key, {"first": "2019-03", "last": "2019-03"}, None),
        ("contributions", WANG.key, {"first": "2020-02", "last": "2020-02"}, None),
        ("contributions", WANG.key, {"first": "2020-03", "last": "2020-04"}, "nothing_paid_then"),
        ("contributions", WANG.key, {"first": "2001-01", "last": "2001-12"}, "nothing_paid_then"),
        ("pension", WANG.key, PENSION, "no_pension"),
    ],
    ids=["nobody", "one branch paid", "first month", "last month", "between two employers", "before all", "no pension"],
)
def test_nothing_to_certify(kiosk: Caller, kind: str, key: str, changes: dict[str, Any], code: str | None) -> None:
    answer = kiosk.certify(kind, key, **changes)
    assert answer.status_code == 200 if code is None else problem(answer) == (404, code)


def test_no_contributions_at_all(kiosk: Caller) -> None:
    kiosk.server.state.amend(WANG.key, spans=())
    assert problem(kiosk.certify("contributions", WANG.key)) == (404, "no_contributions")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"proof": {"method": "none", "detail": ""}}, "presence_not_proved"),
        ({"person": {**party(WANG), "name": "李四"}}, "not_the_same_person"),
        ({"person": party(WANG, "library_card")}, "document_not_accepted"),
        ({"agent": {**party(ZHANG), "name": "李四"}}, "not_the_same_person"),
        ({"agent": party(ZHANG, "library_card")}, "document_not_accepted"),
        ({"agent": party(WANG)}, "not_the_same_person"),
    ],
    ids=["no proof", "another name", "another document", "agent's name", "agent's document", "agent of oneself"],
)
def test_who_may_not_have_it(kiosk: Caller, changes: dict[str, Any], code: str) -> None:
    assert problem(kiosk.certify("contributions", WANG.key, **changes)) == (403, code)


@pytest.mark.parametrize("method", ["face", "card_pin", "staff", "document"])
def test_every_proof_is_enough(kiosk: Caller, method: str) -> None:
    assert certificate(kiosk, proof={"method": method, "detail": ""})["copy"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"first": None},
        {"first": "2020-13"},
        {"first": "2021-01", "last": "2020-12"},
        {"kind": "pension"},
        {"kind": "diploma"},
        {"person": {**party(WANG), "number": ""}},
        {"wish": "more"},
    ],
    ids=["no period", "no month", "backwards", "a pension's period", "another kind", "nobody named", "too much"],
)
def test_malformed_orders(kiosk: Caller, changes: dict[str, Any]) -> None:
    assert problem(kiosk.certify("contributions", WANG.key, **changes)) == (400, "malformed")


def test_by_the_card_alone(kiosk: Caller) -> None:
    only_card = {"person": {"number": "", "name": "", "document": "social_card"}, "card_number": WANG.card.number}
    assert certificate(kiosk, **only_card)["person"] == {"number": WANG.number, "name": WANG.name}


@pytest.mark.parametrize("known_here", [True, False])
def test_by_an_agent(kiosk: Caller, *, known_here: bool) -> None:
    agent = party(ZHANG) if known_here else {"number": "320102199001010007", "name": "周远", "document": "resident_id"}
    found = certificate(kiosk, agent=agent)
    assert found["agent"] == {"number": agent["number"], "name": agent["name"]}
    assert claims(found["token"])["a"] == [agent["name"], agent["number"]]
    assert certificate(kiosk)["number"] != found["number"], "another one when it is fetched without an agent"


# -- number and copies


def test_same_key_same_answer(kiosk: Caller) -> None:
    key = uuid4()
    first, second = (kiosk.certify("contributions", WANG.key, key) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert problem(kiosk.certify("contributions", WANG.key, key, last="2020-11")) == (422, "key_reused")
    assert certificate(kiosk)["copy"] == 2


def test_two_requests_at_once_are_two_copies_or_one_answer(kiosk: Caller) -> None:
    same = uuid4()
    keys = [same, same, uuid4(), uuid4()]
    with ThreadPoolExecutor(len(keys)) as threads:
        sent = [threads.submit(kiosk.certify, "contributions", WANG.key, key) for key in keys]
        copies = [each.result().json()["copy"] for each in sent]
    assert copies[0] == copies[1]
    assert sorted(copies[1:]) == [1, 2, 3]


def test_a_key_is_needed(kiosk: Caller) -> None:
    assert problem(kiosk.post("/v1/certificates", {})) == (400, "idempotency_key_missing")


def test_the_same_on_the_same_day_is_the_next_copy(kiosk: Caller) -> None:
    first = certificate(kiosk)
    kiosk.live_in(MORNING + timedelta(hours=14))  # 23:30 in China
    second = certificate(kiosk, proof={"method": "card_pin", "detail": ""})
    assert (second["number"], second["copy"]) == (first["number"], 2)
    assert second["verification_code"] != first["verification_code"]
    assert second["token"] != first["token"]
    kiosk.live_in(MORNING + timedelta(hours=15))  # the next day in China
    third = certificate(kiosk)
    assert third["number"] != first["number"]
    assert third["copy"] == 1


@pytest.mark.parametrize(
    "changes",
    [{"last": "2020-11"}, {"kind": "entitlement_record"}, {"agent": party(ZHANG)}],
    ids=["period", "kind", "agent"],
)
def test_something_else_has_a_number_of_its_own(kiosk: Caller, changes: dict[str, Any]) -> None:
    assert certificate(kiosk)["number"] != certificate(kiosk, **changes)["number"]


def test_other_contents_on_the_same_day_have_a_number_of_their_own(kiosk: Caller) -> None:
    first = certificate(kiosk)
    kiosk.server.state.amend(WANG.key, spans=SPANS[:3])
    assert certificate(kiosk)["number"] != first["number"]


def test_a_void_copy_is_named_on_the_next(kiosk: Caller) -> None:
    first = certificate(kiosk)
    torn = {"certificate_number": first["number"], "copy": 1}
    for _ in range(2):
        proof = {"method": "document", "detail": ""}
        answer = kiosk.send("certificate_void", WANG.key, ago=600, details=torn, proof=proof)
        assert (answer["result"], answer["acceptance_number"]) == ("accepted", None)
    second = certificate(kiosk)
    assert (second["copy"], second["voided"]) == (2, [1])
    assert kiosk.messages(WANG.key) == []
    unknown = kiosk.send("certificate_void", WANG.key, details={"certificate_number": "JF0", "copy": 1})
    assert (unknown["result"], unknown["reason"]) == ("refused", "certificate_unknown")
    others = kiosk.send("certificate_void", ZHANG.key, details=torn)
    assert (others["result"], others["reason"]) == ("refused", "not_the_same_person")


# -- signature


def test_the_public_keys_are_one_file_and_check_the_token(kiosk: Caller) -> None:
    keys = json.loads(kiosk.server.public_keys_file.read_text("ascii"))
    sealing, signing = keys["keys"]
    assert (sealing["crv"], sealing["use"], signing["crv"], signing["use"]) == ("X25519", "enc", "Ed25519", "sig")
    assert signing["kid"] == OKPKey.import_key(signing).thumbprint()
    assert "d" not in sealing | signing
    found = certificate(kiosk)
    signed = jws.deserialize_compact(found["token"], KeySet.import_key_set(keys), algorithms=["Ed25519"])
    assert signed.headers() == {"alg": "Ed25519", "typ": "kiosk-certificate+jws", "kid": signing["kid"]}


def test_the_token_says_the_same_as_the_certificate(kiosk: Caller) -> None:
    found = certificate(kiosk)
    content = {name: value for name, value in found.items() if name not in {"token", "voided"}}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert claims(found["token"]) == {
        "iss": "hall-gateway",
        "n": found["number"],
        "k": "contributions",
        "c": 1,
        "t": int(MORNING.timestamp()),
        "p": [WANG.name, WANG.number],
        "f": "2020-01",
        "l": "2020-12",
        "m": {"pension": 9, "unemployment": 1},
        "v": found["verification_code"],
        "h": base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode(),
    }


# -- the page


def page(kiosk: Caller, **form: str) -> str:
    answer = requests.post(f"{kiosk.server.url}/verify", data=form, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return html.unescape(answer.text)


def verdict(text: str) -> str:
    found = re.search(r'<section class="(\w+)"', text)
    return found[1] if found else ""


def test_the_form_is_empty_and_loads_nothing(kiosk: Caller) -> None:
    answer = requests.get(f"{kiosk.server.url}/verify", timeout=10)
    assert answer.status_code == 200
    assert verdict(answer.text) == ""
    assert not re.search(r"<script|src=|href=|https?:", answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_scanned_qr_code(kiosk: Caller) -> None:
    found = certificate(kiosk, agent=party(ZHANG))
    text = page(kiosk, qr=found["token"])
    assert verdict(text) == "genuine"
    for shown in (
        found["number"],
        WANG.name,
        WANG.number,
        ZHANG.name,
        "2020-01 – 2020-12",
        "9 个月",
        "2026-03-02 09:30",
    ):
        assert shown in text
    wrapped = "\n".join(found["token"][at : at + 60] for at in range(0, len(found["token"]), 60))
    assert verdict(page(kiosk, qr=f" {wrapped}\n")) == "genuine"


def test_number_and_code_name_nobody(kiosk: Caller) -> None:
    found = certificate(kiosk, agent=party(ZHANG))
    text = page(kiosk, number=f" {found['number'].lower()} ", code=found["verification_code"].lower())
    assert verdict(text) == "genuine"
    assert found["number"] in text
    assert "9 个月" in text
    for hidden in (WANG.name, WANG.number, ZHANG.name, ZHANG.number):
        assert hidden not in text


def test_a_pension_on_the_page(kiosk: Caller) -> None:
    found = certificate(kiosk, "pension", LI.key, **PENSION)
    assert "3,286.50" in page(kiosk, qr=found["token"])


def test_void_copies(kiosk: Caller) -> None:
    first = certificate(kiosk)
    kiosk.send("certificate_void", WANG.key, details={"certificate_number": first["number"], "copy": 1})
    second = certificate(kiosk)
    for form in ({"qr": first["token"]}, {"number": first["number"], "code": first["verification_code"]}):
        assert verdict(page(kiosk, **form)) == "void"
    for form in ({"qr": second["token"]}, {"number": second["number"], "code": second["verification_code"]}):
        assert verdict(page(kiosk, **form)) == "genuine"


def test_what_is_not_genuine(kiosk: Caller) -> None:
    found = certificate(kiosk)
    header, _, signature = found["token"].split(".")
    changed = json.dumps({**claims(found["token"]), "p": ["李四", WANG.number]}).encode()
    forged = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
    own = jws.serialize_compact(
        {"alg": "Ed25519", "typ": "kiosk-certificate+jws"},
        json.dumps(claims(found["token"])),
        kiosk.keys.signing_key,
        algorithms=["Ed25519"],
    )
    other_type = jws.serialize_compact(
        {"alg": "Ed25519", "typ": "kiosk-request+jws"},
        json.dumps(claims(found["token"])),
        kiosk.server.state.keys.signing,
        algorithms=["Ed25519"],
    )
    for qr in (f"{header}.{forged}.{signature}", own, other_type, "nonsense", found["number"], "<script>", "x" * 9000):
        text = page(kiosk, qr=qr)
        assert verdict(text) == "unknown"
        assert "<script>" not in text
        assert WANG.number not in text
    assert verdict(page(kiosk, number=found["number"], code="22222222")) == "unknown"
    assert verdict(page(kiosk, number="JF2026030299999", code=found["verification_code"])) == "unknown"
    assert verdict(page(kiosk)) == "unknown"
    kiosk.server.state.reset()
    assert verdict(page(kiosk, qr=found["token"])) == "unknown", "signed once, but not in the register"
