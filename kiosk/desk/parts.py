"""What the pages need beside what a visit works with."""

from collections.abc import Callable
from dataclasses import dataclass

from config.faults import FaultCode
from drivers.tally import Tally
from kiosk.catalogue import Offer
from kiosk.diagnostics.check import Check
from kiosk.diagnostics.results import Results
from kiosk.fleet.readiness import Readiness
from kiosk.service_state import ServiceState
from kiosk.settings_desk.desk import SettingsDesk
from kiosk.touch_settings import TouchSettings
from offline_queue.envelope import Sealer


@dataclass(frozen=True)
class Parts:
    """``offers``: what this kiosk does; ``state``: what of it the staff have taken out of service.

    ``waiting``: how many transactions wait; ``queue_closed``: why the queue takes nothing new. ``tally``: what
    the devices have done; ``checks``: the tests, made anew; ``results``: how they came out last. ``sealer``: seals for
    the gateway what leaves the kiosk on a stick; ``readiness``: hands the readiness report in at the gateway;
    ``touch``: the setting of the touch panel.
    """

    state: ServiceState
    offers: tuple[Offer, ...]
    waiting: Callable[[], int]
    queue_closed: Callable[[], FaultCode | None]
    settings: SettingsDesk
    tally: Tally
    checks: Callable[[], list[Check]]
    results: Results
    sealer: Callable[[], Sealer]
    readiness: Readiness
    touch: TouchSettings
