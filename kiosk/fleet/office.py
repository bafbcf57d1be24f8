"""The kiosk's own office: looks at it, shows the figures, reports, and takes directives, beside the citizens."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Self

from prometheus_client import CollectorRegistry

from config.settings import Settings
from kiosk.audit.log import AuditLog
from kiosk.fleet.directives import Directives
from kiosk.fleet.machine import Machine
from kiosk.fleet.readiness import Readiness
from kiosk.fleet.reporting import Reporting
from kiosk.fleet.vitals import VitalSigns
from kiosk.fleet.watch import Watch
from kiosk.gateway import Gateway
from kiosk.line_certificates import LineFiles
from kiosk.metrics.serving import MetricsServer, keep_file
from kiosk.metrics.state import StateMetrics
from kiosk.metrics.visits import VisitMetrics


@dataclass(frozen=True)
class Office:
    """Everything about the fleet of one running kiosk. ``server``: None while the port is off."""

    settings: Settings
    directives: Directives
    registry: CollectorRegistry
    watch: Watch
    reporting: Reporting
    readiness: Readiness
    server: MetricsServer | None

    @classmethod
    def open(
        cls, settings: Settings, gateway: Gateway, audit: AuditLog, directives: Directives, signs: VitalSigns
    ) -> Self:
        """Begin to count, and to answer on the port; the rest begins with ``background``."""
        certificate = LineFiles.of(settings.gateway).certificate
        watch = Watch(signs, Machine(settings.data_directory, certificate))
        registry = CollectorRegistry()
        audit.listen(VisitMetrics(registry).hear)
        registry.register(StateMetrics(lambda: watch.last))
        keys = settings.data_directory / "keys"
        reporting = Reporting(gateway, signs, directives, keys, every=settings.fleet.report_seconds)
        readiness = Readiness(gateway, settings.data_directory)
        server = MetricsServer.start(settings.metrics.port, registry)
        return cls(settings, directives, registry, watch, reporting, readiness, server)

    def background(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What runs beside the screens, by name; none of it ends by itself."""
        return {
            "watch": self.watch.run(),
            "report": self.reporting.run(),
            "bundles": self.directives.run(),
            "readiness": self.readiness.run(),
            "metrics": keep_file(self.settings.metrics, self.registry),
        }

    def close(self) -> None:
        """Answer no more."""
        if self.server is not None:
            self.server.close()
