"""A copy of a certificate that did not come out of the printer whole."""

from simulator.gateway.details import CertificateVoidDetails
from simulator.gateway.rules.facts import Decision, Facts, first_that_applies, refused
from simulator.gateway.schemas import Reason, Result


def certificate_void(facts: Facts) -> Decision:
    """The copy is void from now on. The report comes for whom it is about, or for who fetched it; twice is once."""
    details = CertificateVoidDetails.model_validate(facts.transaction.details)
    issued = facts.certificate
    if issued is None or facts.person is None:
        return refused(Reason.CERTIFICATE_UNKNOWN)
    objection = first_that_applies(
        (details.copy_number > issued.copies, Reason.CERTIFICATE_UNKNOWN),
        (facts.person.number not in {issued.person_number, issued.agent_number}, Reason.NOT_THE_SAME_PERSON),
    )
    return refused(objection) if objection else Decision(Result.ACCEPTED, voided=details.copy_number)
