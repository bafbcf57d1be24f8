"""Frames that the window has shown, and what the process has used so far."""

import asyncio
import itertools
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kivy.clock import Clock

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_FRAME_SECONDS = 20.0  # a frame that has not come by then does not come


def _stat(pid: int | str) -> list[str]:
    """What the system says of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()


def since_start(pid: int | str = "self") -> float:
    """Seconds since a process began."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(_stat(pid)[19]) / _TICKS


def processor_seconds(pid: int | str = "self") -> float:
    """Seconds that a process has had a processor, its own threads and its system calls."""
    user, system = _stat(pid)[11:13]
    return (int(user) + int(system)) / _TICKS


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE


@dataclass
class Own:
    """A process's processor time against the clock, from now on; 0.04 are four per cent of a core."""

    pid: int | str = "self"
    _used: float = 0.0
    _begun: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self._used = processor_seconds(self.pid)

    def share(self) -> float:
        """The share of one core so far."""
        return (processor_seconds(self.pid) - self._used) / (time.perf_counter() - self._begun)


class Frames:
    """Waits for frames that the window has shown."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._next: asyncio.Future[float] | None = None
        self.turn = 0  # of Kivy's loop, in which the last frame was drawn
        window.bind(on_flip=self._flipped)

    def _flipped(self, _: Any) -> None:
        self.turn = Clock.frames
        # Kivy tells of a flip before it is done; the loop's next turn comes after it.
        if self._next and not self._next.done():
            asyncio.get_running_loop().call_soon(_shown, self._next)

    async def changed(self) -> float:
        """The moment of the next frame that shows something new; it must be on its way.

        Raises:
            TimeoutError: none came; nothing has changed.
        """
        self._next = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(_FRAME_SECONDS):
            return await self._next

    async def one(self) -> float:
        """The moment of the next frame, drawn even if nothing has changed."""
        self._window.canvas.ask_update()
        return await self.changed()

    async def between(self, count: int) -> list[float]:
        """Seconds between ``count`` frames drawn one after the other."""
        moments = [await self.one() for _ in range(count + 1)]
        return [later - sooner for sooner, later in itertools.pairwise(moments)]


def _shown(frame: "asyncio.Future[float]") -> None:
    if not frame.done():
        frame.set_result(time.perf_counter())
