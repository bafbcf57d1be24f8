"""From the start screen to the next start screen: choose, do it, end clearly, wipe.

Cancel, time-out, refusal, fault and crash all take the same road through ``finally``.
"""

import asyncio
import logging

from config.faults import Action, FaultCode
from drivers.device import DeviceError
from flows.prompts import Again, Finished, GoBack, Line, Prompt, ShowFault, ShowRefusal, ShowResult, Text, VisitEnded
from flows.records import DocumentKind
from flows.start_prompts import StaffEntrance, Touched
from flows.visit import Outcome, Refused
from kiosk.arrivals import arrivals
from kiosk.audit.log import Ending, Reference
from kiosk.catalogue import Service
from kiosk.desk.side import StaffSide
from kiosk.front_desk import FrontDesk
from kiosk.racing import first_of
from kiosk.taking import Taking
from kiosk.visit import Hands, KioskVisit
from offline_queue.model import QueueError

log = logging.getLogger(__name__)


class Session:
    """Serves one citizen after the other, for ever."""

    def __init__(self, hands: Hands, front_desk: FrontDesk, staff_side: StaffSide) -> None:
        self._hands = hands
        self._front_desk = front_desk
        self._staff_side = staff_side
        self._taking = Taking(hands.surface, hands.devices, hands.audit)
        self._read: set[DocumentKind] = set()  # in this visit

    @property
    def left_behind(self) -> bool:
        """Whether a card or an ID lies in a reader for which nobody has come back."""
        return self._taking.left is not None

    async def serve(self) -> None:
        """Serve until cancelled."""
        while True:
            # Nothing of the last citizen may come out before what the next one prints. It has its turn at the printer
            # before that; nobody stands and waits for a printer that hangs.
            clearing = asyncio.create_task(self._hands.paper.clear())
            try:
                await self._visited(await self._invite())
            finally:
                clearing.cancel()
            await self._taking.documents(self._read)
            self._read.clear()
            if self._hands.paper.came_out():
                await self._taking.paper()

    async def _visited(self, touched: Touched | StaffEntrance) -> None:
        """Serve whoever touched the start screen until they are gone; nothing of them stays on the screen."""
        try:
            if isinstance(touched, StaffEntrance):
                await self._staff_side.serve(touched)
            else:
                await self._one_citizen()
        except (VisitEnded, GoBack):
            log.info("visit_left")
        finally:
            self._hands.surface.wipe()

    async def _invite(self) -> Touched | StaffEntrance:
        """The start screen; a document that comes is a sign of life, for a screen that rests."""
        waking = arrivals(self._hands.devices, self._hands.surface.activity)
        touched: Touched | StaffEntrance | None = await first_of(
            self._front_desk.invite(), self._staff_side.card(), waking
        )
        return touched or Touched()

    async def _one_citizen(self) -> None:
        while True:
            service = (await self._front_desk.choose()).service
            try:
                while await self._to_its_end(service):
                    log.info("visit_again", extra={"matter": service.flow})
            except GoBack:
                continue
            return

    async def _to_its_end(self, service: Service) -> bool:
        """Play one service and its end screen; True if the citizen wants another try."""
        visit = KioskVisit(self._hands, service)
        log.info("visit_began", extra={"matter": service.flow})
        try:
            ending = await self._ending(visit)
        finally:
            if visit.document:
                self._read.add(visit.document)
            visit.wipe()
            visit.trail.end()
        log.info("visit_ended", extra={"matter": service.flow, "screen": type(ending).__name__})
        return await self._hands.surface.ask(ending) is Again.RETRY

    async def _ending(self, visit: KioskVisit) -> Prompt[Finished] | Prompt[Finished | Again]:
        try:
            outcome = await first_of(visit.run(), self._card_pulled(visit))
        except Refused as refused:
            visit.trail.refused(refused)
            return self._refusal(visit, refused)
        except (DeviceError, QueueError) as error:
            reference = Reference.new()
            extra = {"code": error.code, "detail": error.detail, "reference": reference}
            log.warning("visit_fault", extra=extra)
            return self._fault(visit, error.code, reference)
        except (GoBack, VisitEnded):
            visit.trail.ends(Ending.LEFT)
            raise
        except Exception:
            reference = Reference.new()
            log.exception("visit_bug", extra={"reference": reference})
            return self._fault(visit, FaultCode.SW_BUG, reference)
        visit.trail.ends(Ending.DONE)
        return self._result(visit, outcome)

    async def _card_pulled(self, visit: KioskVisit) -> Outcome:
        """Who pulls the card leaves: until something is submitted, the visit ends with the card.

        Raises:
            DeviceError: ``CARD_REMOVED``, or what is wrong with the reader.
        """
        while True:
            await visit.card_read.wait()
            fault = DeviceError(FaultCode.CARD_REMOVED, "pulled during the visit")
            try:
                await self._hands.devices.card_reader.wait_for_removal()
            except DeviceError as error:
                fault = error
            if visit.submitted:
                await asyncio.Event().wait()  # what is submitted stands: the visit goes on to its end
            if visit.card_read.is_set():  # else the card was asked to leave
                visit.left = True
                raise fault

    def _result(self, visit: KioskVisit, outcome: Outcome) -> ShowResult:
        return ShowResult(
            tone=outcome.tone,
            headline=outcome.headline,
            explanation=outcome.explanation,
            lines=(Line(Text("label.matter"), visit.steps().matter), *outcome.lines),
            notes=outcome.notes,
            receipt_number=outcome.receipt.number if outcome.receipt else "",
            slip=visit.slip,
            take_document=self._something_to_take(visit),
            steps=visit.steps(),
            can_go_back=False,
        )

    def _refusal(self, visit: KioskVisit, refused: Refused) -> ShowRefusal:
        return ShowRefusal(
            headline=Text(f"refusal.{refused.refusal}.headline"),
            explanation=Text(f"refusal.{refused.refusal}.explanation"),
            lines=refused.lines,
            take_document=self._something_to_take(visit),
            can_go_back=False,
        )

    def _fault(self, visit: KioskVisit, code: FaultCode, reference: Reference) -> ShowFault:
        visit.trail.fault(code, reference)
        return ShowFault(
            fault=code,
            retry=code.action is Action.RETRY,
            reference=reference,
            take_document=self._something_to_take(visit),
            can_go_back=False,
        )

    def _something_to_take(self, visit: KioskVisit) -> bool:
        return visit.document is DocumentKind.RESIDENT_ID or bool(self._hands.devices.card_reader.card_present)
