"""The routes of the page on which anybody checks a certificate, by its QR code or by its number and verification code.

Both are sent in the body of a request, so that no number ever stands in an address. Whom a certificate is about is
shown only to who sent the text of the QR code, where it stands already.
"""

import secrets
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.gateway import certificate_token
from simulator.gateway.callers import State
from simulator.gateway.certificate_schemas import CertificateAnswer
from simulator.gateway.crypto import CryptoRefused
from simulator.gateway.issued import find_certificate
from simulator.gateway.models_certificates import CertificateCopy
from simulator.gateway.state import GatewayState
from simulator.gateway.verify_page import Verdict, empty_page, result_page

router = APIRouter(include_in_schema=False)

_LONGEST = 8_000  # bytes of a form; a QR code holds no more than 4,296 characters
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def _form(request: Request) -> dict[str, str]:
    """The fields of the form; none when there is more than it can hold."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST:
            return {}
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


@router.get("/verify")
def ask() -> HTMLResponse:
    """The form."""
    return HTMLResponse(empty_page(), headers=_HEADERS)


@router.post("/verify")
def check(form: Annotated[dict[str, str], Depends(_form)], state: State) -> HTMLResponse:
    """What is known about the certificate, and the form for the next one."""
    qr, number, code = ("".join(form.get(name, "").split()) for name in ("qr", "number", "code"))
    with state.sessions.begin() as session:
        copy = _by_token(session, state, qr) if qr else _by_code(session, number.upper(), code.upper())
    if copy is None:
        page = result_page(Verdict.UNKNOWN, None, with_person=False)
    else:
        verdict = Verdict.GENUINE if copy.voided_at is None else Verdict.VOID_COPY
        page = result_page(verdict, CertificateAnswer.model_validate(copy.answer), with_person=bool(qr))
    return HTMLResponse(page, headers=_HEADERS)


def _by_token(session: Session, state: GatewayState, token: str) -> CertificateCopy | None:
    """The copy whose QR code this is: signed by this gateway, and in its register."""
    try:
        claims = certificate_token.read(token, state.keys.signing_keys)
    except CryptoRefused:
        return None
    certificate = find_certificate(session, claims.n)
    copy = None if certificate is None else session.get(CertificateCopy, (certificate.id, claims.c))
    return copy if copy is not None and copy.answer["token"] == token else None


def _by_code(session: Session, number: str, code: str) -> CertificateCopy | None:
    """The copy with that verification code."""
    certificate = find_certificate(session, number) if number.isascii() and number.isalnum() else None
    if certificate is None:
        return None
    copies = session.scalars(select(CertificateCopy).where(CertificateCopy.certificate_id == certificate.id))
    return next((c for c in copies if secrets.compare_digest(c.verification_code.encode(), code.encode())), None)
