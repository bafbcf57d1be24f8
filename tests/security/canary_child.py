"""A kiosk that plays the matters it is told to, for people of whom it has never heard before. Run by test_canary.py.

python -m tests.security.canary_child DIRECTORY URL. Each line of its standard input is a visit; it answers with one
word. The line is read past Python's own buffer, which nobody overwrites.
"""

import asyncio
import gc
import json
import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from uuid6 import uuid7

from config import clock
from config import settings as configuration
from flows.certificates import CertificateOrder, PrintedCertificate
from flows.prompts import SlipState
from flows.visit import Outcome
from kiosk import logs
from kiosk.catalogue import Service, load_matters, offers
from kiosk.hardening import keep_memory_private
from kiosk.visit import Hands
from kiosk.wiring import Kiosk
from screens.text.catalogue import Catalogue, raise_missing
from tests.flows.play import ScriptedSurface
from tests.flows.walk_in import WalkIn
from tests.touches.matters import MATTERS, Matter


class NoPaper:
    """Stands for the printer, which keeps nothing."""

    async def slip(self, *_: object) -> SlipState:
        return SlipState.PRINTED


class Certifying:
    """Stands for kiosk.certifying with a printer that always prints and keeps nothing; the gateway is the real one."""

    def __init__(self, certify: Any) -> None:
        self._certify = certify

    async def certify(self, order: CertificateOrder, *_: object) -> PrintedCertificate:
        return PrintedCertificate(await self._certify(uuid7(), order), printed=True)


class MovedClock:
    """Goes on from wherever it is set."""

    def __init__(self) -> None:
        self._ahead = clock.now() - clock.now()

    def set(self, moment: datetime | None) -> None:
        self._ahead = (moment - clock.now()) if moment else clock.now() - clock.now()

    def __call__(self) -> datetime:
        return clock.now() + self._ahead


def script_of(matter: Matter) -> ScriptedSurface:
    """What the citizen answers; documents, identity and the end screen are not played here."""
    return ScriptedSurface(list(matter.script((), (), lambda: None)[:-1]))


async def visit(hands: Hands, service: Service, matter: Matter, person: Any) -> str:
    """One citizen; whatever is known about them is gone at the end."""
    surface = script_of(matter)
    walk_in = WalkIn(replace(hands, surface=surface), service, person, person)
    try:
        outcome = await walk_in.run()
        assert isinstance(outcome, Outcome)
        return surface.problem or ("done" if not surface.script else f"left over {len(surface.script)}")
    finally:
        walk_in.wipe()
        walk_in.trail.end()


async def drained(kiosk: Kiosk) -> None:
    """Wait until everything that was stored has been delivered."""
    async with asyncio.timeout(20):
        while kiosk.queue.pending():
            await asyncio.sleep(0.05)
    print("drained", flush=True)


async def serve(kiosk: Kiosk, moved: MovedClock) -> None:
    """Visits as they are asked for, until there is nobody more."""
    hands: Any = replace(
        kiosk.session._hands,
        paper=NoPaper(),  # type: ignore[arg-type]  # all that a flow asks of it
        certifying=Certifying(kiosk.gateway.certify),  # type: ignore[arg-type]  # as above
    )
    services = {offer.service.flow: offer.service for offer in offers(load_matters(), kiosk.settings.matters)}
    while (line := await asyncio.to_thread(os.read, 0, 65536)) != b"end\n":
        if line == b"drain\n":
            await drained(kiosk)
            continue
        told = json.loads(line)
        wanted = told.pop("service")
        matter = next(matter for matter in MATTERS if matter.service == wanted)
        moved.set(matter.day)
        await kiosk.gateway.check()
        print(await visit(hands, services[matter.service], matter, SimpleNamespace(**told)), flush=True)
        del line, told
    gc.collect()
    print("wiped", flush=True)
    await asyncio.to_thread(os.read, 0, 65536)


async def main() -> None:
    """Start as the product does, and log all that can be logged."""
    keep_memory_private()
    logs.set_up("TRAFFIC")
    settings = configuration.load(Path(sys.argv[1]) / "kiosk.toml")
    catalogue = Catalogue.load("zh_CN", raise_missing)
    moved = MovedClock()
    kiosk = await Kiosk.start(settings, ScriptedSurface([]), lambda: catalogue, moved)
    jobs = [asyncio.create_task(job) for job in (kiosk.queue.run(), kiosk.forwarding.run())]
    await serve(kiosk, moved)
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
    await kiosk.stop()


if __name__ == "__main__":
    asyncio.run(main())
