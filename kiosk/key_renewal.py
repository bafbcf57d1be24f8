"""The gateway's keys change: the kiosk asks for them when the line has come back, and once a day.

It believes only a set for which a key vouches that it trusts already. What waits in the queue stays sealed to the key
that was in use then; the gateway opens it by the key's name.
"""

import asyncio
import contextlib
import logging
import random
from pathlib import Path
from typing import Protocol

from config.faults import FaultCode
from kiosk.enrolment import KioskKeys
from kiosk.gateway import Gateway, GatewayError, NotFound
from kiosk.gateway_keys import Distrusted, GatewayKeys, keep_gateway_keys, load_gateway_keys
from kiosk.key_files import NotEnrolled
from offline_queue.envelope import Sealer

log = logging.getLogger(__name__)

DAY = 24 * 3600.0
_SOON = 3600.0  # until a question without an answer, or with a wrong one, is asked again
_SPREAD = 60.0  # a province's kiosks come back at the same moment


class Sealing(Protocol):
    """Whoever seals: the queue."""

    async def renew(self, sealer: Sealer) -> None:
        """Seal with ``sealer`` from now on."""
        ...


class KeyRenewal:
    """Keeps the gateway's keys of a running kiosk up to date; all methods belong to its event loop.

    ``directory``: where ``gateway.jwks`` is kept; ``every``, ``soon`` and ``spread`` are seconds. ``fault``: while
    there is one, what the gateway has sent is not believed, and the keys before stay in use.
    """

    def __init__(
        self,
        directory: Path,
        keys: KioskKeys,
        gateway: Gateway,
        queue: Sealing,
        *,
        every: float = DAY,
        soon: float = _SOON,
        spread: float = _SPREAD,
    ) -> None:
        self._directory = directory
        self._keys = keys
        self._gateway = gateway
        self._queue = queue
        self._every = every
        self._soon = min(soon, every)
        self._spread = spread
        self._in_use = keys.gateway
        self.fault: FaultCode | None = None

    async def run(self) -> None:
        """Ask whenever the line has come back, and once a day; for ever, until cancelled."""
        back = asyncio.Event()
        self._gateway.line.listen(lambda online: back.set() if online else None)
        if self._gateway.online:
            back.set()
        wait: float | None = None
        while True:
            await _either(back, wait)
            back.clear()
            await asyncio.sleep(random.uniform(0, self._spread))  # noqa: S311 - a delay, nothing secret
            wait = self._every if await self.renew() else self._soon

    async def renew(self) -> bool:
        """Ask once. True when the keys in use are the gateway's; else they are those from before."""
        try:
            trusted = load_gateway_keys(self._directory)
            await self._use(trusted)  # somebody may have put others there by hand meanwhile
            new = trusted.successor(await self._gateway.key_set())
            if new.text != trusted.text:
                keep_gateway_keys(self._directory, new)
            await self._use(new)
        except (GatewayError, NotFound) as error:
            log.warning("gateway_keys_not_asked", extra={"code": error.code})
            return False
        except Distrusted as error:
            self.fault = FaultCode.GW_UNEXPECTED
            log.error("gateway_keys_refused", extra={"fault": self.fault, "reason": str(error)})  # noqa: TRY400 - the reason says all
            return False
        except (NotEnrolled, OSError) as error:
            log.exception("gateway_keys_not_kept", extra={"reason": str(error)})
            return False
        self.fault = None
        return True

    async def _use(self, keys: GatewayKeys) -> None:
        if not keys.same_as(self._in_use):
            self._gateway.believe(keys.certificates)
            await self._queue.renew(self._keys.sealer_to(keys.sealing))
            fields = {"key": keys.sealing.thumbprint(), "detail": f"version {keys.version}"}
            log.info("gateway_keys_renewed", extra=fields)
        self._in_use = keys


async def _either(happens: asyncio.Event, within: float | None) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            await happens.wait()
