"""The second slot, with the PSAM in it: a thread, a health and a memory of its own.

A PSAM that is away, silent or of another province never keeps a citizen from reading a card: the holder then comes from
the gateway. So whatever is wrong here ends as an ``Outcome`` for the card, and as a fault that technicians see.
"""

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from config.faults import FaultCode
from drivers.card_reader.algorithm import Algorithm
from drivers.card_reader.apdu import Transmit
from drivers.card_reader.authentication import (
    AlgorithmUnknownError,
    Attempts,
    Authentication,
    Exchange,
    Outcome,
    Subject,
    authenticate,
)
from drivers.card_reader.pcsc import PcscLink
from drivers.card_reader.psam import Levels, PsamInformation, authorise, psam_fault, read_information
from drivers.device import DeviceError, DeviceState, Health, HealthChange, HealthRecord, Worker
from drivers.facts import DeviceFacts, Identity, facts_of

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 3.0  # a dozen commands; the citizen waits meanwhile
_UNPROVED_UNTIL_FAULT = 2  # one card may be forged; two that do not match are a PSAM of elsewhere
_STATES = {
    FaultCode.CARD_SERVICE_DOWN: DeviceState.OFFLINE,
    FaultCode.CARD_READER_GONE: DeviceState.NO_DEVICE,
    FaultCode.CARD_REMOVED: DeviceState.NO_DEVICE,
}


class PsamSlot:
    """The PSAM in the PC/SC reader whose name contains ``reader_name``.

    ``patience`` is the time in seconds after which it counts as stuck; it is then left alone until it has been out.
    """

    def __init__(self, reader_name: str, *, patience: float = _PATIENCE_SECONDS) -> None:
        self._reader_name = reader_name
        self._patience = patience
        self._worker = Worker("psam")
        self._record = HealthRecord("psam")
        self._link = PcscLink(reader_name)
        self._attempts = Attempts()
        self._levels: Levels = {}
        self._met: int | None = None  # the slot's count when the PSAM in it was met
        self._stuck: int | None = None  # the same of one that has not answered
        self._unproved = 0  # cards in a row that did not match its key
        self._proving = False

    @property
    def health(self) -> Health:
        """As of the last card that needed it, or the last ``look``."""
        return self._record.current

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` when the health changes, see ``HealthRecord.listen``."""
        self._record.listen(listener)

    @property
    def facts(self) -> DeviceFacts:
        """What is known of the slot. Who made the PSAM, and its terminal number, are in ``information``."""
        return facts_of(self._record, Identity(place=self._reader_name), replaced_threads=self._worker.stuck_threads)

    async def look(self) -> None:
        """Keep the health current: is it in, and if it is new, is it a PSAM? Raises nothing."""
        if self._proving:
            return  # it is being looked at as closely as can be
        link = self._link
        try:
            await self._worker.call_within(self._patience, self._meet, link)
        except DeviceError as error:
            self._failed(link, error)

    async def information(self) -> PsamInformation:
        """Read what the PSAM tells everybody, for diagnostics.

        Raises:
            DeviceError: ``CARD_PSAM``.
        """
        link = self._link
        try:
            return await self._worker.call_within(self._patience, self._read_information, link)
        except DeviceError as error:
            raise self._failed(link, error) from error

    def prove(self, transmit: Transmit, subject: Subject) -> Authentication:
        """Let the card behind ``transmit`` and the PSAM prove themselves. For the card's thread; may take seconds.

        Raises:
            DeviceError: what ``transmit`` raises. Whatever is wrong with the PSAM is in the answer.
        """
        self._proving = True
        try:
            if self._met in {None, self._stuck} or self._attempts.psam_suspected:
                self._wait(self._meet)  # before the card is troubled
            authentication = authenticate(transmit, subject, self._authorise, self._attempts)
        except AlgorithmUnknownError as error:
            # Cards of Beijing need SSF33, which hardly a PSAM of elsewhere has: no fault of its own.
            if subject.algorithm not in {Algorithm.SSF33, Algorithm.UNKNOWN}:
                self._record.report(DeviceState.HARDWARE_ERROR, FaultCode.CARD_PSAM, error.detail)
            return Authentication(Outcome.ALGORITHM_UNKNOWN)
        except DeviceError as error:
            if error.code is not FaultCode.CARD_PSAM:
                raise
            return Authentication(Outcome.PSAM_FAILED)
        finally:
            self._proving = False
        self._judge(authentication)
        return authentication

    def close(self) -> None:
        """Let go of the reader and end the thread."""
        self._link.abandon()
        self._worker.close()

    def _judge(self, authentication: Authentication) -> None:
        """What a card's answer says about the PSAM."""
        outcome = authentication.outcome
        if outcome in {Outcome.REFUSED, Outcome.CARD_NOT_PROVED}:
            detail = f"tries left: {authentication.tries_left}"
            log.warning("card_authentication", extra={"outcome": outcome, "detail": detail})
        self._unproved = self._unproved + 1 if outcome is Outcome.CARD_NOT_PROVED else 0
        if self._attempts.psam_suspected:
            self._fault("cards refuse its key, one after the other; no further card is tried")
        elif self._unproved >= _UNPROVED_UNTIL_FAULT:
            self._fault("its key does not match the cards")
        elif outcome is Outcome.GRANTED:
            self._record.report(DeviceState.ONLINE)

    def _authorise(self, subject: Subject, inner: Exchange, outer: Exchange) -> bytes | None:
        return self._wait(self._authorised, subject, inner, outer)

    def _wait(self, call: Callable[..., T], *arguments: object) -> T:
        link = self._link
        try:
            return self._worker.wait_within(self._patience, call, link, *arguments)
        except AlgorithmUnknownError:
            raise
        except DeviceError as error:
            raise self._failed(link, error) from error

    # -- on the PSAM's thread

    def _meet(self, link: PcscLink) -> None:
        """See that a PSAM is in; one that was not there before is asked who it is."""
        slot = link.look(0)
        if slot.fault is not None or not slot.present:
            self._met = None
            raise slot.fault or DeviceError(FaultCode.CARD_REMOVED, "the slot is empty")
        if slot.count == self._stuck:
            raise psam_fault("it has not answered; it must be taken out and put in again")
        if slot.count == self._met:
            return
        self._met, self._stuck, self._unproved = slot.count, None, 0
        self._levels.clear()
        self._attempts.new_psam()
        self._read_information(link)
        self._record.report(DeviceState.ONLINE)

    @staticmethod
    def _read_information(link: PcscLink) -> PsamInformation:
        return link.converse(lambda transmit, _: read_information(transmit))

    def _authorised(self, link: PcscLink, subject: Subject, inner: Exchange, outer: Exchange) -> bytes | None:
        self._meet(link)  # it may be another one by now
        return link.converse(lambda transmit, _: authorise(transmit, subject, inner, outer, self._levels))

    # -- faults

    def _failed(self, link: PcscLink, error: DeviceError) -> DeviceError:
        """Take note of a failure, and give it the one name that all of them have outside."""
        if error.code is FaultCode.DEV_STUCK and self._link is link:
            self._stuck = self._met
            link.abandon()
            self._link = PcscLink(self._reader_name)
        detail = error.detail if error.code is FaultCode.CARD_PSAM else str(error)
        self._record.report(_STATES.get(error.code, DeviceState.HARDWARE_ERROR), FaultCode.CARD_PSAM, detail)
        return psam_fault(detail)

    def _fault(self, detail: str) -> None:
        self._record.report(DeviceState.HARDWARE_ERROR, FaultCode.CARD_PSAM, detail)
