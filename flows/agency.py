"""For oneself, or on behalf of somebody (委托): who the certificate is about, and who stands here for it."""

from dataclasses import dataclass

from config.masking import mask_name
from flows.certificates import CertificateKind, CertificateOrder
from flows.months import Month
from flows.prompts import Choose, Line, Option, Text, Verbatim, Whose
from flows.records import DocumentKind, Holder
from flows.summary import person_lines
from flows.transactions import Proof
from flows.visit import Refusal, Visit

_OWN, _FOR_ANOTHER = "own", "for_another"

_WHOSE = Choose(
    question=Text("agency.question"),
    explanation=Text("agency.explanation"),
    options=(
        Option(_OWN, Text("agency.own"), Text("agency.own.how"), icon="person"),
        Option(_FOR_ANOTHER, Text("agency.for_another"), Text("agency.for_another.how"), icon="document"),
    ),
)


@dataclass(frozen=True)
class Party:
    """Whom it is about (委托人), the agent who comes for them (被委托人) if any, and the proof of who stands here."""

    holder: Holder
    agent: Holder | None
    proof: Proof

    def order(self, kind: CertificateKind, first: Month | None = None, last: Month | None = None) -> CertificateOrder:
        """An order for a certificate about the holder."""
        return CertificateOrder(kind, self.holder, self.agent, self.holder.document, self.proof, first, last)

    def lines(self) -> tuple[Line, ...]:
        """Names and number as the summary shows them, masked."""
        if self.agent is None:
            return person_lines(self.holder)
        return (*person_lines(self.holder), Line(Text("label.agent"), Verbatim(mask_name(self.agent.name))))


async def meet(visit: Visit, *accepted: DocumentKind, passport: bool = False) -> Party:
    """Ask whose matter it is, read the documents of everybody who takes part, and prove who stands here.

    An agent brings the principal's document and their own; the proof is the agent's.
    """
    if await visit.ask(_WHOSE) == _OWN:
        holder = await visit.identify(*accepted, passport=passport)
        return Party(holder, None, await visit.prove_presence(holder))
    principal = await visit.identify(*accepted, whose=Whose.PRINCIPAL, passport=passport)
    agent = await visit.identify(*accepted, whose=Whose.AGENT, passport=passport)
    visit.require(agent.number != principal.number, Refusal.AGENT_IS_PRINCIPAL)
    return Party(principal, agent, await visit.prove_presence(agent))
