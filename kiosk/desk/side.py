"""The staff's side: from the entrance to the logout. Citizens wait meanwhile; queue and gateway go on."""

import asyncio
import logging

from config.faults import FaultCode
from flows.prompts import ShowFault, VisitEnded
from flows.start_prompts import StaffEntrance
from kiosk.audit.log import Event, Reference
from kiosk.desk.entrance import staff_card
from kiosk.desk.kinds import DeskEnd, DeskRefusal, Way
from kiosk.desk.login import Login, NoLogin, card_taken
from kiosk.desk.menu import desk
from kiosk.desk.parts import Parts
from kiosk.desk.shift import Shift
from kiosk.racing import first_of
from kiosk.staff.member import Member
from kiosk.visit import Hands

log = logging.getLogger(__name__)


class StaffSide:
    """Lets the staff in, one after the other."""

    def __init__(self, hands: Hands, parts: Parts) -> None:
        self._hands = hands
        self._parts = parts

    async def card(self) -> StaffEntrance:
        """Wait until a staff card is put in; runs beside the start screen."""
        return await staff_card(self._hands)

    async def serve(self, entrance: StaffEntrance) -> None:
        """Log somebody in and let them work until they leave, pull their card, or touch nothing for a while.

        Whatever goes wrong here ends on a page that says so, and never ends the session.
        """
        by_card = bool(entrance.identification)
        self._hands.audit.note(Event.DESK_OPENED, way=Way.CARD if by_card else Way.GESTURE)
        try:
            if by_card:
                await first_of(self._through(entrance), card_taken(self._hands))
            else:
                await self._through(entrance)
        except VisitEnded:
            log.info("desk_left")
        except Exception:
            reference = Reference.new()
            log.exception("desk_bug", extra={"reference": reference})
            await self._say(reference)

    async def _through(self, entrance: StaffEntrance) -> None:
        login = Login(self._hands)
        try:
            member = await (login.by_card(entrance) if entrance.identification else login.by_code())
        except NoLogin as ended:
            fields = {} if ended.number is None else {"number": ended.number}
            self._hands.audit.note(Event.DESK_REFUSED, reason=ended.reason, **fields)
            return
        except asyncio.CancelledError:
            self._hands.audit.note(Event.DESK_REFUSED, reason=DeskRefusal.CARD_TAKEN)
            raise
        await self._work(member, Way.CARD if entrance.identification else Way.GESTURE)

    async def _work(self, member: Member, way: Way) -> None:
        audit = self._hands.audit
        audit.note(Event.DESK_LOGIN, number=member.number, role=member.role, way=way)
        how = DeskEnd.FAULT
        try:
            await desk(Shift(self._hands, self._parts, member))
            how = DeskEnd.LOGGED_OUT
        except VisitEnded:
            how = DeskEnd.NOBODY
            raise
        except asyncio.CancelledError:
            taken = self._hands.devices.card_reader.card_present is False
            how = DeskEnd.CARD_TAKEN if way is Way.CARD and taken else DeskEnd.STOPPED
            raise
        finally:
            audit.note(Event.DESK_LEFT, number=member.number, how=how)

    async def _say(self, reference: Reference) -> None:
        prompt = ShowFault(fault=FaultCode.SW_BUG, reference=reference, take_document=False, can_go_back=False)
        try:
            await self._hands.surface.ask(prompt)
        except VisitEnded:
            log.info("desk_left")
