"""How a kiosk stands, as an attendant has to know it: judged from its last report and from what it was told to do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.gateway.fleet_schemas import DeviceState, KioskHealth, Paper
from simulator.gateway.models import Kiosk
from simulator.gateway.models_fleet import KioskReadiness, KioskReport, Sheet
from simulator.gateway.readiness_schemas import ReadinessReport

_MISSED = 3  # reports in a row that may be missing before a kiosk counts as silent
_USABLE = {DeviceState.STARTING, DeviceState.ONLINE, DeviceState.BUSY, DeviceState.USER_ERROR}
_QUEUE_PERCENT = 80
_CLOCK_SECONDS = 60
_DISK_PERCENT = 10
_CERTIFICATE = timedelta(days=30)


class Standing(StrEnum):
    """In one word; those that somebody should look at come first, here as on the page."""

    STOPPED = "stopped"  # nothing can be done there
    SILENT = "silent"  # not heard from
    LOOK = "look"  # it works, and somebody should go there
    GOOD = "good"
    NEW = "new"  # registered, and never heard from


class Trouble(StrEnum):
    """What somebody should look at, beside devices, paper and matters."""

    QUEUE_FULL = "queue_full"
    QUEUE_HIGH = "queue_high"
    AUDIT = "audit"
    DIRECTIVES_REFUSED = "directives_refused"
    DIRECTIVES_NOT_TAKEN = "directives_not_taken"
    CONFIGURATION = "configuration"
    CLOCK = "clock"
    DISK = "disk"
    CERTIFICATE = "certificate"


@dataclass(frozen=True)
class KioskView:
    """One kiosk. ``report`` and ``heard_at`` are None while it has never been heard from.

    ``stopped_by_order``: it was told to be out of service. ``readiness``: what came out when the staff last tested
    everything there; how it stands now is told by its report, so this changes no standing.
    """

    name: str
    standing: Standing
    report: KioskHealth | None
    heard_at: datetime | None
    troubles: tuple[Trouble, ...] = ()
    stopped_by_order: bool = False
    readiness: ReadinessReport | None = None


def views(session: Session, now: datetime) -> list[KioskView]:
    """Every registered kiosk: by standing, then by name."""
    reports = {row.kiosk_id: row for row in session.scalars(select(KioskReport))}
    sheets = {row.kiosk_id: row for row in session.scalars(select(Sheet))}
    tested = {row.kiosk_id: _tested(row) for row in session.scalars(select(KioskReadiness))}
    names = session.scalars(select(Kiosk.id).order_by(Kiosk.id))
    found = [
        replace(view(name, reports.get(name), sheets.get(name), now), readiness=tested.get(name)) for name in names
    ]
    return sorted(found, key=lambda kiosk: list(Standing).index(kiosk.standing))


def view(name: str, row: KioskReport | None, sheet: Sheet | None, now: datetime) -> KioskView:
    """One kiosk, from what the gateway keeps about it."""
    report = None if row is None else _read(row)
    if row is None or report is None:
        return KioskView(name, Standing.NEW, None, None)
    troubles = (*_of_queue(report), *_of_machine(report, now), *_of_directives(report, sheet))
    if now - row.received_at > _MISSED * timedelta(seconds=report.report_seconds):
        standing = Standing.SILENT
    elif report.queue.closed is not None or not any(matter.open for matter in report.matters):
        standing = Standing.STOPPED
    elif troubles or _needs_a_hand(report):
        standing = Standing.LOOK
    else:
        standing = Standing.GOOD
    ordered = sheet is not None and any(each["kind"] == "out_of_service" for each in sheet.directives)
    return KioskView(name, standing, report, row.received_at, troubles, ordered)


def _read(row: KioskReport) -> KioskHealth | None:
    """The report, unless another release of the gateway has kept it; the next one is not far."""
    try:
        return KioskHealth.model_validate(row.content)
    except ValidationError:
        return None


def _tested(row: KioskReadiness) -> ReadinessReport | None:
    """The readiness report, unless another release of the gateway has kept it."""
    try:
        return ReadinessReport.model_validate(row.content)
    except ValidationError:
        return None


def out_of_order(report: KioskHealth) -> list[tuple[str, DeviceState, str | None]]:
    """Devices that cannot be used, or say that something is wrong: name, state, fault."""
    bad = (device for device in report.devices if device.fault is not None or device.state not in _USABLE)
    return [(device.device, device.state, device.fault) for device in bad]


def closed(report: KioskHealth) -> list[str]:
    """What cannot be done there."""
    return [matter.service for matter in report.matters if not matter.open]


def _needs_a_hand(report: KioskHealth) -> bool:
    return bool(out_of_order(report) or closed(report) or report.paper in {Paper.LOW, Paper.OUT})


def _of_queue(report: KioskHealth) -> Iterator[Trouble]:
    if report.queue.closed is not None:
        yield Trouble.QUEUE_FULL
    elif report.queue.used_percent >= _QUEUE_PERCENT:
        yield Trouble.QUEUE_HIGH


def _of_machine(report: KioskHealth, now: datetime) -> Iterator[Trouble]:
    machine = report.machine
    if report.audit_failing:
        yield Trouble.AUDIT
    if machine.clock_wrong_seconds is not None and abs(machine.clock_wrong_seconds) > _CLOCK_SECONDS:
        yield Trouble.CLOCK
    if machine.disk_free_percent is not None and machine.disk_free_percent < _DISK_PERCENT:
        yield Trouble.DISK
    if machine.certificate_until is not None and machine.certificate_until - now < _CERTIFICATE:
        yield Trouble.CERTIFICATE


def _of_directives(report: KioskHealth, sheet: Sheet | None) -> Iterator[Trouble]:
    if report.directives.fault is not None:
        yield Trouble.DIRECTIVES_REFUSED
    if sheet is None:
        return
    if report.directives.number < sheet.number and sheet.changed_at < report.at - _patience(report):
        yield Trouble.DIRECTIVES_NOT_TAKEN
    wanted = {each["version"] for each in sheet.directives if each["kind"] == "configuration"}
    if wanted - {report.versions.configuration}:
        yield Trouble.CONFIGURATION


def _patience(report: KioskHealth) -> timedelta:
    """A kiosk fetches its sheet when it has reported, and says so with the next report."""
    return timedelta(seconds=2 * report.report_seconds)
