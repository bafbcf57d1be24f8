"""Entitlement record (社会保险个人权益记录单), guide item 20: what was paid in one year. A hall may switch it on."""

from flows.agency import meet
from flows.certificates import CertificateKind
from flows.contributions import Period, lines, notes, paid, whole
from flows.endings import certified
from flows.forms import Form
from flows.months import Month
from flows.prompts import Choose, Confirm, Option, Text
from flows.records import ContributionRecord, ContributionsOf, DocumentKind
from flows.visit import Outcome, Refusal, Visit


async def print_entitlement_record(visit: Visit) -> Outcome:
    """Print the record of one year's contributions.

    Document: the social security card or the resident ID; an agent brings both people's.
    """
    party = await meet(visit, DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    record = await visit.need(ContributionsOf(party.holder.number, party.holder.card_number))
    years = _years(record, Month.of(visit.today))
    visit.require(bool(years), Refusal.NO_CONTRIBUTIONS)
    form = Form(visit)
    while True:
        year = years[await form.ask("year", _which(tuple(years)))]
        summary = Confirm(
            question=Text("entitlement_record.confirm.question"),
            lines=(*party.lines(), year.line(change="year"), *lines(record, year)),
            notes=notes(record, year),
            action=Text("certificate.confirm.action"),
        )
        if await form.confirmed(summary):
            break
    return certified(await visit.certify(party.order(CertificateKind.ENTITLEMENT_RECORD, year.first, year.last)))


def _years(record: ContributionRecord, present: Month) -> dict[str, Period]:
    """The years in which something was paid, newest first, each from January to December or to the present month."""
    if not record.spans:
        return {}
    newest_first = range(present.year, whole(record).first.year - 1, -1)
    years = {str(year): Period(Month(year, 1), min(Month(year, 12), present)) for year in newest_first}
    return {name: year for name, year in years.items() if paid(record, year)}


def _which(years: tuple[str, ...]) -> Choose:
    return Choose(
        question=Text("entitlement_record.year.question"),
        options=tuple(Option(year, Text("value.year", {"year": year})) for year in years),
        small=True,
    )
