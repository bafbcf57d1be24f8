"""What is done each time the gateway is in reach again: send what waits, and compare the books."""

import asyncio
import logging

from kiosk.gateway import Gateway, GatewayError, NotFound
from offline_queue.queue import OfflineQueue

log = logging.getLogger(__name__)


async def follow_line(gateway: Gateway, queue: OfflineQueue, again: float) -> None:
    """Wait for the line to come back, again and again, until cancelled.

    ``again``: seconds until a question that was not answered is asked again.
    """
    back = asyncio.Event()
    gateway.line.listen(lambda online: back.set() if online else back.clear())
    if gateway.online:
        back.set()
    while True:
        await back.wait()
        back.clear()
        await queue.network_is_back()
        await _compare(gateway, queue, again)


async def _compare(gateway: Gateway, queue: OfflineQueue, again: float) -> None:
    while gateway.online:
        if await _compared(gateway, queue):
            return
        await asyncio.sleep(again)


async def _compared(gateway: Gateway, queue: OfflineQueue) -> bool:
    """Whether the gateway has told its highest number: a queue that is behind it was put back from a backup."""
    try:
        await queue.compare(await gateway.highest_sequence())
    except (GatewayError, NotFound) as error:
        log.warning("not_compared", extra={"code": error.code})
        return False
    return True
