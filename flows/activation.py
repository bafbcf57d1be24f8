"""Activation (启用) of the social security card, guide item 25."""

from flows.endings import NOT_IN_EFFECT_YET, outcome_of, slip_of
from flows.prompts import Confirm, Note, Text, Tone
from flows.records import CardOf, CardStatus, DocumentKind
from flows.summary import card_lines
from flows.transactions import Activation
from flows.visit import Outcome, Refusal, Visit


async def activate(visit: Visit) -> Outcome:
    """Activate the social security function of a card that has never been activated.

    Document: the card itself or the resident ID, in person. The bank side is the bank's business.
    """
    holder = await visit.identify(DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    proof = await visit.prove_presence(holder)
    card = await visit.look_up(CardOf(holder.number, holder.card_number))
    if card is not None:
        status = Text(f"card_status.{card.status}")
        visit.require(card.status is not CardStatus.NORMAL, Refusal.CARD_ALREADY_ACTIVE)
        visit.require(card.status is CardStatus.NOT_ACTIVATED, Refusal.CARD_NOT_ACTIVATABLE, status)
    lines = card_lines(holder, card)
    notes = (NOT_IN_EFFECT_YET,) if card is None else (bank_side(card.bank, card.bank_telephone),)
    await visit.ask(
        Confirm(
            question=Text("activation.confirm.question"),
            lines=lines,
            notes=notes,
            action=Text("activation.confirm.action"),
        )
    )
    receipt = await visit.submit(
        Activation(
            person_number=holder.number,
            person_name=holder.name,
            document=holder.document,
            proof=proof,
            card_number=card.number if card is not None else holder.card_number,
            card_status_seen=card.status if card is not None else None,
        )
    )
    await visit.print(slip_of("activation", receipt, lines))
    return outcome_of("activation", receipt, lines[:1], notes)


def bank_side(bank: str, telephone: str) -> Note:
    """The word that only the social security function is meant, and where the bank side is looked after."""
    return Note(Text("note.bank_side_separate", {"bank": bank, "telephone": telephone}), Tone.INFO)
