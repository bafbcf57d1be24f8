"""A bell that ends a watcher's sleep early: something was plugged in or pulled out."""

import asyncio
import contextlib


class Bell:
    """Rung when the system says that a device has come or gone. Belongs to one event loop."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Look now."""
        self._rung.set()

    async def sleep(self, seconds: float) -> None:
        """Wait so long, or until it is rung. One ring ends one sleep, also the next one if nobody slept."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
