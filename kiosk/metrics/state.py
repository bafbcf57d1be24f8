"""How the kiosk is, as gauges: made anew from the last look each time that somebody collects."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from drivers.device import DeviceState
from kiosk.fleet.kinds import PaperState
from kiosk.fleet.vitals import DirectiveVitals, QueueVitals, Vitals
from kiosk.metrics.visits import PREFIX


class StateMetrics(Collector):
    """Shows the last ``Vitals``, to whatever thread asks."""

    def __init__(self, last: Callable[[], Vitals | None]) -> None:
        self._last = last

    def collect(self) -> Iterator[Metric]:
        """All gauges; none before the first look."""
        vitals = self._last()
        if vitals is not None:
            yield from _program(vitals)
            yield from _devices(vitals)
            yield from _queue(vitals.queue)
            yield from _directives(vitals.directives, vitals.versions.configuration)
            yield from _machine(vitals)


def _program(vitals: Vitals) -> Iterator[Metric]:
    info = GaugeMetricFamily(f"{PREFIX}_info", "Versions of what runs; always 1", labels=["version", "configuration"])
    info.add_metric([vitals.versions.program, vitals.versions.configuration], 1)
    yield info
    yield _gauge("looked_timestamp_seconds", "When the kiosk last looked at itself", _unix(vitals.at))
    yield _gauge("uptime_seconds", "Since the program was started", vitals.uptime)
    yield _gauge("gateway_online", "1 while the gateway is in reach", vitals.online)
    yield _gauge("audit_failing", "1 while the audit log cannot be written", vitals.audit_failing)
    yield _gauge("last_visit_timestamp_seconds", "When the last visit began", _unix(vitals.last_visit))
    matters = GaugeMetricFamily(f"{PREFIX}_matter_open", "1 while the matter can be done here", labels=["matter"])
    for matter, is_open in vitals.matters.items():
        matters.add_metric([matter], is_open)
    yield matters


def _devices(vitals: Vitals) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        f"{PREFIX}_device_state", "1 for the state in which the device is, else 0", labels=["device", "state"]
    )
    faults = GaugeMetricFamily(
        f"{PREFIX}_device_fault", "The fault that a device has, if it has one", labels=["device", "code"]
    )
    for device, health in vitals.devices.items():
        _one_of(states, [device], DeviceState, health.state)
        if health.fault is not None:
            faults.add_metric([device, health.fault], 1)
    counts = GaugeMetricFamily(
        f"{PREFIX}_device_counts",
        "What a device has done: cards read, papers printed, millimetres of paper since the roll was changed",
        labels=["device", "count"],
    )
    for count, number in vitals.counts.items():
        counts.add_metric([count.device, count.what], number)
    paper = GaugeMetricFamily(f"{PREFIX}_paper", "1 for how much paper there is, else 0", labels=["state"])
    _one_of(paper, [], PaperState, vitals.paper)
    yield from (states, faults, counts, paper)


def _one_of(family: GaugeMetricFamily, labels: list[str], states: type[StrEnum], present: StrEnum) -> None:
    for state in states:
        family.add_metric([*labels, state], state is present)


def _queue(queue: QueueVitals) -> Iterator[Metric]:
    yield _gauge("queue_waiting", "Transactions of which the gateway must still be told", queue.occupancy.waiting)
    yield _gauge("queue_oldest_seconds", "How long the oldest has waited", _seconds(queue.occupancy.oldest) or 0)
    yield _gauge("queue_bytes", "Size of the queue's files", queue.occupancy.bytes)
    yield _gauge("queue_used_ratio", "How far the nearest limit is; 1 is full", queue.used)
    yield _gauge("queue_open", "1 while something new is taken", queue.closed is None)


def _directives(directives: DirectiveVitals, configuration: str) -> Iterator[Metric]:
    yield _gauge("in_service", "0 while the gateway has taken the kiosk out of service", not directives.out_of_service)
    yield _gauge("directives_number", "Number of the sheet of directives taken last", directives.number)
    yield CounterMetricFamily(
        f"{PREFIX}_directives_refused", "Sheets of directives that were not believed", value=directives.refused
    )
    as_wanted = directives.wanted_configuration in {None, configuration}
    yield _gauge("configuration_as_wanted", "0 while the gateway wants another configuration", as_wanted)


def _machine(vitals: Vitals) -> Iterator[Metric]:
    machine = vitals.machine
    yield _gauge("temperature_celsius", "Of the machine's hottest part", machine.celsius)
    yield _gauge("disk_free_bytes", "Of the file system with the kiosk's data", machine.disk_free)
    yield _gauge("disk_size_bytes", "Of the file system with the kiosk's data", machine.disk_size)
    yield _gauge(
        "certificate_expiry_timestamp_seconds",
        "When the kiosk's certificate for the gateway expires",
        _unix(machine.certificate_until),
    )
    yield _gauge(
        "clock_offset_seconds", "The machine's clock ahead of the gateway's time", _seconds(vitals.clock_wrong)
    )


def _gauge(name: str, about: str, value: float | None) -> GaugeMetricFamily:
    """A gauge; without a value while nobody knows it."""
    family = GaugeMetricFamily(f"{PREFIX}_{name}", about)
    if value is not None:
        family.add_metric([], value)
    return family


def _unix(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
