"""The real visit: what a flow asks for, done with the devices, the gateway and the queue of this kiosk."""

import asyncio
import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from config.settings import Settings
from flows.prompts import GoBack, PresentDocument, Prompt, SlipState, Steps, Surface, Text, Working
from flows.records import DocumentKind, Holder, PersonOf, PersonRecord, Query
from flows.transactions import Proof, Receipt, Transaction
from flows.visit import Outcome, Refusal, Refused, Slip
from kiosk.catalogue import Matter, OfflineRule
from kiosk.devices import Devices
from kiosk.gateway import Gateway, GatewayError, NotFound
from kiosk.identity import DocumentReading
from kiosk.journal import Journal
from kiosk.presence import Presence
from kiosk.printing import SlipPrinter
from kiosk.submission import Submission
from screens.text.catalogue import Catalogue

T = TypeVar("T")
R = TypeVar("R")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hands:
    """Everything a visit works with; lives as long as the program."""

    settings: Settings
    surface: Surface
    devices: Devices
    gateway: Gateway
    submission: Submission
    printer: SlipPrinter
    catalogue: Callable[[], Catalogue]  # in the language that the citizen sees now
    now: Callable[[], datetime]


class KioskVisit:
    """One citizen doing one matter. Implements flows.visit.Visit."""

    def __init__(self, hands: Hands, matter: Matter) -> None:
        self._hands = hands
        self._matter = matter
        self._journal = Journal()
        self.card_read = asyncio.Event()  # set once the document of this visit is a card in the reader
        self.document: DocumentKind | None = None  # what the citizen has to take away again
        self.submitted = False
        self.slip = SlipState.NOT_PRINTED

    async def run(self) -> Outcome:
        """Play the flow to its end; "back" reads it again with one answer less.

        Raises:
            GoBack: the citizen went back beyond the first question.
        """
        while True:
            try:
                return await self._matter.flow(self)
            except GoBack:
                # The document stays in its reader, so asking for it again would answer itself: leave the matter.
                self._journal.step_back(keep=1)

    def wipe(self) -> None:
        """Drop every document, picture and answer."""
        self._journal.wipe()

    async def identify(self, *accepted: DocumentKind) -> Holder:
        """See flows.visit.Visit."""
        return await self._journal.answer(lambda: self._identify(accepted), asked=True)

    async def _identify(self, accepted: tuple[DocumentKind, ...]) -> Holder:
        reading = DocumentReading(self._hands.surface, self._hands.devices)
        holder = await reading.read(PresentDocument(accepted=accepted, steps=self.steps()))
        self.document = holder.document
        expires = holder.document_expires
        self.require(expires is None or expires >= self._hands.now().date(), Refusal.DOCUMENT_EXPIRED)
        if holder.document is DocumentKind.SOCIAL_CARD:
            self.card_read.set()
        return await self._complete(holder)

    async def _complete(self, holder: Holder) -> Holder:
        """The holder of a card that tells only its number, as far as the gateway can be asked."""
        if holder.number:
            return holder
        person = await self._fetch(PersonOf("", holder.card_number))
        return holder if person is None else dataclasses.replace(holder, number=person.number, name=person.name)

    async def prove_presence(self, holder: Holder) -> Proof:
        """See flows.visit.Visit."""
        person = await self.look_up(PersonOf(holder.number, holder.card_number))
        self.require(person is None or not holder.number or person.number == holder.number, Refusal.NOT_THE_SAME_PERSON)
        return await self._journal.answer(lambda: self._prove(holder, person), asked=True)

    async def _prove(self, holder: Holder, person: PersonRecord | None) -> Proof:
        hands = self._hands
        presence = Presence(hands.surface, hands.devices, hands.settings.face, self._complete, self.steps())
        return await presence.prove(holder, person)

    async def look_up(self, query: Query[R]) -> R | None:
        """See flows.visit.Visit."""
        return await self._journal.answer(lambda: self._fetch(query), asked=False)

    async def _fetch(self, query: Query[R]) -> R | None:
        self._hands.surface.show(Working(what=Text("working.look_up"), steps=self.steps()))
        try:
            return await self._hands.gateway.look_up(query)
        except NotFound:
            raise Refused(Refusal.PERSON_NOT_FOUND if isinstance(query, PersonOf) else Refusal.CARD_NOT_FOUND) from None
        except GatewayError as error:
            log.warning("look_up_failed", extra={"code": error.code})
        if self._matter.offline is OfflineRule.REFUSE:
            raise Refused(Refusal.NEEDS_GATEWAY)
        return None

    def require(self, condition: bool, refusal: Refusal, status: Text | None = None) -> None:  # noqa: FBT001 - see Visit
        """See flows.visit.Visit."""
        if not condition:
            raise Refused(refusal, status)

    async def ask(self, prompt: Prompt[T]) -> T:
        """See flows.visit.Visit."""
        shown = dataclasses.replace(prompt, steps=self.steps())
        return await self._journal.answer(lambda: self._hands.surface.ask(shown), asked=True)

    async def submit(self, transaction: Transaction) -> Receipt:
        """See flows.visit.Visit."""
        return await self._journal.answer(lambda: self._submit(transaction), asked=False)

    async def _submit(self, transaction: Transaction) -> Receipt:
        self.submitted = True
        self._hands.surface.show(Working(what=Text("working.submit"), steps=self.steps()))
        receipt = await self._hands.submission.submit(transaction)
        log.info(
            "submitted", extra={"matter": self._matter.identifier, "state": receipt.state, "reason": receipt.reason}
        )
        return receipt

    async def print(self, slip: Slip) -> None:
        """See flows.visit.Visit."""
        self._hands.surface.show(Working(what=Text("working.print"), steps=self.steps()))
        self.slip = await self._hands.printer.print(slip, self._hands.catalogue())

    def steps(self) -> Steps:
        """Where the citizen is in this matter."""
        return Steps(Text(f"matter.{self._matter.identifier}.title"), self._journal.asked + 1, self._matter.steps)
