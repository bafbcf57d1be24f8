"""Reading a document: whichever reader has one first; a bad try becomes a kind sentence and another try."""

import asyncio
import dataclasses
import logging
from collections.abc import Coroutine
from typing import Any

from config.faults import FaultCode
from drivers.card_reader.social_card import SocialCard
from drivers.device import DeviceError, Health
from drivers.id_scanner.documents import IdDocument
from flows.prompts import OtherWay, PresentDocument, Steps, Surface
from flows.records import DocumentKind, Holder
from flows.visit import Refusal, Refused
from kiosk.devices import Devices
from kiosk.racing import first_of, until_changed
from kiosk.stages import working

log = logging.getLogger(__name__)

_HEALTH_POLL = 0.5  # seconds between looks at whether a reader has gone or come back
_AFTER_ERROR = 0.3  # seconds; a reader that fails at once must not make the screen flicker

_SIGNS_OF_LIFE = 3  # failed readings in one question

_READER_FAULTS = {
    DocumentKind.SOCIAL_CARD: FaultCode.CARD_READER_GONE,
    DocumentKind.RESIDENT_ID: FaultCode.ID_READER_GONE,
}


class DocumentReading:
    """Asks for one of several documents until one is read."""

    def __init__(self, surface: Surface, devices: Devices) -> None:
        self._surface = surface
        self._devices = devices
        self._steps: Steps | None = None
        self._failures = 0

    async def read(self, prompt: PresentDocument) -> Holder:
        """Show ``prompt`` and wait for a document.

        Raises:
            Refused: the citizen has no document, or one that only the counter can read.
            DeviceError: none of the readers works.
        """
        self._steps = prompt.steps
        while True:
            unavailable = self._unavailable(prompt.accepted)
            if len(unavailable) == len(prompt.accepted):
                raise DeviceError(self._fault_of(prompt.accepted), "no reader works")
            prompt = dataclasses.replace(prompt, unavailable=unavailable)
            try:
                answer = await first_of(*self._waits(prompt))
            except DeviceError as error:
                self._seen()
                self._failures += 1
                log.info("document_not_read", extra={"code": error.code, "detail": error.detail})
                # A reader that fails is shown as out of order; anything else lies in what was put in.
                failed = set(self._unavailable(prompt.accepted)) - set(prompt.unavailable)
                prompt = dataclasses.replace(prompt, notice=None if failed else error.code)
                await asyncio.sleep(_AFTER_ERROR)
                continue
            if isinstance(answer, Holder):
                return answer
            if answer is OtherWay.NO_DOCUMENT:
                raise Refused(Refusal.NO_DOCUMENT)
            if answer is OtherWay.PASSPORT:
                raise Refused(Refusal.DOCUMENT_AT_COUNTER)

    def _waits(self, prompt: PresentDocument) -> list[Coroutine[Any, Any, Holder | OtherWay | None]]:
        waits: list[Coroutine[Any, Any, Holder | OtherWay | None]] = [self._surface.ask(prompt)]
        usable = set(prompt.accepted) - set(prompt.unavailable)
        if DocumentKind.SOCIAL_CARD in usable:
            waits.append(self._social_card())
        if DocumentKind.RESIDENT_ID in usable:
            waits.append(self._resident_id())
        waits.append(until_changed(lambda: self._unavailable(prompt.accepted), prompt.unavailable, _HEALTH_POLL))
        return waits

    async def _social_card(self) -> Holder:
        return holder_of_card(await self._devices.card_reader.wait_for_card(self._tell))

    async def _resident_id(self) -> Holder:
        return holder_of_id(await self._devices.id_scanner.wait_for_document(self._tell))

    def _seen(self) -> None:
        """A document is a sign of life; one that fails again and again may lie there alone."""
        if self._failures < _SIGNS_OF_LIFE:
            self._surface.activity()

    def _tell(self) -> None:
        self._seen()
        self._surface.show(working("working.read_document", self._steps))

    def _unavailable(self, accepted: tuple[DocumentKind, ...]) -> tuple[DocumentKind, ...]:
        return tuple(kind for kind in accepted if not self._health(kind).usable)

    def _health(self, kind: DocumentKind) -> Health:
        return reader_health(self._devices, kind)

    def _fault_of(self, accepted: tuple[DocumentKind, ...]) -> FaultCode:
        if len(accepted) > 1:
            return FaultCode.DEV_NO_READER
        return self._health(accepted[0]).fault or _READER_FAULTS[accepted[0]]


def reader_health(devices: Devices, kind: DocumentKind) -> Health:
    """The health of the reader that reads ``kind``."""
    return devices.card_reader.health if kind is DocumentKind.SOCIAL_CARD else devices.id_scanner.health


def holder_of_card(card: SocialCard) -> Holder:
    """The person whom a social security card names; a 3.0 card without a PSAM tells only its own number."""
    return Holder(
        document=DocumentKind.SOCIAL_CARD,
        name=card.holder.name if card.holder else "",
        number=card.holder.number if card.holder else "",
        card_number=card.card_number,
        document_expires=card.expires,
        born=card.holder.born if card.holder else None,
    )


def holder_of_id(document: IdDocument) -> Holder:
    """The person whom a resident ID, a residence permit or a foreigner's card names."""
    return Holder(
        document=DocumentKind.RESIDENT_ID,
        name=document.name,
        number=document.number,
        document_expires=document.valid_until,
        born=document.birth,
        chip_photo=document.photo,
    )
