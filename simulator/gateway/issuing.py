"""Issuing certificates: what there is to certify, number and copy, and the signature."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from simulator.gateway import certificate_token
from simulator.gateway.certificate_schemas import (
    CertificateAnswer,
    CertificateClaims,
    CertificateKind,
    CertificateOrder,
)
from simulator.gateway.certified import Contents, contents_of
from simulator.gateway.database import LOCKED, done
from simulator.gateway.days import day_in_china
from simulator.gateway.finding import find_person, person_facts
from simulator.gateway.issued import copies_of, voided_copies
from simulator.gateway.keys import KeyDirectory
from simulator.gateway.models import Person
from simulator.gateway.models_certificates import Certificate, CertificateCopy
from simulator.gateway.problems import ProblemRaised
from simulator.gateway.rules import identity_objection
from simulator.gateway.rules.facts import PersonFacts
from simulator.gateway.schemas import ProblemCode, Reason, SealedPerson

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that could be taken for another
_CODE_LENGTH = 8
_PREFIX = {
    CertificateKind.CONTRIBUTIONS: "JF",  # 缴费
    CertificateKind.ENTITLEMENT_RECORD: "QY",  # 权益
    CertificateKind.PENSION: "DY",  # 待遇
}


class Issuer:
    """Issues certificates. Safe for several threads, and for several processes on one database."""

    def __init__(self, sessions: sessionmaker[Session], keys: KeyDirectory, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._keys = keys
        self._clock = clock

    def issue(self, key: UUID, kiosk: str, order: CertificateOrder) -> CertificateAnswer:
        """Issue a copy, or repeat the one that ``key`` was given. Raises ``ProblemRaised``."""
        return done(self._sessions, lambda session: self._issue(session, key, kiosk, order))

    def _issue(self, session: Session, key: UUID, kiosk: str, order: CertificateOrder) -> CertificateAnswer:
        digest = hashlib.sha256(certificate_token.canonical(order.model_dump(mode="json"))).hexdigest()
        known = session.scalar(select(CertificateCopy).where(CertificateCopy.key == str(key)))
        if known is not None:
            if (known.kiosk_id, known.request_sha256) != (kiosk, digest):
                raise ProblemRaised(HTTPStatus.UNPROCESSABLE_ENTITY, ProblemCode.KEY_REUSED)
            return CertificateAnswer.model_validate(known.answer)
        person = _entitled(session, order)
        contents = contents_of(session, person, order)
        now = self._clock().replace(microsecond=0)
        certificate = _certificate(session, order, person, contents, now)
        answer = self._answer(session, certificate, contents, now)
        session.add(
            CertificateCopy(
                certificate_id=certificate.id,
                copy=answer.copy_number,
                key=str(key),
                kiosk_id=kiosk,
                request_sha256=digest,
                verification_code=answer.verification_code,
                issued_at=now,
                proof=order.proof.method,
                answer=answer.model_dump(mode="json", by_alias=True),
            )
        )
        return answer

    def _answer(
        self, session: Session, certificate: Certificate, contents: Contents, now: datetime
    ) -> CertificateAnswer:
        content: dict[str, Any] = {
            "number": certificate.number,
            "kind": certificate.kind,
            "copy": copies_of(session, certificate) + 1,
            "verification_code": "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)),
            "issued_at": now,
            **contents.model_dump(),
            "token": "",
            "voided": voided_copies(session, certificate),
        }
        answer = CertificateAnswer.model_validate(content)
        answer.token = certificate_token.sign(_claims(answer), self._keys.current.signing)
        return answer


def _entitled(session: Session, order: CertificateOrder) -> Person:
    """Whom the certificate is about, if who stands at the kiosk may have it. Raises ``ProblemRaised``."""
    person = find_person(session, order.person.number or None, order.card_number)
    if person is None:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.PERSON_NOT_FOUND)
    session.refresh(person, with_for_update=LOCKED)  # one copy of a person's certificates at a time
    objections = [identity_objection(order.person, order.proof, person_facts(person), document_is_enough=True)]
    if order.agent is not None:
        shown = SealedPerson(number=order.agent.number, name=order.agent.name, document=order.agent.document)
        agent = _agent(session, order, person)
        objections.append(identity_objection(shown, order.proof, agent, document_is_enough=True))
    for objection in objections:
        if objection is not None:
            raise ProblemRaised(HTTPStatus.FORBIDDEN, ProblemCode(objection.value))
    return person


def _agent(session: Session, order: CertificateOrder, person: Person) -> PersonFacts:
    """The agent as known here, or as the document of somebody from elsewhere says. Nobody is their own agent."""
    shown = order.agent
    if shown is None or shown.number == person.number:
        raise ProblemRaised(HTTPStatus.FORBIDDEN, ProblemCode(Reason.NOT_THE_SAME_PERSON.value))
    known = session.get(Person, shown.number)
    return PersonFacts(shown.number, shown.name) if known is None else person_facts(known)


def _certificate(
    session: Session, order: CertificateOrder, person: Person, contents: Contents, now: datetime
) -> Certificate:
    """The certificate of which another copy is made; a new one when today none said the same."""
    day = day_in_china(now)
    said = hashlib.sha256(certificate_token.canonical(contents.model_dump(mode="json"))).hexdigest()
    same = select(Certificate).where(
        Certificate.kind == order.kind,
        Certificate.person_number == person.number,
        Certificate.issued_on == day,
        Certificate.contents == said,
    )
    certificate = session.scalar(same)
    if certificate is None:
        certificate = Certificate(
            kind=order.kind,
            person_number=person.number,
            agent_number=None if order.agent is None else order.agent.number,
            issued_on=day,
            contents=said,
        )
        session.add(certificate)
        session.flush()  # gives it its running number
        certificate.number = f"{_PREFIX[order.kind]}{day:%Y%m%d}{certificate.id:05d}"
    return certificate


def _claims(answer: CertificateAnswer) -> CertificateClaims:
    months: dict[str, int] = {}
    for span in answer.spans:
        months[span.insurance] = months.get(span.insurance, 0) + span.months_paid
    return CertificateClaims(
        n=answer.number,
        k=answer.kind,
        c=answer.copy_number,
        t=int(answer.issued_at.timestamp()),
        p=(answer.person.name, answer.person.number),
        a=None if answer.agent is None else (answer.agent.name, answer.agent.number),
        f=answer.first,
        l=answer.last,
        m=None if answer.pension is not None else months,
        y=None if answer.pension is None else answer.pension.monthly_fen,
        v=answer.verification_code,
        h=certificate_token.content_hash(answer.model_dump(mode="json", by_alias=True)),
    )
