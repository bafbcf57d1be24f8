"""The login: a staff card and its PIN; or, without a card, number, PIN and a time-based code."""

import asyncio
import math
from collections.abc import Callable
from datetime import timedelta
from enum import Enum, auto

from drivers.device import DeviceError
from flows.desk_prompts import DeskDigits, DigitsKind
from flows.prompts import GoBack, Text
from flows.start_prompts import StaffEntrance
from kiosk.audit.log import Event
from kiosk.desk.kinds import DeskRefusal
from kiosk.racing import first_of
from kiosk.staff.member import Member, StaffNumber
from kiosk.visit import Hands

_POLL = 0.25
_WRONG_PIN = Text("desk.login.wrong_pin")
_WRONG = Text("desk.login.wrong")


class _Meanwhile(Enum):
    """What may happen while digits are asked for."""

    WAIT_OVER = auto()


class NoLogin(Exception):
    """Nobody has logged in; ``reason`` for the audit log."""

    def __init__(self, reason: DeskRefusal, number: StaffNumber | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.number = number


class Login:
    """One try to come in, at one entrance."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._desk = hands.staff

    async def by_card(self, entrance: StaffEntrance) -> Member:
        """The member whose card is in and whose PIN was typed.

        Raises ``NoLogin``, ``VisitEnded``, ``StaffFilesError``.
        """
        member = await asyncio.to_thread(self._desk.roster.of_card, entrance.identification)
        if member is None:
            raise NoLogin(DeskRefusal.UNKNOWN)
        notice: Text | None = None
        while True:
            pin = await self._digits(DigitsKind.PIN, member, notice, wait=self._desk.wait)
            if await asyncio.to_thread(self._desk.is_pin, member, pin):
                return member
            notice = _WRONG_PIN
            self._refused(DeskRefusal.WRONG, member.number)

    async def by_code(self) -> Member:
        """The member whose number, PIN and code were typed; what of it was wrong is not told. Raises as ``by_card``."""
        notice: Text | None = None
        while True:
            digits = await self._digits(DigitsKind.NUMBER, None, notice)
            number = StaffNumber(f"S{digits}")
            member = await asyncio.to_thread(self._desk.numbered, number)
            pin = await self._digits(DigitsKind.PIN, member, wait=self._desk.wait_without_card)
            code = await self._digits(DigitsKind.CODE, member)
            if member is None:
                await asyncio.to_thread(self._desk.waste_time, pin)
                self._refused(DeskRefusal.UNKNOWN)
            elif await asyncio.to_thread(self._desk.is_pin_and_code, member, pin, code):
                return member
            else:
                self._refused(DeskRefusal.WRONG, number)
            notice = _WRONG

    async def _digits(
        self,
        kind: DigitsKind,
        member: Member | None,
        notice: Text | None = None,
        *,
        wait: Callable[[Member], timedelta] | None = None,
    ) -> str:
        """What is typed, once no ``wait`` is on for ``member``."""
        while True:
            seconds = 0
            if member is not None and wait is not None:
                seconds = math.ceil((await asyncio.to_thread(wait, member)).total_seconds())
            prompt = DeskDigits(kind=kind, notice=notice, wait=seconds, can_go_back=False)
            asked = self._hands.surface.ask(prompt)
            try:
                answer: object = await (first_of(asked, _wait_over(seconds)) if seconds else asked)
            except GoBack:
                answer = None
            if answer is _Meanwhile.WAIT_OVER:
                notice = None
                continue
            if not isinstance(answer, str) or not answer.isdecimal():
                raise NoLogin(DeskRefusal.GIVEN_UP, member.number if member else None)
            if not seconds:
                return answer

    def _refused(self, reason: DeskRefusal, number: StaffNumber | None = None) -> None:
        fields = {} if number is None else {"number": number}
        self._hands.audit.note(Event.DESK_REFUSED, reason=reason, **fields)


async def _wait_over(seconds: int) -> object:
    await asyncio.sleep(seconds)
    return _Meanwhile.WAIT_OVER


async def card_taken(hands: Hands) -> None:
    """Wait until the card that opened the desk is pulled, or nobody can tell any more whether it is in."""
    try:
        await hands.devices.card_reader.wait_for_removal()
    except DeviceError:
        return
