"""Which fault it was, when the libraries could not reach the gateway or did not believe whoever answered."""

import ssl
from dataclasses import dataclass

import requests
import urllib3

from config.faults import FaultCode

# Of X509_verify_cert (OpenSSL, x509_vfy.h): what is wrong with the certificate that was shown.
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_HOST = {62, 64}
_VERIFIED = {
    _NOT_YET_VALID: FaultCode.NET_CERT_EXPIRED,
    _EXPIRED: FaultCode.NET_CERT_EXPIRED,
    **dict.fromkeys(_OTHER_HOST, FaultCode.NET_CERT_OTHER_HOST),
}
# Words of TLS alerts about the certificate that this kiosk has shown (RFC 8446, 6.2).
_OURS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")


@dataclass(frozen=True)
class NetworkFault:
    """``maybe_received``: the request may have arrived. ``refused``: somebody was there, and ended the connection."""

    code: FaultCode
    detail: str
    maybe_received: bool = False
    refused: bool = False


def network_fault(error: Exception, *, connected: bool) -> NetworkFault:
    """Which fault ``error`` is. ``connected``: the connection stood, so that the request may have arrived."""
    if not isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError):
        # The library found a certificate file missing or unreadable, before it opened a connection.
        return NetworkFault(FaultCode.NET_OWN_CERT_UNUSABLE, f"before connecting: {type(error).__name__}")
    reasons = _reasons(error)
    detail = "/".join(dict.fromkeys(type(reason).__name__ for reason in reasons))
    if certificate := _about_certificates(reasons, connected=connected):
        return NetworkFault(certificate, detail)

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(reason, kinds) for reason in reasons)

    if has(ssl.SSLError) and not connected and not has(ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return NetworkFault(FaultCode.NET_PORTAL, detail)  # somebody else answers in the gateway's place
    if has(urllib3.exceptions.NewConnectionError):  # first, because it is a kind of the next one
        return NetworkFault(FaultCode.NET_UNREACHABLE, detail)
    if has(requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        return NetworkFault(FaultCode.NET_TIMEOUT, detail, maybe_received=connected)
    return NetworkFault(FaultCode.NET_UNREACHABLE, detail, maybe_received=connected, refused=True)


def fault_of_certificate(error: ssl.SSLCertVerificationError) -> FaultCode:
    """What is wrong with the certificate that the other side has shown."""
    return _VERIFIED.get(error.verify_code, FaultCode.NET_CERT_UNKNOWN)


def _about_certificates(reasons: list[BaseException], *, connected: bool) -> FaultCode | None:
    """What was wrong with the gateway's certificate or with ours; None if it was something else.

    In either case the request was not read: by TLS's own order, the certificates come first.
    """
    for reason in reasons:
        if isinstance(reason, ssl.SSLCertVerificationError) and not connected:
            return fault_of_certificate(reason)
        word = (reason.reason or "") if isinstance(reason, ssl.SSLError) else ""
        if "ALERT" in word and any(ours in word for ours in _OURS):
            expired = "CERTIFICATE_EXPIRED" in word
            return FaultCode.NET_OWN_CERT_EXPIRED if expired else FaultCode.NET_OWN_CERT_REFUSED
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
