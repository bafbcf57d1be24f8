"""Proving that the person at the kiosk is the holder: face with consent, or, of equal rank, the card's PIN."""

import logging
from collections.abc import Awaitable, Callable

from config.settings import FaceSettings
from drivers.camera.engine import UnusablePhotoError
from drivers.camera.observation import Template
from drivers.device import DeviceError
from flows.prompts import (
    Agreed,
    Consent,
    EnterPin,
    GoBack,
    LookAtCamera,
    OtherWay,
    PresentDocument,
    Steps,
    Surface,
    Text,
)
from flows.records import DocumentKind, Holder, PersonRecord
from flows.transactions import Proof, ProofMethod
from flows.visit import Refusal, Refused
from kiosk.devices import Devices
from kiosk.face_check import FaceCheck, FaceVerdict
from kiosk.identity import DocumentReading

log = logging.getLogger(__name__)


class Presence:
    """One proof for one visit."""

    def __init__(
        self,
        surface: Surface,
        devices: Devices,
        face: FaceSettings,
        complete: Callable[[Holder], Awaitable[Holder]],
        steps: Steps,
    ) -> None:
        """``complete`` asks the gateway for the person of a card that names nobody itself."""
        self._surface = surface
        self._devices = devices
        self._settings = face
        self._complete = complete
        self._steps = steps

    async def prove(self, holder: Holder, person: PersonRecord | None) -> Proof:
        """Prove presence; ``person`` has the photo to compare with, None while the gateway is out of reach.

        Raises:
            Refused: neither way led to a proof.
            GoBack: the citizen went back to the document.
        """
        if person is None:
            return await self._by_pin(holder, Text("presence.offline"))
        if person.photo is None:
            return await self._by_pin(holder, Text("presence.no_face_check"))
        while True:
            card_way = self._card_way()
            answer = await self._surface.ask(
                Consent(version=self._settings.consent_version, card_way=card_way, steps=self._steps)
            )
            try:
                if isinstance(answer, Agreed):
                    return await self._by_face(holder, person.photo, card_way=card_way)
                return await self._by_pin(holder, None)
            except GoBack:
                continue

    async def _reference(self, photo: bytes) -> Template | None:
        """What the face is compared with, made only after consent; None when the photo or the engine cannot be used."""
        try:
            return await self._devices.face.reference(photo)
        except UnusablePhotoError as error:
            log.warning("photo_unusable", extra={"reason": error.advice})
        except DeviceError as error:
            log.warning("no_face_check", extra={"code": error.code, "detail": error.detail})
        return None

    def _card_way(self) -> bool:
        return self._devices.card_reader.health.usable

    async def _by_face(self, holder: Holder, photo: bytes, *, card_way: bool) -> Proof:
        reference = await self._reference(photo)
        if reference is None:
            return await self._by_pin(holder, Text("presence.no_face_check"))
        check = FaceCheck(self._surface, self._devices.camera, self._devices.face, self._settings)
        try:
            verdict = await check.run(reference, LookAtCamera(card_way=card_way, steps=self._steps))
        except DeviceError as error:
            log.warning("face_check_failed", extra={"code": error.code, "detail": error.detail})
            return await self._by_pin(holder, Text("presence.camera_failed"))
        log.info("face_check", extra={"outcome": verdict.name})
        if verdict is FaceVerdict.SAME:
            return Proof(ProofMethod.FACE, self._settings.model)
        notice = None if verdict is FaceVerdict.OTHER_WAY else Text("presence.not_recognised")
        return await self._by_pin(holder, notice)

    async def _by_pin(self, holder: Holder, notice: Text | None) -> Proof:
        """The card's PIN; who came with the ID alone is asked for the card too."""
        if not self._card_way():
            raise Refused(Refusal.PRESENCE_NOT_PROVED)
        if holder.document is not DocumentKind.SOCIAL_CARD:
            await self._card_of(holder)
        reader = self._devices.card_reader
        # None: the card has no PIN, or does not tell. Then it would prove nothing.
        tries_left = await reader.pin_tries_left()
        wrong = False
        while tries_left:
            prompt = EnterPin(tries_left=tries_left, wrong=wrong, notice=notice, steps=self._steps)
            pin = await self._surface.ask(prompt)
            if isinstance(pin, OtherWay):
                break
            result = await reader.verify_pin(pin)
            if result.ok:
                return Proof(ProofMethod.CARD_PIN)
            wrong, tries_left, notice = True, result.tries_left, None
        raise Refused(Refusal.PIN_LOCKED if tries_left == 0 else Refusal.PRESENCE_NOT_PROVED)

    async def _card_of(self, holder: Holder) -> None:
        prompt = PresentDocument(accepted=(DocumentKind.SOCIAL_CARD,), steps=self._steps)
        try:
            card = await self._complete(await DocumentReading(self._surface, self._devices).read(prompt))
        except Refused:  # no card at hand, or one that nobody knows
            raise Refused(Refusal.PRESENCE_NOT_PROVED) from None
        if not card.number:
            raise Refused(Refusal.PRESENCE_NOT_PROVED)
        if card.number != holder.number:
            raise Refused(Refusal.NOT_THE_SAME_PERSON)
