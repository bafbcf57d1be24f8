"""The program: one asyncio loop inside Kivy; beside it the session, the queue's worker and the devices' watchers."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from config.settings import Settings
from kiosk.wiring import Kiosk
from screens.stage import Stage, StageStatus
from screens.window import open_window
from kivy.app import App

log = logging.getLogger(__name__)

_STATUS_EVERY = 1.0  # seconds between looks at the clock and the network


class KioskApp(App):  # type: ignore[misc]  # Kivy has no types
    """Holds the window; everything in it is the stage's."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage

    def build(self) -> object:
        """The root widget."""
        return self._stage.widget


async def run(settings: Settings) -> None:
    """Serve citizens until the window closes or the process is told to end (SIGTERM, SIGINT)."""
    stage = open_window(settings.screen)
    kiosk = await Kiosk.start(settings, stage)
    app = KioskApp(stage)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app.stop)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work, name=name) for name, work in _background(kiosk, stage)]
            await app.async_run(async_lib="asyncio")
            for task in tasks:
                task.cancel()
    finally:
        await kiosk.stop()


def _background(kiosk: Kiosk, stage: Stage) -> list[tuple[str, Coroutine[Any, Any, None]]]:
    return [
        ("session", kiosk.session.serve()),
        ("queue", kiosk.queue.run()),
        ("gateway", kiosk.gateway.watch()),
        ("card_reader", kiosk.devices.card_reader.watch()),
        ("id_scanner", kiosk.devices.id_scanner.watch()),
        ("printer", kiosk.devices.printer.watch()),
        ("status", _keep_status(kiosk, stage)),
    ]


async def _keep_status(kiosk: Kiosk, stage: Stage) -> None:
    hall = kiosk.settings.hall
    while True:
        stage.set_status(
            StageStatus(hall=hall.name, kiosk=hall.kiosk, online=kiosk.gateway.online, now=datetime.now().astimezone())
        )
        await asyncio.sleep(_STATUS_EVERY)
