"""Unemployment insurance benefit (失业保险金), guide item 28."""

from flows.application import hand_in, months_paid, what_follows
from flows.contact import account_line, ask_account, ask_mobile, mobile_line
from flows.forms import Form
from flows.prompts import Choose, Confirm, Line, Option, Text
from flows.records import CardOf, DocumentKind, EndReason, PersonOf, UnemploymentOf, UnemploymentRecord
from flows.summary import person_lines
from flows.transactions import Applicant, UnemploymentBenefit
from flows.visit import Outcome, Refusal, Visit

ENOUGH_MONTHS = 12  # 履行缴费义务满 1 年
_YES, _NO = "yes", "no"


async def apply_for_benefit(visit: Visit) -> Outcome:
    """Apply for the benefit after an employment that ended, but not by the person's own will.

    Document: the card itself or the resident ID. Off line everything is asked, and the gateway decides later.
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
        reason = await _ask_reason(form, record)
        visit.require(reason is not EndReason.OWN_WILL, Refusal.LEFT_BY_OWN_WILL)
        visit.require(await _ask_seeking(form) == _YES, Refusal.NOT_SEEKING_WORK)
        mobile, account = await ask_mobile(form, person), await ask_account(form, card)
        lines = (
            *person_lines(holder),
            Line(Text("label.end_reason"), Text(f"end_reason.{reason}"), change="reason"),
            Line(Text("label.seeking_work"), Text("seeking_work.declared"), change="seeking"),
            mobile_line(mobile, person),
            account_line(account, card),
        )
        summary = Confirm(
            question=Text("unemployment_benefit.confirm.question"),
            lines=lines,
            notes=(note,),
            action=Text("application.confirm.action"),
        )
        if await form.confirmed(summary):
            break
    application = UnemploymentBenefit(Applicant.of(holder, proof, card), reason, mobile, account)
    return await hand_in(visit, "unemployment_benefit", application, lines, note)


def _check(visit: Visit, record: UnemploymentRecord) -> None:
    """The conditions of the guide, as far as the records show them."""
    visit.require(not record.pending, Refusal.APPLICATION_PENDING)
    visit.require(record.employment_ended is not None, Refusal.STILL_EMPLOYED)
    enough = record.months_paid >= ENOUGH_MONTHS
    visit.require(enough, Refusal.CONTRIBUTIONS_TOO_SHORT, months_paid(record.months_paid))
    visit.require(record.recorded_reason is not EndReason.OWN_WILL, Refusal.LEFT_BY_OWN_WILL)
    visit.require(record.registered, Refusal.NOT_REGISTERED)


async def _ask_reason(form: Form, record: UnemploymentRecord | None) -> EndReason:
    """Why the employment ended, in the person's words; what the employer has reported is said beside it."""
    explanation = None
    if record is not None and record.recorded_reason is not None:
        explanation = Text("end_reason.reported", {"reason": Text(f"end_reason.{record.recorded_reason}")})
    question = Choose(
        question=Text("end_reason.question"),
        options=tuple(
            Option(reason, Text(f"end_reason.{reason}.in_full"))
            for reason in (EndReason if record is None else record.reasons)
        ),
        explanation=explanation,
    )
    return EndReason(await form.ask("reason", question))


async def _ask_seeking(form: Form) -> str:
    """The declaration that the guide asks for: looking for work (有求职要求)."""
    question = Choose(
        question=Text("seeking_work.question"),
        options=(
            Option(_YES, Text("seeking_work.yes"), Text("seeking_work.yes.how")),
            Option(_NO, Text("seeking_work.no"), Text("seeking_work.no.how")),
        ),
    )
    return await form.ask("seeking", question)
