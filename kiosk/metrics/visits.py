"""What the kiosk did, counted from its audit log: that holds every step, and by construction no personal data."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram

from config.faults import FaultCode
from config.services import ServiceName
from kiosk.audit.entries import WITHHELD, Draft, Ending, Event

PREFIX = "hall_kiosk"
_STEP_SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)
_VISIT_SECONDS = (15, 30, 60, 90, 120, 180, 300, 600, 1200)
_STEPS = (
    Event.DOCUMENT_READ,
    Event.PRESENCE_PROVED,
    Event.PRESENCE_REFUSED,
    Event.STAFF_CALLED,
    Event.STAFF_CONFIRMED,
    Event.STAFF_REFUSED,
    Event.ANSWERED,
    Event.LOOKED_UP,
    Event.SUBMITTED,
    Event.CERTIFIED,
    Event.PRINTED,
)


@dataclass
class _Open:
    """A visit that goes on. Times in seconds of a clock that cannot jump."""

    matter: str
    began: float
    last: float


class VisitMetrics:
    """Counts entries as they are noted. ``uptime``: seconds of a clock that cannot jump."""

    def __init__(self, registry: CollectorRegistry, uptime: Callable[[], float] = time.monotonic) -> None:
        self._uptime = uptime
        self._open: dict[str, _Open] = {}
        self._visits = Counter(
            f"{PREFIX}_visits", "Visits that ended, by matter and outcome", ["matter", "outcome"], registry=registry
        )
        self._faults = Counter(
            f"{PREFIX}_visit_faults", "Visits that ended with a fault, by its code", ["code"], registry=registry
        )
        self._whole = Histogram(
            f"{PREFIX}_visit_seconds",
            "How long visits took that were done",
            ["matter"],
            buckets=_VISIT_SECONDS,
            registry=registry,
        )
        self._steps = Histogram(
            f"{PREFIX}_step_seconds",
            "From the step before to the end of this one, citizen and machine together",
            ["step"],
            buckets=_STEP_SECONDS,
            registry=registry,
        )
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Every series is there from the start: a rate needs a first value."""
        for matter in ServiceName:
            self._whole.labels(matter)
            for ending in Ending:
                self._visits.labels(matter, ending)
        for code in FaultCode:
            self._faults.labels(code)
        for step in _STEPS:
            self._steps.labels(step)

    def hear(self, entry: Draft) -> None:
        """One more entry of the audit log."""
        now = self._uptime()
        if entry.event is Event.VISIT_BEGAN:
            self._open[entry.visit] = _Open(str(entry.fields.get("matter", WITHHELD)), now, now)
            return
        visit = self._open.get(entry.visit)
        if visit is None:
            return
        if entry.event in _STEPS:
            self._steps.labels(entry.event).observe(now - visit.last)
        elif entry.event is Event.FAULT:
            self._faults.labels(entry.fields.get("code", WITHHELD)).inc()
        elif entry.event is Event.VISIT_ENDED:
            self._ended(entry, visit, now)
        visit.last = now

    def _ended(self, entry: Draft, visit: _Open, now: float) -> None:
        del self._open[entry.visit]
        ending = entry.fields.get("how", WITHHELD)
        self._visits.labels(visit.matter, ending).inc()
        if ending == Ending.DONE:
            self._whole.labels(visit.matter).observe(now - visit.began)
