"""What a kiosk can do of the guide's matters, by name; below everything, so that the settings may name it too."""

from enum import StrEnum


class ServiceName(StrEnum):
    """One kind of visit; its flow bears the same name. Item of the guide behind each."""

    CONTRIBUTION_CERTIFICATE = "contribution_certificate"  # 19
    ENTITLEMENT_RECORD = "entitlement_record"  # 20
    TRANSFER_ENTERPRISE_ACROSS = "transfer_enterprise_across"  # 21
    TRANSFER_BETWEEN_ACROSS = "transfer_between_across"  # 22
    TRANSFER_BETWEEN_WITHIN = "transfer_between_within"  # 23
    TRANSFER_GOVERNMENT_WITHIN = "transfer_government_within"  # 24
    ACTIVATION = "activation"  # 25
    LOSS_REPORT = "loss_report"  # 26
    REINSTATEMENT = "reinstatement"  # 26
    CANCELLATION = "cancellation"  # 27
    UNEMPLOYMENT_BENEFIT = "unemployment_benefit"  # 28
    UNEMPLOYMENT_ALLOWANCE = "unemployment_allowance"  # 29
    SKILL_SUBSIDY = "skill_subsidy"  # 30
    ENTITLEMENT_REVIEW = "entitlement_review"  # 34
    PENSION_CERTIFICATE = "pension_certificate"  # 35
