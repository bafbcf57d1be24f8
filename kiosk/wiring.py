"""Puts the rooms together: from settings to a kiosk that is ready to serve."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from config.clock import Clock, Timekeeper
from config.fonts import FontSet
from config.settings import Settings
from drivers.device import DeviceError
from drivers.hotplug import system_source
from drivers.tally import Tally
from drivers.touch_panel.xinput import TouchPanels
from flows.prompts import Surface
from flows.transactions import LossReport
from kiosk import enrolment
from kiosk.audit import forwarding as audit_forwarding
from kiosk.audit.chain import HeadKey
from kiosk.audit.log import AuditLog, Event, directory_of
from kiosk.catalogue import load_matters, offers
from kiosk.certificate_watch import CertificateWatch
from kiosk.certifying import Certifying
from kiosk.delivery import GatewayDelivery
from kiosk.desk.checks import checks_at_the_kiosk
from kiosk.desk.parts import Parts
from kiosk.desk.side import StaffSide
from kiosk.device_journal import DeviceJournal
from kiosk.devices import Devices, devices_of
from kiosk.diagnostics.results import Results
from kiosk.diagnostics.status_file import RunningState, StatusFile
from kiosk.diagnostics.tally_file import TallyFile
from kiosk.fleet.directives import Directives
from kiosk.fleet.office import Office
from kiosk.fleet.vitals import VitalSigns
from kiosk.front_desk import FrontDesk
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.hot_plug import watch_plugs
from kiosk.key_renewal import KeyRenewal
from kiosk.plug_ins import face_verifier
from kiosk.printing import Paper
from kiosk.queue_line import follow_line
from kiosk.service_state import ServiceState
from kiosk.session import Session
from kiosk.settings_desk.desk import SettingsDesk
from kiosk.staff.desk import StaffDesk
from kiosk.staff.files import StaffFilesError
from kiosk.submission import Submission
from kiosk.support.sending import SentBundles
from kiosk.touch_settings import TouchSettings
from kiosk.verifier import FaceVerifier
from kiosk.visit import Hands
from offline_queue.envelope import Sealer
from offline_queue.limits import Limits
from offline_queue.opening import latest_time
from offline_queue.pace import Pace
from offline_queue.queue import OfflineQueue
from offline_queue.suite import suite_of
from screens.chrome import StaffCare, StageStatus
from screens.text.catalogue import Catalogue

_ON_ITS_WAY = timedelta(seconds=10)  # what has not waited longer is being sent, and nobody need worry


@dataclass(frozen=True)
class Kiosk:
    """A kiosk that is ready: its parts, and the session that serves citizens with them."""

    settings: Settings
    devices: Devices
    verifier: FaceVerifier
    gateway: Gateway
    queue: OfflineQueue
    session: Session
    audit: AuditLog
    forwarding: audit_forwarding.AuditForwarding
    renewal: KeyRenewal
    certificates: CertificateWatch
    counting: TallyFile
    state: RunningState
    office: Office
    journal: DeviceJournal
    touch: TouchSettings
    now: Callable[[], datetime]
    settings_right: bool  # as they were at the start: nothing that was changed at the kiosk had to be left out

    @classmethod
    async def start(
        cls,
        settings: Settings,
        surface: Surface,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime] | None = None,
        settings_file: Path | None = None,
    ) -> Self:
        """Open everything that ``settings`` names. A device that is not there is no reason not to start.

        ``now``: a clock that is believed, in place of the machine's with the gateway's time. ``settings_file``: whence
        ``settings`` came, for those who change them at the kiosk; None: as KIOSK_CONFIG says.

        Raises:
            NotEnrolled: the kiosk has no keys yet.
            QueueError: the queue cannot be opened.
        """
        keys = enrolment.load(settings.data_directory / "keys", suite_of(settings.security.suite))
        timekeeper = Timekeeper(latest_time(_queue_directory(settings))) if now is None else Timekeeper.like(now)
        now = timekeeper.now
        gateway_settings = GatewaySettings.of(settings.gateway)
        gateway = Gateway(gateway_settings, keys.signer(now), keys.certificate_keys, timekeeper)
        queue = await _queue(settings, keys, gateway, timekeeper)
        audit = _audit(settings, keys, timekeeper, catalogue)
        gateway.listen_to_clock(audit.clock_set)
        counting = TallyFile(settings.data_directory)
        hands = _hands(settings, surface, catalogue, keys, gateway, queue, audit, counting.tally, now)
        hands.devices.printer.take_over()
        with contextlib.suppress(StaffFilesError):  # whoever comes to the desk is told
            await asyncio.to_thread(hands.staff.make_room)
        matters = load_matters()
        bundles = SentBundles(gateway, settings.data_directory, settings_file)
        directives = Directives(settings.data_directory, keys.kiosk, now, audit.note, bundles)
        offered, state = offers(matters, settings.matters), ServiceState(settings.data_directory, now)
        front_desk = FrontDesk(hands, matters, offered, lambda: queue.closed, directives, state.closed)
        signs = VitalSigns(settings, hands, queue, directives, counting.tally, front_desk.standing, timekeeper)
        office = Office.open(settings, gateway, audit, directives, signs)
        audit.note(Event.KIOSK_STARTED)
        parts = Parts(
            state=state,
            offers=offered,
            waiting=lambda: queue.occupancy.promised,
            queue_closed=lambda: queue.closed,
            settings=SettingsDesk(settings_file, now),
            tally=counting.tally,
            checks=lambda: checks_at_the_kiosk(hands, counting.tally),
            results=Results(settings.data_directory),
            sealer=_sealer(settings),
            readiness=office.readiness,
            touch=await _touch(settings, now),
        )
        return cls(
            settings=settings,
            devices=hands.devices,
            verifier=hands.verifier,
            gateway=gateway,
            queue=queue,
            session=Session(hands, front_desk, StaffSide(hands, parts)),
            audit=audit,
            forwarding=audit_forwarding.AuditForwarding(audit, queue, online=lambda: gateway.online, clock=timekeeper),
            renewal=KeyRenewal(settings.data_directory / "keys", keys, gateway, queue),
            certificates=CertificateWatch.of(gateway_settings, now),
            counting=counting,
            state=RunningState(settings, hands.devices, counting.tally, gateway, queue, now),
            office=office,
            journal=DeviceJournal(hands.devices, audit.note),
            touch=parts.touch,
            now=now,
            settings_right=await asyncio.to_thread(parts.settings.usable),
        )

    def status(self) -> StageStatus:
        """What the header says now."""
        hall, waiting = self.settings.hall, self.queue.occupancy
        worth_a_word = waiting.oldest is not None and waiting.oldest > _ON_ITS_WAY
        return StageStatus(
            hall=hall.name,
            kiosk=hall.kiosk,
            online=self.gateway.online,
            now=self.now(),
            waiting=waiting.promised if worth_a_word else 0,
            care=self._care(),
            heard=self.gateway.line.known,
        )

    def _care(self) -> StaffCare:
        faults = (self.queue.closed, self.renewal.fault, self.office.directives.fault)
        failing = self.audit.failing or self.audit.files.short or any(fault is not None for fault in faults)
        if failing or self.certificates.urgent or self.session.left_behind or not self.settings_right:
            return StaffCare.MACHINE
        return StaffCare.QUEUE if self.queue.nearly_full else StaffCare.NONE

    async def send_when_back(self) -> None:
        """Whenever the gateway is in reach again: send what waits, compare the books. Runs until cancelled."""
        await follow_line(self.gateway, self.queue, self.settings.gateway.patience_seconds)

    async def warm_up(self) -> None:
        """Load the face models before the first citizen wants them. Runs until cancelled."""
        with contextlib.suppress(DeviceError):  # it is in the health, and the other way is still there
            await self.verifier.warm_up()
        await asyncio.Event().wait()

    def background(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What runs beside the screens, by name; none of it ends by itself."""
        return {
            "session": self.session.serve(),
            "queue": self.queue.run(),
            "audit": self.forwarding.run(),
            "queue_line": self.send_when_back(),
            "gateway": self.gateway.watch(),
            "keys": self.renewal.run(),
            "certificates": self.certificates.run(),
            **self.office.background(),
            "journal": self.journal.run(),
            "card_reader": self.devices.card_reader.watch(),
            "id_scanner": self.devices.id_scanner.watch(),
            "printer": self.devices.printer.watch(),
            "face": self.warm_up(),
            "plugs": watch_plugs(self.devices, system_source(), self.touch.bell),
            "touch": self.touch.watch(),
            "counters": self.counting.run(),
            "state": StatusFile.of(self.settings).run(self.state.record),
        }

    def pulses(self) -> dict[str, Callable[[], int]]:
        """What has to move for the kiosk to count as alive: counts that grow, by name."""
        devices = self.devices
        return {
            "queue": lambda: self.queue.ticks,
            "card_reader": lambda: devices.card_reader.pulse,
            "id_scanner": lambda: devices.id_scanner.pulse,
            "printer": lambda: devices.printer.pulse,
        }

    async def stop(self) -> None:
        """Close everything; the background tasks must have ended before."""
        self.devices.card_reader.close()
        self.devices.id_scanner.close()
        await self.devices.printer.close()
        await self.verifier.stop()
        await self.devices.camera.stop()
        await self.devices.face.stop()
        self.office.close()
        await self.gateway.close()
        await self.queue.close()
        self.journal.write()
        self.audit.note(Event.KIOSK_STOPPED)
        await self.audit.close()
        self.counting.keep()
        StatusFile.of(self.settings).remove()


def _queue_directory(settings: Settings) -> Path:
    return settings.data_directory / "queue"


async def _queue(settings: Settings, keys: enrolment.KioskKeys, gateway: Gateway, clock: Clock) -> OfflineQueue:
    return await OfflineQueue.open(
        _queue_directory(settings),
        sealer=keys.sealer(),
        subject_key=keys.subject_key,
        deliver=GatewayDelivery(gateway),
        pace=Pace(
            in_flight=settings.queue.in_flight,
            priorities={LossReport.KIND: 1, audit_forwarding.KIND: audit_forwarding.PRIORITY},
        ),
        limits=Limits.of(settings.queue),
        clock=clock,
    )


def _hands(
    settings: Settings,
    surface: Surface,
    catalogue: Callable[[], Catalogue],
    keys: enrolment.KioskKeys,
    gateway: Gateway,
    queue: OfflineQueue,
    audit: AuditLog,
    tally: Tally,
    now: Callable[[], datetime],
) -> Hands:
    """What every visit works with."""
    devices = devices_of(settings, tally)
    submission = _submission(settings, queue, now)
    fonts, width = FontSet.load(settings.fonts), settings.printer.width_dots
    paper = Paper(devices.printer, fonts, settings.hall, catalogue, now, width)
    return Hands(
        settings=settings,
        surface=surface,
        devices=devices,
        verifier=face_verifier(settings, devices),
        staff=StaffDesk(settings.data_directory, keys.subject_key, now),
        gateway=gateway,
        submission=submission,
        paper=paper,
        certifying=Certifying(surface, gateway, paper, submission),
        audit=audit,
        catalogue=catalogue,
        now=now,
    )


async def _touch(settings: Settings, now: Callable[[], datetime]) -> TouchSettings:
    """The setting of the touch panel that was kept, in force."""
    file, panels = settings.screen.touch_file, TouchPanels(settings.screen.touch_device)
    touch = TouchSettings(settings.data_directory, Path(file) if file else None, panels, now)
    await asyncio.to_thread(touch.restore)
    return touch


def _sealer(settings: Settings) -> Callable[[], Sealer]:
    """Seals to the gateway's present key, which may change while the kiosk runs."""
    return lambda: enrolment.load(settings.data_directory / "keys").sealer()


def _audit(settings: Settings, keys: enrolment.KioskKeys, clock: Clock, catalogue: Callable[[], Catalogue]) -> AuditLog:
    key = HeadKey(keys.kiosk, keys.signing_key, keys.suite)
    return AuditLog(directory_of(settings.data_directory), key, clock, lambda word: catalogue().has(word))


def _submission(settings: Settings, queue: OfflineQueue, now: Callable[[], datetime]) -> Submission:
    return Submission(
        queue,
        prefix=settings.hall.receipt_prefix,
        patience=settings.gateway.patience_seconds,
        expires_after=timedelta(hours=settings.queue.expires_after_hours),
        now=now,
    )
