"""Which device is looked at when something was plugged in or pulled out."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from drivers.bell import Bell
from drivers.hotplug import EventSource, Plugged, follow
from kiosk.devices import Devices

_CARD, _ID, _PRINTER, _TOUCH = "card_reader", "id_scanner", "printer", "touch"
_CONCERNS = {
    "usb": (_CARD, _ID, _PRINTER),
    "tty": (_ID, _PRINTER),
    "usbmisc": (_PRINTER,),
    "net": (_PRINTER,),
    "input": (_TOUCH,),
}
# pcscd learns of a new reader from the same event, and needs a moment for it; a tty gets its link a moment later.
_AGAIN_AFTER = (0.0, 0.5, 1.5)


async def watch_plugs(devices: Devices, source: EventSource | None, touch: Bell) -> None:
    """Wake the watchers of the devices as soon as something was plugged in; ``touch``: the touch panel's.

    Runs until cancelled.
    """
    loop = asyncio.get_running_loop()
    bells = {
        _CARD: devices.card_reader.bell,
        _ID: devices.id_scanner.bell,
        _PRINTER: devices.printer.bell,
        _TOUCH: touch,
    }

    def rings(event: Plugged) -> Iterable[Callable[[], object]]:
        for name in _CONCERNS.get(event.subsystem, ()):
            for delay in _AGAIN_AFTER:
                yield partial(loop.call_later, delay, bells[name].ring)

    await follow(source, rings)
