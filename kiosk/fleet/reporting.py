"""The kiosk tells the gateway how it is, and asks what it shall do: now and then, and when the line has come back."""

import asyncio
import contextlib
import logging
import random
from pathlib import Path

from config.faults import FaultCode
from kiosk.fleet.directives import Directives
from kiosk.fleet.report import report_of
from kiosk.fleet.vitals import VitalSigns
from kiosk.gateway import Gateway, GatewayError, NotFound
from kiosk.gateway_keys import load_gateway_keys
from kiosk.key_files import NotEnrolled

log = logging.getLogger(__name__)

_SPREAD = 5.0  # seconds; a province's kiosks come back at the same moment


class Reporting:
    """Reports of a running kiosk; all methods belong to its event loop. ``every`` and ``spread`` are seconds.

    The answer to a report names the sheet that is in force, so that the sheet is fetched only when it is another one.
    ``keys``: the directory of the kiosk's keys, with the gateway's as they are now.
    """

    def __init__(
        self,
        gateway: Gateway,
        signs: VitalSigns,
        directives: Directives,
        keys: Path,
        *,
        every: float,
        spread: float = _SPREAD,
    ) -> None:
        self._gateway = gateway
        self._signs = signs
        self._directives = directives
        self._keys = keys
        self._every = every
        self._spread = spread
        self._trouble: FaultCode | str | None = None

    async def run(self) -> None:
        """Report for ever, until cancelled."""
        back = asyncio.Event()
        self._gateway.line.listen(lambda online: back.set() if online else None)
        if self._gateway.online:
            back.set()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await back.wait()
            back.clear()
            await asyncio.sleep(random.uniform(0, self._spread))  # noqa: S311 - a delay, nothing secret
            if self._gateway.online:
                await self.report()

    async def report(self) -> bool:
        """Report once, and take what is new. True if the gateway has heard it, and is believed."""
        try:
            number = await self._gateway.report_health(report_of(self._signs.read(), self._every))
            if number == self._directives.number and self._directives.fault is None:
                believed = True
            else:
                trusted = load_gateway_keys(self._keys).signing
                believed = self._directives.consider(await self._gateway.directives(), trusted)
        except (GatewayError, NotFound) as error:
            self._note(error.code)
            return False
        except NotEnrolled:
            self._note("keys")
            return False
        self._note(None)
        return believed

    def _note(self, trouble: FaultCode | str | None) -> None:
        """Log a trouble when it begins."""
        if trouble is not None and trouble != self._trouble:
            log.warning("health_not_reported", extra={"code": trouble})
        self._trouble = trouble
