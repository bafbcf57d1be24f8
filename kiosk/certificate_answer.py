"""A certificate as the gateway issues it: how it is ordered, and when the answer is believed (docs/gateway.yaml)."""

import base64
import hashlib
import json
from dataclasses import fields
from typing import Annotated

from pydantic import Field

from flows.certificates import Certificate, CertificateKind, CertificateOrder
from flows.records import Holder
from kiosk.certificate_token import CertificateKeys, Certified, NotGenuine
from kiosk.contract import Answer, ContractBroken, Count, DocumentNumber, Moment, Month, Name, Number
from kiosk.record_answers import PensionAnswer, SpanAnswer

_NOT_SIGNED_OVER = ("token", "voided")


class PartyAnswer(Answer):
    """Somebody whom a certificate names."""

    number: Number
    name: Name


class CertificateAnswer(Answer):
    """POST /v1/certificates."""

    number: DocumentNumber
    kind: CertificateKind
    copy_number: Annotated[int, Field(ge=1, alias="copy")]
    verification_code: DocumentNumber
    issued_at: Moment
    person: PartyAnswer
    agent: PartyAnswer | None
    first: Month | None
    last: Month | None
    spans: tuple[SpanAnswer, ...]
    arrears: Count
    pension: PensionAnswer | None
    token: Annotated[str, Field(max_length=4000)]
    voided: tuple[Annotated[int, Field(ge=1)], ...]

    def certificate(self) -> Certificate:
        """The same for a flow."""
        return Certificate(
            number=self.number,
            kind=self.kind,
            copy=self.copy_number,
            verification_code=self.verification_code,
            issued_at=self.issued_at,
            person_name=self.person.name,
            person_number=self.person.number,
            agent_name=self.agent.name if self.agent else "",
            agent_number=self.agent.number if self.agent else "",
            first=self.first,
            last=self.last,
            spans=tuple(span.record() for span in self.spans),
            arrears=self.arrears,
            pension=self.pension.record() if self.pension else None,
            token=self.token,
            voided=self.voided,
        )


def request_of(order: CertificateOrder) -> dict[str, object]:
    """The body of POST /v1/certificates."""
    return {
        "kind": order.kind,
        "person": _party(order.holder),
        "card_number": order.holder.card_number,
        "agent": _party(order.agent) if order.agent else None,
        "proof": {"method": order.proof.method, "detail": order.proof.detail},
        "first": str(order.first) if order.first else None,
        "last": str(order.last) if order.last else None,
    }


def _party(holder: Holder) -> dict[str, str]:
    return {"number": holder.number, "name": holder.name, "document": holder.document}


def read_certificate(body: bytes, order: CertificateOrder, keys: CertificateKeys) -> Certificate:
    """The certificate in ``body``: what was ordered, and signed by the gateway in all that it says.

    Raises:
        ContractBroken: it is not; the text names what differs, never a value.
    """
    certificate = CertificateAnswer.read(body).certificate()
    if wrong := _not_as_ordered(certificate, order):
        raise ContractBroken(f"not as ordered: {wrong}")
    try:
        signed = keys.check(certificate.token)
    except NotGenuine as error:
        raise ContractBroken(f"token: {error.flaw}") from None
    said = Certified.of(certificate, content_hash(body))
    differing = [each.name for each in fields(Certified) if each.compare and _differ(said, signed, each.name)]
    if differing:
        raise ContractBroken(f"signed otherwise: {', '.join(differing)}")
    return certificate


def _differ(said: Certified, signed: Certified, name: str) -> bool:
    return bool(getattr(said, name) != getattr(signed, name))


def _not_as_ordered(certificate: Certificate, order: CertificateOrder) -> str:
    """What differs between certificate and order; nothing if it is right."""
    agent = order.agent.number if order.agent else ""
    pairs = {
        "kind": (certificate.kind, order.kind),
        "person": (certificate.person_number, order.holder.number or certificate.person_number),
        "agent": (certificate.agent_number, agent),
        "period": ((certificate.first, certificate.last), (order.first, order.last)),
        "pension": (certificate.pension is not None, order.kind is CertificateKind.PENSION),
        "spans": (_spans_within(certificate), True),
    }
    return ", ".join(name for name, (found, wanted) in pairs.items() if found != wanted)


def _spans_within(certificate: Certificate) -> bool:
    first, last = certificate.first, certificate.last
    if first is None or last is None:
        return not certificate.spans
    return all(first <= span.first and span.last <= last for span in certificate.spans)


def content_hash(body: bytes) -> str:
    """base64url of the SHA-256 of the answer's canonical JSON, without what is not signed over."""
    content = {name: value for name, value in json.loads(body).items() if name not in _NOT_SIGNED_OVER}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()
