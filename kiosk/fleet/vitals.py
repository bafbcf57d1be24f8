"""How the kiosk is at one moment: read in one place, told to the gateway and to whoever collects metrics."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version

from config import clock
from config.clock import Clock
from config.configuration import Configuration
from config.faults import FaultCode
from config.settings import Settings
from drivers.device import DeviceState, Health
from drivers.tally import Count, Tally
from kiosk.audit.entries import Draft, Event
from kiosk.devices import Devices
from kiosk.fleet.directives import Directives
from kiosk.fleet.kinds import BundleState, DeviceName, PaperState
from kiosk.fleet.machine import MachineState
from kiosk.visit import Hands
from offline_queue.limits import Limits, Occupancy
from offline_queue.queue import OfflineQueue

PACKAGE = "hall-kiosk"
LONGEST_VERSION = 12  # characters of the configuration's
_VISIT_MINUTES = 10  # who was here when is nobody's business


@dataclass(frozen=True)
class Versions:
    """What runs here. ``configuration``: the beginning of the SHA-256 that `kiosk config show` prints."""

    program: str
    configuration: str

    @classmethod
    def of(cls, settings: Settings) -> "Versions":
        """Those of a kiosk with these settings."""
        return cls(version(PACKAGE), Configuration(settings, ()).version.sha256[:LONGEST_VERSION])


@dataclass(frozen=True)
class QueueVitals:
    """The offline queue. ``used``: how far the nearest limit is, 1 is full; ``closed``: why nothing new is taken."""

    occupancy: Occupancy
    used: float
    closed: FaultCode | None


@dataclass(frozen=True)
class DirectiveVitals:
    """What the gateway has told the kiosk to do, and what it does not take."""

    number: int
    unknown: int
    refused: int
    fault: FaultCode | None
    out_of_service: bool
    wanted_configuration: str | None
    support_bundle: BundleState


@dataclass(frozen=True)
class Vitals:
    """One look at everything. ``uptime``: seconds of the program; ``matters``: by name, whether each is open now.

    ``clock_wrong``: by how much the machine's own clock is ahead of the gateway's time, None while nobody knows.
    ``counts``: what the devices have done so far. ``last_visit``: when the last one since the start began, to ten
    minutes.
    """

    at: datetime
    uptime: float
    versions: Versions
    devices: Mapping[DeviceName, Health]
    paper: PaperState
    online: bool
    queue: QueueVitals
    matters: Mapping[str, bool]
    directives: DirectiveVitals
    audit_failing: bool
    clock_wrong: timedelta | None
    last_visit: datetime | None
    machine: MachineState = field(default_factory=MachineState)
    counts: Mapping[Count, int] = field(default_factory=dict)


class VitalSigns:
    """Reads them; belongs to the event loop of the kiosk."""

    def __init__(
        self,
        settings: Settings,
        hands: Hands,
        queue: OfflineQueue,
        directives: Directives,
        tally: Tally,
        matters: Callable[[], Mapping[str, bool]],
        instant: Clock,
    ) -> None:
        """``matters``: which are open now; ``instant``: the kiosk's clock."""
        self._versions = Versions.of(settings)
        self._limits = Limits.of(settings.queue)
        self._hands = hands
        self._queue = queue
        self._directives = directives
        self._tally = tally
        self._matters = matters
        self._instant = instant
        self._began = time.monotonic()
        self._last_visit: datetime | None = None
        self.machine = MachineState()  # read by somebody who may wait for files
        hands.audit.listen(self._hear)

    def _hear(self, entry: Draft) -> None:
        if entry.event is Event.VISIT_BEGAN:
            self._last_visit = _rounded(entry.at)

    def read(self) -> Vitals:
        """How the kiosk is now."""
        now = self._instant()
        return Vitals(
            at=now.time,
            uptime=time.monotonic() - self._began,
            versions=self._versions,
            devices=self._health(),
            paper=_paper(self._hands.devices),
            online=self._hands.gateway.online,
            queue=self._queue_vitals(),
            matters=dict(self._matters()),
            directives=self._directive_vitals(),
            audit_failing=self._hands.audit.failing,
            clock_wrong=clock.now() - now.time if now.sure else None,
            last_visit=self._last_visit,
            machine=self.machine,
            counts={count: self._tally[count] for count in Count},
        )

    def _health(self) -> dict[DeviceName, Health]:
        devices = self._hands.devices
        psam = devices.card_reader.psam_health
        return {
            DeviceName.CARD_READER: devices.card_reader.health,
            **({} if psam is None else {DeviceName.PSAM: psam}),
            DeviceName.ID_SCANNER: devices.id_scanner.health,
            DeviceName.CAMERA: _at_rest(devices.camera.health),
            DeviceName.FACE: _at_rest(self._hands.verifier.health),
            DeviceName.PRINTER: devices.printer.health,
        }

    def _queue_vitals(self) -> QueueVitals:
        occupancy = self._queue.occupancy
        return QueueVitals(occupancy, self._limits.share(occupancy), self._queue.closed)

    def _directive_vitals(self) -> DirectiveVitals:
        directives = self._directives
        return DirectiveVitals(
            number=directives.number,
            unknown=directives.unknown,
            refused=directives.refused,
            fault=directives.fault,
            out_of_service=directives.stopped is not None,
            wanted_configuration=directives.wanted_configuration,
            support_bundle=directives.support_bundle,
        )


def _at_rest(health: Health) -> Health:
    """A camera that is switched off between two checks is no camera that is out of order."""
    off = health.state is DeviceState.OFFLINE and health.fault is None
    return Health(DeviceState.STARTING) if off else health


def _rounded(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // _VISIT_MINUTES * _VISIT_MINUTES, second=0, microsecond=0)


def _paper(devices: Devices) -> PaperState:
    printer = devices.printer
    if printer.health.fault is FaultCode.PRN_PAPER_OUT:
        return PaperState.OUT
    if printer.paper_low is None:
        return PaperState.UNKNOWN
    return PaperState.LOW if printer.paper_low else PaperState.ENOUGH
