"""Certificates from order to paper: issued under one key, printed, void if torn, and once more if wanted.

A copy counts as torn whenever the printer did not see it through, also when not a single row was printed: the kiosk
cannot look at the paper, and a copy that is void by mistake costs nothing but its number.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from uuid6 import uuid7

from config.faults import FaultCode
from drivers.device import DeviceError
from flows.certificates import Certificate, CertificateOrder, PrintedCertificate
from flows.prompts import Again, Finished, PrintStopped, Prompt, Steps, Surface
from flows.transactions import Applicant, CertificateVoid, Receipt
from flows.visit import Refusal, Refused
from kiosk.gateway import Declined, Gateway, GatewayError
from kiosk.printing import Paper
from kiosk.racing import first_of, until_changed
from kiosk.stages import working
from kiosk.submission import Submission
from offline_queue.model import QueueError

log = logging.getLogger(__name__)

_TRIES = 2  # with the same key: an answer that was lost on the way is given again
_BETWEEN_TRIES = 1.0  # seconds
_LONGEST_BETWEEN = 3.0
_PRINTER_POLL = 0.5
_WORTH_ANOTHER = {FaultCode.NET_UNREACHABLE, FaultCode.NET_TIMEOUT, FaultCode.GW_ERROR}
_IN_PROGRESS = 409

Submitted = Callable[[str, Receipt], None]  # hears the kind of a transaction, and its receipt


@dataclass(frozen=True)
class Certifying:
    """Issues and prints certificates; lives as long as the program."""

    surface: Surface
    gateway: Gateway
    paper: Paper
    submission: Submission

    async def certify(self, order: CertificateOrder, steps: Steps, submitted: Submitted) -> PrintedCertificate:
        """Let the gateway sign what is ordered, and print it until a whole copy is out or the citizen has enough.

        ``submitted`` hears of each torn copy whose end was submitted.

        Raises:
            Refused: there is nothing to certify, or the gateway is out of reach.
            QueueError: a torn copy could not be noted as void.
        """
        torn: set[tuple[str, int]] = set()
        while True:
            certificate = _naming(torn, await self._issued(order, steps))
            fault = await self._printed(certificate, order, steps, submitted)
            if fault is None:
                return PrintedCertificate(certificate, printed=True)
            torn.add((certificate.number, certificate.copy))
            if await self._again(fault, steps) is not Again.RETRY:
                return PrintedCertificate(certificate, printed=False)

    async def _issued(self, order: CertificateOrder, steps: Steps) -> Certificate:
        self._show("working.certificate", steps)
        key = uuid7()
        for left in reversed(range(_TRIES)):
            try:
                return await self._asked(key, order)
            except GatewayError as error:
                log.warning("certificate_not_issued", extra={"code": error.code, "detail": error.detail})
                if not left or not _worth_another(error):
                    break
                await asyncio.sleep(min(error.retry_after or _BETWEEN_TRIES, _LONGEST_BETWEEN))
        raise Refused(Refusal.NEEDS_GATEWAY)

    async def _asked(self, key: UUID, order: CertificateOrder) -> Certificate:
        try:
            return await self.gateway.certify(key, order)
        except Declined as declined:
            raise Refused(Refusal.of(declined.code)) from None

    async def _printed(
        self, certificate: Certificate, order: CertificateOrder, steps: Steps, submitted: Submitted
    ) -> FaultCode | None:
        """None once a whole copy is out; else what is the matter. A copy that did not come out whole is void then.

        That holds for a visit that ends in the middle too: the copy may come out all the same, and nobody waits for it.
        """
        self._show("working.certificate_print", steps)
        try:
            await self.paper.certificate(certificate)
        except DeviceError as error:
            log.warning("certificate_not_printed", extra={"code": error.code, "detail": error.detail})
            self._show("working.certificate_void", steps)
            await asyncio.shield(self._void(certificate, order, submitted))
            return self.paper.fault or error.code
        except BaseException:
            await asyncio.shield(self._void_quietly(certificate, order, submitted))
            raise
        return None

    async def _void_quietly(self, certificate: Certificate, order: CertificateOrder, submitted: Submitted) -> None:
        """For a visit that is over already: nobody is there any more to hear that it could not be noted."""
        try:
            await self._void(certificate, order, submitted)
        except QueueError as error:
            log.exception("certificate_copy_not_void", extra={"code": error.code, "detail": error.detail})

    async def _void(self, certificate: Certificate, order: CertificateOrder, submitted: Submitted) -> None:
        """Empty the printer, and tell the gateway that this copy is void; off line that waits in the queue."""
        await self.paper.clear()
        applicant = Applicant(
            person_number=certificate.person_number,
            person_name=certificate.person_name,
            document=order.holder.document,
            proof=order.proof,
            card_number=None,
            card_status_seen=None,
        )
        receipt = await self.submission.submit(CertificateVoid(applicant, certificate.number, certificate.copy))
        log.info("certificate_copy_void", extra={"state": receipt.state, "reason": receipt.reason})
        submitted(CertificateVoid.KIND, receipt)

    async def _again(self, fault: FaultCode, steps: Steps) -> Finished | Again:
        """What the citizen wants to do now; asked anew when the printer works again, or no longer does."""
        while True:
            ready = self.paper.ready
            prompt = PrintStopped(fault=fault, ready=ready, steps=steps, can_go_back=False)
            answer = await first_of(self._answer(prompt), until_changed(lambda: self.paper.ready, ready, _PRINTER_POLL))
            if answer is not None:
                return answer

    async def _answer(self, prompt: Prompt[Finished | Again]) -> Finished | Again | None:
        return await self.surface.ask(prompt)

    def _show(self, what: str, steps: Steps) -> None:
        self.surface.show(working(what, steps))


def _worth_another(error: GatewayError) -> bool:
    return error.code in _WORTH_ANOTHER or error.status == _IN_PROGRESS


def _naming(torn: set[tuple[str, int]], certificate: Certificate) -> Certificate:
    """The certificate with all void copies named, those too of which the gateway may not have heard yet."""
    here = {copy for number, copy in torn if number == certificate.number}
    return replace(certificate, voided=tuple(sorted({*certificate.voided, *here})))
