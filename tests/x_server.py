"""An X server that keeps what was set in it when the last program has left."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

PANEL = "Virtual core XTEST pointer"  # the device of every X server whose matrix can be set


@contextmanager
def x_server(size: str = "1080x1920") -> Iterator[str]:
    """Its display, while it runs."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as numbers:
        number = numbers.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)
