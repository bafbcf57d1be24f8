"""Waiting for whichever of several things happens first."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def first_of(*waits: Coroutine[Any, Any, T]) -> T:
    """The result of the wait that ends first, in the order given if several end together; the others are cancelled.

    Raises:
        Exception: whatever the first wait raised.
    """
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task.done()).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until_changed(look: Callable[[], T], present: T, seconds: float) -> None:
    """Wait until ``look()`` gives something else than ``present``, looking every ``seconds``."""
    while look() == present:  # noqa: ASYNC110 - what is looked at is written by device threads, which have no event
        await asyncio.sleep(seconds)
