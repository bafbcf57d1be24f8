"""Writes down each change of a device's state, so that a technician reads when the paper ran out and came back."""

import asyncio
from collections import deque
from collections.abc import Callable

from drivers.device import DeviceState, Health, HealthChange
from kiosk.audit.log import Event
from kiosk.devices import Devices

_EVERY = 0.5  # seconds
_MOST = 1_000  # changes between two looks; the damper keeps them far below

_UNKNOWN = Health(DeviceState.STARTING)
_WELL = (DeviceState.ONLINE, None)


class DeviceJournal:
    """The changes of all devices on their way into the audit log. ``note``: of the log.

    Devices change on threads of their own, and the log belongs to the event loop: between them is a queue. What is no
    news is left out: a device that starts, prints, or rests between two checks is as well as before.
    """

    def __init__(self, devices: Devices, note: Callable[..., None]) -> None:
        self._note = note
        self._changes: deque[HealthChange] = deque(maxlen=_MOST)
        self._last: dict[str, Health] = {}
        devices.listen(self._changes.append)

    async def run(self) -> None:
        """Write for ever, until cancelled."""
        while True:
            self.write()
            await asyncio.sleep(_EVERY)

    def write(self) -> None:
        """All that has come meanwhile."""
        while self._changes:
            change = self._changes.popleft()
            before, after = self._last.get(change.device, _UNKNOWN), change.after
            if not _tells(after) or (before.state, before.fault) == (after.state, after.fault):
                continue
            self._last[change.device] = after
            if before is _UNKNOWN and (after.state, after.fault) == _WELL:
                continue  # the program has started, which is an entry of its own
            codes = {"code": after.fault, "ended": before.fault}
            self._note(
                Event.DEVICE_STATE,
                device=change.device,
                before=before.state,
                state=after.state,
                **{name: code for name, code in codes.items() if code is not None},
            )


def _tells(health: Health) -> bool:
    """Whether it says how the device is: without a fault, only "online" does."""
    return health.fault is not None or health.state not in {
        DeviceState.STARTING,
        DeviceState.BUSY,
        DeviceState.OFFLINE,
    }
