"""The public routes of the contract."""

import base64
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header

from simulator.gateway import audit
from simulator.gateway.audit_schemas import AuditHead
from simulator.gateway.callers import Caller, State
from simulator.gateway.certificate_schemas import CertificateAnswer, CertificateOrder
from simulator.gateway.crypto import signed_key_set
from simulator.gateway.finding import find_card, find_person
from simulator.gateway.fleet_schemas import BundleTaken, DirectivesAnswer, HealthTaken, KioskHealth, SupportBundle
from simulator.gateway.key_schemas import KeysAnswer
from simulator.gateway.models import Kiosk
from simulator.gateway.problems import ProblemRaised, documented
from simulator.gateway.readiness_schemas import ReadinessReport, ReadinessTaken
from simulator.gateway.schemas import (
    CardAnswer,
    CardStatus,
    HealthAnswer,
    KioskAnswer,
    PersonAnswer,
    ProblemCode,
    Query,
    Submission,
    TransactionAnswer,
)

router = APIRouter(prefix="/v1")

_CALLING = documented(HTTPStatus.UNAUTHORIZED)
_ASKING = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)
_SENDING = documented(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_REPORTING = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_CERTIFYING = documented(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_FOLLOWING = documented(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


@router.get("/health", operation_id="health")
async def health(state: State) -> HealthAnswer:
    """Whether the gateway is there, and its time."""
    return HealthAnswer(time=state.clock())


@router.get("/kiosk", operation_id="standing", responses=_CALLING)
def standing(caller: Caller, state: State) -> KioskAnswer:
    """How the calling kiosk stands in the gateway's books."""
    with state.sessions.begin() as session:
        kiosk = session.get_one(Kiosk, caller)
        return KioskAnswer(kiosk=kiosk.id, highest_sequence=kiosk.highest_sequence, time=state.clock())


@router.post("/kiosk/health", operation_id="reportHealth", responses=_REPORTING)
def report_health(report: KioskHealth, caller: Caller, state: State) -> HealthTaken:
    """How the calling kiosk is; takes the place of its report before. Sent now and then, lost without harm.

    Its part about directives says which sheet the kiosk has taken. When the answer names another one, the kiosk
    fetches it.
    """
    if report.kiosk != caller:
        raise ProblemRaised(HTTPStatus.FORBIDDEN, ProblemCode.NOT_YOUR_KIOSK)
    return HealthTaken(directives=state.fleet.take(report))


@router.post("/kiosk/bundle", operation_id="sendSupportBundle", responses=_REPORTING)
def support_bundle(bundle: SupportBundle, caller: Caller, state: State) -> BundleTaken:
    """A support bundle that was asked for by a directive; takes the place of the one before. Lost without harm."""
    if bundle.kiosk != caller:
        raise ProblemRaised(HTTPStatus.FORBIDDEN, ProblemCode.NOT_YOUR_KIOSK)
    return BundleTaken(bytes=state.fleet.keep_bundle(bundle))


@router.post("/kiosk/readiness", operation_id="reportReadiness", responses=_REPORTING)
def report_readiness(report: ReadinessReport, caller: Caller, state: State) -> ReadinessTaken:
    """What a member of staff found who tested everything at the calling kiosk; takes the place of the one before.

    A kiosk that is off line keeps its last report and sends it when the line is back: the same one may come twice.
    """
    if report.kiosk != caller:
        raise ProblemRaised(HTTPStatus.FORBIDDEN, ProblemCode.NOT_YOUR_KIOSK)
    return ReadinessTaken(received_at=state.fleet.keep_readiness(report))


@router.get("/kiosk/directives", operation_id="directives", responses=_CALLING)
def directives(caller: Caller, state: State) -> DirectivesAnswer:
    """What the calling kiosk shall do from now on: the same sheet until it changes, signed anew at each call.

    A kiosk takes it only if a key that it trusts has signed it, for this kiosk, with a number above that of the last
    sheet it took, and before it expires. It stays in force when the gateway is out of reach.
    """
    return DirectivesAnswer(directives=state.fleet.signed(caller))


@router.get("/keys", operation_id="publicKeys", responses=_CALLING)
def public_keys(caller: Caller, state: State) -> KeysAnswer:  # noqa: ARG001 - the caller only has to be known
    """The gateway's public keys as they are now. Old sealing keys, which are not named, still open old envelopes."""
    return KeysAnswer(keys=signed_key_set(state.keys, state.clock()))


@router.get("/audit/head", operation_id="auditHead", responses=_CALLING)
def audit_head(caller: Caller, state: State) -> AuditHead:
    """How far the calling kiosk's audit log has come. The log itself is sent as transactions of the kind audit."""
    with state.sessions.begin() as session:
        return audit.head(session, caller)


@router.post("/persons/query", operation_id="queryPerson", responses=_ASKING)
def query_person(query: Query, caller: Caller, state: State) -> PersonAnswer:  # noqa: ARG001 - the caller only has to be known
    """The person with that number, or the holder of that card."""
    with state.sessions.begin() as session:
        person = find_person(session, query.number, query.card_number)
        if person is None:
            raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.PERSON_NOT_FOUND)
        return PersonAnswer(
            number=person.number,
            name=person.name,
            photo=None if person.photo is None else base64.b64encode(person.photo).decode(),
            mobile_masked=f"{person.mobile[:3]}****{person.mobile[-4:]}" if person.mobile else "",
            transfers_out=person.transfers_out,
        )


@router.post("/cards/query", operation_id="queryCard", responses=_ASKING)
def query_card(query: Query, caller: Caller, state: State) -> CardAnswer:  # noqa: ARG001 - the caller only has to be known
    """The card with that number, or the present card of that person."""
    with state.sessions.begin() as session:
        card = find_card(session, query.number, query.card_number, state.clock())
        if card is None:
            raise ProblemRaised(HTTPStatus.NOT_FOUND, ProblemCode.CARD_NOT_FOUND)
        return CardAnswer(
            number=card.number,
            person_number=card.person_number,
            status=CardStatus(card.status),
            issuing_area=card.issuing_area,
            bank=card.bank,
            bank_telephone=card.bank_telephone,
            lost_until=card.lost_until,
            loss_ended_at=card.loss_ended_at,
        )


@router.post("/transactions", operation_id="submitTransaction", responses=_SENDING)
def submit_transaction(
    submission: Submission,
    idempotency_key: Annotated[
        UUID, Header(alias="Idempotency-Key", description="UUIDv7, made once per transaction, the same at each sending")
    ],
    caller: Caller,
    state: State,
) -> TransactionAnswer:
    """Decide a transaction once. The same key again gets the same answer, for ever: no key is ever forgotten.

    409 (Retry-After): another request with the key is being worked on. 422: this request can never be taken, for
    another payload came with the key (key_reused), another transaction with the number (sequence_reused), or the
    envelope does not open (envelope_invalid) or is about something else than the submission (envelope_mismatch).

    503 (busy, Retry-After): too many at once; nothing of it was read, and the time to come back differs for each.

    A withdrawn transaction has expired at the kiosk before anything of it was sent: it is refused as expired, without
    any effect, unless its key is known, whose answer is repeated whatever it was. Entries of a transaction of the kind
    audit that do not fit into their chain are kept and marked; the answer is accepted all the same.

    Where the sealed clock is not sure and has the boot of the submission's, the gateway reckons the age by the two
    uptimes, and decides by the times that follow from it; else by the times as they are told.
    """
    if submission.kiosk != caller:
        raise ProblemRaised(HTTPStatus.FORBIDDEN, ProblemCode.NOT_YOUR_KIOSK)
    return state.ledger.receive(idempotency_key, submission)


@router.get("/transactions/{transaction_id}", operation_id="transactionOutcome", responses=_FOLLOWING)
def transaction_outcome(transaction_id: UUID, caller: Caller, state: State) -> TransactionAnswer:
    """What became of a key. 404: never received; 409 (Retry-After): being worked on."""
    return state.ledger.outcome(transaction_id, caller)


@router.post("/certificates", operation_id="issueCertificate", responses=_CERTIFYING)
def issue_certificate(
    order: CertificateOrder,
    idempotency_key: Annotated[UUID, Header(alias="Idempotency-Key", description="As for transactions")],
    caller: Caller,
    state: State,
) -> CertificateAnswer:
    """Issue a copy of a certificate. The same order on the same day in China is the same certificate, its next copy.

    404: there is nothing to certify (person_not_found, no_contributions, nothing_paid_then, no_pension); 403: who is
    at the kiosk may not have it (presence_not_proved, not_the_same_person, document_not_accepted).
    """
    return state.issuer.issue(idempotency_key, caller, order)
