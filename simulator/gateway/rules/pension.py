"""The entitlement review (资格认证), guide item 34."""

from simulator.gateway.days import months_later
from simulator.gateway.rules.facts import Decision, Facts, refused
from simulator.gateway.schemas import Reason, Result

MONTHS_TO_NEXT = 12


def entitlement_review(facts: Facts) -> Decision:
    """Of who draws a pension; being here in person is all that it asks, and it holds for twelve months."""
    if not facts.draws_pension:
        return refused(Reason.NO_PENSION)
    return Decision(Result.ACCEPTED, review_due=months_later(facts.day, MONTHS_TO_NEXT))
