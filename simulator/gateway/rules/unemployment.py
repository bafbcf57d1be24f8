"""Unemployment insurance, guide items 28 and 29: the benefit, and the allowance whose time is over."""

from datetime import date

from simulator.gateway.days import day_in_china, month_of, working_days_later
from simulator.gateway.details import EndReason, UnemploymentBenefitDetails
from simulator.gateway.rules.facts import Accepted, Decision, Facts, UnemploymentFacts, first_that_applies, refused
from simulator.gateway.schemas import Reason, Result

ENOUGH_MONTHS = 12  # 满 1 年
REVIEW_WORKING_DAYS = 5
ALLOWANCE_OPENS = date(2021, 1, 1)
ALLOWANCE_CLOSES = date(2023, 3, 31)  # 政策受理期截至; the last day on which it is accepted
UNEMPLOYED_UNTIL = date(2022, 12, 31)  # the end of the time that the allowance is for


def unemployment_benefit(facts: Facts) -> Decision:
    """Unemployment insurance benefit (失业保险金), item 28.

    Paid for a year at least; employment ended, and not by the person's own will, as they say and as the employer
    reported it; registered as unemployed. Who applies at the kiosk has declared to look for work.
    """
    known = facts.unemployment or UnemploymentFacts(0, None)
    said = UnemploymentBenefitDetails.model_validate(facts.transaction.details).reason
    objection = first_that_applies(
        (said not in known.reasons, Reason.DETAILS_INVALID),
        (known.pending, Reason.APPLICATION_PENDING),
        (known.employment_ended is None, Reason.STILL_EMPLOYED),
        (known.months_paid < ENOUGH_MONTHS, Reason.CONTRIBUTIONS_TOO_SHORT),
        (EndReason.OWN_WILL in {said, known.recorded_reason}, Reason.LEFT_BY_OWN_WILL),
        (not known.registered, Reason.NOT_REGISTERED),
    )
    return refused(objection) if objection else _accepted(facts)


def unemployment_allowance(facts: Facts) -> Decision:
    """Unemployment allowance (失业补助金), item 29: for people unemployed from 2021-01-01 to 2022-12-31.

    Their benefit period was over by then and they are still unemployed, or they were not entitled to the benefit: paid
    for less than a year, or left by their own will. Once only, and not in two pooling areas.
    """
    known = facts.unemployment or UnemploymentFacts(0, None)
    objection = first_that_applies(
        (not ALLOWANCE_OPENS <= facts.day <= ALLOWANCE_CLOSES, Reason.WINDOW_CLOSED),
        (known.allowance_received, Reason.ALLOWANCE_RECEIVED),
        (known.allowance_elsewhere, Reason.ALLOWANCE_ELSEWHERE),
        (known.employment_ended is None, Reason.STILL_EMPLOYED),
        (known.employment_ended is not None and known.employment_ended > UNEMPLOYED_UNTIL, Reason.NOT_UNEMPLOYED_THEN),
        (_has_benefit(known, facts.day), Reason.ENTITLED_TO_BENEFIT),
    )
    return refused(objection) if objection else _accepted(facts)


def _has_benefit(known: UnemploymentFacts, day: date) -> bool:
    """True for who draws the benefit, drew it beyond the allowance's time, or could draw it."""
    if known.benefit_until is not None:
        return known.benefit_until >= month_of(day) or known.benefit_until > month_of(UNEMPLOYED_UNTIL)
    return known.months_paid >= ENOUGH_MONTHS and known.recorded_reason is not EndReason.OWN_WILL


def _accepted(facts: Facts) -> Decision:
    due = working_days_later(day_in_china(facts.now), REVIEW_WORKING_DAYS)
    return Decision(Result.ACCEPTED, application=Accepted(due))
