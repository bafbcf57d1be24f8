"""What comes from the gateway, and the text of a certificate's QR code, which anybody can print."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey
from pydantic import BaseModel

from flows.months import Month
from kiosk.certificate_answer import CertificateAnswer, read_certificate
from kiosk.certificate_token import NotGenuine
from kiosk.contract import (
    Answer,
    AuditHeadAnswer,
    CardAnswer,
    ContractBroken,
    HealthAnswer,
    KioskAnswer,
    PersonAnswer,
    Problem,
    TransactionAnswer,
)
from kiosk.gateway_keys import Distrusted, GatewayKeys, KeysAnswer
from kiosk.record_answers import (
    AgenciesAnswer,
    ContributionsAnswer,
    PensionAnswer,
    SkillsAnswer,
    TransferAnswer,
    UnemploymentAnswer,
)
from tests.fuzz.entry import Entry
from tests.fuzz.promises import kept, only
from tests.fuzz.tampering import Script
from tests.issuing import PENSION, Authority, asked_for, order_for

_MOMENT = "2026-11-23T14:25:40+08:00"
_ANSWERS: tuple[tuple[type[Answer], dict[str, Any]], ...] = (
    (
        PersonAnswer,
        {"number": "1", "name": "张", "photo": "/9j/", "mobile_masked": "138****0021", "transfers_out": False},
    ),
    (
        CardAnswer,
        {
            "number": "D21435691",
            "person_number": "1",
            "status": "normal",
            "issuing_area": "370100",
            "bank": "",
            "bank_telephone": "",
            "lost_until": _MOMENT,
            "loss_ended_at": None,
        },
    ),
    (
        TransactionAnswer,
        {
            "id": "1",
            "envelope_sha256": "0" * 64,
            "result": "accepted",
            "reason": None,
            "effective_at": _MOMENT,
            "card_status": "normal",
            "acceptance_number": "JN-1",
            "due": "2026-11-23",
            "lost_until": None,
        },
    ),
    (HealthAnswer, {"service": "hall-gateway", "time": _MOMENT}),
    (KioskAnswer, {"kiosk": "JN03", "highest_sequence": 7, "time": _MOMENT}),
    (AuditHeadAnswer, {"kiosk": "JN03", "number": 7, "hash": "0" * 64}),
    (Problem, {"status": 409, "code": "in_progress"}),
    (
        ContributionsAnswer,
        {
            "spans": [
                {
                    "insurance": "pension",
                    "employer": "泉水",
                    "first": "2015-03",
                    "last": "2020-02",
                    "months_paid": 60,
                }
            ]
        },
    ),
    (PensionAnswer, PENSION),
    (
        UnemploymentAnswer,
        {
            "months_paid": 3,
            "employment_ended": "2026-01-31",
            "recorded_reason": None,
            "registered": True,
            "reasons": [],
            "benefit_until": "2027-01",
            "pending": False,
            "allowance_received": False,
            "allowance_elsewhere": False,
        },
    ),
    (SkillsAnswer, {"enterprise_employee": True, "months_paid": 36, "certificates": []}),
    (TransferAnswer, {"scheme": None, "pending": False}),
    (AgenciesAnswer, {"agencies": [{"code": "370100", "name": "济南"}]}),
    (KeysAnswer, {"keys": "e30.e30.AA"}),
)

_DEEP: list[Any] = []
for _ in range(150):
    _DEEP = [_DEEP]
_VALUES: tuple[Any, ...] = (
    *(None, True, 0, 1, -1, 2**31, 2**63, 10**40, 1.5, float("nan"), float("inf")),
    *("huge", "", "1", "x" * 201, "\0", "\ud800", "\udc00\ud800", "张\u202e", "a" * 64, "-", "1e400"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-02-29", "0001-01-01", "9999-12-31"),
    *("0000-01", "0001-01", "9999-12", "2026-13", "/9j/", "====", "normal", "pension", "accepted"),
    *([], {}, [{}], {"a": 1}, [None], _DEEP),
)


def answers(data: bytes) -> None:
    """The body of an answer; the first byte says of which."""
    kind = _ANSWERS[data[0] % len(_ANSWERS)][0] if data else Problem
    answer = kept(lambda: kind.read(data[1:]), ContractBroken)
    if answer is None:
        return
    if record := getattr(answer, "record", None):
        record()
    if isinstance(answer, TransactionAnswer):
        answer.without_person()
    _use(answer)


def fields(data: bytes) -> None:
    """A sound answer in which up to four values are others: of another type, too long, at the end of time."""
    script = Script(data)
    which = script.byte()
    body = deepcopy(_ANSWERS[which % len(_ANSWERS)][1])
    for _ in range(script.byte() % 5):
        _exchange_one(body, script)
    answers(bytes([which]) + _json(body))


def signed_fields(data: bytes) -> None:
    """The same with a certificate and its token, which the gateway's own key has signed all the same."""
    script = Script(data)
    issued = _AUTHORITY.issue(asked_for(_ORDER))
    said = _AUTHORITY.content(issued)
    for content in (issued, said):
        for _ in range(script.byte() % 4):
            _exchange_one(content, script)
    header = {"alg": "Ed25519", "typ": "kiosk-certificate+jws", "kid": _AUTHORITY.key.thumbprint()}
    issued["token"] = jws.serialize_compact(header, _json(said), _AUTHORITY.key, algorithms=["Ed25519"])
    certificate(_json(issued))
    token(issued["token"].encode())


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode().replace(b'"huge"', b"9" * 5000)


def _exchange_one(body: dict[str, Any], script: Script) -> None:
    """Another value in one place, or a field more."""
    if not body:
        return
    name = sorted(body)[script.byte() % len(body)]
    old = body[name]
    choice = script.byte()
    if choice % 4 == 1:
        name += "_"
    if isinstance(old, dict) and old and choice % 4:
        _exchange_one(old, script)
    elif isinstance(old, list) and old and isinstance(old[0], dict) and choice % 4:
        _exchange_one(old[0], script)
    elif choice % 4 == 2:
        body[name] = script.some(script.byte()).decode("utf-8", "surrogateescape")
    else:
        body[name] = deepcopy(_VALUES[script.byte() % len(_VALUES)])


def _use(answer: BaseModel) -> None:
    """What every screen does with a moment and a month: it is shown in the hall's zone and counted from."""
    for value in _values(answer):
        match value:
            case datetime():
                value.astimezone(timezone(timedelta(hours=8)))
                value.astimezone(UTC)
            case Month():
                str(value.plus(1))


def _values(answer: BaseModel) -> Iterator[Any]:
    for value in vars(answer).values():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, BaseModel):
                yield from _values(each)
            else:
                yield each


def _authority() -> Authority:
    """Always the same key, so that inputs kept from one run are good for the next."""
    return Authority(OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), {"use": "sig"}))


_AUTHORITY = _authority()
_ORDER = order_for()
_ISSUED = json.dumps(_AUTHORITY.issue(asked_for(_ORDER))).encode()


def certificate(data: bytes) -> None:
    """The answer to an order."""
    kept(lambda: read_certificate(data, _ORDER, _AUTHORITY.keys), ContractBroken)
    said = kept(lambda: CertificateAnswer.read(data), ContractBroken)
    if said is not None:
        said.certificate()
        _use(said)


def token(data: bytes) -> None:
    """The text of a QR code."""
    kept(lambda: _AUTHORITY.keys.check(data.decode("utf-8", "replace")), NotGenuine)


def keys(data: bytes) -> None:
    """A signed set of the gateway's keys."""
    only(lambda: _known().successor(data.decode("utf-8", "replace")), Distrusted)


def _known() -> GatewayKeys:
    sealing = OKPKey.import_key({"kty": "OKP", "crv": "X25519", "x": "CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    return GatewayKeys(sealing, {_AUTHORITY.key.thumbprint(): _AUTHORITY.key}, 1, None, "")


ENTRIES = (
    Entry(
        "gateway_answers",
        answers,
        tuple(bytes([at]) + json.dumps(body).encode() for at, (_, body) in enumerate(_ANSWERS)),
    ),
    Entry("gateway_fields", fields, tuple(bytes([at, at % 5]) + bytes(20) for at in range(len(_ANSWERS))), longest=128),
    Entry("gateway_certificate", certificate, (_ISSUED,)),
    Entry("signed_fields", signed_fields, (bytes(20), bytes.fromhex("00 01 03 00 07 01 02 00 04")), longest=128),
    Entry(
        "certificate_token",
        token,
        (json.loads(_ISSUED)["token"].encode(), _AUTHORITY.sign({}).encode(), _AUTHORITY.sign({}, "x").encode()),
    ),
    Entry("gateway_keys", keys, (_AUTHORITY.sign({"version": 1, "keys": []}, "gateway-keys+jws").encode(),)),
)
