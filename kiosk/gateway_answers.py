"""What the status of an answer means, and what is no answer of the gateway at all."""

from collections.abc import Callable

from config.faults import FaultCode
from kiosk.contract import Problem
from kiosk.gateway_http import GatewayError, Reply

_REPLAYED = "signature_replayed"  # somebody had sent this very request before


class Declined(Exception):
    """The gateway says no, for the reason ``code`` of the contract; ``flows.visit.Refusal.of`` has words for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotFound(Declined):
    """The gateway does not know what was asked for; ``code`` is its word, e.g. ``person_not_found``."""


def failure(reply: Reply, read: Callable[[bytes], Problem]) -> GatewayError | NotFound:
    """What a status other than 200 means."""
    if reply.status >= 500 or reply.status == 429:
        detail = f"status {reply.status}"
        return GatewayError(
            FaultCode.GW_ERROR,
            detail,
            maybe_received=reply.repeated or reply.status not in {429, 503},
            status=reply.status,
            retry_after=reply.retry_after,
        )
    problem = read(reply.body)
    if reply.status == 404:
        return NotFound(problem.code)
    # Another request with the same key is being worked on, or this very one came before: it may be in effect.
    unknown = reply.repeated or reply.status == 409 or problem.code == _REPLAYED
    return GatewayError(
        FaultCode.GW_REJECTED,
        f"status {reply.status}, {problem.code}",
        maybe_received=unknown,
        status=reply.status,
        problem=problem.code,
        retry_after=reply.retry_after,
    )


def refuse_strangers(reply: Reply, *, trusted: bool) -> None:
    """Only the gateway answers in JSON; a redirect or a page comes from whoever owns the network here.

    ``trusted``: the other end has shown the gateway's certificate. A page with success in place of an answer is then
    from what stands before the gateway, and what that did with the request is not known. Nor is it when the answer does
    not say what it is: a line cut within the head of an answer looks so.
    """
    redirected = 300 <= reply.status < 400 or reply.status == 511
    if redirected or (reply.status < 500 and not reply.is_json):
        page = reply.content_type.startswith("text/") and not (trusted and reply.status < 300)
        raise GatewayError(
            FaultCode.NET_PORTAL,
            f"status {reply.status}, {reply.content_type or 'no type'}",
            maybe_received=reply.repeated or not (redirected or page),
        )
