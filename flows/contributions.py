"""What has been paid within some months, as far as a summary can say it; the gateway alone certifies it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.months import Month
from flows.prompts import Line, Note, Text
from flows.records import ContributionRecord, ContributionSpan, Insurance

_ARREARS = Note(Text("note.arrears"))


@dataclass(frozen=True)
class Period:
    """The months from ``first`` to ``last``, both included."""

    first: Month
    last: Month

    @property
    def words(self) -> Text:
        """As one says it."""
        return Text("value.period", {"first": self.first, "last": self.last})

    def line(self, *, change: str = "") -> Line:
        """The period as a row; ``change`` names the answer of the form that it came from."""
        return Line(Text("label.period"), self.words, change=change)

    def shared_with(self, span: ContributionSpan) -> int:
        """How many months of ``span`` lie in this period."""
        return max(self.first, span.first).until(min(self.last, span.last))


def whole(record: ContributionRecord) -> Period:
    """From the first to the last month that anything is on record for. The record must not be empty."""
    return Period(min(span.first for span in record.spans), max(span.last for span in record.spans))


def paid(record: ContributionRecord, period: Period) -> bool:
    """True if something was paid in ``period``, as far as the record tells."""
    return any(span.months_paid for span in _within(record, period))


def lines(record: ContributionRecord, period: Period) -> tuple[Line, ...]:
    """A row for each insurance, with the months paid in ``period``."""
    return tuple(_row(insurance, record, period) for insurance in _insurances(record, period))


def notes(record: ContributionRecord, period: Period) -> tuple[Note, ...]:
    """The word that only months really paid are certified, if some were not."""
    return (_ARREARS,) if any(_owes(span) for span in _within(record, period)) else ()


def _within(record: ContributionRecord, period: Period) -> Iterator[ContributionSpan]:
    return (span for span in record.spans if period.shared_with(span))


def _insurances(record: ContributionRecord, period: Period) -> Iterable[Insurance]:
    paid_for = {span.insurance for span in _within(record, period) if span.months_paid}
    return (insurance for insurance in Insurance if insurance in paid_for)


def _row(insurance: Insurance, record: ContributionRecord, period: Period) -> Line:
    counts = [_months(span, period) for span in _within(record, period) if span.insurance is insurance]
    known = [count for count in counts if count is not None]
    value = Text("value.months_on_paper") if len(known) < len(counts) else Text("value.months", {"count": sum(known)})
    return Line(Text(f"insurance.{insurance}"), value)


def _months(span: ContributionSpan, period: Period) -> int | None:
    """The months of ``span`` paid in ``period``; None if some are missing and the record does not tell which."""
    shared = period.shared_with(span)
    if not _owes(span):
        return shared
    return span.months_paid if shared == span.first.until(span.last) else None


def _owes(span: ContributionSpan) -> bool:
    return span.months_paid < span.first.until(span.last)
