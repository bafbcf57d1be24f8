"""Errors as the contract shows them (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from simulator.gateway.schemas import Problem, ProblemCode

MEDIA_TYPE = "application/problem+json"


class ProblemRaised(Exception):
    """Ends a request with a problem."""

    def __init__(self, status: HTTPStatus, code: ProblemCode, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


def response(problem: ProblemRaised) -> JSONResponse:
    """The answer for ``problem``."""
    body = Problem(title=problem.status.phrase, status=problem.status, code=problem.code)
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return JSONResponse(body.model_dump(mode="json"), problem.status, headers=headers, media_type=MEDIA_TYPE)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The entry ``responses`` of a route that may answer with these problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status.value: {"description": status.phrase, "content": content} for status in statuses}
