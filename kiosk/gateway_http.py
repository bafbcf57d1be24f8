"""One exchange with the gateway over HTTP, by the library ``requests``. Blocking."""

import ipaddress
import logging
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
from config.settings import EXCHANGE_SECONDS, GatewayEndpoint
from kiosk.gateway_connection import Adapter, Exchange
from kiosk.line_certificates import NO_FILES, CertificateUnusable, LineFiles, Stamp
from kiosk.network_faults import network_fault
from kiosk.request_signature import HEADER, RequestSigner

log = logging.getLogger(__name__)

_PIECE = 65536
_IDLE_SECONDS = 20.0  # after which a connection is not used again: what stands between may have forgotten it


@dataclass(frozen=True)
class GatewaySettings:
    """Where the gateway is and how long to wait for it. Times in seconds.

    ``files``: who vouches for the gateway, and what shows it who calls (mutual TLS). Plain http, which has no use for
    them, is taken on this machine only, for the simulated hall.
    """

    url: str
    files: LineFiles = NO_FILES
    connect_seconds: float = 3.0
    read_seconds: float = 8.0
    total_seconds: float = EXCHANGE_SECONDS
    health_seconds: float = 5.0
    longest_answer: int = 1_000_000  # bytes
    connections: int = 6

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
            raise ValueError("the gateway's address must begin with https://")

    @classmethod
    def of(cls, endpoint: GatewayEndpoint) -> Self:
        """What the hall's settings say."""
        return cls(
            url=endpoint.url,
            files=LineFiles.of(endpoint),
            connect_seconds=endpoint.connect_seconds,
            read_seconds=endpoint.read_seconds,
        )

    @property
    def secure(self) -> bool:
        """True for a line with TLS."""
        return urlsplit(self.url).scheme == "https"


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
        self._usable: Stamp | None = None  # the certificates that were looked into and found good

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
            with self._session(exchange, self._stamp()).request(
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
            raise self._fault_of(error, maybe_received=exchange.begun) from None
        finally:
            exchange.over()

    def _stamp(self) -> Stamp:
        """Of the certificates that are now in their places; looked into when it is another one than before."""
        if not self._settings.secure:
            return ()
        stamp = self._settings.files.stamp()
        if stamp != self._usable:
            try:
                self._settings.files.demand_usable()
            except CertificateUnusable as unusable:
                raise GatewayError(FaultCode.NET_OWN_CERT_UNUSABLE, str(unusable)) from None
            self._usable = stamp
        return stamp

    def _session(self, exchange: Exchange, stamp: Stamp) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._new_session()
        elif (self._own.generation, self._own.stamp) != (self._generation, stamp) or self._idle():
            session.close()  # its connections; it makes new ones, with the certificates that are there now
        self._own.adapter.exchange = exchange
        self._own.generation, self._own.stamp, self._own.used = self._generation, stamp, time.monotonic()
        return session

    def _idle(self) -> bool:
        return bool(time.monotonic() - self._own.used > _IDLE_SECONDS)

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # no proxy and no password file of whoever started the program
        files = self._settings.files
        if self._settings.secure:
            session.verify = True if files.authority is None else str(files.authority)
            session.cert = None if files.certificate is None else (str(files.certificate), str(files.key))
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

    def _fault_of(self, error: Exception, *, maybe_received: bool) -> GatewayError:
        fault = network_fault(error, connected=maybe_received)
        code = fault.code
        if code is FaultCode.NET_UNREACHABLE and fault.refused and self._settings.secure and self._own_has_ended():
            code = FaultCode.NET_OWN_CERT_EXPIRED  # some gateways hang up without a word
        return GatewayError(code, fault.detail, maybe_received=fault.maybe_received)

    def _own_has_ended(self) -> bool:
        try:
            ends = self._settings.files.own_ends()
        except CertificateUnusable:
            return False
        return ends is not None and ends <= self._signer.now()

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
