"""Every request of a kiosk, noted at its own end: when, how long, and what came back."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.gateway_http import Exchange as Under
from kiosk.gateway_http import GatewayError, GatewaySettings, HttpLine, Reply
from kiosk.request_signature import RequestSigner


@dataclass(frozen=True)
class Exchange:
    """``begun`` by the clock that all processes of the machine share. ``status`` 0: no answer, for ``fault``."""

    begun: float
    seconds: float
    method: str
    path: str
    status: int
    fault: str = ""


class NotedLine(HttpLine):
    """The kiosk's own HTTP line with somebody who writes down."""

    def __init__(self, settings: GatewaySettings, signer: RequestSigner, notes: list[Exchange]) -> None:
        super().__init__(settings, signer)
        self._notes = notes

    def exchange(self, exchange: Under, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        begun = time.monotonic()
        status, fault = 0, ""
        try:
            reply = super().exchange(exchange, method, path, body, headers)
            status = reply.status
        except GatewayError as error:
            fault = str(error.code)
            raise
        else:
            return reply
        finally:
            place = "/v1/transactions" if path.startswith("/v1/transactions") else path
            self._notes.append(Exchange(begun, time.monotonic() - begun, method, place, status, fault))
