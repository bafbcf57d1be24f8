"""Frames while the printer prints and the queue works, beside the same screen while nothing goes on, in turns."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config import settings
from config.fonts import FontSet
from drivers.printer.escpos_printer import Network, Printer
from flows.prompts import Line, SlipState, Text, Verbatim
from flows.transactions import Receipt, ReceiptState
from flows.visit import Slip
from kiosk import enrolment
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.printing import Paper
from kiosk.request_signature import RequestSigner
from offline_queue.model import TransactionState
from screens.samples import samples
from screens.stage import Stage
from screens.text.catalogue import Catalogue
from tests.bench.queue_parts import open_queue, submit
from tests.bench.surface_frames import Frames

_ROUNDS = 3
_FRAMES = 40  # of each turn
_SETTLES_SECONDS = 0.5
_NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Job = Callable[[], Awaitable[object]]


@dataclass
class _Work:
    """A job done again and again while frames are measured."""

    job: Job
    done: int = 0
    frames: list[float] = field(default_factory=list)

    async def turn(self, frames: Frames) -> None:
        going = asyncio.create_task(self._again())
        try:
            await asyncio.sleep(_SETTLES_SECONDS)
            self.frames += await frames.between(_FRAMES)
            if going.done():
                going.result()
        finally:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)

    async def _again(self) -> None:
        while True:
            await self.job()
            self.done += 1


async def measure_load(frames: Frames, stage: Stage, port: int, url: str, keys: Path) -> dict[str, Any]:
    """``port``: of the simulated printer; ``url``: of the gateway; ``keys``: the kiosk's, enrolled there."""
    screen = next(sample for sample in samples() if sample.name == "15_working_first")
    stage.show(screen.prompt)
    async with _printer(port) as printing, _queue(url, keys) as sending:
        works = {"idle": _Work(_nothing), "printer": _Work(printing), "queue": _Work(sending)}
        for _ in range(_ROUNDS):
            for work in works.values():
                await work.turn(frames)
    return {name: {"frames": work.frames, "done": work.done} for name, work in works.items()}


async def _nothing() -> None:
    await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def _printer(port: int) -> AsyncIterator[Job]:
    """Draws, prints and cuts a slip, as a visit does."""
    loaded = settings.load()
    printer = Printer(Network("127.0.0.1", port))
    catalogue = Catalogue.load("zh_CN")
    paper = Paper(printer, FontSet.load(Path("build/fonts")), loaded.hall, lambda: catalogue, lambda: _NOW, 576)
    receipt = Receipt("JN03-000001", ReceiptState.DONE, _NOW, _NOW)
    slip = Slip(Text("activation.done.headline"), (Line(Text("label.name"), Verbatim("张*")),), (), receipt)

    async def job() -> None:
        state = await paper.slip(slip, Verbatim("社保卡启用"))
        if state is not SlipState.PRINTED:
            raise RuntimeError("the slip was not printed")

    try:
        yield job
    finally:
        await printer.close()


@contextlib.asynccontextmanager
async def _queue(url: str, directory: Path) -> AsyncIterator[Job]:
    """Seals, stores and delivers one transaction after the other to the reference gateway."""
    keys = enrolment.load(directory)
    client = Gateway(GatewaySettings(url), RequestSigner(keys.kiosk, keys.signing_key))
    queue = await open_queue(directory / "queue", keys.sealer(), GatewayDelivery(client))
    sending = asyncio.create_task(queue.run())

    async def job() -> None:
        row = await submit(queue)
        if (await queue.settled(row.id, 30)).state is not TransactionState.ACCEPTED:
            raise RuntimeError("the gateway did not take the transaction")

    try:
        yield job
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await client.close()
        await queue.close()
