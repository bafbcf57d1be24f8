"""The contract's part about the kiosks as a fleet: what they tell about themselves, and what they are told to do."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from simulator.gateway.schemas import Body, KioskName

Fault = Annotated[str, Field(pattern=r"^[A-Z]+(_[A-Z0-9]+)*$", max_length=40, description="A code of docs/faults.md")]
Service = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$", description="What a kiosk does, such as activation")]
Version = Annotated[str, Field(pattern=r"^[0-9A-Za-z._+-]{1,64}$")]
SheetNumber = Annotated[int, Field(ge=0, le=10**9, description="Of a sheet of directives; 0: there never was one")]

MOST_BUNDLE = 6_000_000  # characters


class DeviceState(StrEnum):
    """States in the vocabulary of XFS4IoT."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    BUSY = "deviceBusy"
    USER_ERROR = "userError"
    HARDWARE_ERROR = "hardwareError"
    NO_DEVICE = "noDevice"


class Paper(StrEnum):
    """How much paper the printer has."""

    UNKNOWN = "unknown"
    ENOUGH = "enough"
    LOW = "low"
    OUT = "out"


class BundleState(StrEnum):
    """What became of the last order to send a support bundle; not_possible: this kiosk makes none."""

    NONE = "none"
    SENT = "sent"
    FAILED = "failed"
    NOT_POSSIBLE = "not_possible"


class Versions(Body):
    """What runs. ``configuration`` changes with every setting."""

    program: Version
    configuration: Version


class DeviceReport(Body):
    """One device."""

    device: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    state: DeviceState
    fault: Fault | None


class QueueReport(Body):
    """The offline queue."""

    waiting: Annotated[int, Field(ge=0)]
    oldest_seconds: Annotated[int | None, Field(ge=0, description="null: nothing waits, or nobody can know")]
    used_percent: Annotated[int, Field(ge=0, description="How far the nearest limit is; 100: full")]
    closed: Annotated[Fault | None, Field(description="Why nothing new is taken")]


class MatterReport(Body):
    """Whether one service can be done there now."""

    service: Service
    open: bool


class DirectivesReport(Body):
    """What the kiosk has taken: the acknowledgement of directives."""

    number: SheetNumber
    unknown: Annotated[int, Field(ge=0, description="Directives on it of kinds that the kiosk does not know")]
    refused: Annotated[int, Field(ge=0, description="Sheets not believed since the program was started")]
    fault: Annotated[Fault | None, Field(description="While the gateway's sheet is not believed")]
    support_bundle: BundleState


class MachineReport(Body):
    """The machine; null where it does not say."""

    celsius: Annotated[float | None, Field(allow_inf_nan=False)]
    disk_free_percent: Annotated[int | None, Field(ge=0, le=100)]
    clock_wrong_seconds: int | None
    certificate_until: AwareDatetime | None


class KioskHealth(Body):
    """How a kiosk is. No personal data and no free text."""

    kiosk: KioskName
    at: AwareDatetime
    report_seconds: Annotated[int, Field(ge=1, description="When the next report is due; silent is who misses several")]
    uptime_seconds: Annotated[int, Field(ge=0, description="Of the program")]
    versions: Versions
    devices: Annotated[list[DeviceReport], Field(max_length=32)]
    paper: Paper
    queue: QueueReport
    matters: Annotated[list[MatterReport], Field(max_length=64)]
    directives: DirectivesReport
    machine: MachineReport
    audit_failing: bool
    last_visit_at: Annotated[AwareDatetime | None, Field(description="Since the start, rounded to ten minutes")]


class HealthTaken(BaseModel):
    """The report has come. ``directives``: the number of the sheet that is in force for this kiosk."""

    directives: SheetNumber


class SupportBundle(Body):
    """A support bundle: a signed tar.gz, sealed to the gateway's key like a transaction (JWE, compact)."""

    kiosk: KioskName
    bundle: Annotated[str, Field(min_length=100, max_length=MOST_BUNDLE, pattern=r"^[A-Za-z0-9_.-]+$")]


class BundleTaken(BaseModel):
    """The bundle has come."""

    bytes: Annotated[int, Field(ge=1)]


class StopReason(StrEnum):
    """Why a kiosk is taken out of service."""

    MAINTENANCE = "maintenance"
    FAILURE = "failure"
    HALL_CLOSED = "hall_closed"


class _Directive(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Message(_Directive):
    """A sentence for citizens."""

    kind: Literal["message"]
    zh: Annotated[str, Field(min_length=1, max_length=30)]
    en: Annotated[str, Field(min_length=1, max_length=80)]
    until: AwareDatetime


class MatterOff(_Directive):
    """A service is not offered. On again: the next sheet, without it."""

    kind: Literal["matter_off"]
    service: Service
    until: AwareDatetime | None = None


class OutOfService(_Directive):
    """Nothing is offered."""

    kind: Literal["out_of_service"]
    reason: StopReason
    until: AwareDatetime | None = None


class WantedConfiguration(_Directive):
    """The version of the configuration that the kiosk should have."""

    kind: Literal["configuration"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,64}$")]


class SendSupportBundle(_Directive):
    """A support bundle is wanted; done once, when the sheet is taken."""

    kind: Literal["support_bundle"]


Directive = Annotated[
    Message | MatterOff | OutOfService | WantedConfiguration | SendSupportBundle, Field(discriminator="kind")
]


class DirectiveSheet(BaseModel):
    """Everything that shall be so at one kiosk from now on; it takes the place of the sheet before as a whole."""

    kiosk: KioskName
    number: Annotated[SheetNumber, Field(description="Grows with each change; a kiosk never takes a lower one")]
    issued_at: AwareDatetime
    expires_at: Annotated[AwareDatetime, Field(description="To be taken by then; it stays in force after that")]
    directives: Annotated[
        list[Directive], Field(max_length=64, description="A kiosk leaves out kinds that it does not know")
    ]


class DirectivesAnswer(BaseModel):
    """The sheet, signed."""

    directives: Annotated[
        str,
        Field(
            description="Compact JWS (Ed25519, typ kiosk-directives+jws) over a DirectiveSheet, by the oldest key of "
            "use sig, named by kid: every kiosk trusts that one"
        ),
    ]


class WantedDirectives(Body):
    """What a technician wants a kiosk to do from now on (not in the contract)."""

    directives: Annotated[list[Directive], Field(max_length=64)]
