"""Notices a document that is put in or laid down while nobody is asked for one."""

import asyncio
from collections.abc import Callable

from drivers.device import DeviceError
from kiosk.devices import Devices

_POLL = 1.0  # seconds; the readers are asked gently while the hall is empty


async def arrivals(devices: Devices, arrived: Callable[[], None]) -> None:
    """Call ``arrived`` each time that a card or an ID comes, until cancelled."""
    before = await _present(devices)
    while True:
        await asyncio.sleep(_POLL)
        now = await _present(devices)
        if any(came and not was for came, was in zip(now, before, strict=True)):
            arrived()
        before = now


async def _present(devices: Devices) -> tuple[bool, bool]:
    return bool(devices.card_reader.card_present), await _laid(devices)


async def _laid(devices: Devices) -> bool:
    if not devices.id_scanner.health.usable:
        return False  # its own watch looks whether it comes back
    try:
        return await devices.id_scanner.document_present()
    except DeviceError:
        return False
