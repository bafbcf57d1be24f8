"""One exchange with the gateway over HTTP: the only file that knows the library ``requests``. Blocking."""

import ipaddress
import logging
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import requests
import urllib3

from config.faults import FaultCode
from config.settings import GatewayEndpoint
from kiosk.request_signature import HEADER, RequestSigner

log = logging.getLogger(__name__)

_PIECE = 65536


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
    """Whatever came back, not yet believed."""

    status: int
    content_type: str
    body: bytes
    retry_after: float | None

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

    def exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send one signed request and read the whole answer. Raises ``GatewayError`` for the network's faults."""
        deadline = time.monotonic() + self._settings.total_seconds
        sent_headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # so that the limit on the answer's size is a limit on what is read
            HEADER: self._signer.sign(method, path, body),
            **({"Content-Type": "application/json"} if body else {}),
            **headers,
        }
        try:
            with self._session().request(
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
                    retry_after=_seconds(response.headers.get("Retry-After")),
                )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _network_fault(error) from None  # the chain would carry the address, and with it the key

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # no proxy and no password file of whoever started the program
            session.verify = self._settings.ca_file or True
            if self._settings.client_certificate and self._settings.client_key:
                session.cert = (self._settings.client_certificate, self._settings.client_key)
            self._own.session = session
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


def _seconds(retry_after: str | None) -> float | None:
    """Seconds of Retry-After; its other form, a date, is not in the contract and is ignored."""
    if retry_after is None or not retry_after.isascii() or not retry_after.isdigit():
        return None
    return float(retry_after)


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


def _network_fault(error: Exception) -> GatewayError:
    """Which fault it was, and whether the request may have arrived all the same."""
    if not isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError):
        # The library found a certificate file missing or unreadable, before it opened a connection.
        return GatewayError(FaultCode.NET_UNREACHABLE, f"before connecting: {type(error).__name__}")
    reasons = _reasons(error)
    detail = "/".join(dict.fromkeys(type(reason).__name__ for reason in reasons))

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(reason, kinds) for reason in reasons)

    if has(ssl.SSLCertVerificationError):  # somebody else answers in the gateway's place
        return GatewayError(FaultCode.NET_PORTAL, detail)
    if has(urllib3.exceptions.NewConnectionError):  # first, because it is a kind of the next one
        return GatewayError(FaultCode.NET_UNREACHABLE, detail)
    if has(urllib3.exceptions.ConnectTimeoutError):
        return GatewayError(FaultCode.NET_TIMEOUT, detail)
    if has(requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        return GatewayError(FaultCode.NET_TIMEOUT, detail, maybe_received=True)
    return GatewayError(FaultCode.NET_UNREACHABLE, detail, maybe_received=True)
