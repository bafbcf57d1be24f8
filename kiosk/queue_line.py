"""What is done each time the gateway is in reach again: compare the books, then send what waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from kiosk.gateway import Gateway, GatewayError, NotFound
from offline_queue.queue import OfflineQueue

log = logging.getLogger(__name__)


class QueueLine:
    """Tells the queue when the line is back. ``afterwards``: what else is asked of the gateway then."""

    def __init__(
        self, gateway: Gateway, queue: OfflineQueue, afterwards: Callable[[], Awaitable[object]], again: float
    ) -> None:
        """``again``: seconds until a question that was not answered is asked again."""
        self._gateway = gateway
        self._queue = queue
        self._afterwards = afterwards
        self._again = again

    async def run(self) -> None:
        """Wait for the line, again and again, until cancelled."""
        back = asyncio.Event()
        self._gateway.line.listen(lambda online: back.set() if online else back.clear())
        while True:
            await back.wait()
            back.clear()
            await self._queue.network_is_back()
            await self._compare()
            await self._afterwards()

    async def _compare(self) -> None:
        while self._gateway.online:
            if await self._compared():
                return
            await asyncio.sleep(self._again)

    async def _compared(self) -> bool:
        """Whether the gateway has told its highest number: a queue that is behind it was put back from a backup."""
        try:
            await self._queue.compare(await self._gateway.highest_sequence())
        except (GatewayError, NotFound) as error:
            log.warning("not_compared", extra={"code": error.code})
            return False
        return True
