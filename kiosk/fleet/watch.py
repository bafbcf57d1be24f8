"""Looks at the kiosk every few seconds, so that whoever asks from another thread finds the last look."""

import asyncio
import time

from kiosk.fleet.machine import Machine
from kiosk.fleet.vitals import Vitals, VitalSigns

_EVERY = 5.0  # seconds
_MACHINE_EVERY = 60.0


class Watch:
    """``last``: the last look; None before the first."""

    def __init__(self, signs: VitalSigns, machine: Machine) -> None:
        self._signs = signs
        self._machine = machine
        self.last: Vitals | None = None

    async def run(self) -> None:
        """Look for ever, until cancelled."""
        looked = float("-inf")
        while True:
            if time.monotonic() - looked >= _MACHINE_EVERY:
                looked = time.monotonic()
                self._signs.machine = await asyncio.to_thread(self._machine.look)
            self.last = self._signs.read()
            await asyncio.sleep(_EVERY)
