"""Unemployment allowance (失业补助金), guide item 29. When it is accepted stands with the matter."""

from datetime import date

from flows.application import hand_in, months_paid, what_follows
from flows.contact import account_line, ask_account, ask_mobile, mobile_line
from flows.forms import Form
from flows.months import Month
from flows.prompts import Confirm, Line, Text
from flows.records import CardOf, DocumentKind, EndReason, PersonOf, UnemploymentOf, UnemploymentRecord
from flows.summary import person_lines
from flows.transactions import Applicant, UnemploymentAllowance
from flows.unemployment_benefit import ENOUGH_MONTHS
from flows.visit import Outcome, Refusal, Visit

UNEMPLOYED_UNTIL = date(2022, 12, 31)  # the end of the time for which the allowance is paid, from 2021-01-01


async def apply_for_allowance(visit: Visit) -> Outcome:
    """Apply for the allowance of those who were out of work in 2021 and 2022 and have no right to the benefit.

    Their benefit had ended by then, or they had none: paid for less than a year, or left by their own will. Once only.
    Document: the card itself or the resident ID.
    """
    holder = await visit.identify(DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    proof = await visit.prove_presence(holder)
    record = await visit.look_up(UnemploymentOf(holder.number, holder.card_number))
    if record is not None:
        _check(visit, record)
    person = await visit.look_up(PersonOf(holder.number, holder.card_number))
    card = await visit.look_up(CardOf(holder.number, holder.card_number))
    note = what_follows("note.paid_monthly", record)
    form = Form(visit)
    while True:
        mobile, account = await ask_mobile(form, person), await ask_account(form, card)
        lines = (*person_lines(holder), mobile_line(mobile, person), account_line(account, card))
        summary = Confirm(
            question=Text("unemployment_allowance.confirm.question"),
            lines=lines,
            notes=(note,),
            action=Text("application.confirm.action"),
        )
        if await form.confirmed(summary):
            break
    application = UnemploymentAllowance(Applicant.of(holder, proof, card), mobile, account)
    return await hand_in(visit, "unemployment_allowance", application, lines, note)


def _check(visit: Visit, record: UnemploymentRecord) -> None:
    """The conditions of the guide, as far as the records show them."""
    visit.require(not record.allowance_received, Refusal.ALLOWANCE_RECEIVED)
    visit.require(not record.allowance_elsewhere, Refusal.ALLOWANCE_ELSEWHERE)
    ended = record.employment_ended
    visit.require(ended is not None, Refusal.STILL_EMPLOYED)
    if ended is not None:
        last_day = Line(Text("label.employment_ended"), Text("value.day", {"day": ended}), strong=True)
        visit.require(ended <= UNEMPLOYED_UNTIL, Refusal.NOT_UNEMPLOYED_THEN, last_day)
    visit.require(not _has_benefit(record, visit.today), Refusal.ENTITLED_TO_BENEFIT, *_benefit(record))


def _has_benefit(record: UnemploymentRecord, today: date) -> bool:
    """True for who draws the benefit, drew it beyond the allowance's time, or could draw it."""
    if record.benefit_until is not None:
        return record.benefit_until >= Month.of(today) or record.benefit_until > Month.of(UNEMPLOYED_UNTIL)
    return record.months_paid >= ENOUGH_MONTHS and record.recorded_reason is not EndReason.OWN_WILL


def _benefit(record: UnemploymentRecord) -> tuple[Line, ...]:
    """The fact from which the right to the benefit follows."""
    if record.benefit_until is None:
        return (months_paid(record.months_paid),)
    return (Line(Text("label.benefit_until"), Text("value.month", {"month": record.benefit_until}), strong=True),)
