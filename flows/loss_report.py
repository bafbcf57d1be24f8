"""Temporary loss report (临时挂失) of the social security card, guide item 26."""

from flows.endings import end
from flows.prompts import Confirm, Note, Text, Tone
from flows.records import CardOf, CardRecord, CardStatus, DocumentKind
from flows.summary import bank_side, bank_telephone, card_lines, lost_until, status_line
from flows.transactions import Applicant, LossReport
from flows.visit import Outcome, Refusal, Visit

_BANK_UNKNOWN = Note(Text("note.loss.bank_unknown"))
# Whoever has lost a card must not go home believing that it is safe: said before they confirm, too.
_NOT_SAFE_YET = Note(Text("note.loss.offline"), Tone.STOP)


async def report_loss(visit: Visit) -> Outcome:
    """Stop the social security function of a lost card for some days; it comes back by itself.

    Document: the resident ID, as the card is lost, or the card, in person. The bank side is reported to the bank by
    telephone.
    """
    holder = await visit.identify(DocumentKind.RESIDENT_ID, DocumentKind.SOCIAL_CARD)
    proof = await visit.prove_presence(holder, lost=DocumentKind.SOCIAL_CARD)
    card = await visit.look_up(CardOf(holder.number, holder.card_number))
    if card is not None:
        visit.require(card.status is not CardStatus.TEMPORARILY_LOST, Refusal.CARD_ALREADY_LOST, *lost_until(card))
        visit.require(card.status is CardStatus.NORMAL, Refusal.CARD_NOT_NORMAL, status_line(card))
    lines = card_lines(holder, card)
    bank = _BANK_UNKNOWN if card is None else bank_side(card, "note.loss.bank_side")
    await visit.ask(
        Confirm(
            question=Text("loss_report.confirm.question"),
            lines=lines,
            notes=(*_consequences(visit.loss_days, card), bank),
            action=Text("loss_report.confirm.action"),
        )
    )
    receipt = await visit.submit(LossReport(Applicant.of(holder, proof, card)))
    return await end(visit, "loss_report", receipt, (*lines, *bank_telephone(card)), bank)


def _consequences(days: int, card: CardRecord | None) -> tuple[Note, ...]:
    ends = Note(Text("note.loss.ends_by_itself", {"days": days}))
    return (_NOT_SAFE_YET, ends) if card is None else (ends,)
