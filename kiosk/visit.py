"""The real visit: what a flow asks for, done with the devices, the gateway and the queue of this kiosk."""

import asyncio
import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from config.clock import CHINA
from config.settings import Settings
from flows.certificates import CertificateOrder, PrintedCertificate
from flows.prompts import (
    Call,
    GoBack,
    Line,
    PresentDocument,
    Prompt,
    SlipState,
    Steps,
    Surface,
    Text,
    VisitEnded,
    Whose,
    Working,
)
from flows.records import DocumentKind, Holder, PersonOf, PersonRecord, Query
from flows.transactions import Proof, ProofMethod, Receipt, Transaction
from flows.visit import Outcome, Refusal, Refused, Slip
from kiosk.age import age_of
from kiosk.audit.log import AuditLog, Event, Found
from kiosk.catalogue import IdentityLevel, OfflineRule, Service
from kiosk.certifying import Certifying
from kiosk.devices import Devices
from kiosk.gateway import Gateway, GatewayError, NotFound
from kiosk.identity import DocumentReading
from kiosk.journal import Journal
from kiosk.presence import Presence
from kiosk.printing import Paper
from kiosk.proving import Proving
from kiosk.staff.desk import StaffDesk
from kiosk.stages import working
from kiosk.submission import Submission
from kiosk.verifier import FaceVerifier
from screens.text.catalogue import Catalogue

T = TypeVar("T")
R = TypeVar("R")

log = logging.getLogger(__name__)

_TAKE_SECONDS = 60.0  # how long the principal's document may lie in the reader after it was read


@dataclass(frozen=True)
class Hands:
    """Everything a visit works with; lives as long as the program."""

    settings: Settings
    surface: Surface
    devices: Devices
    verifier: FaceVerifier
    staff: StaffDesk
    gateway: Gateway
    submission: Submission
    paper: Paper
    certifying: Certifying
    audit: AuditLog
    catalogue: Callable[[], Catalogue]  # in the language that the citizen sees now
    now: Callable[[], datetime]

    def today(self) -> date:
        """The day in China."""
        return self.now().astimezone(CHINA).date()


class KioskVisit:
    """One citizen doing one thing. Implements flows.visit.Visit."""

    def __init__(self, hands: Hands, service: Service) -> None:
        self._hands = hands
        self._service = service
        self._journal = Journal()
        self._presence: Presence | None = None
        self.trail = hands.audit.begin(service.flow)
        self.card_read = asyncio.Event()  # set while the document of this visit is a card in the reader
        self.document: DocumentKind | None = None  # what the citizen has to take away again
        self.submitted = False
        self.left = False  # the card was pulled before that: the visit is about to be ended
        self.slip = SlipState.NOT_PRINTED

    async def run(self) -> Outcome:
        """Play the flow to its end; "back" reads it again with one answer less.

        Raises:
            GoBack: the citizen went back beyond the first question.
        """
        while True:
            try:
                return await self._service.play(self)
            except GoBack:
                self._journal.step_back()
                self.trail.note(Event.WENT_BACK)

    def wipe(self) -> None:
        """Drop every document, picture and answer."""
        self._journal.wipe()
        self._presence = None

    @property
    def today(self) -> date:
        """See flows.visit.Visit."""
        return self._hands.today()

    @property
    def loss_days(self) -> int:
        """See flows.visit.Visit."""
        return self._hands.settings.matters.loss_days

    async def identify(self, *accepted: DocumentKind, whose: Whose = Whose.OWN, passport: bool = False) -> Holder:
        """See flows.visit.Visit."""
        question = f"document.{whose}"
        prompt = PresentDocument(accepted=accepted, whose=whose, passport=passport, steps=self.steps(question))
        return await self._journal.answer(lambda: self._identify(prompt), question=question, settled=True)

    async def _identify(self, prompt: PresentDocument) -> Holder:
        holder = await DocumentReading(self._hands.surface, self._hands.devices).read(prompt)
        self.document = holder.document
        self.trail.note(Event.DOCUMENT_READ, document=holder.document, whose=prompt.whose)
        expires = holder.document_expires
        self.require(expires is None or expires >= self.today, Refusal.DOCUMENT_EXPIRED)
        if prompt.whose is Whose.PRINCIPAL:
            await self._taken(holder.document)
        elif holder.document is DocumentKind.SOCIAL_CARD:
            self.card_read.set()
        holder = await self._complete(holder)
        if prompt.whose is not Whose.PRINCIPAL:  # a child may be somebody's principal, but does not stand here alone
            age = age_of(holder, self.today)
            self.require(age is None or age >= self._hands.settings.matters.youngest, Refusal.MINOR)
        return holder

    async def _taken(self, document: DocumentKind) -> None:
        """Wait until the principal's document has been taken away: the agent's goes into the same reader."""
        devices, surface = self._hands.devices, self._hands.surface
        card = document is DocumentKind.SOCIAL_CARD
        what = Text("working.take_principal_card" if card else "working.take_principal_id")
        surface.show(Working(what=what, call=Call.NOW))
        try:
            async with asyncio.timeout(_TAKE_SECONDS):
                await (devices.card_reader.wait_for_removal() if card else devices.id_scanner.wait_for_lift())
        except TimeoutError:
            raise VisitEnded from None
        self.document = None
        surface.activity()

    async def _complete(self, holder: Holder) -> Holder:
        """The holder of a card that tells only its number, as far as the gateway can be asked."""
        if holder.number:
            return holder
        person = await self._fetch(PersonOf("", holder.card_number))
        return holder if person is None else dataclasses.replace(holder, number=person.number, name=person.name)

    async def prove_presence(self, holder: Holder, *, lost: DocumentKind | None = None) -> Proof:
        """See flows.visit.Visit."""
        person = await self.look_up(PersonOf(holder.number, holder.card_number))
        self.require(person is None or not holder.number or person.number == holder.number, Refusal.NOT_THE_SAME_PERSON)
        service = self._service
        level = service.identity if person is not None else service.identity_offline or service.identity
        if level is IdentityLevel.DOCUMENT:
            self.trail.note(Event.PRESENCE_PROVED, method=ProofMethod.DOCUMENT)
            return Proof(ProofMethod.DOCUMENT)
        return await self._journal.answer(lambda: self._prove(holder, person, level, lost), question="presence")

    async def _prove(
        self, holder: Holder, person: PersonRecord | None, level: IdentityLevel, lost: DocumentKind | None
    ) -> Proof:
        if self._presence is None:
            self._presence = self._new_presence(level, lost)
        try:
            proof = await self._presence.prove(holder, person)
        except Refused as refused:
            self.trail.note(Event.PRESENCE_REFUSED, reason=refused.refusal)
            raise
        self.trail.note(Event.PRESENCE_PROVED, method=proof.method)
        return proof

    def _new_presence(self, level: IdentityLevel, lost: DocumentKind | None) -> Presence:
        hands = self._hands
        proving = Proving(
            surface=hands.surface,
            devices=hands.devices,
            steps=self.steps("presence"),
            complete=self._complete,
            card_held=self.card_read.is_set,
            release_card=self._release_card,
            note=self.trail.note,
            lost=lost,
        )
        return Presence(proving, hands.verifier, hands.staff, hands.settings.face, level)

    def _release_card(self) -> None:
        """The citizen's card may leave the reader, and the visit goes on without it."""
        self.card_read.clear()
        if self.document is DocumentKind.SOCIAL_CARD:
            self.document = None

    async def look_up(self, query: Query[R]) -> R | None:
        """See flows.visit.Visit."""
        return await self._journal.answer(lambda: self._fetch(query))

    async def need(self, query: Query[R]) -> R:
        """See flows.visit.Visit."""
        record = await self.look_up(query)
        if record is None:
            raise Refused(Refusal.NEEDS_GATEWAY)
        return record

    async def _fetch(self, query: Query[R]) -> R | None:
        self._hands.surface.show(working("working.look_up", self.steps()))
        try:
            record = await self._hands.gateway.look_up(query)
        except NotFound as unknown:
            self._looked_up(query, Found.NOT_FOUND)
            raise Refused(Refusal.of(unknown.code)) from None
        except GatewayError as error:
            self._looked_up(query, Found.OUT_OF_REACH)
            log.warning("look_up_failed", extra={"code": error.code})
        else:
            self._looked_up(query, Found.FOUND)
            return record
        if self._service.offline is OfflineRule.REFUSE:
            raise Refused(Refusal.NEEDS_GATEWAY)
        return None

    def _looked_up(self, query: Query[R], outcome: Found) -> None:
        self.trail.note(Event.LOOKED_UP, query=type(query).__name__, outcome=outcome)

    def require(self, condition: bool, refusal: Refusal, *lines: Line) -> None:  # noqa: FBT001 - the condition itself is the argument
        """See flows.visit.Visit."""
        if not condition:
            raise Refused(refusal, *lines)

    async def ask(self, prompt: Prompt[T]) -> T:
        """See flows.visit.Visit."""
        question = _question(prompt)
        shown = dataclasses.replace(prompt, steps=self.steps(question))
        return await self._journal.answer(lambda: self._ask(shown, question), question=question)

    async def _ask(self, shown: Prompt[T], question: str) -> T:
        answer = await self._hands.surface.ask(shown)
        self.trail.note(Event.ANSWERED, question=question)
        return answer

    async def submit(self, transaction: Transaction) -> Receipt:
        """See flows.visit.Visit."""
        return await self._journal.answer(lambda: self._submit(transaction))

    async def _submit(self, transaction: Transaction) -> Receipt:
        await self._not_left()
        self.submitted = True
        self._hands.surface.show(working("working.submit", self.steps()))
        self.trail.note(Event.SUBMITTING, kind=transaction.KIND)
        submission = self._hands.submission
        stores = self._service.offline is OfflineRule.STORE
        receipt = await (submission.submit(transaction) if stores else submission.submit_at_once(transaction))
        log.info("submitted", extra={"matter": self._service.flow, "state": receipt.state, "reason": receipt.reason})
        self.trail.submitted(transaction.KIND, receipt)
        return receipt

    async def _not_left(self) -> None:
        """A touch may come in the same moment in which the card is pulled: one of both holds, and both are told so."""
        if self.left:
            await asyncio.Event().wait()

    async def print(self, slip: Slip) -> None:
        """See flows.visit.Visit."""
        self._hands.surface.show(working("working.print", self.steps()))
        self.slip = await self._hands.paper.slip(slip, self._service.title.words)
        self.trail.note(Event.PRINTED, state=self.slip)

    async def certify(self, order: CertificateOrder) -> PrintedCertificate:
        """See flows.visit.Visit."""
        return await self._journal.answer(lambda: self._certify(order))

    async def _certify(self, order: CertificateOrder) -> PrintedCertificate:
        await self._not_left()
        self.submitted = True
        done = await self._hands.certifying.certify(order, self.steps(), self.trail.submitted)
        self.slip = SlipState.PRINTED if done.printed else SlipState.NOT_PRINTED
        log.info("certified", extra={"matter": self._service.flow, "state": self.slip})
        copy = done.certificate.copy
        self.trail.note(Event.CERTIFIED, kind=done.certificate.kind, copy=copy, printed=done.printed)
        return done

    def steps(self, question: str = "") -> Steps:
        """Where the citizen is in this service, at ``question`` or at something that the kiosk does."""
        number = self._journal.number_of(question)
        return Steps(self._service.title.words, number, max(self._service.steps, number))


def _question(prompt: Prompt[T]) -> str:
    """What is asked: the same question after a change or a step back has the same name."""
    words = getattr(prompt, "question", None)
    return words.key if isinstance(words, Text) else type(prompt).__name__
