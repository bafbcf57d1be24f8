"""Contribution certificate (个人参保缴费证明), guide item 19."""

from flows.agency import meet
from flows.certificates import CertificateKind
from flows.contributions import Period, lines, notes, paid, whole
from flows.endings import certified
from flows.forms import Form
from flows.months import Month
from flows.prompts import Choose, ChooseMonth, Confirm, Option, Text
from flows.records import ContributionRecord, ContributionsOf, DocumentKind
from flows.visit import Outcome, Refusal, Visit

_ANOTHER = "another"


async def certify_contributions(visit: Visit) -> Outcome:
    """Certify what has been paid for a person in the months of their choice.

    Document: the social security card or the resident ID; an agent brings both people's. Only months really paid are
    certified.
    """
    party = await meet(visit, DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    record = await visit.need(ContributionsOf(party.holder.number, party.holder.card_number))
    visit.require(bool(record.spans), Refusal.NO_CONTRIBUTIONS)
    form = Form(visit)
    while True:
        period = await _period(form, record, Month.of(visit.today))
        visit.require(paid(record, period), Refusal.NOTHING_PAID_THEN, period.line())
        summary = Confirm(
            question=Text("contribution_certificate.confirm.question"),
            lines=(*party.lines(), period.line(change="period"), *lines(record, period)),
            notes=notes(record, period),
            action=Text("certificate.confirm.action"),
        )
        if await form.confirmed(summary):
            break
    return certified(await visit.certify(party.order(CertificateKind.CONTRIBUTIONS, period.first, period.last)))


async def _period(form: Form, record: ContributionRecord, present: Month) -> Period:
    """One of the usual periods, or two months of the citizen's own. Where nothing was paid is shown as closed."""
    usual = {
        "everything": whole(record),
        "last_twelve": Period(present.plus(-11), present),
        "this_year": Period(Month(present.year, 1), present),
    }
    options = tuple(_option(name, period, record) for name, period in usual.items())
    another = Option(_ANOTHER, Text("period.another"), Text("period.another.how"))
    choice = await form.ask("period", Choose(question=Text("period.question"), options=(*options, another)))
    if choice != _ANOTHER:
        return usual[choice]
    first = await form.ask(
        "period.first", ChooseMonth(question=Text("period.first.question"), first=whole(record).first, last=present)
    )
    last = await form.ask("period.last", ChooseMonth(question=Text("period.last.question"), first=first, last=present))
    return Period(first, last)


def _option(name: str, period: Period, record: ContributionRecord) -> Option:
    closed = None if paid(record, period) else Text("period.nothing_paid")
    return Option(name, Text(f"period.{name}"), period.words, closed=closed)
