"""Pension certificate (职工养老待遇领取证明), guide item 35."""

from flows.agency import meet
from flows.certificates import CertificateKind
from flows.endings import certified
from flows.prompts import Confirm, Line, Note, Text
from flows.records import DocumentKind, PensionOf
from flows.visit import Outcome, Visit

# The amount is nobody's business but the reader's of the certificate.
_AMOUNT_ON_PAPER = Note(Text("note.amount_on_paper"))


async def certify_pension(visit: Visit) -> Outcome:
    """Certify the pension that a person draws.

    Documents: resident ID, residence permits for Hong Kong, Macao and Taiwan residents and for foreigners (all read as
    a resident ID), the social security card, and at the counter a passport; an agent brings both people's.
    """
    party = await meet(visit, DocumentKind.RESIDENT_ID, DocumentKind.SOCIAL_CARD, passport=True)
    pension = await visit.need(PensionOf(party.holder.number, party.holder.card_number))
    await visit.ask(
        Confirm(
            question=Text("pension_certificate.confirm.question"),
            lines=(
                *party.lines(),
                Line(Text("label.pension_kind"), Text(f"pension_kind.{pension.kind}")),
                Line(Text("label.pension_started"), Text("value.month", {"month": pension.started})),
                Line(Text("label.last_paid"), Text("value.month", {"month": pension.last_paid})),
            ),
            notes=(_AMOUNT_ON_PAPER,),
            action=Text("certificate.confirm.action"),
        )
    )
    return certified(await visit.certify(party.order(CertificateKind.PENSION)))
