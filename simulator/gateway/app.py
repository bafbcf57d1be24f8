"""The application: public routes, technicians' routes, errors, and the contract's document."""

from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from simulator.gateway import admin, api, halls, lookups, verifying
from simulator.gateway.audit_schemas import SealedAudit
from simulator.gateway.certificate_schemas import CertificateClaims
from simulator.gateway.details import DETAILS
from simulator.gateway.fleet_schemas import DirectiveSheet
from simulator.gateway.key_schemas import KeySet
from simulator.gateway.problems import ProblemRaised, response
from simulator.gateway.schemas import Problem, ProblemCode, RequestClaims, SealedTransaction
from simulator.gateway.state import GatewayState

VERSION = "1.7.0"
_TITLE = "Hall gateway"
_ABOUT = (
    "What a self-service kiosk of a social insurance hall asks of the hall's gateway. Mutual TLS outside of trials; "
    "every request but the health's carries Kiosk-Signature; personal data is in bodies only, never in addresses."
)

# Bodies and errors of this application are about people: nothing of it leaves by way of an exporter.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def create_app(state: GatewayState | None) -> FastAPI:
    """The application of ``state``; None when only the contract's document is wanted."""
    app = FastAPI(
        title=_TITLE, version=VERSION, description=_ABOUT, docs_url=None, redoc_url=None, telemetry=_NO_TELEMETRY
    )
    app.state.gateway = state
    app.include_router(api.router)
    app.include_router(lookups.router)
    app.include_router(verifying.router)
    app.include_router(halls.router)
    app.include_router(admin.router)
    app.add_exception_handler(ProblemRaised, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http)
    made_by_fastapi = app.openapi
    app.openapi = cache(lambda: _contract(made_by_fastapi()))  # type: ignore[method-assign]  # FastAPI's documented way
    return app


async def _on_problem(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - the library's signature
    if not isinstance(error, ProblemRaised):
        raise error
    return response(error)


async def _on_malformed(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - the library's signature
    if not isinstance(error, RequestValidationError):
        raise error
    no_key = any(each["loc"] == ("header", "Idempotency-Key") for each in error.errors())
    code = ProblemCode.IDEMPOTENCY_KEY_MISSING if no_key else ProblemCode.MALFORMED
    return response(ProblemRaised(HTTPStatus.BAD_REQUEST, code))


async def _on_http(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - the library's signature
    if not isinstance(error, HTTPException):
        raise error
    return response(ProblemRaised(HTTPStatus(error.status_code), ProblemCode.NOT_FOUND))


def _contract(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's document, without its own error form, and with what travels inside header and envelope."""
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path in document["paths"].values():
        for operation in path.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    inside: list[type[BaseModel]] = [
        Problem,
        SealedTransaction,
        SealedAudit,
        RequestClaims,
        CertificateClaims,
        KeySet,
        DirectiveSheet,
        *DETAILS.values(),
    ]
    for model in inside:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document
