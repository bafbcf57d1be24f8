"""Says in time that a certificate of the line to the gateway ends: in the log each day, then in the header."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from config.faults import FaultCode
from kiosk.gateway_http import GatewaySettings
from kiosk.line_certificates import NO_FILES, SOON_DAYS, URGENT_DAYS, CertificateUnusable, LineFiles

log = logging.getLogger(__name__)

_EVERY = 24 * 3600.0  # seconds


@dataclass
class CertificateWatch:
    """Looks at the certificates at the start and once a day.

    ``days_left``: until the first of them ends, None where there are none or none can be read (then ``fault`` is set).
    """

    files: LineFiles
    now: Callable[[], datetime] = field(repr=False)
    every: float = _EVERY
    days_left: int | None = None
    fault: FaultCode | None = None

    @classmethod
    def of(cls, settings: GatewaySettings, now: Callable[[], datetime]) -> Self:
        """Of a line with these settings; a line without TLS has no certificates."""
        return cls(settings.files if settings.secure else NO_FILES, now)

    @property
    def urgent(self) -> bool:
        """True while the staff should be told: nothing can be read, or a certificate ends in a few days."""
        return self.fault is not None or (self.days_left is not None and self.days_left < URGENT_DAYS)

    def look(self) -> None:
        """Read the files, and log what is worth a word."""
        try:
            self.files.demand_usable()
            self.days_left, self.fault = self.files.days_left(self.now()), None
        except CertificateUnusable as unusable:
            self.days_left, self.fault = None, FaultCode.NET_OWN_CERT_UNUSABLE
            log.error("certificate_unusable", extra={"fault": self.fault, "reason": str(unusable)})  # noqa: TRY400 - the reason says all
            return
        if self.days_left is not None and self.days_left < SOON_DAYS:
            level = logging.ERROR if self.urgent else logging.WARNING
            log.log(level, "certificate_ends", extra={"days": self.days_left})

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(self.every)
