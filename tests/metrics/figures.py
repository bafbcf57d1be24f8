"""The figures of a kiosk that has everything: each gauge has a value."""

from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from config.faults import FaultCode
from config.services import ServiceName
from drivers.device import DeviceState, Health
from drivers.tally import Count
from kiosk.fleet.kinds import BundleState, DeviceName, PaperState
from kiosk.fleet.machine import MachineState
from kiosk.fleet.vitals import DirectiveVitals, QueueVitals, Versions, Vitals
from kiosk.metrics.state import StateMetrics
from kiosk.metrics.visits import VisitMetrics
from offline_queue.limits import Occupancy

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
VITALS = Vitals(
    at=NOW,
    uptime=12.5,
    versions=Versions("0.1.0", "0123456789ab"),
    devices={
        **{name: Health(DeviceState.ONLINE) for name in DeviceName},
        DeviceName.PRINTER: Health(DeviceState.OFFLINE, FaultCode.PRN_PAPER_OUT, "paper_out"),
    },
    paper=PaperState.OUT,
    online=True,
    queue=QueueVitals(Occupancy(waiting=7, promised=6, oldest=timedelta(minutes=3), bytes=8192), 0.25, None),
    matters={name: name is not ServiceName.CONTRIBUTION_CERTIFICATE for name in ServiceName},
    directives=DirectiveVitals(
        number=4,
        unknown=0,
        refused=2,
        fault=None,
        out_of_service=False,
        wanted_configuration="ffffffffffff",
        support_bundle=BundleState.NONE,
    ),
    audit_failing=False,
    clock_wrong=timedelta(seconds=-3),
    last_visit=NOW - timedelta(minutes=10),
    machine=MachineState(41.5, 60, 100, NOW + timedelta(days=90)),
    counts={Count.CARDS_READ: 17, Count.PAPER_MM: 12345},
)


def registry_of_a_kiosk(vitals: Vitals | None = VITALS) -> CollectorRegistry:
    """As the kiosk's own, after that look."""
    registry = CollectorRegistry()
    VisitMetrics(registry)
    registry.register(StateMetrics(lambda: vitals))
    return registry


def names_of_all_figures() -> set[str]:
    """As they stand in what is scraped."""
    return {sample.name for metric in registry_of_a_kiosk().collect() for sample in metric.samples}
