"""Certificates signed as docs/gateway.yaml says, without a gateway: answers to compare the kiosk's checks with."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from flows.certificates import Certificate, CertificateKind, CertificateOrder
from flows.months import Month
from flows.records import DocumentKind, Holder
from flows.transactions import Proof, ProofMethod
from kiosk.certificate_answer import read_certificate
from kiosk.certificate_token import CertificateKeys
from simulator.people import BY_KEY

ISSUED = "2026-11-23T14:25:40+08:00"
SPANS = [
    ("pension", "济南泉水示例纺织有限公司", "2015-03", "2020-02", 60),
    ("pension", "山东趵突泉示例信息技术服务股份有限公司济南高新区第一分公司", "2020-04", "2026-10", 75),
    ("unemployment", "济南泉水示例纺织有限公司", "2015-03", "2020-02", 58),
    ("unemployment", "山东趵突泉示例信息技术服务股份有限公司济南高新区第一分公司", "2020-04", "2026-10", 79),
    ("work_injury", "济南泉水示例纺织有限公司", "2015-03", "2020-02", 60),
]
PENSION = {
    "kind": "enterprise",
    "started": "2003-03",
    "monthly_fen": 328650,
    "last_paid": "2026-11",
    "review_due": "2027-02-12",
}


def holder(key: str) -> Holder:
    """One of the invented people with their resident ID."""
    return Holder(DocumentKind.RESIDENT_ID, BY_KEY[key].name, BY_KEY[key].number)


def order_for(
    key: str = "zhang_ling", kind: CertificateKind = CertificateKind.CONTRIBUTIONS, agent: str = ""
) -> CertificateOrder:
    """An order for one of the invented people."""
    period = (None, None) if kind is CertificateKind.PENSION else (Month(2015, 1), Month(2026, 10))
    fetched_by = holder(agent) if agent else None
    return CertificateOrder(
        kind, holder(key), fetched_by, DocumentKind.RESIDENT_ID, Proof(ProofMethod.FACE, "sface"), *period
    )


@dataclass
class Authority:
    """Whoever signs certificates, and the copies issued so far."""

    key: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519", {"use": "sig"}))
    copies: int = 0
    voided: list[int] = field(default_factory=list)

    @property
    def keys(self) -> CertificateKeys:
        """The public half, as a kiosk has it."""
        return CertificateKeys([OKPKey.import_key(self.key.as_dict(private=False))])

    def issue(self, asked: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The next copy of what was asked for (the body of a request), with ``changes`` made before it is signed."""
        self.copies += 1
        parties = {
            who: {name: asked[who][name] for name in ("number", "name")} if asked[who] else None
            for who in ("person", "agent")
        }
        pension = asked["kind"] == "pension"
        spans = [
            dict(zip(("insurance", "employer", "first", "last", "months_paid"), span, strict=True)) for span in SPANS
        ]
        answer: dict[str, Any] = {
            "number": "JN-20261123-000042",
            "kind": asked["kind"],
            "copy": self.copies,
            "verification_code": "7KQM-2X9D",
            "issued_at": ISSUED,
            **parties,
            "first": asked["first"],
            "last": asked["last"],
            "spans": [] if pension else spans,
            "arrears": 0 if pension else 7,
            "pension": PENSION if pension else None,
            **changes,
        }
        return {**answer, "token": self.sign(self.content(answer)), "voided": list(self.voided)}

    def content(self, answer: dict[str, Any]) -> dict[str, Any]:
        """What the token of an answer says."""
        canonical = json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        months: dict[str, int] = {}
        for span in answer["spans"]:
            months[span["insurance"]] = months.get(span["insurance"], 0) + span["months_paid"]
        said: dict[str, Any] = {
            "iss": "hall-gateway",
            "n": answer["number"],
            "k": answer["kind"],
            "c": answer["copy"],
            "t": int(datetime.fromisoformat(answer["issued_at"]).timestamp()),
            "p": [answer["person"]["name"], answer["person"]["number"]],
            "v": answer["verification_code"],
            "h": base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode(),
        }
        if answer["agent"]:
            said["a"] = [answer["agent"]["name"], answer["agent"]["number"]]
        if answer["pension"]:
            return said | {"y": answer["pension"]["monthly_fen"]}
        return said | {"f": answer["first"], "l": answer["last"], "m": months}

    def sign(self, content: dict[str, Any], typ: str = "kiosk-certificate+jws") -> str:
        """A token of any content."""
        header = {"alg": "Ed25519", "typ": typ, "kid": self.key.thumbprint()}
        payload = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return jws.serialize_compact(header, payload, self.key, algorithms=["Ed25519"])

    def certificate(self, order: CertificateOrder, **changes: Any) -> Certificate:
        """What a kiosk makes of an answer to ``order``."""
        return read_certificate(json.dumps(self.issue(asked_for(order), **changes)).encode(), order, self.keys)


def asked_for(order: CertificateOrder) -> dict[str, Any]:
    """An order as the request says it."""
    people = {"person": order.holder, "agent": order.agent}
    named = {who: one and {"number": one.number, "name": one.name} for who, one in people.items()}
    months = {"first": order.first and str(order.first), "last": order.last and str(order.last)}
    return {"kind": str(order.kind), **named, **months}
