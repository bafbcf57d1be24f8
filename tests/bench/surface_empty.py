"""The baseline: a window with nothing in it, and nothing loaded but Kivy. `python -m tests.bench.surface_empty`."""

import asyncio
from typing import Any

from kivy.uix.widget import Widget

from tests.bench.surface_frames import Frames, Own, resident, since_start
from tests.bench.surface_run import Measure, measure_in_window, tell

_FRAMES = 120
_IDLE_SECONDS = 10.0
_LIMIT_SECONDS = 120.0


async def measure_empty(frames: Frames) -> dict[str, Any]:
    """Start, memory, processor at rest, frames."""
    await frames.one()
    first, memory = since_start(), resident()
    own = Own()
    await asyncio.sleep(_IDLE_SECONDS)
    return {"first": first, "memory": memory, "idle": own.share(), "frames": await frames.between(_FRAMES)}


def _empty() -> tuple[Any, Measure]:
    return Widget(), measure_empty


if __name__ == "__main__":
    tell(asyncio.run(measure_in_window(_empty, _LIMIT_SECONDS)))
