"""What comes from the gateway, and the text of a certificate's QR code, which anybody can print."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
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
    Entry("gateway_certificate", certificate, (_ISSUED,)),
    Entry(
        "certificate_token",
        token,
        (json.loads(_ISSUED)["token"].encode(), _AUTHORITY.sign({}).encode(), _AUTHORITY.sign({}, "x").encode()),
    ),
    Entry("gateway_keys", keys, (_AUTHORITY.sign({"version": 1, "keys": []}, "gateway-keys+jws").encode(),)),
)
