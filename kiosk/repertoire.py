"""Every flow this kiosk can play, by the name of its service."""

from collections.abc import Awaitable, Callable

from config.services import ServiceName
from flows.activation import activate
from flows.cancellation import cancel
from flows.contribution_certificate import certify_contributions
from flows.entitlement_record import print_entitlement_record
from flows.entitlement_review import review_entitlement
from flows.loss_report import report_loss
from flows.pension_certificate import certify_pension
from flows.reinstatement import reinstate
from flows.skill_subsidy import apply_for_subsidy
from flows.transfer_in import (
    transfer_between_across,
    transfer_between_within,
    transfer_enterprise_across,
    transfer_government_within,
)
from flows.unemployment_allowance import apply_for_allowance
from flows.unemployment_benefit import apply_for_benefit
from flows.visit import Outcome, Visit

Flow = Callable[[Visit], Awaitable[Outcome]]

FLOWS: dict[ServiceName, Flow] = {
    ServiceName.CONTRIBUTION_CERTIFICATE: certify_contributions,
    ServiceName.ENTITLEMENT_RECORD: print_entitlement_record,
    ServiceName.TRANSFER_ENTERPRISE_ACROSS: transfer_enterprise_across,
    ServiceName.TRANSFER_BETWEEN_ACROSS: transfer_between_across,
    ServiceName.TRANSFER_BETWEEN_WITHIN: transfer_between_within,
    ServiceName.TRANSFER_GOVERNMENT_WITHIN: transfer_government_within,
    ServiceName.ACTIVATION: activate,
    ServiceName.LOSS_REPORT: report_loss,
    ServiceName.REINSTATEMENT: reinstate,
    ServiceName.CANCELLATION: cancel,
    ServiceName.UNEMPLOYMENT_BENEFIT: apply_for_benefit,
    ServiceName.UNEMPLOYMENT_ALLOWANCE: apply_for_allowance,
    ServiceName.SKILL_SUBSIDY: apply_for_subsidy,
    ServiceName.ENTITLEMENT_REVIEW: review_entitlement,
    ServiceName.PENSION_CERTIFICATE: certify_pension,
}
