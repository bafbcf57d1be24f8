"""What stands on the paper of a certificate: it names the person in full, and it can be checked without the network."""

from collections.abc import Iterator
from datetime import datetime

from config.clock import CHINA
from config.settings import Hall
from drivers.printer.blocks import (
    BigNumber,
    Block,
    FinePrint,
    Heading,
    Paragraph,
    Qr,
    QrSize,
    Rows,
    Rule,
    SlipDocument,
    Stamp,
    Table,
    TableRow,
)
from flows.certificates import Certificate
from flows.prompts import Text
from flows.records import ContributionSpan, Insurance, PensionRecord
from screens.text.catalogue import Catalogue


def compose(certificate: Certificate, hall: Hall, catalogue: Catalogue, printed_at: datetime) -> SlipDocument:
    """The certificate as blocks of plain strings, in the catalogue's language."""
    return SlipDocument(tuple(_Paper(certificate, hall, catalogue, printed_at).blocks()))


def yuan(fen: int) -> Text:
    """An amount of ``fen`` hundredths of a yuan, "3,286.50 元"."""
    return Text("paper.yuan", {"yuan": f"{fen // 100:,}.{fen % 100:02d}"})


class _Paper:
    """One certificate, said in one language."""

    def __init__(self, certificate: Certificate, hall: Hall, catalogue: Catalogue, printed_at: datetime) -> None:
        self._certificate = certificate
        self._hall = hall
        self._printed_at = printed_at
        self._catalogue = catalogue

    def _say(self, key: str, **values: "str | int | Text") -> str:
        return self._catalogue.render(Text(f"paper.{key}", values))

    def blocks(self) -> Iterator[Block]:
        """From top to bottom."""
        certificate = self._certificate
        yield Heading(self._say(f"{certificate.kind}.title"))
        yield FinePrint(self._say("number.line", number=certificate.number))
        yield from self._reprint()
        yield Rule()
        yield from self._pension(certificate.pension) if certificate.pension else self._contributions()
        yield Rule()
        yield Rows(tuple(self._origin()))
        yield BigNumber(self._say("verification_code"), certificate.verification_code)
        yield Qr(certificate.token, QrSize.FULL)
        yield Paragraph(self._say("check"))
        yield Rule()
        yield FinePrint("\n".join((self._say("personal"), self._say("help"))))

    def _reprint(self) -> Iterator[Block]:
        certificate = self._certificate
        if certificate.copy > 1:
            yield Stamp(self._say("reprint", copy=certificate.copy), self._say("reprint.beneath"))
        if certificate.voided:
            copies = self._say("comma").join(str(copy) for copy in certificate.voided)
            yield Paragraph(self._say("voided", copies=copies))

    def _whom(self) -> Iterator[tuple[str, str]]:
        certificate = self._certificate
        yield self._say("name"), certificate.person_name
        yield self._say("person_number"), certificate.person_number
        if certificate.agent_number:
            yield self._say("agent"), certificate.agent_name
            yield self._say("agent_number"), certificate.agent_number
        if certificate.first and certificate.last:
            first, last = (self._catalogue.month(month) for month in (certificate.first, certificate.last))
            yield self._say("period"), "\n".join((self._say("from", first=first), last))

    def _contributions(self) -> Iterator[Block]:
        yield Rows(tuple(self._whom()))
        for insurance in Insurance:
            spans = [span for span in self._certificate.spans if span.insurance is insurance]
            if spans:
                total = self._say("total", months=sum(span.months_paid for span in spans))
                yield Table(self._say(f"insurance.{insurance}"), total, tuple(map(self._row, spans)))
        yield Rule()
        arrears = self._certificate.arrears
        yield Paragraph(self._say("arrears", months=arrears) if arrears else self._say("paid_only"))

    def _row(self, span: ContributionSpan) -> TableRow:
        unpaid = span.first.until(span.last) - span.months_paid
        first, last = (self._catalogue.month(month) for month in (span.first, span.last))
        return TableRow(
            title=span.employer,
            detail=self._say("from_to", first=first, last=last),
            amount=self._say("months", months=span.months_paid),
            remark=self._say("span_arrears", months=unpaid) if unpaid else "",
        )

    def _pension(self, pension: PensionRecord) -> Iterator[Block]:
        month = self._catalogue.month
        yield Rows(
            (
                *self._whom(),
                (self._say("pension_kind"), self._say(f"pension_kind.{pension.kind}")),
                (self._say("pension_started"), month(pension.started)),
                (self._say("pension_last_paid"), month(pension.last_paid)),
            )
        )
        yield BigNumber(self._say("pension_monthly"), self._catalogue.render(yuan(pension.monthly_fen)))

    def _origin(self) -> Iterator[tuple[str, str]]:
        yield self._say("issuer"), self._say("issuer.gateway")
        yield self._say("issued_at"), _moment(self._certificate.issued_at)
        yield self._say("hall"), self._hall.name
        yield self._say("kiosk"), self._say("kiosk.number", kiosk=self._hall.kiosk)
        yield self._say("printed_at"), _moment(self._printed_at)
        yield self._say("copy"), self._say("copy.nth", copy=self._certificate.copy)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
