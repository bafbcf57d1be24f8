"""A visit without a hall: flows are read through with given records and given answers, for tables of cases."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast

from flows.certificates import Certificate, CertificateOrder, PrintedCertificate
from flows.prompts import Confirm, Confirmed, GoBack, Line, Prompt, Whose
from flows.records import DocumentKind, Holder, Query
from flows.transactions import Proof, ProofMethod, Receipt, ReceiptState, Transaction
from flows.visit import Refusal, Refused, Slip

T = TypeVar("T")
R = TypeVar("R")

HOLDER = Holder(DocumentKind.RESIDENT_ID, "张玲", "370199198603150022")
AGENT = Holder(DocumentKind.RESIDENT_ID, "王建国", "370199197501010537")
NOW = datetime(2026, 11, 23, 6, 26, tzinfo=UTC)


@dataclass
class LightVisit:
    """Implements flows.visit.Visit. ``records`` answers look-ups by the type of the query; what is missing there is
    out of reach. ``answers`` are given one after the other; a summary without an answer is confirmed.
    """

    records: dict[type[Query[Any]], object] = field(default_factory=dict)
    answers: list[object] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=lambda: [HOLDER, AGENT])
    today: date = date(2026, 11, 23)
    loss_days: int = 7
    state: ReceiptState = ReceiptState.DONE
    lost_until: datetime | None = None  # what the gateway adds to an accepted loss report
    certificate: Certificate | None = None
    printed: bool = True
    asked: list[Prompt[Any]] = field(default_factory=list)
    queries: list[Query[Any]] = field(default_factory=list)
    submitted: list[Transaction] = field(default_factory=list)
    ordered: list[CertificateOrder] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    async def identify(self, *accepted: DocumentKind, whose: Whose = Whose.OWN, passport: bool = False) -> Holder:
        del accepted, passport
        return self.holders[1 if whose is Whose.AGENT else 0]

    async def prove_presence(self, holder: Holder, *, lost: DocumentKind | None = None) -> Proof:
        del holder, lost
        return Proof(ProofMethod.FACE, "sface")

    async def look_up(self, query: Query[R]) -> R | None:
        self.queries.append(query)
        return cast("R | None", self.records.get(type(query)))

    async def need(self, query: Query[R]) -> R:
        record = await self.look_up(query)
        if record is None:
            raise Refused(Refusal.NEEDS_GATEWAY)
        return record

    def require(self, condition: bool, refusal: Refusal, *lines: Line) -> None:
        if not condition:
            raise Refused(refusal, *lines)

    async def ask(self, prompt: Prompt[T]) -> T:
        self.asked.append(prompt)
        if isinstance(prompt, Confirm) and not self.answers:
            return cast("T", Confirmed())
        answer = self.answers.pop(0)
        if isinstance(answer, GoBack):
            raise answer
        return cast("T", answer)

    async def submit(self, transaction: Transaction) -> Receipt:
        self.submitted.append(transaction)
        effective_at = NOW if self.state is ReceiptState.DONE else None
        return Receipt("JN03-000001", self.state, NOW, effective_at, lost_until=self.lost_until)

    async def print(self, slip: Slip) -> None:
        self.slips.append(slip)

    async def certify(self, order: CertificateOrder) -> PrintedCertificate:
        self.ordered.append(order)
        assert self.certificate is not None
        return PrintedCertificate(self.certificate, printed=self.printed)
