"""The other way that is always there: a member of staff looks at document and person, and confirms."""

import asyncio
import logging
import math
import time
from enum import Enum, auto

from config.faults import FaultCode
from drivers.card_reader.social_card import SocialCard
from drivers.device import DeviceError
from flows.presence_prompts import CallStaff, EnterStaffPin
from flows.prompts import Call, Confirm, Confirmed, GoBack, Note, OtherWay, Prompt, Text, VisitEnded, Working
from flows.records import Holder
from flows.summary import card_lines
from flows.transactions import Proof, ProofMethod
from flows.visit import Refusal, Refused
from kiosk.audit.entries import Event
from kiosk.identity import holder_of_card
from kiosk.proving import Proving
from kiosk.racing import first_of
from kiosk.staff.desk import StaffDesk
from kiosk.staff.files import StaffFilesError
from kiosk.staff.member import Member, Role, StaffNumber, StaffRefusal

log = logging.getLogger(__name__)

_TAKE_SECONDS = 60.0  # how long the kiosk asks to take a card, the citizen's or the member of staff's
_COMING_SECONDS = 180.0  # how long somebody may take to come over before nobody's touch counts as nobody there
_STILL_THERE_SECONDS = 5.0

_NOT_READ = {
    FaultCode.CARD_WRONG: (StaffRefusal.NOT_STAFF, Text("staff.not_staff")),
    FaultCode.CARD_UNREADABLE: (StaffRefusal.UNREADABLE, Text("staff.unreadable")),
    FaultCode.CARD_MUTE: (StaffRefusal.UNREADABLE, Text("staff.unreadable")),
    FaultCode.CARD_REMOVED: (StaffRefusal.UNREADABLE, Text("staff.unreadable")),
}


class _Meanwhile(Enum):
    """What happened while an answer was awaited."""

    CARD_TAKEN = auto()
    WAIT_OVER = auto()


class _NotThisCardError(Exception):
    """The card in the reader confirms nothing; ``notice`` tells why, and another one may follow."""

    def __init__(self, reason: StaffRefusal, notice: Text | None = None, number: StaffNumber | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.notice = notice
        self.number = number
        self.still_in = True


class StaffWay:
    """A confirmation by staff card, staff PIN and a touch, for one visit."""

    def __init__(self, proving: Proving, desk: StaffDesk) -> None:
        self._proving = proving
        self._surface = proving.surface
        self._reader = proving.devices.card_reader
        self._desk = desk

    async def prove(self, holder: Holder, reason: Text | None, otherwise: Refusal) -> Proof:
        """Let a member of staff confirm that the citizen is ``holder``; ``reason``: why one is needed.

        Raises:
            Refused: with ``otherwise``: nobody can come, nobody confirmed, or the card reader failed.
            GoBack: the citizen went back.
            VisitEnded: a card was left in the reader.
        """
        try:
            if not self._reader.health.usable or not await asyncio.to_thread(self._desk.has_attendants):
                raise Refused(otherwise)
            self._proving.note(Event.STAFF_CALLED)
            await self._own_card_taken()
            member = await self._some_member(holder, reason)
            if member is None:
                raise Refused(otherwise)
            await self._taken("working.take_staff_card")
        except DeviceError as error:
            log.warning("staff_way_failed", extra={"code": error.code, "detail": error.detail})
            self._refused(StaffRefusal.READER_FAILED)
            raise Refused(otherwise) from None
        except StaffFilesError as error:
            log.critical("staff_files_unusable", exc_info=error)
            raise Refused(otherwise) from None
        return Proof(ProofMethod.STAFF, member.number)

    async def _some_member(self, holder: Holder, reason: Text | None) -> Member | None:
        """Who has confirmed; None if the citizen gives up. One card after the other may be tried."""
        notice: Text | None = None
        another = False  # the card that lies there has been judged already
        patience = time.monotonic() + _COMING_SECONDS
        while True:
            prompt = CallStaff(reason=reason, notice=notice, steps=self._proving.steps)
            waits = (self._surface.ask(prompt), self._card(another=another), self._stay(patience))
            try:
                answer = await first_of(*waits)
                if not isinstance(answer, SocialCard):
                    self._refused(StaffRefusal.GIVEN_UP)
                    return None
                member = await self._member(answer, holder)
                await self._right_pin(member)
                await self._confirmed(member, holder)
            except _NotThisCardError as error:
                self._refused(error.reason, error.number)
                notice, another = error.notice, error.still_in
            else:
                self._proving.note(Event.STAFF_CONFIRMED, number=member.number)
                return member

    async def _card(self, *, another: bool) -> SocialCard:
        """The next card that is put in."""
        if another:
            await self._reader.wait_for_removal()
        try:
            return await self._reader.wait_for_card(self._tell)
        except DeviceError as error:
            if error.code not in _NOT_READ:
                raise
            not_read = _NotThisCardError(*_NOT_READ[error.code])
            not_read.still_in = error.code is not FaultCode.CARD_REMOVED  # one that was not quite in may be by now
            raise not_read from None

    def _tell(self) -> None:
        self._surface.activity()
        self._surface.show(Working(what=Text("working.read_document")))

    async def _stay(self, until: float) -> OtherWay:
        """Somebody has to come over first: meanwhile the visit is not over, though nobody touches the screen."""
        while time.monotonic() < until:
            self._surface.activity()
            await asyncio.sleep(_STILL_THERE_SECONDS)
        await asyncio.Event().wait()
        return OtherWay.DECLINED

    async def _member(self, card: SocialCard, holder: Holder) -> Member:
        """Whose card it is, if they may confirm this citizen."""
        member = await asyncio.to_thread(self._desk.roster.of_card, card.identification)
        if member is None:
            raise _NotThisCardError(StaffRefusal.NOT_STAFF, Text("staff.not_staff"))
        if member.role is not Role.ATTENDANT:
            raise _NotThisCardError(StaffRefusal.NOT_ATTENDANT, Text("staff.not_attendant"), member.number)
        if await self._is_own(card, holder):
            raise _NotThisCardError(StaffRefusal.OWN_CARD, Text("staff.holders_own"), member.number)
        return member

    async def _is_own(self, card: SocialCard, holder: Holder) -> bool:
        """True if the citizen is the member of staff; a card that names nobody is asked about at the gateway."""
        if card.card_number == holder.card_number:
            return True
        try:
            other = await self._proving.complete(holder_of_card(card))
        except Refused:  # the gateway knows nobody of that card, or is out of reach
            return False
        return bool(other.number) and other.number == holder.number

    async def _right_pin(self, member: Member) -> None:
        wrong = False
        while True:
            wait = math.ceil((await asyncio.to_thread(self._desk.wait, member)).total_seconds())
            prompt = EnterStaffPin(wrong=wrong, wait=wait, steps=self._proving.steps)
            answer = await self._unless_taken(prompt, member, wait)
            if answer is _Meanwhile.WAIT_OVER:
                wrong = False
                continue
            if not isinstance(answer, str):
                raise _not_confirmed(member)
            if wait:
                continue
            if await asyncio.to_thread(self._desk.is_pin, member, answer):
                return
            wrong = True
            self._refused(StaffRefusal.WRONG_PIN, member.number)

    async def _confirmed(self, member: Member, holder: Holder) -> None:
        question = Confirm(
            question=Text("staff_confirm.question"),
            lines=card_lines(holder, None),
            notes=(Note(Text("staff_confirm.note")),),
            action=Text("staff_confirm.action"),
            for_staff=True,
            steps=self._proving.steps,
        )
        if not isinstance(await self._unless_taken(question, member), Confirmed):
            raise _not_confirmed(member)

    async def _unless_taken(self, prompt: Prompt[object], member: Member, wait: int = 0) -> object:
        """The answer to ``prompt``, asked as long as the staff card is in; ``WAIT_OVER`` after ``wait`` seconds."""
        waits = [self._surface.ask(prompt), self._card_taken()]
        try:
            answer = await first_of(*waits, *([_wait_over(wait)] if wait else []))
        except GoBack:
            raise _not_confirmed(member) from None
        if answer is _Meanwhile.CARD_TAKEN:
            raise _NotThisCardError(StaffRefusal.CARD_TAKEN, number=member.number)
        return answer

    async def _card_taken(self) -> object:
        await self._reader.wait_for_removal()
        return _Meanwhile.CARD_TAKEN

    async def _own_card_taken(self) -> None:
        """The citizen's own card makes room; the visit goes on without it."""
        self._proving.release_card()
        if self._reader.card_present is not False:
            await self._taken("working.take_own_card")

    async def _taken(self, words: str) -> None:
        self._surface.show(Working(what=Text(words), steps=self._proving.steps, call=Call.NOW))
        try:
            async with asyncio.timeout(_TAKE_SECONDS):
                await self._reader.wait_for_removal()
        except TimeoutError:
            raise VisitEnded from None
        self._surface.activity()

    def _refused(self, reason: StaffRefusal, number: StaffNumber | None = None) -> None:
        fields = {} if number is None else {"number": number}
        self._proving.note(Event.STAFF_REFUSED, reason=reason, **fields)


def _not_confirmed(member: Member) -> _NotThisCardError:
    """The card is still in, and whoever shall confirm puts it in anew."""
    return _NotThisCardError(StaffRefusal.NOT_CONFIRMED, Text("staff.take_card_first"), member.number)


async def _wait_over(seconds: int) -> object:
    await asyncio.sleep(seconds)
    return _Meanwhile.WAIT_OVER
