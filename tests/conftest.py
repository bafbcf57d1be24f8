"""Fixtures of every test: nothing may be left running behind a test."""

import asyncio
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest

from kiosk import logs

pytest_plugins = ("tests.window",)

# Threads that live as long as the process: the libraries start them once and never end them.
_LASTING = ("asyncio_", "ThreadPoolExecutor", "AnyIO worker thread")


def _threads() -> Counter[str]:
    """Threads by name: a part of the simulated hall that was stopped and started again counts as the same."""
    return Counter(thread.name for thread in threading.enumerate() if not thread.name.startswith(_LASTING))


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without a screen, also where the tests of the screens have a virtual one."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command that sets the log up for its own process sets it up for all later tests of this one."""
    loggers = [logging.getLogger(name) for name in ("", *logs.ROOMS)]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    excepthook = sys.excepthook
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
    sys.excepthook = excepthook


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread behind; each gets two seconds to end."""
    before = _threads()
    yield
    deadline = time.monotonic() + 2
    while (left := _threads() - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left, f"threads left behind: {sorted(left.elements())}"


@pytest.fixture(autouse=True)
async def no_leaked_tasks() -> AsyncIterator[None]:
    """Fail a test that leaves an asyncio task behind."""
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    left = {task for task in asyncio.all_tasks() - before if task is not asyncio.current_task() and not task.done()}
    assert not left, f"tasks left behind: {left}"
