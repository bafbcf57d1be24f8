"""Reinstatement (解挂) of a temporarily lost social security card, guide item 26."""

from flows.endings import NOT_IN_EFFECT_YET, end
from flows.prompts import Confirm, Note, Text
from flows.records import CardOf, CardRecord, CardStatus, DocumentKind
from flows.summary import bank_side, bank_telephone, card_lines, loss_ended_at, lost_until, status_line
from flows.transactions import Applicant, Reinstatement
from flows.visit import Outcome, Refusal, Visit

_BACK_AT_ONCE = Note(Text("note.reinstatement.effect"))
_BANK_UNKNOWN = Note(Text("note.reinstatement.bank_unknown"))


async def reinstate(visit: Visit) -> Outcome:
    """End a temporary loss before it ends by itself.

    Document: the resident ID or the card, in person. The bank side is reinstated by the bank, by telephone.
    """
    holder = await visit.identify(DocumentKind.RESIDENT_ID, DocumentKind.SOCIAL_CARD)
    proof = await visit.prove_presence(holder)
    card = await visit.look_up(CardOf(holder.number, holder.card_number))
    if card is not None:
        visit.require(not _ended_by_itself(card), Refusal.LOSS_ALREADY_ENDED, *loss_ended_at(card))
        visit.require(card.status is CardStatus.TEMPORARILY_LOST, Refusal.CARD_NOT_LOST, status_line(card))
    lines = card_lines(holder, card)
    bank = _BANK_UNKNOWN if card is None else bank_side(card, "note.reinstatement.bank_side")
    await visit.ask(
        Confirm(
            question=Text("reinstatement.confirm.question"),
            lines=(*lines, *lost_until(card)),
            notes=(NOT_IN_EFFECT_YET if card is None else _BACK_AT_ONCE, bank),
            action=Text("reinstatement.confirm.action"),
        )
    )
    receipt = await visit.submit(Reinstatement(Applicant.of(holder, proof, card)))
    return await end(visit, "reinstatement", receipt, (*lines, *bank_telephone(card)), bank)


def _ended_by_itself(card: CardRecord) -> bool:
    """True if the card is normal again because its days were over."""
    return card.status is CardStatus.NORMAL and card.loss_ended_at is not None
