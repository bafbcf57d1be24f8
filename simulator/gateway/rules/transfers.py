"""Transfers-in of the old-age insurance (养老关系转入), guide items 21 to 24."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.gateway.agencies import agencies_of
from simulator.gateway.details import Scheme, TransferInDetails, TransferRoute
from simulator.gateway.rules.facts import Accepted, Decision, Facts, TransferFacts, first_that_applies, refused
from simulator.gateway.schemas import Reason, Result

PROVINCE = "37"  # the first digits of every division code of Shandong


def _from_to(old: Scheme, new: Scheme) -> Callable[[Scheme, Scheme | None], bool]:
    return lambda before, now: (before, now) == (old, new)


def _between_schemes(before: Scheme, now: Scheme | None) -> bool:
    return before is not now


@dataclass(frozen=True)
class _Route:
    """From another province or from within this one, and from which scheme to which."""

    across: bool
    schemes: Callable[[Scheme, Scheme | None], bool]


_ROUTES: Mapping[TransferRoute, _Route] = {
    TransferRoute.ENTERPRISE_ACROSS: _Route(across=True, schemes=_from_to(Scheme.ENTERPRISE, Scheme.ENTERPRISE)),
    TransferRoute.BETWEEN_ACROSS: _Route(across=True, schemes=_between_schemes),
    TransferRoute.BETWEEN_WITHIN: _Route(across=False, schemes=_between_schemes),
    TransferRoute.GOVERNMENT_WITHIN: _Route(across=False, schemes=_from_to(Scheme.GOVERNMENT, Scheme.GOVERNMENT)),
}


def transfer_in(facts: Facts) -> Decision:
    """Paying here already (在新就业地参保缴费后), by the route that fits the old place and both schemes; at once.

    Nobody moves by these routes from where the mainland's old-age insurance does not reach.
    """
    known = facts.transfer or TransferFacts(None)
    details = TransferInDetails.model_validate(facts.transaction.details)
    route = _ROUTES[details.route]
    across = not details.region.startswith(PROVINCE)
    agencies = {agency.code for agency in agencies_of(details.region)}
    objection = first_that_applies(
        (not agencies, Reason.OTHER_TRANSFER),
        (bool(details.agency) and details.agency not in agencies, Reason.DETAILS_INVALID),
        (known.scheme is None, Reason.NOT_INSURED_HERE),
        (known.pending, Reason.APPLICATION_PENDING),
        (across is not route.across or not route.schemes(details.old_scheme, known.scheme), Reason.OTHER_TRANSFER),
    )
    return refused(objection) if objection else Decision(Result.ACCEPTED, application=Accepted())
