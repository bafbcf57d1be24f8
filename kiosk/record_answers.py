"""What the gateway's look-ups answer (docs/gateway.yaml), beside persons and cards; checked as strictly."""

from datetime import date
from typing import Self

from pydantic import model_validator

from flows.records import (
    Agency,
    AgencyList,
    ContributionRecord,
    ContributionSpan,
    EndReason,
    Insurance,
    PensionKind,
    PensionRecord,
    Scheme,
    SkillCertificate,
    SkillLevel,
    SkillObjection,
    SkillRecord,
    TransferRecord,
    UnemploymentRecord,
)
from kiosk.contract import Answer, Count, DocumentNumber, Line, Month, Name


class SpanAnswer(Answer):
    """Contributions to one insurance by one employer."""

    insurance: Insurance
    employer: Name
    first: Month
    last: Month
    months_paid: Count

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> Self:
        if self.last < self.first or self.months_paid > self.first.until(self.last):
            raise ValueError("more months paid than there are")
        return self

    def record(self) -> ContributionSpan:
        """The same for a flow."""
        return ContributionSpan(self.insurance, self.employer, self.first, self.last, self.months_paid)


class ContributionsAnswer(Answer):
    """POST /v1/contributions/query."""

    spans: tuple[SpanAnswer, ...]

    def record(self) -> ContributionRecord:
        """The same for a flow."""
        return ContributionRecord(tuple(span.record() for span in self.spans))


class PensionAnswer(Answer):
    """POST /v1/pensions/query."""

    kind: PensionKind
    started: Month
    monthly_fen: Count
    last_paid: Month
    review_due: date

    def record(self) -> PensionRecord:
        """The same for a flow."""
        return PensionRecord(self.kind, self.started, self.monthly_fen, self.last_paid, self.review_due)


class UnemploymentAnswer(Answer):
    """POST /v1/unemployment/query."""

    months_paid: Count
    employment_ended: date | None
    recorded_reason: EndReason | None
    registered: bool
    reasons: tuple[EndReason, ...]
    benefit_until: Month | None
    pending: bool
    allowance_received: bool
    allowance_elsewhere: bool

    def record(self) -> UnemploymentRecord:
        """The same for a flow."""
        return UnemploymentRecord(
            months_paid=self.months_paid,
            employment_ended=self.employment_ended,
            recorded_reason=self.recorded_reason,
            registered=self.registered,
            reasons=self.reasons,
            benefit_until=self.benefit_until,
            pending=self.pending,
            allowance_received=self.allowance_received,
            allowance_elsewhere=self.allowance_elsewhere,
        )


class SkillCertificateAnswer(Answer):
    """A certificate of the national register."""

    number: DocumentNumber
    occupation: Name
    level: SkillLevel
    issued: date
    objection: SkillObjection | None

    def record(self) -> SkillCertificate:
        """The same for a flow."""
        return SkillCertificate(self.number, self.occupation, self.level, self.issued, self.objection)


class SkillsAnswer(Answer):
    """POST /v1/skills/query."""

    enterprise_employee: bool
    months_paid: Count
    certificates: tuple[SkillCertificateAnswer, ...]

    def record(self) -> SkillRecord:
        """The same for a flow."""
        certificates = tuple(certificate.record() for certificate in self.certificates)
        return SkillRecord(self.enterprise_employee, self.months_paid, certificates)


class TransferAnswer(Answer):
    """POST /v1/transfers/query."""

    scheme: Scheme | None
    pending: bool

    def record(self) -> TransferRecord:
        """The same for a flow."""
        return TransferRecord(self.scheme, self.pending)


class AgencyAnswer(Answer):
    """A social insurance agency."""

    code: DocumentNumber
    name: Line


class AgenciesAnswer(Answer):
    """POST /v1/agencies/query."""

    agencies: tuple[AgencyAnswer, ...]

    def record(self) -> AgencyList:
        """The same for a flow."""
        return AgencyList(tuple(Agency(agency.code, agency.name) for agency in self.agencies))
