"""The kiosk's report as the contract wants it: POST /v1/kiosk/health."""

from datetime import UTC, datetime
from typing import Any

from kiosk.fleet.vitals import Vitals


def report_of(vitals: Vitals, every: float) -> dict[str, Any]:
    """What the gateway is told, all but the kiosk's name; no personal data and no free text is in it.

    ``every``: seconds until the next report.
    """
    directives, queue, machine = vitals.directives, vitals.queue, vitals.machine
    return {
        "at": _time(vitals.at),
        "report_seconds": round(every),
        "uptime_seconds": round(vitals.uptime),
        "versions": {"program": vitals.versions.program, "configuration": vitals.versions.configuration},
        "devices": [
            {"device": device, "state": health.state, "fault": health.fault}
            for device, health in vitals.devices.items()
        ],
        "paper": vitals.paper,
        "queue": {
            "waiting": queue.occupancy.waiting,
            "oldest_seconds": None if queue.occupancy.oldest is None else round(queue.occupancy.oldest.total_seconds()),
            "used_percent": round(queue.used * 100),
            "closed": queue.closed,
        },
        "matters": [{"service": service, "open": is_open} for service, is_open in vitals.matters.items()],
        "directives": {
            "number": directives.number,
            "unknown": directives.unknown,
            "refused": directives.refused,
            "fault": directives.fault,
            "support_bundle": directives.support_bundle,
        },
        "machine": {
            "celsius": None if machine.celsius is None else round(machine.celsius, 1),
            "disk_free_percent": _percent(machine.disk_free, machine.disk_size),
            "clock_wrong_seconds": None if vitals.clock_wrong is None else round(vitals.clock_wrong.total_seconds()),
            "certificate_until": _time(machine.certificate_until),
        },
        "audit_failing": vitals.audit_failing,
        "last_visit_at": _time(vitals.last_visit),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def _percent(part: int | None, whole: int | None) -> int | None:
    return None if part is None or not whole else round(100 * part / whole)
