"""Cancellation (注销) of the social security card, guide item 27: for good, and only on line."""

from flows.endings import end
from flows.prompts import Confirm, EnterNumber, Note, NumberKind, Text, Tone
from flows.records import PROVINCIAL_AREA, CardOf, CardStatus, DocumentKind, PersonOf
from flows.summary import bank_side, bank_telephone, card_lines, status_line
from flows.transactions import Applicant, Cancellation
from flows.visit import Outcome, Refusal, Visit

_FINAL = Note(Text("note.cancellation.final"), Tone.STOP)
_YEARS_TO_TRY = 3


async def cancel(visit: Visit) -> Outcome:
    """Remove the card's record from the card management system, for somebody who transfers out of the pooling area.

    Only cards of the provincial level (省直) whose state is normal. Document: the card or the resident ID, in person.
    It cannot be undone, and is confirmed twice, in two ways. Bank and medical account have bodies of their own.
    """
    holder = await visit.identify(DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    proof = await visit.prove_presence(holder)
    card = await visit.need(CardOf(holder.number, holder.card_number))
    visit.require(card.issuing_area == PROVINCIAL_AREA, Refusal.CARD_NOT_PROVINCIAL)
    visit.require(card.status is CardStatus.NORMAL, Refusal.CARD_NOT_NORMAL, status_line(card))
    person = await visit.need(PersonOf(holder.number, holder.card_number))
    visit.require(person.transfers_out, Refusal.NOT_TRANSFERRING_OUT)
    lines = card_lines(holder, card)
    elsewhere = bank_side(card, "note.cancellation.elsewhere")
    await visit.ask(
        Confirm(
            question=Text("cancellation.confirm.question"),
            lines=lines,
            notes=(_FINAL, elsewhere),
            action=Text("cancellation.confirm.action"),
            final=True,
        )
    )
    visit.require(await _knows_the_year(visit, person.number), Refusal.PRESENCE_NOT_PROVED)
    receipt = await visit.submit(Cancellation(Applicant.of(holder, proof, card)))
    return await end(visit, "cancellation", receipt, (*lines, *bank_telephone(card)), elsewhere)


async def _knows_the_year(visit: Visit, number: str) -> bool:
    """True once the year of birth has been typed as it stands in the number, digits 7 to 10 (GB 11643).

    A touch can happen by mistake, a year of four digits hardly.
    """
    notice = None
    for _ in range(_YEARS_TO_TRY):
        typed = await visit.ask(
            EnterNumber(
                question=Text("cancellation.year.question"),
                kind=NumberKind.BIRTH_YEAR,
                explanation=Text("cancellation.year.explanation"),
                notice=notice,
                final=Text("cancellation.confirm.action"),
            )
        )
        if typed == number[6:10]:
            return True
        notice = Text("cancellation.year.wrong")
    return False
