"""How much work is let in at once. A thousand kiosks come back after an outage in the same minute.

A request that waits longer here than its kiosk waits for it is done for nobody, and is sent again: with too many of
them a gateway works more and more and gets less and less done. So whoever finds too many before them is sent away at
once, unread, with a time to come back that is different for each. People's look-ups are always let in.
"""

import random
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.gateway.problems import ProblemRaised, response
from simulator.gateway.schemas import ProblemCode

_MOST = 100  # at once in this process: a second or two of work
_COME_BACK = (2, 20)  # seconds
_LIMITED = "/v1/transactions"


class Admission:
    """The layer around the application that turns transactions away while too many are being worked on."""

    def __init__(self, app: ASGIApp, most: int = _MOST) -> None:
        self._app = app
        self._most = most
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not scope["path"].startswith(_LIMITED):
            await self._app(scope, receive, send)
            return
        if self._inside >= self._most:
            busy = ProblemRaised(HTTPStatus.SERVICE_UNAVAILABLE, ProblemCode.BUSY, random.randint(*_COME_BACK))
            await response(busy)(scope, receive, send)
            return
        self._inside += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside -= 1
