"""Pools of threads that are whole from the beginning."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

BACKGROUND = 6  # threads for asyncio.to_thread: files, hashes of PINs, names looked up; a slip that is drawn


def steady_pool(workers: int, name: str) -> ThreadPoolExecutor:
    """A pool whose ``workers`` threads all run already.

    The library's own starts another whenever none is idle at that moment. So what a kiosk holds would go on growing for
    days, and nobody could tell it from a leak: each thread brings its stack, and memory of its own to draw slips in.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
    together = Barrier(workers)
    list(pool.map(lambda _: together.wait(), range(workers)))
    return pool
