"""The settings of looking after a kiosk: what it tells the gateway and Prometheus, and how long it keeps files."""

from typing import Self

from pydantic import Field, field_validator, model_validator

from config.setting_fault import Rule, RuleBrokenError
from config.table import Table

_FIRST_FREE_PORT = 1024  # below it a port needs a privilege that the kiosk's service has not
_LEAST_AUDIT_MONTHS = 6  # 网络安全法, article 21: network logs are kept for six months at least


class FleetSettings(Table):
    """What the kiosk tells the gateway about itself. Times in seconds."""

    report_seconds: int = Field(ge=10, le=3600)


class MetricsSettings(Table):
    """Figures for Prometheus: on a port of this machine alone, or in a file for node_exporter."""

    port: int = Field(ge=0, le=65535)
    textfile: str

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if 0 < self.port < _FIRST_FREE_PORT:
            said = f"metrics.port must be 0 (off), or from {_FIRST_FREE_PORT} on"
            raise RuleBrokenError(Rule.METRICS_PORT, said, least=str(_FIRST_FREE_PORT))
        if self.textfile and not (self.textfile.startswith("/") and self.textfile.endswith(".prom")):
            said = "metrics.textfile must be a whole path that ends in .prom, as node_exporter wants it"
            raise RuleBrokenError(Rule.METRICS_FILE, said)
        return self


class HousekeepingSettings(Table):
    """How long files stay that nothing needs any more (``kiosk housekeeping``)."""

    copies_days: int = Field(ge=30, le=3650)
    audit_months: int = Field(ge=0, le=240)

    @field_validator("audit_months")
    @classmethod
    def _six_months_at_least(cls, value: int) -> int:
        if 0 < value < _LEAST_AUDIT_MONTHS:
            said = f"housekeeping.audit_months must be 0 (for ever), or from {_LEAST_AUDIT_MONTHS} on"
            raise RuleBrokenError(Rule.AUDIT_MONTHS, said, least=str(_LEAST_AUDIT_MONTHS))
        return value
