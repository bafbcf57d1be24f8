"""python -m tests.soak.kiosk_child CONFIGURATION SEED: a kiosk without a window, in a process of its own.

It says what became of each visit down its standard output, and asks there for everything that hands do in the hall.
"""

import asyncio
import random
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from config import settings as configuration
from kiosk import logs
from kiosk.audit.forwarding import KIND as AUDIT
from kiosk.threads import BACKGROUND, steady_pool
from kiosk.wiring import Kiosk
from screens.text.catalogue import Catalogue
from tests.soak.citizen import Crowd
from tests.soak.wire import Wire

_DRAINED_WITHIN = 240.0  # the longest wait between two tries is shorter


class Day:
    """One long day of a kiosk."""

    def __init__(self, wire: Wire, seed: int) -> None:
        self._wire = wire
        self.crowd = Crowd(random.Random(seed), self._do, self._beside)
        self.over = asyncio.Event()
        self._kiosk: Kiosk | None = None
        self._after = 0  # the last row that a visit was asked about
        self._coming: asyncio.Task[bool] | None = None

    async def _do(self, deed: str, *what: str) -> object:
        return await asyncio.to_thread(self._wire.ask, deed=deed, what=what)

    def _beside(self, deed: str, what: str) -> None:
        self._wire.say(deed=deed, what=[what] if what else [], beside=True)

    async def play(self, kiosk: Kiosk) -> None:
        """Serve until the hall says that nobody comes any more, then deliver what waits and tell the books."""
        self._kiosk, self.crowd.comes = kiosk, self._next
        jobs = [asyncio.create_task(job, name=name) for name, job in kiosk.background().items()]
        over = asyncio.create_task(self.over.wait())
        try:
            done, _ = await asyncio.wait([over, *jobs], return_when=asyncio.FIRST_COMPLETED)
            for job in done - {over}:
                job.result()
            await self._books(kiosk)
        finally:
            for job in (over, *jobs):
                job.cancel()
            await asyncio.gather(over, *jobs, return_exceptions=True)
            await kiosk.stop()

    async def _next(self) -> bool:
        """True if somebody comes; asked once a visit, however often the start screen is drawn anew."""
        if self._coming is None:
            self._coming = asyncio.create_task(self._told())
        comes = await asyncio.shield(self._coming)
        self._coming = None
        return comes

    async def _told(self) -> bool:
        """Tell of the visit that is over; True if somebody comes."""
        rows = [row for row in await self._rows(self._after) if row["kind"] != AUDIT]
        self._after = max([self._after, *(row["sequence"] for row in rows)])
        answer = await asyncio.to_thread(self._wire.ask, visit=asdict(self.crowd.visit), rows=rows)
        if answer["over"]:
            self.over.set()
        return not answer["over"]

    async def _rows(self, after: int) -> list[dict[str, Any]]:
        assert self._kiosk is not None
        found: list[dict[str, Any]] = []
        while rows := await self._kiosk.queue.rows(after):
            found += [
                {
                    "sequence": row.sequence,
                    "id": str(row.id),
                    "kind": row.kind,
                    "state": row.state,
                    "problem": row.problem,
                }
                for row in rows
            ]
            after = rows[-1].sequence
        return found

    async def _books(self, kiosk: Kiosk) -> None:
        try:
            async with asyncio.timeout(_DRAINED_WITHIN):
                while kiosk.queue.pending():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pass  # the books say so
        self._wire.say(books=await self._rows(0))


async def _main(configured: Path, seed: int) -> None:
    settings = configuration.load(configured)
    logs.set_up("INFO")
    asyncio.get_running_loop().set_default_executor(steady_pool(BACKGROUND, "background"))
    day, catalogue = Day(Wire(sys.stdin, sys.stdout), seed), Catalogue.load("zh_CN")
    await day.play(await Kiosk.start(settings, day.crowd, lambda: catalogue))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), int(sys.argv[2])))
