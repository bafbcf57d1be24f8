"""The contract's part about readiness: what a member of staff found when they tested everything at a kiosk."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from simulator.gateway.fleet_schemas import Fault
from simulator.gateway.schemas import Body, KioskName


class MemberRole(StrEnum):
    """Who tested. Never a name, and not the number either."""

    ATTENDANT = "attendant"
    TECHNICIAN = "technician"


class PartOutcome(StrEnum):
    """How a test came out; absent: there is no such part, and none is needed."""

    OK = "ok"
    ABSENT = "absent"
    WARNING = "warning"
    ERROR = "error"


class PartTested(Body):
    """One test. ``code``: the fault that was found, null where the catalogue has none for it."""

    test: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    outcome: PartOutcome
    code: Fault | None


class ReadinessReport(Body):
    """What came out when everything was tested. A kiosk is ready if no test came out as error. No free text."""

    kiosk: KioskName
    at: Annotated[AwareDatetime, Field(description="When the last test ended, by the kiosk's clock")]
    role: MemberRole
    tests: Annotated[list[PartTested], Field(min_length=1, max_length=64)]

    @property
    def failed(self) -> list[PartTested]:
        """The tests for whose sake the kiosk is not ready."""
        return [test for test in self.tests if test.outcome is PartOutcome.ERROR]


class ReadinessTaken(BaseModel):
    """The report has come."""

    received_at: datetime
