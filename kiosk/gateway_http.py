"""One exchange with the gateway over HTTP, by the library ``requests``. Blocking."""

import ipaddress
import logging
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

import requests
import urllib3

from config.faults import FaultCode
from config.settings import GatewayEndpoint
from kiosk.gateway_connection import Adapter, Exchange
from kiosk.request_signature import HEADER, RequestSigner

log = logging.getLogger(__name__)

_PIECE = 65536
_IDLE_SECONDS = 20.0  # after which a connection is not used again: what stands between may have forgotten it


@dataclass(frozen=True)
class GatewaySettings:
    """Where the gateway is and how long to wait for it. Times in seconds.

    ``ca_file``: who vouches for the gateway, None for the system's own list. ``client_certificate`` and ``client_key``
    show the gateway who calls (mutual TLS). Plain http is taken on this machine only, for the simulated hall.
    """

    url: str
    ca_file: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    connect_seconds: float = 3.0
    read_seconds: float = 8.0
    total_seconds: float = 20.0
    health_seconds: float = 5.0
    longest_answer: int = 1_000_000  # bytes
    connections: int = 6

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
            raise ValueError("the gateway's address must begin with https://")
        if (self.client_certificate is None) != (self.client_key is None):
            raise ValueError("client_certificate and client_key belong together")

    @classmethod
    def of(cls, endpoint: GatewayEndpoint) -> Self:
        """What the hall's settings say; an empty name of a file is none."""
        return cls(
            url=endpoint.url,
            ca_file=endpoint.ca_file or None,
            client_certificate=endpoint.client_certificate or None,
            client_key=endpoint.client_key or None,
            connect_seconds=endpoint.connect_seconds,
            read_seconds=endpoint.read_seconds,
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class GatewayError(Exception):
    """The gateway could not be asked, or did not answer as agreed.

    ``maybe_received``: the request may have arrived, so that its outcome is unknown. ``status`` and ``problem`` (a code
    of the contract) are known when the gateway itself answered; ``retry_after`` in seconds.
    """

    def __init__(
        self,
        code: FaultCode,
        detail: str = "",
        *,
        maybe_received: bool = False,
        status: int | None = None,
        problem: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
        self.maybe_received = maybe_received
        self.status = status
        self.problem = problem
        self.retry_after = retry_after


@dataclass(frozen=True)
class Reply:
    """Whatever came back, not yet believed. ``repeated``: the request was sent before, and may have arrived then."""

    status: int
    content_type: str
    body: bytes
    retry_after: float | None
    repeated: bool = False

    @property
    def is_json(self) -> bool:
        """True for the two media types of the contract."""
        return self.content_type in {"application/json", "application/problem+json"}


class HttpLine:
    """Connections to the gateway, one per calling thread, kept open between requests."""

    def __init__(self, settings: GatewaySettings, signer: RequestSigner) -> None:
        self._settings = settings
        self._signer = signer
        self._own = threading.local()
        self._sessions: list[requests.Session] = []
        self._generation = 0

    def exchange(self, exchange: Exchange, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send one signed request and read the whole answer. Raises ``GatewayError`` for the network's faults.

        A connection that had died since it was last used is noticed only by sending. The request is then sent once
        more on a new one, signed anew: each may come twice, those that change something because of their key.
        """
        deadline = time.monotonic() + self._settings.total_seconds
        try:
            return self._once(exchange, deadline, method, path, body, headers)
        except GatewayError as error:
            if not (exchange.reused and error.code is FaultCode.NET_UNREACHABLE):
                raise
        try:
            return replace(self._once(exchange, deadline, method, path, body, headers), repeated=True)
        except GatewayError as error:
            error.maybe_received = True
            raise

    def distrust(self) -> None:
        """Use no connection again that is open now: answers on it may belong to other questions."""
        self._generation += 1

    def _once(
        self, exchange: Exchange, deadline: float, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Reply:
        exchange.begun = exchange.reused = False
        sent_headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # so that the limit on the answer's size is a limit on what is read
            HEADER: self._signer.sign(method, path, body),
            **({"Content-Type": "application/json"} if body else {}),
            **headers,
        }
        try:
            with self._session(exchange).request(
                method,
                self._settings.url.rstrip("/") + path,
                data=body or None,
                headers=sent_headers,
                timeout=(self._settings.connect_seconds, self._settings.read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                return Reply(
                    status=response.status_code,
                    content_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
                    body=self._read(response, deadline),
                    retry_after=_seconds(response.headers.get("Retry-After"), response.headers.get("Date")),
                )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # The chain would carry the address, and with it the key.
            raise _network_fault(error, maybe_received=exchange.begun) from None
        finally:
            exchange.over()

    def _session(self, exchange: Exchange) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._new_session()
        elif self._own.generation != self._generation or time.monotonic() - self._own.used > _IDLE_SECONDS:
            session.close()  # its connections; it makes new ones
        self._own.adapter.exchange = exchange
        self._own.generation, self._own.used = self._generation, time.monotonic()
        return session

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # no proxy and no password file of whoever started the program
        session.verify = self._settings.ca_file or True
        if self._settings.client_certificate and self._settings.client_key:
            session.cert = (self._settings.client_certificate, self._settings.client_key)
        self._own.session, self._own.adapter = session, Adapter()
        for scheme in ("https://", "http://"):
            session.mount(scheme, self._own.adapter)
        self._sessions.append(session)
        return session

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        while piece := response.raw.read1(_PIECE):
            body += piece
            if len(body) > self._settings.longest_answer:
                raise GatewayError(FaultCode.GW_UNEXPECTED, "answer too long", maybe_received=True)
            if time.monotonic() > deadline:
                raise GatewayError(FaultCode.NET_TIMEOUT, "answer too slow", maybe_received=True)
        return bytes(body)

    def close(self) -> None:
        """Close every connection."""
        for session in self._sessions:
            session.close()


def _seconds(retry_after: str | None, sent: str | None) -> float | None:
    """Seconds of Retry-After (RFC 9110, 10.2.3), None if there are none.

    Its other form, a date, is not in the contract, but what stands before a gateway may use it. It is counted from the
    answer's own ``Date``, because this machine's clock may be wrong.
    """
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        return max((parsedate_to_datetime(retry_after) - parsedate_to_datetime(sent or "")).total_seconds(), 0.0)
    except (ValueError, TypeError):  # no dates, or one with a time zone and one without
        return None


def _reasons(error: BaseException) -> list[BaseException]:
    """``error`` and everything that the libraries wrapped in it."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            waiting += [getattr(each, "reason", None), each.__cause__, each.__context__, *each.args]
    return found


def _network_fault(error: Exception, *, maybe_received: bool) -> GatewayError:
    """Which fault it was. ``maybe_received``: the connection stood, so that the request may have arrived."""
    if not isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError):
        # The library found a certificate file missing or unreadable, before it opened a connection.
        return GatewayError(FaultCode.NET_UNREACHABLE, f"before connecting: {type(error).__name__}")
    reasons = _reasons(error)
    detail = "/".join(dict.fromkeys(type(reason).__name__ for reason in reasons))

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(reason, kinds) for reason in reasons)

    if any(isinstance(reason, ssl.SSLError) and _is_about_our_certificate(reason) for reason in reasons):
        return GatewayError(FaultCode.GW_REJECTED, f"certificate of this kiosk: {detail}")
    if has(ssl.SSLError) and not maybe_received and not has(ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return GatewayError(FaultCode.NET_PORTAL, detail)  # somebody else answers in the gateway's place
    if has(urllib3.exceptions.NewConnectionError):  # first, because it is a kind of the next one
        return GatewayError(FaultCode.NET_UNREACHABLE, detail)
    if has(requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        return GatewayError(FaultCode.NET_TIMEOUT, detail, maybe_received=maybe_received)
    return GatewayError(FaultCode.NET_UNREACHABLE, detail, maybe_received=maybe_received)


def _is_about_our_certificate(error: ssl.SSLError) -> bool:
    """The gateway ends the handshake because of the certificate shown to it (RFC 8446, 6.2); it has read no request."""
    reason = error.reason or ""
    return "ALERT" in reason and any(word in reason for word in ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED"))
