"""Activation (启用) of the social security card, guide item 25."""

from flows.endings import NOT_IN_EFFECT_YET, end
from flows.prompts import Confirm, Text
from flows.records import CardOf, CardStatus, DocumentKind
from flows.summary import bank_side, card_lines, status_line
from flows.transactions import Activation, Applicant
from flows.visit import Outcome, Refusal, Visit


async def activate(visit: Visit) -> Outcome:
    """Activate the social security function of a card that has never been activated.

    Document: the card itself or the resident ID, in person. The bank side is the bank's business.
    """
    holder = await visit.identify(DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    proof = await visit.prove_presence(holder)
    card = await visit.look_up(CardOf(holder.number, holder.card_number))
    if card is not None:
        visit.require(card.status is not CardStatus.NORMAL, Refusal.CARD_ALREADY_ACTIVE)
        visit.require(card.status is CardStatus.NOT_ACTIVATED, Refusal.CARD_NOT_ACTIVATABLE, status_line(card))
    lines = card_lines(holder, card)
    note = NOT_IN_EFFECT_YET if card is None else bank_side(card)
    await visit.ask(
        Confirm(
            question=Text("activation.confirm.question"),
            lines=lines,
            notes=(note,),
            action=Text("activation.confirm.action"),
        )
    )
    receipt = await visit.submit(Activation(Applicant.of(holder, proof, card)))
    return await end(visit, "activation", receipt, lines, note)
