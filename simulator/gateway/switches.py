"""Faults on demand: what can happen between a kiosk and a gateway, made at the wire."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.gateway.problems import ProblemRaised, response
from simulator.gateway.schemas import ProblemCode

_PORTAL_PAGE = b"<!doctype html><title>WLAN</title><h1>\xe8\xaf\xb7\xe7\x99\xbb\xe5\xbd\x95</h1>"


class Fault(StrEnum):
    """What goes wrong."""

    NONE = "none"
    SLOW = "slow"  # answers after ``seconds``
    DOWN = "down"  # closes the connection without an answer, nothing was done
    ANSWER_LOST = "answer_lost"  # does what was asked, then closes the connection
    ERROR_500 = "error_500"  # after doing what was asked
    UNAVAILABLE_503 = "unavailable_503"  # before doing anything, with Retry-After
    BROKEN_JSON = "broken_json"  # does what was asked, and cuts the answer in the middle
    CAPTIVE_PORTAL = "captive_portal"  # somebody else's page, status 200
    IN_PROGRESS_409 = "in_progress_409"


@dataclass(frozen=True)
class Setting:
    """A fault, for how many requests (None: until switched off), and for which paths."""

    fault: Fault = Fault.NONE
    seconds: float = 0.0
    times: int | None = None
    path: str = "/"


class Switches:
    """The fault that is on now. May be set from any thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._setting = Setting()

    @property
    def current(self) -> Setting:
        """What is set."""
        return self._setting

    def set(self, fault: Fault, *, seconds: float = 0.0, times: int | None = None, path: str = "/") -> None:
        """Switch ``fault`` on for requests whose path begins with ``path``."""
        with self._guard:
            self._setting = Setting(fault, seconds, times, path)

    def off(self) -> None:
        """All well again."""
        self.set(Fault.NONE)

    def take(self, path: str) -> Setting:
        """The fault that meets this request; counts it."""
        with self._guard:
            setting = self._setting
            if setting.fault is Fault.NONE or not path.startswith(setting.path):
                return Setting()
            if setting.times is not None:
                left = setting.times - 1
                self._setting = Setting(setting.fault, setting.seconds, left, setting.path) if left else Setting()
            return setting


class DroppableProtocol(H11Protocol):
    """HTTP whose application may close the connection without an answer: ``scope["hang_up"]()``."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the application a way to hang up; the library narrows the argument in the same way."""
        super().connection_made(transport)
        inner = self.app

        async def with_hang_up(scope: Any, receive: Any, send: Any) -> None:
            scope["hang_up"] = transport.abort
            await inner(scope, receive, send)

        self.app = with_hang_up


class FaultyWire:
    """The outermost layer of the application. The technicians' part (/admin) never fails."""

    def __init__(self, app: ASGIApp, switches: Switches) -> None:
        self._app = app
        self._switches = switches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, with the fault that is set."""
        if scope["type"] != "http" or scope["path"].startswith("/admin"):
            await self._app(scope, receive, send)
            return
        setting = self._switches.take(scope["path"])
        await self._act(setting, scope, receive, send)

    async def _act(self, setting: Setting, scope: Scope, receive: Receive, send: Send) -> None:
        match setting.fault:
            case Fault.DOWN:
                await _hang_up(scope, receive)
            case Fault.CAPTIVE_PORTAL:
                await _page(send)
            case Fault.IN_PROGRESS_409:
                await _problem(HTTPStatus.CONFLICT, ProblemCode.IN_PROGRESS, scope, receive, send)
            case Fault.UNAVAILABLE_503:
                await _problem(HTTPStatus.SERVICE_UNAVAILABLE, ProblemCode.INTERNAL, scope, receive, send)
            case Fault.ERROR_500:
                await self._app(scope, receive, _nowhere)
                await _problem(HTTPStatus.INTERNAL_SERVER_ERROR, ProblemCode.INTERNAL, scope, receive, send)
            case Fault.ANSWER_LOST:
                await self._app(scope, receive, _nowhere)
                await _hang_up(scope, receive)
            case Fault.BROKEN_JSON:
                await self._app(scope, receive, _cutting(send))
            case Fault.SLOW:
                await asyncio.sleep(setting.seconds)
                await self._app(scope, receive, send)
            case Fault.NONE:
                await self._app(scope, receive, send)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    scope["hang_up"]()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _nowhere(message: Message) -> None:
    """Swallow an answer."""


def _cutting(send: Send) -> Callable[[Message], Any]:
    """Send half of each body, as if that were all."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, value) for name, value in message["headers"] if name != b"content-length"]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            message = {**message, "body": body[: len(body) // 2]}
        await send(message)

    return cut


async def _page(send: Send) -> None:
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(_PORTAL_PAGE)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _PORTAL_PAGE})


async def _problem(status: HTTPStatus, code: ProblemCode, scope: Scope, receive: Receive, send: Send) -> None:
    await response(ProblemRaised(status, code, retry_after=1))(scope, receive, send)
