"""A process with some of the fleet's kiosks, and what it says to the one that started it."""

import asyncio
import contextlib
import logging
import random
import resource
import threading
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fleet.exchanges import Exchange
from tests.fleet.kiosk import FleetKiosk, fill
from tests.fleet.plan import Plan

_STACK = 256 * 1024  # bytes; thousands of threads with the usual 8 MB each need more addresses than is polite
_SWITCH_ON = 5.0  # seconds over which the kiosks are switched on: their clocks do not tick together


@dataclass
class Told:
    """What a process reports at the end. ``keys``: each kiosk's, in the order of their sequence."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    states: Counter[str] = field(default_factory=Counter)
    exchanges: list[Exchange] = field(default_factory=list)
    threads: int = 0
    megabytes: int = 0


def main(plan: Plan, group: int, url: str, pipe: Connection) -> None:
    """Fill the queues, wait for the word, run until everything is delivered or the word comes to stop."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    threading.stack_size(_STACK)
    logging.disable(logging.CRITICAL)
    directories = {name: plan.directory / name for name in plan.names(group)}
    told = Told({name: fill(directory, plan) for name, directory in directories.items()})
    pipe.send("filled")
    pipe.recv()
    asyncio.run(_run(plan, list(directories.values()), url, pipe, told))
    pipe.send(told)


async def _run(plan: Plan, directories: list[Path], url: str, pipe: Connection, told: Told) -> None:
    kiosks = await asyncio.gather(*(_switch_on(directory, url, plan) for directory in directories))
    pipe.send("waiting")
    with contextlib.suppress(EOFError):
        while not pipe.poll():
            pipe.send(sum(kiosk.queue.pending() for kiosk in kiosks))
            await asyncio.sleep(1)
        pipe.recv()
    told.threads = threading.active_count()
    told.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for kiosk in kiosks:
        told.states.update(await kiosk.states(plan))
        told.exchanges += kiosk.notes
    await asyncio.gather(*(kiosk.stop() for kiosk in kiosks))


async def _switch_on(directory: Path, url: str, plan: Plan) -> FleetKiosk:
    await asyncio.sleep(random.uniform(0, min(_SWITCH_ON, plan.outage)))
    return await FleetKiosk.start(directory, url, plan)
