"""A window that is measured, and that ends by itself whatever happens."""

import asyncio
import faulthandler
import gc
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from screens.window import WindowSettings, build_window, show
from tests.bench.surface_frames import Frames

_GRACE_SECONDS = 30.0
Measure = Callable[[Frames], Awaitable[dict[str, Any]]]


async def measure_in_window(
    prepare: Callable[[], tuple[Any, Measure]], limit: float, size: tuple[int, int] = (1080, 1920)
) -> dict[str, Any]:
    """Open a window with what ``prepare`` makes in it, measure, close it, and give the figures.

    Raises:
        TimeoutError: the measurement took longer than ``limit`` seconds.
        RuntimeError: the window was closed in the middle.
    """
    # The loop itself may be what stands still: this needs neither it nor the interpreter lock.
    faulthandler.dump_traceback_later(limit + _GRACE_SECONDS, exit=True, file=sys.__stderr__)
    logging.getLogger().setLevel(logging.INFO)  # as in a hall; DEBUG writes down each screen
    window = build_window(WindowSettings(*size, fullscreen=False, title="surface"))
    widget, measure = prepare()
    gc.freeze()  # as in the kiosk
    measuring = asyncio.create_task(_within(limit, measure(Frames(window))))
    measuring.add_done_callback(lambda _: window.close())
    await show(widget)
    if not measuring.done():
        measuring.cancel()
        raise RuntimeError("the window was closed in the middle of a measurement")
    figures = await measuring
    faulthandler.cancel_dump_traceback_later()
    return figures


async def _within(limit: float, measuring: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    async with asyncio.timeout(limit):
        return await measuring


def tell(figures: dict[str, Any]) -> None:
    """Print the figures, as the last line."""
    print(json.dumps(figures))
