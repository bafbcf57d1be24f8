"""The gateway's rules, as plain functions of facts: for each kind the conditions of the guide, one by one.

``decide`` is all that the ledger asks. What stands against every kind alike is here; each family of kinds has a file.
"""

from collections.abc import Callable, Mapping

from pydantic import ValidationError

from simulator.gateway.details import DETAILS
from simulator.gateway.rules.card import activation, cancellation, loss_report, reinstatement
from simulator.gateway.rules.certificates import certificate_void
from simulator.gateway.rules.facts import Decision, Facts, PersonFacts, first_that_applies, refused
from simulator.gateway.rules.pension import entitlement_review
from simulator.gateway.rules.skills import skill_subsidy
from simulator.gateway.rules.transfers import transfer_in
from simulator.gateway.rules.unemployment import unemployment_allowance, unemployment_benefit
from simulator.gateway.schemas import Reason, SealedPerson, SealedProof

_DOCUMENTS = {"resident_id", "social_card"}
_IN_PERSON = {"face", "card_pin", "staff"}
_WITH_DOCUMENT = _IN_PERSON | {"document"}
# The guide's documents are enough for certificates; and for a loss report, which can be taken back and must not wait:
# whoever has lost the card has no PIN to type, and off line a kiosk has no photo to compare with.
_DOCUMENT_IS_ENOUGH = {"certificate_void", "loss_report"}

_RULES: Mapping[str, Callable[[Facts], Decision]] = {
    "activation": activation,
    "loss_report": loss_report,
    "reinstatement": reinstatement,
    "cancellation": cancellation,
    "unemployment_benefit": unemployment_benefit,
    "unemployment_allowance": unemployment_allowance,
    "skill_subsidy": skill_subsidy,
    "transfer_in": transfer_in,
    "entitlement_review": entitlement_review,
    "certificate_void": certificate_void,
}


def decide(facts: Facts) -> Decision:
    """The decision for any kind."""
    transaction = facts.transaction
    rule = _RULES.get(transaction.kind)
    if rule is None:
        return refused(Reason.KIND_NOT_OFFERED)
    if facts.now >= transaction.expires_at:
        return refused(Reason.EXPIRED)
    document_is_enough = transaction.kind in _DOCUMENT_IS_ENOUGH
    objection = identity_objection(
        transaction.person, transaction.proof, facts.person, document_is_enough=document_is_enough
    )
    if objection is not None:
        return refused(objection)
    try:
        DETAILS[transaction.kind].model_validate(transaction.details)
    except ValidationError:
        return refused(Reason.DETAILS_INVALID)
    return rule(facts)


def identity_objection(
    shown: SealedPerson, proof: SealedProof, known: PersonFacts | None, *, document_is_enough: bool
) -> Reason | None:
    """What stands against the person as the kiosk saw them. ``document_is_enough``: as proof of presence."""
    other_name = known is not None and bool(shown.name) and shown.name != known.name
    return first_that_applies(
        (known is None, Reason.PERSON_NOT_FOUND),
        (other_name, Reason.NOT_THE_SAME_PERSON),
        (shown.document not in _DOCUMENTS, Reason.DOCUMENT_NOT_ACCEPTED),
        (proof.method not in (_WITH_DOCUMENT if document_is_enough else _IN_PERSON), Reason.PRESENCE_NOT_PROVED),
    )
