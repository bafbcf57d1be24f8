"""The way to the gateway: link, name, certificate, answer, and how far apart the clocks are."""

import asyncio
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from config.faults import FaultCode
from config.settings import GatewayEndpoint, Settings
from flows.prompts import Text
from kiosk import enrolment
from kiosk.contract import ContractBroken, HealthAnswer
from kiosk.diagnostics.check import Check, Figure, Finding, Group, Level, blocking
from kiosk.gateway_answers import refuse_strangers
from kiosk.gateway_connection import Exchange
from kiosk.gateway_http import GatewayError, GatewaySettings, HttpLine
from kiosk.key_files import NotEnrolled
from kiosk.line_certificates import CertificateUnusable, LineFiles
from kiosk.network_faults import fault_of_certificate
from kiosk.request_signature import RequestSigner

_SLOW = 2.0  # seconds for the gateway's health
_EXPIRES_SOON = timedelta(days=30)
_CLOCKS_APART = 60.0  # seconds; the gateway refuses what was signed at another time
_SYSFS_NET = Path("/sys/class/net")


def network_checks(settings: Settings) -> list[Check]:
    """The checks of the way to the gateway that these settings name."""
    endpoint = settings.gateway
    return [
        Check("network", Group.NETWORK, blocking(lambda: network(endpoint))),
        Check("dns", Group.NETWORK, lambda: dns(endpoint)),
        Check("certificate", Group.NETWORK, blocking(lambda: certificate(endpoint))),
        Check("gateway", Group.NETWORK, blocking(lambda: gateway(settings)), seconds=25.0),
    ]


def network(endpoint: GatewayEndpoint, sysfs: Path = _SYSFS_NET) -> Finding:
    """Is there a link beside the loopback?"""
    links = {place.name: _state(place) for place in sorted(sysfs.glob("*")) if place.name != "lo"}
    up = [name for name, state in links.items() if state in {"up", "unknown"}]
    figures: dict[str, Figure] = {**links, "address": _own_address()}
    if up or endpoint.on_loopback:
        return Finding(Level.OK, Text("found.network", {"links": ", ".join(up) or "lo"}), figures=figures)
    return Finding(Level.ERROR, Text("found.no_link"), FaultCode.NET_UNREACHABLE, figures)


def _state(place: Path) -> str:
    try:
        return (place / "operstate").read_text("ascii").strip()
    except OSError:
        return "?"


def _own_address() -> str:
    """The address from which packets leave; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # of the range for documentation (RFC 5737)
            return str(probe.getsockname()[0])
        except OSError:
            return ""


async def dns(endpoint: GatewayEndpoint) -> Finding:
    """Does the gateway's name have an address?"""
    host = urlsplit(endpoint.url).hostname or ""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return Finding(Level.ERROR, Text("found.no_name", {"host": host}), FaultCode.NET_UNREACHABLE)
    addresses = ", ".join(sorted({str(entry[4][0]) for entry in found}))
    return Finding(Level.OK, Text("found.name", {"host": host, "addresses": addresses}))


def certificate(endpoint: GatewayEndpoint, now: datetime | None = None) -> Finding:
    """Who answers at the gateway's address, and until when is its certificate valid?"""
    parts = urlsplit(endpoint.url)
    if parts.scheme != "https":
        return Finding(Level.ABSENT, Text("found.no_tls"))
    files = LineFiles.of(endpoint)
    try:
        files.demand_usable()
        context = ssl.create_default_context(cafile=files.authority)
        if files.certificate is not None:
            context.load_cert_chain(files.certificate, files.key)
        address = (parts.hostname or "", parts.port or 443)
        with (
            socket.create_connection(address, endpoint.connect_seconds) as line,
            context.wrap_socket(line, server_hostname=parts.hostname) as secure,
        ):
            shown = secure.getpeercert(binary_form=True) or b""
    except CertificateUnusable as error:
        return Finding.of_fault(Level.ERROR, FaultCode.NET_OWN_CERT_UNUSABLE, str(error))
    except ssl.SSLError as error:
        return Finding.of_fault(Level.ERROR, *_of_tls(error))
    except TimeoutError:
        return Finding.of_fault(Level.ERROR, FaultCode.NET_TIMEOUT)
    except OSError as error:
        return Finding.of_fault(Level.ERROR, FaultCode.NET_UNREACHABLE, error.strerror or type(error).__name__)
    return _validity(x509.load_der_x509_certificate(shown), now or datetime.now(UTC))


def _of_tls(error: ssl.SSLError) -> tuple[FaultCode, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return fault_of_certificate(error), error.verify_message
    return FaultCode.NET_PORTAL, error.reason or "TLS"


def _validity(shown: x509.Certificate, now: datetime) -> Finding:
    until = shown.not_valid_after_utc
    figures: dict[str, Figure] = {"from": shown.not_valid_before_utc.isoformat(), "until": until.isoformat()}
    values: dict[str, str | int] = {"until": f"{until:%Y-%m-%d}", "days": (until - now).days}
    if until - now < _EXPIRES_SOON:
        return Finding(Level.WARNING, Text("found.certificate_ends", values), figures=figures)
    return Finding(Level.OK, Text("found.certificate", values), figures=figures)


@dataclass(frozen=True)
class _Answered:
    """What the gateway said of the time, and how long it took."""

    theirs: datetime
    ours: datetime
    seconds: float


def gateway(settings: Settings) -> Finding:
    """Does the gateway answer, how quickly, and does its clock agree with this machine's?"""
    try:
        keys = enrolment.load(settings.data_directory / "keys")
    except NotEnrolled as error:
        return Finding(Level.ERROR, Text("found.not_enrolled", {"detail": str(error)}))
    try:
        answered = _ask(settings, keys)
    except GatewayError as error:
        return Finding.of_fault(Level.ERROR, error.code, error.detail)
    except ContractBroken as broken:
        return Finding.of_fault(Level.ERROR, FaultCode.GW_UNEXPECTED, str(broken))
    apart = (answered.ours - answered.theirs).total_seconds()
    figures: dict[str, Figure] = {"seconds": round(answered.seconds, 3), "clock_offset": round(apart, 1)}
    values = {"milliseconds": round(answered.seconds * 1000), "offset": round(apart)}
    if abs(apart) > _CLOCKS_APART:
        return Finding(Level.WARNING, Text("found.clock_wrong", values), figures=figures)
    if answered.seconds > _SLOW:
        return Finding(Level.WARNING, Text("found.gateway_slow", values), figures=figures)
    return Finding(Level.OK, Text("found.gateway", values), figures=figures)


def _ask(settings: Settings, keys: enrolment.KioskKeys) -> _Answered:
    wanted = GatewaySettings.of(settings.gateway)
    line = HttpLine(wanted, RequestSigner(keys.kiosk, keys.signing_key, lambda: datetime.now(UTC)))
    begun = time.monotonic()
    try:
        reply = line.exchange(Exchange(), "GET", "/v1/health", b"", {})
    finally:
        line.close()
    seconds = time.monotonic() - begun
    refuse_strangers(reply, trusted=wanted.url.startswith("https:"))
    if reply.status != 200:
        raise GatewayError(FaultCode.GW_ERROR, f"status {reply.status}")
    return _Answered(HealthAnswer.read(reply.body).time, datetime.now(UTC), seconds)
