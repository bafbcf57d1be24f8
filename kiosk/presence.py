"""Proving that the person at the kiosk is the holder: face with consent, or, of equal rank, card PIN or staff."""

import logging

from config.settings import FaceSettings
from drivers.camera.engine import UnusablePhotoError
from drivers.device import DeviceError
from flows.presence_prompts import Agreed, Consent, FaceFailure, FaceTryAgain, LookAtCamera
from flows.prompts import Again, GoBack, Text
from flows.records import Holder, PersonRecord
from flows.transactions import Proof, ProofMethod
from flows.visit import Refusal
from kiosk.card_pin import PinEnd, PinWay
from kiosk.catalogue import IdentityLevel
from kiosk.proving import Proving
from kiosk.staff.desk import StaffDesk
from kiosk.staff.way import StaffWay
from kiosk.verifier import FaceVerdict, FaceVerifier, PhotoSource, ReferencePhoto

log = logging.getLogger(__name__)

_FAILURES = {
    FaceVerdict.NOT_RECOGNISED: FaceFailure.NOT_RECOGNISED,
    FaceVerdict.NO_GOOD_PICTURE: FaceFailure.NO_GOOD_PICTURE,
    FaceVerdict.GESTURES_MISSED: FaceFailure.GESTURES_MISSED,
}
_TRIES_OVER = Text("presence.tries_over")
_STAFF_NEEDED = Text("presence.staff_needed")
_AFTER_PIN = {
    PinEnd.FORGOTTEN: None,
    PinEnd.LOCKED: Text("presence.pin_locked"),
    PinEnd.NOT_POSSIBLE: _STAFF_NEEDED,
}


class Presence:
    """The proof of one visit; it counts the failed tries, whatever way the citizen goes forth and back."""

    def __init__(
        self,
        proving: Proving,
        verifier: FaceVerifier,
        staff: StaffDesk,
        settings: FaceSettings,
        level: IdentityLevel,
    ) -> None:
        self._ask = proving.surface.ask
        self._proving = proving
        self._verifier = verifier
        self._settings = settings
        self._pin = PinWay(proving)
        self._staff = StaffWay(proving, staff)
        self._pin_counts = level is IdentityLevel.IN_PERSON
        self._failures = 0

    async def prove(self, holder: Holder, person: PersonRecord | None) -> Proof:
        """Prove presence; ``person`` is None while the gateway is out of reach.

        Raises:
            Refused: no way led to a proof.
            DeviceError: the card was pulled, or the reader failed in the middle.
            GoBack: the citizen went back to the document.
        """
        photos = self._photos(holder, person)
        if not photos or not self._verifier.health.usable:
            return await self._other_way(
                holder, Text("presence.offline" if person is None else "presence.no_face_check")
            )
        while self._tries_left:
            answer = await self._ask(
                Consent(version=self._settings.consent_version, card_way=self._card_way, steps=self._proving.steps)
            )
            try:
                if isinstance(answer, Agreed):
                    return await self._by_face(holder, photos)
                return await self._other_way(holder, None)
            except GoBack:
                if not self._tries_left:
                    raise
        return await self._other_way(holder, _TRIES_OVER)

    @property
    def _tries_left(self) -> int:
        return self._settings.tries - self._failures

    @property
    def _card_way(self) -> bool:
        return self._pin_counts and self._pin.open

    def _photos(self, holder: Holder, person: PersonRecord | None) -> list[ReferencePhoto]:
        """With what the face can be compared: the photo in the document's own chip first."""
        of_gateway = b"" if person is None else person.photo or b""
        photos = (ReferencePhoto(PhotoSource.CHIP, holder.chip_photo), ReferencePhoto(PhotoSource.GATEWAY, of_gateway))
        return [photo for photo in photos if photo.content and self._verifier.can_use(photo.source)]

    async def _by_face(self, holder: Holder, photos: list[ReferencePhoto]) -> Proof:
        while True:
            verdict = await self._try(photos)
            if isinstance(verdict, Text):
                return await self._other_way(holder, verdict)
            log.info("face_check", extra={"outcome": verdict.name})
            if verdict is FaceVerdict.SAME:
                return Proof(ProofMethod.FACE, self._verifier.name)
            if verdict is FaceVerdict.OTHER_WAY:
                return await self._other_way(holder, None)
            self._failures += 1
            if not self._tries_left:
                return await self._other_way(holder, _TRIES_OVER)
            if await self._ask(self._again(verdict)) is not Again.RETRY:
                return await self._other_way(holder, None)

    async def _try(self, photos: list[ReferencePhoto]) -> FaceVerdict | Text:
        """One try; the words for the citizen if camera, verifier or photo are of no use."""
        prompt = LookAtCamera(card_way=self._card_way, steps=self._proving.steps)
        try:
            return await self._verifier.verify(photos, self._proving.surface, prompt)
        except UnusablePhotoError as error:
            log.warning("photo_unusable", extra={"reason": error.advice})
            return Text("presence.no_face_check")
        except DeviceError as error:
            log.warning("face_check_failed", extra={"code": error.code, "detail": error.detail})
            return Text("presence.camera_failed")

    def _again(self, verdict: FaceVerdict) -> FaceTryAgain:
        return FaceTryAgain(
            failure=_FAILURES[verdict],
            tries_left=self._tries_left,
            card_way=self._card_way,
            steps=self._proving.steps,
        )

    async def _other_way(self, holder: Holder, notice: Text | None) -> Proof:
        """The card's PIN where it counts, else the staff; ``notice``: why the face check is not on offer, or ended."""
        reason, otherwise = _for_staff(notice), Refusal.PRESENCE_NOT_PROVED
        if self._card_way:
            ended = await self._pin.prove(holder, notice)
            if isinstance(ended, Proof):
                return ended
            reason = _AFTER_PIN[ended]
            if ended is PinEnd.LOCKED:
                otherwise = Refusal.PIN_LOCKED
        return await self._staff.prove(holder, reason, otherwise)


def _for_staff(notice: Text | None) -> Text | None:
    """Why a member of staff is needed; the citizen's own choice needs no reason, and a PIN is no matter then."""
    return notice if notice in (None, _TRIES_OVER) else _STAFF_NEEDED
