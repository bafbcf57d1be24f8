"""Entitlement review (职工养老保险领取待遇资格认证), guide item 34. A hall may switch it on."""

from datetime import date

from flows.endings import end
from flows.prompts import Confirm, Line, Note, Text
from flows.records import DocumentKind, Holder, PensionOf
from flows.summary import person_lines
from flows.transactions import Applicant, EntitlementReview, ReceiptState
from flows.visit import Outcome, Refused, Visit


async def review_entitlement(visit: Visit) -> Outcome:
    """Record that somebody who draws a pension was here in person. Document: resident ID or social security card."""
    holder = await visit.identify(DocumentKind.RESIDENT_ID, DocumentKind.SOCIAL_CARD)
    proof = await visit.prove_presence(holder)
    pension = await visit.need(PensionOf(holder.number, holder.card_number))
    lines = (
        *person_lines(holder),
        Line(Text("label.pension_kind"), Text(f"pension_kind.{pension.kind}")),
    )
    await visit.ask(
        Confirm(
            question=Text("entitlement_review.confirm.question"),
            lines=(*lines, _day("label.review_due", pension.review_due)),
            action=Text("entitlement_review.confirm.action"),
        )
    )
    receipt = await visit.submit(EntitlementReview(Applicant.of(holder, proof, None)))
    following = await _next_review(visit, holder) if receipt.state is ReceiptState.DONE else None
    if following is None:
        return await end(visit, "entitlement_review", receipt, lines)
    by_then = Note(Text("note.next_review", {"day": following}))
    return await end(visit, "entitlement_review", receipt, (*lines, _day("label.next_review", following)), by_then)


async def _next_review(visit: Visit, holder: Holder) -> date | None:
    """By when the next review is due; None if the gateway has gone since. What is done stays done."""
    try:
        return (await visit.need(PensionOf(holder.number, holder.card_number))).review_due
    except Refused:
        return None


def _day(label: str, day: date) -> Line:
    return Line(Text(label), Text("value.day", {"day": day}))
