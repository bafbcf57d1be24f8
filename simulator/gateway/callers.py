"""Who calls: the check of the signature that every request but the health's carries."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader
from sqlalchemy import Connection, select

from simulator.gateway.crypto import CryptoRefused, RequestSeen, signing_kiosk, verify_request
from simulator.gateway.models import Kiosk
from simulator.gateway.problems import ProblemRaised
from simulator.gateway.schemas import ProblemCode, RequestClaims
from simulator.gateway.signatures import FRESH
from simulator.gateway.state import GatewayState

_header = APIKeyHeader(
    name="Kiosk-Signature",
    scheme_name="KioskSignature",
    auto_error=False,
    description="Compact JWS (Ed25519, typ kiosk-request+jws, kid = kiosk) over RequestClaims, fresh for each request",
)


async def state_of(request: Request) -> GatewayState:
    """The gateway behind the route."""
    state = request.app.state.gateway
    if not isinstance(state, GatewayState):
        raise TypeError("the application has no gateway")
    return state


State = Annotated[GatewayState, Depends(state_of)]


async def _whole_body(request: Request) -> bytes:
    return await request.body()


def calling_kiosk(
    request: Request,
    state: State,
    body: Annotated[bytes, Depends(_whole_body)],
    signature: Annotated[str | None, Security(_header)] = None,
) -> str:
    """The name of the kiosk that signed this request, now, and for the first time. Raises ``ProblemRaised``."""
    state.signatures.clean(state.clock())
    seen = RequestSeen(request.method, request.url.path, body)
    with state.engine.begin() as connection:
        claims = _believed(connection, signature or "", seen)
        now = state.clock()
        if abs(now.timestamp() - claims.iat) > FRESH.total_seconds():
            raise ProblemRaised(HTTPStatus.UNAUTHORIZED, ProblemCode.SIGNATURE_STALE)
        if not state.signatures.use(connection, claims):
            raise ProblemRaised(HTTPStatus.UNAUTHORIZED, ProblemCode.SIGNATURE_REPLAYED)
    return claims.kiosk


Caller = Annotated[str, Depends(calling_kiosk)]


def _believed(connection: Connection, signature: str, seen: RequestSeen) -> RequestClaims:
    invalid = ProblemRaised(HTTPStatus.UNAUTHORIZED, ProblemCode.SIGNATURE_INVALID)
    try:
        public_jwk = connection.scalar(select(Kiosk.public_jwk).where(Kiosk.id == signing_kiosk(signature)))
        if public_jwk is None:
            raise invalid
        return verify_request(signature, public_jwk, seen)
    except CryptoRefused:
        raise invalid from None
