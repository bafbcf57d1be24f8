"""The gateway, as the kiosk asks it: look-ups, sealed transactions, and whether the line is there."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from config.clock import Clock, Timekeeper, certain
from config.faults import FaultCode
from flows.certificates import Certificate, CertificateOrder
from flows.records import Query
from kiosk.certificate_answer import read_certificate, request_of
from kiosk.certificate_token import CertificateKeys
from kiosk.contract import (
    AuditHeadAnswer,
    ContractBroken,
    HealthAnswer,
    KioskAnswer,
    Problem,
    TransactionAnswer,
)
from kiosk.fleet.sheet import BundleTaken, DirectivesAnswer, HealthTaken, ReadinessTaken
from kiosk.gateway_answers import Declined, NotFound, failure, refuse_strangers
from kiosk.gateway_connection import Exchange
from kiosk.gateway_http import GatewayError, GatewaySettings, HttpLine, Reply
from kiosk.gateway_keys import KeysAnswer
from kiosk.line import LineState
from kiosk.look_ups import asked, look_up_for
from kiosk.request_signature import RequestSigner
from kiosk.threads import steady_pool

__all__ = ["Declined", "Gateway", "GatewayError", "GatewaySettings", "NotFound"]

R = TypeVar("R")

log = logging.getLogger(__name__)

_FORBIDDEN = 403
_WRONG_CLOCK = timedelta(seconds=30)  # worth a word in the log
_QUICK_ANSWER = 2.0  # seconds
_STALE = "signature_stale"


class Gateway:
    """The client. All methods belong to one event loop; the blocking library runs on the threads ``gateway``.

    ``certificate_keys``: whose signature on a certificate is believed; without them, none is. ``timekeeper``: is told
    the gateway's time; without one, the signer's clock is taken as certain.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        signer: RequestSigner,
        certificate_keys: CertificateKeys | None = None,
        timekeeper: Timekeeper | None = None,
    ) -> None:
        self._settings = settings
        self._certificate_keys = certificate_keys or CertificateKeys()
        self._http = HttpLine(settings, signer)
        self._kiosk = signer.kiosk
        self._timekeeper = timekeeper
        self._clock: Clock = timekeeper or certain(signer.now)
        self._threads = steady_pool(settings.connections, "gateway")
        self._last_answer = float("-inf")
        self._set_right: list[Callable[[timedelta], None]] = []
        self.line = LineState()

    @property
    def online(self) -> bool:
        """True while the gateway is in reach."""
        return self.line.online

    async def look_up(self, query: Query[R]) -> R:
        """The record that answers ``query``.

        Raises:
            NotFound: the gateway does not know the person or the card.
            GatewayError: it could not be asked, or did not answer as agreed.
        """
        look_up = look_up_for(query)
        begun = time.monotonic()
        body = await self._ask(look_up.path, asked(query))
        record = self._read(look_up.path, body, look_up.read).record()
        if not look_up.about(query, record):
            raise self._unexpected(look_up.path, body, "about somebody else")
        self.line.good(begun)
        return record

    async def certify(self, key: UUID, order: CertificateOrder) -> Certificate:
        """The certificate that was ordered, checked. Asked again with the same ``key``, the answer is the same.

        Raises:
            Declined: there is nothing to certify, or not for whoever stands here.
            GatewayError: it could not be asked, or what it answered is not what was ordered, or is not signed so.
        """
        path = "/v1/certificates"
        begun = time.monotonic()
        try:
            body = await self._ask(path, request_of(order), {"Idempotency-Key": str(key)})
        except GatewayError as error:
            if error.status == _FORBIDDEN:
                raise Declined(error.problem) from None
            raise
        certificate = self._read(path, body, lambda body: read_certificate(body, order, self._certificate_keys))
        self.line.good(begun)
        return certificate

    async def send(
        self, key: UUID, *, sequence: int, kind: str, envelope: str, withdrawn: bool = False
    ) -> TransactionAnswer:
        """Send a sealed transaction under its key; ``withdrawn``: it has expired, and only its number counts.

        Raises:
            GatewayError: see there.
        """
        instant = self._clock()
        content = {
            "kiosk": self._kiosk,
            "sequence": sequence,
            "kind": kind,
            "envelope": envelope,
            "withdrawn": withdrawn,
            "clock": {"boot": instant.boot, "uptime": instant.uptime},
        }
        path = "/v1/transactions"
        begun = time.monotonic()
        body = await self._ask(path, content, {"Idempotency-Key": str(key)})
        return self._of_key(key, path, body, begun)

    async def outcome(self, key: UUID) -> TransactionAnswer:
        """What became of the key. Raises ``NotFound`` if the gateway never saw it, ``GatewayError``."""
        path = f"/v1/transactions/{key}"
        begun = time.monotonic()
        return self._of_key(key, path, await self._exchange("GET", path), begun)

    def _of_key(self, key: UUID, path: str, body: bytes, begun: float) -> TransactionAnswer:
        answer = self._read(path, body, TransactionAnswer.read)
        if answer.id != str(key):
            raise self._unexpected(path, body, "another key")
        self.line.good(begun)
        return answer

    async def check(self) -> bool:
        """Ask for the gateway's health once and take note of the line; returns ``online``."""
        begun = time.monotonic()
        try:
            body = await self._exchange("GET", "/v1/health")
            health = self._read("/v1/health", body, HealthAnswer.read)
        except (GatewayError, NotFound) as error:
            if not (isinstance(error, GatewayError) and error.code.of_line):  # those are counted already
                code = error.code if isinstance(error, GatewayError) else FaultCode.GW_UNEXPECTED
                self.line.bad(code, begun)
        else:
            self.line.good(begun)
            self._hear(health.time, begun)
        return self.online

    def listen_to_clock(self, listener: Callable[[timedelta], None]) -> None:
        """Call ``listener`` whenever the clock has been set right, with how much it was wrong."""
        self._set_right.append(listener)

    def _hear(self, told: datetime, begun: float) -> None:
        keeper = self._timekeeper
        if keeper is None or (keeper().sure and time.monotonic() - begun > _QUICK_ANSWER):
            return  # what came slowly is old: a clock that is right is not set by it
        wrong = keeper.hear(told)
        if abs(wrong) > _WRONG_CLOCK:
            log.warning("clock_set_right", extra={"seconds": round(wrong.total_seconds())})
            for listener in self._set_right:
                listener(wrong)

    async def highest_sequence(self) -> int:
        """The highest sequence number that the gateway has had of this kiosk; 0 if none.

        Raises:
            GatewayError: it could not be asked. ``NotFound``: the gateway does not know the way; it is not ours.
        """
        path = "/v1/kiosk"
        begun = time.monotonic()
        answer = self._read(path, await self._exchange("GET", path), KioskAnswer.read)
        if answer.kiosk != self._kiosk:
            raise GatewayError(FaultCode.GW_UNEXPECTED, "about another kiosk")
        self._hear(answer.time, begun)
        return answer.highest_sequence

    async def key_set(self) -> str:
        """The gateway's public keys, signed; to be believed only by ``GatewayKeys.successor``.

        Raises:
            GatewayError: it could not be asked. ``NotFound``: the gateway does not know the way; it is not ours.
        """
        path = "/v1/keys"
        return self._read(path, await self._exchange("GET", path), KeysAnswer.read).keys

    async def report_health(self, report: Mapping[str, object]) -> int:
        """Tell how this kiosk is; returns the number of the sheet of directives that is in force for it.

        Raises:
            GatewayError: it could not be told. ``NotFound``: the gateway does not know the way; it is an older one.
        """
        path = "/v1/kiosk/health"
        return self._read(path, await self._ask(path, {"kiosk": self._kiosk, **report}), HealthTaken.read).directives

    async def send_bundle(self, bundle: str) -> int:
        """Send a sealed support bundle; returns the number of characters that have come.

        Raises:
            GatewayError: it could not be sent. ``NotFound``: the gateway does not know the way; it is an older one.
        """
        path = "/v1/kiosk/bundle"
        return self._read(path, await self._ask(path, {"kiosk": self._kiosk, "bundle": bundle}), BundleTaken.read).bytes

    async def report_readiness(self, report: Mapping[str, object]) -> datetime:
        """Tell what came out when everything was tested here; returns when the gateway took it.

        Raises:
            GatewayError: it could not be told. ``NotFound``: the gateway does not know the way; it is an older one.
        """
        path = "/v1/kiosk/readiness"
        body = await self._ask(path, {"kiosk": self._kiosk, **report})
        return self._read(path, body, ReadinessTaken.read).received_at

    async def directives(self) -> str:
        """The present sheet of directives, signed; to be believed only by ``fleet.sheet.read_sheet``.

        Raises:
            GatewayError: it could not be asked. ``NotFound``: the gateway does not know the way; it is an older one.
        """
        path = "/v1/kiosk/directives"
        return self._read(path, await self._exchange("GET", path), DirectivesAnswer.read).directives

    def believe(self, certificate_keys: CertificateKeys) -> None:
        """Believe certificates by these keys from now on."""
        self._certificate_keys = certificate_keys

    async def audit_head(self) -> AuditHeadAnswer:
        """The last entry of this kiosk's audit log that the gateway has; number 0 and no hash if it has none.

        Raises:
            GatewayError: it could not be asked. ``NotFound``: the gateway does not know the way; it is not ours.
        """
        path = "/v1/audit/head"
        answer = self._read(path, await self._exchange("GET", path), AuditHeadAnswer.read)
        if answer.kiosk != self._kiosk:
            raise GatewayError(FaultCode.GW_UNEXPECTED, "about another kiosk")
        return answer

    async def watch(self) -> None:
        """Ask for the health now and then while nothing else is asked; for ever, until cancelled."""
        usual = self._settings.health_seconds
        while True:
            if not self.online or time.monotonic() - self._last_answer >= usual:
                await self.check()
            await asyncio.sleep(self.line.pause(usual))

    async def close(self) -> None:
        """Let running requests end and close the connections."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        self._http.close()

    async def _ask(self, path: str, content: Mapping[str, object], headers: Mapping[str, str] | None = None) -> bytes:
        body = json.dumps(content, ensure_ascii=False).encode()
        try:
            return await self._exchange("POST", path, body, headers)
        except GatewayError as error:
            if error.problem != _STALE or self._timekeeper is None:
                raise
        await self.check()  # the clock is wrong: once it is set right, the same is signed anew
        return await self._exchange("POST", path, body, headers)

    async def _exchange(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The body of a 200 in JSON; everything else is raised, and a line that failed is noted."""
        begun = time.monotonic()
        try:
            reply = await self._on_thread(method, path, body, headers or {})
            refuse_strangers(reply, trusted=self._settings.url.startswith("https:"))
        except GatewayError as error:
            if error.code.of_line:
                self.line.bad(error.code, begun)
            raise
        self._last_answer = time.monotonic()
        if reply.status == 200:
            return reply.body
        raise failure(reply, lambda body: self._read(path, body, Problem.read))

    async def _on_thread(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        exchange = Exchange()
        call = self._threads.submit(partial(self._http.exchange, exchange, method, path, body, headers))
        try:
            async with asyncio.timeout(self._settings.total_seconds):
                return await asyncio.wrap_future(call)
        except TimeoutError:
            never_begun = call.cancel()  # no thread was free for it
            raise GatewayError(FaultCode.NET_TIMEOUT, "no answer in time", maybe_received=not never_begun) from None
        finally:
            exchange.give_up()  # when nobody waits any more: no later request, and no thread that waits for nothing

    def _read(self, path: str, body: bytes, read: Callable[[bytes], R]) -> R:
        try:
            return read(body)
        except ContractBroken as broken:
            raise self._unexpected(path, body, str(broken)) from None

    def _unexpected(self, path: str, body: bytes, reason: str) -> GatewayError:
        """Report an answer that breaks the contract: enough to find it again at the gateway, nothing of its text."""
        fields = {"path": path, "reason": reason, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        log.error("gateway_answer_unexpected", extra=fields)
        self._http.distrust()
        return GatewayError(FaultCode.GW_UNEXPECTED, reason, maybe_received=True)
